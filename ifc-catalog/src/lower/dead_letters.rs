//! Dead-letter queues: one for each function that is invoked where nobody waits for the answer, one
//! for each queue that feeds a function; each with an alarm.

use crate::infra::{
    Alarm, Attribute, EventInvokeConfig, Kind, Queue, Redrive, Removal, ResourcePolicy, Statement,
    Value,
};
use crate::manifest::{Origin, Setting};

use super::{Lowering, On, Permission};

/// AWS Lambda tries asynchronous events three times at most.
const ASYNC_RETRIES: i64 = 2;
/// Six hours, the longest that AWS Lambda keeps asynchronous events.
const ASYNC_MAX_AGE: i64 = 21_600;
/// Fourteen days, the longest that SQS keeps messages.
const RETENTION: i64 = 1_209_600;

/// What a function's dead-letter queue receives.
#[derive(Debug, Default)]
pub(super) struct DeadLetters {
    /// Services that send to it themselves, and the ARNs for which they do.
    senders: Vec<(&'static str, Value)>,
    /// Retries and age of events that Lambda itself queues for the function.
    invocations: Option<(i64, i64)>,
}

impl Lowering<'_> {
    /// Gives the function a dead-letter queue; its ARN.
    pub fn dead_letters(&mut self, function: usize) -> Value {
        self.state_mut(function)
            .dead_letters
            .get_or_insert_default();
        Value::arn(self.dead_letters_id(function))
    }

    /// The same for a service that sends to the queue itself, on behalf of `source`.
    pub fn dead_letters_from(
        &mut self,
        function: usize,
        service: &'static str,
        source: Value,
    ) -> Value {
        let state = self
            .state_mut(function)
            .dead_letters
            .get_or_insert_default();
        if !state.senders.contains(&(service, source.clone())) {
            state.senders.push((service, source));
        }
        Value::arn(self.dead_letters_id(function))
    }

    /// Says that Lambda queues events for the function. Several triggers share one configuration,
    /// which takes the largest of their numbers.
    pub fn invoked_asynchronously(
        &mut self,
        function: usize,
        retries: Option<&Value>,
        max_age: Option<&Value>,
    ) {
        let retries = retries
            .and_then(Value::max_number)
            .map_or(ASYNC_RETRIES, |given| given.min(ASYNC_RETRIES));
        let max_age = max_age
            .and_then(Value::max_number)
            .map_or(ASYNC_MAX_AGE, |given| given.clamp(60, ASYNC_MAX_AGE));
        let state = self
            .state_mut(function)
            .dead_letters
            .get_or_insert_default();
        let (most, longest) = state.invocations.unwrap_or((retries, max_age));
        state.invocations = Some((most.max(retries), longest.max(max_age)));
    }

    /// The same for a target of a rule or schedule: numbers that its trigger gives are meant for
    /// Lambda's own tries, too.
    pub fn invoked_by_target(
        &mut self,
        function: usize,
        trigger: usize,
        retries: &Value,
        max_age: &Value,
    ) {
        let on = self.trigger(function, trigger);
        let given = |key: &str| on.options.iter().any(|option| option.name == key);
        self.invoked_asynchronously(
            function,
            given("retries").then_some(retries),
            given("max_age").then_some(max_age),
        );
    }

    /// Logical id of a function's dead-letter queue.
    pub(super) fn dead_letters_id(&self, function: usize) -> String {
        self.id(function, "FunctionDeadLetters")
    }

