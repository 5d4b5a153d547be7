//! `#[on(EVENTS, event = OrderEvent::Placed)]`: events of a bus, by a rule.

use super::{EventSource, Form, no_rules};
use crate::duration::{DAY, MINUTE, SECOND};
use crate::infra::{InvokePermission, Kind, Rule, Target, Value};
use crate::lower::{Lowering, ProblemKind, names};
use crate::model::Trigger;
use crate::options::{OptionSpec, ValueKind};
use crate::pattern::Surface;
use crate::schema::EventSchema;

const LIMIT: &str = "Amazon EventBridge, retry policy of a rule's target";

pub(super) static SOURCE: EventSource = EventSource {
    name: "bus",
    form: Form::Resource {
        kind: "bus",
        methods: &[],
    },
    handler_args: (1, 1),
    options: &[
        OptionSpec::new(
            "event",
            ValueKind::Paths,
            "Variants that make the function run; all of the event type unless given.",
        ),
        OptionSpec::new(
            "max_age",
            ValueKind::Duration(MINUTE, DAY, SECOND),
            "Age at which an event goes to the dead-letter queue.",
        )
        .limit(LIMIT),
        OptionSpec::new(
            "pattern",
            ValueKind::Pattern(Surface::Rule),
            "Event pattern, merged with the one that follows from `event`.",
        )
        .limit("Amazon EventBridge, event patterns"),
        OptionSpec::new(
            "retries",
            ValueKind::Int(0, 185),
            "Deliveries that are tried again before an event goes to the dead-letter queue.",
        )
        .limit(LIMIT),
    ],
    rules: no_rules,
    doc: "Events of a bus.",
    lower,
};

fn lower(lowering: &mut Lowering<'_>, function: usize, trigger: usize) {
    let on = lowering.trigger(function, trigger);
    let owner = &lowering.app.functions[function].name;
    let Some(index) = on.resource else { return };
    let resource = &lowering.app.resources[index];
    let Some(bus) = lowering
        .identity(index)
        .map(|identity| identity.name.clone())
    else {
        return;
    };
    lowering.given(function, trigger, "pattern");
    let pattern = pattern(on, resource.event.as_ref());
    if pattern.is_empty() {
        lowering.problem(
            ProblemKind::Unsupported,
            Some(on.span),
            format!(
                "nothing says which events of `{}` make `{owner}` run",
                resource.name
            ),
            "add `pattern = \"..\"`, or derive `Event` for the payload of the bus",
        );
        return;
    }
    let retries = lowering.option(
        function,
        trigger,
        "retries",
        Value::Number(185),
        "as often as EventBridge tries to hand over an event within a day",
    );
    let max_age = lowering.option(
        function,
        trigger,
        "max_age",
        Value::Number(86_400),
        "a day, the longest that EventBridge keeps an event",
    );
    let types: String = on
        .detail_types
        .iter()
        .map(|name| names::pascal(name))
        .collect();
    let id = format!(
        "{}On{}{types}",
        lowering.stem(function),
        lowering.resource_id(index)
    );
    let rule = format!("{id}Rule");
    let source = Value::arn(&rule);
    let dead_letters = lowering.dead_letters_from(function, "events.amazonaws.com", source.clone());
    lowering.invoked_by_target(function, trigger, &retries, &max_age);
    let node = Kind::Rule(Box::new(Rule {
        bus,
        pattern: serde_json::Value::Object(pattern),
        target: Target {
            function: lowering.function_arn(function),
            retries,
            max_age,
            dead_letters,
        },
    }));
    lowering.node(&rule, owner, node);
    let permission = Kind::InvokePermission(Box::new(InvokePermission {
        function: lowering.function_arn(function),
        service: "events.amazonaws.com".into(),
        source,
        source_account: None,
    }));
    lowering.node(format!("{id}Permission"), owner, permission);
}

type Pattern = serde_json::Map<String, serde_json::Value>;

/// Source and detail types of the event type, then what the explicit pattern says.
fn pattern(on: &Trigger, event: Option<&EventSchema>) -> Pattern {
    let mut pattern = Pattern::new();
    if let Some(event) = event {
        let types: Vec<&String> = match on.detail_types.is_empty() {
            true => event
                .variants
                .iter()
                .map(|variant| &variant.detail_type)
                .collect(),
            false => on.detail_types.iter().collect(),
        };
        pattern.insert("source".into(), serde_json::json!([event.source]));
        pattern.insert("detail-type".into(), serde_json::json!(types));
    }
    let explicit = on.options.iter().find(|option| option.name == "pattern");
    if let Some(crate::model::Value::Str(text)) = explicit.map(|option| &option.value)
        && let Ok(serde_json::Value::Object(explicit)) = serde_json::from_str(text)
    {
        merge(&mut pattern, explicit);
    }
    pattern
}

/// Objects are merged field by field; everything else is replaced.
fn merge(pattern: &mut Pattern, explicit: Pattern) {
    for (key, value) in explicit {
        match (pattern.get_mut(&key), value) {
            (Some(serde_json::Value::Object(inner)), serde_json::Value::Object(value)) => {
                merge(inner, value);
            }
            (_, value) => {
                pattern.insert(key, value);
            }
        }
    }
}