    /// Adds the nodes of a function's dead-letter queue, if it has one, and what its role needs.
    pub(super) fn lower_dead_letters(&mut self, function: usize) {
        let Some(state) = self.state_mut(function).dead_letters.take() else {
            return;
        };
        let owner = &self.app.functions[function].name;
        let id = self.dead_letters_id(function);
        let removal = match self.global("removal", Value::text("retain")) {
            Value::Text(text) if text == "destroy" => Removal::Destroy,
            Value::Computed(_) => {
                self.differs("removal", &format!("the dead letters of `{owner}`"));
                Removal::Retain
            }
            _ => Removal::Retain,
        };
        self.dead_letter_queue(&id, owner, false, removal);
        if !state.senders.is_empty() {
            let allow = |(service, source): (&'static str, Value)| {
                Statement::allow_service(service, "sqs:SendMessage", Value::arn(&id)).when(
                    "ArnEquals",
                    "aws:SourceArn",
                    source,
                )
            };
            let policy = Kind::QueuePolicy(ResourcePolicy {
                of: Value::attribute(&id, Attribute::Url),
                statements: state.senders.into_iter().map(allow).collect(),
            });
            self.node(format!("{id}Policy"), owner, policy);
        }
        if let Some((retries, max_age)) = state.invocations {
            self.lower_invocations(function, retries, max_age);
        }
        self.permit(
            function,
            Permission::wiring(
                &["sqs:SendMessage"],
                On::DeadLetters,
                "Lambda sends what the function could not handle with the function's role",
            ),
        );
    }

    fn lower_invocations(&mut self, function: usize, retries: i64, max_age: i64) {
        let owner = &self.app.functions[function].name;
        let id = self.function_id(function);
        let settings = [
            (
                "async_retries",
                retries,
                "Lambda tries asynchronous events three times at most",
            ),
            (
                "async_max_age",
                max_age,
                "longest that Lambda keeps asynchronous events",
            ),
        ];
        for (key, value, reason) in settings {
            let setting = Setting {
                value: Value::Number(value),
                origin: match value == ASYNC_RETRIES || value == ASYNC_MAX_AGE {
                    true => Origin::Default,
                    false => Origin::Inferred,
                },
                reason: match value == ASYNC_RETRIES || value == ASYNC_MAX_AGE {
                    true => reason.into(),
                    false => "the largest that a trigger asks for".into(),
                },
                span: None,
            };
            self.lowered_mut(function)
                .settings
                .insert(key.into(), setting);
        }
        let config = Kind::EventInvokeConfig(Box::new(EventInvokeConfig {
            function: Value::attribute(&id, Attribute::Name),
            retries: Value::Number(retries),
            max_age: Value::Number(max_age),
            dead_letters: Value::arn(self.dead_letters_id(function)),
        }));
        self.node(format!("{id}AsyncConfig"), owner, config);
    }

    /// The dead-letter queue of a queue that feeds a function: of the same sort, as SQS demands.
    pub fn redrive(
        &mut self,
        queue: &str,
        owner: &str,
        fifo: bool,
        removal: Removal,
        max_receives: Value,
    ) -> Redrive {
        let id = format!("{queue}DeadLetters");
        self.dead_letter_queue(&id, owner, fifo, removal);
        Redrive {
            target: Value::arn(id),
            max_receives,
        }
    }

    fn dead_letter_queue(&mut self, id: &str, owner: &str, fifo: bool, removal: Removal) {
        let retention = self.shared_setting(
            "dead_letter_retention",
            Value::Number(RETENTION),
            "fourteen days, the longest that SQS keeps messages: time to repair and send again",
        );
        self.shared_setting(
            "dead_letter_alarm",
            Value::Number(0),
            "one message is one too many: something failed that nobody waits for",
        );
        let queue = Kind::Queue(Box::new(Queue {
            fifo,
            deduplicate: false,
            high_throughput: false,
            visibility_timeout: None,
            retention: Some(retention),
            delay: None,
            redrive: None,
        }));
        self.stateful_node(id, owner, queue, removal);
        let notify =
            self.metadata.alarm_topic.clone().map(|topic| {
                self.existing_arn(&topic, "AlarmTopicArn", "the topic that alarms go to")
            });
        let alarm = Kind::Alarm(Box::new(Alarm {
            description: format!("Something that `{owner}` could not handle waits in {id}"),
            queue: Value::attribute(id, Attribute::Name),
            notify: notify.into_iter().collect(),
        }));
        self.node(format!("{id}Alarm"), owner, alarm);
        self.output(
            format!("{id}Url"),
            format!("What `{owner}` could not handle"),
            Value::attribute(id, Attribute::Url),
        );
    }
}
