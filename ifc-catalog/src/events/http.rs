//! `#[on(http(POST, "/orders"))]`: a route of the application's HTTP API.

use super::{ArgKind, EventSource, Form, no_rules};
use crate::infra::{Attribute, HttpIntegration, HttpRoute, InvokePermission, Kind, Value};
use crate::lower::{Lowering, names};
use crate::options::{OptionSpec, ValueKind};
use crate::route;

pub(super) static SOURCE: EventSource = EventSource {
    name: "http",
    form: Form::Constructor(&[ArgKind::HttpMethod, ArgKind::Route]),
    // axum's own limit for extractors.
    handler_args: (0, 16),
    options: &[OptionSpec::new(
        "layer",
        ValueKind::Path,
        "A `fn(axum::Router) -> axum::Router` that adds tower layers or state.",
    )],
    rules: no_rules,
    doc: "A route of the HTTP API; the handler is an axum handler.",
    lower,
};

fn lower(lowering: &mut Lowering<'_>, function: usize, trigger: usize) {
    let on = lowering.trigger(function, trigger);
    let owner = &lowering.app.functions[function].name;
    let [method, path] = on.args.as_slice() else {
        return;
    };
    // A path that does not parse is reported where the attribute is read.
    let Ok(parsed) = route::parse(path) else {
        return;
    };
    let api = lowering.http_api();
    let integration = lowering.id(function, "FunctionIntegration");
    let earlier = &lowering.app.functions[function].triggers[..trigger];
    if !earlier.iter().any(|on| on.source == SOURCE.name) {
        let node = Kind::HttpIntegration(Box::new(HttpIntegration {
            api: api.clone(),
            function: lowering.function_arn(function),
        }));
        lowering.node(integration.clone(), owner, node);
    }
    let route = [
        &names::pascal(method),
        &*names::route(&parsed.text),
        "Route",
    ]
    .concat();
    let path = parsed.api_gateway();
    let node = Kind::HttpRoute(Box::new(HttpRoute {
        api: api.clone(),
        key: [method, " ", &*path].concat(),
        integration: Value::attribute(integration, Attribute::Id),
    }));
    let permission_id = [&*route, "Permission"].concat();
    lowering.node(route, owner, node);
    let verb = match method.as_str() {
        "ANY" => "*",
        verb => verb,
    };
    let permission = Kind::InvokePermission(Box::new(InvokePermission {
        function: lowering.function_arn(function),
        service: "apigateway.amazonaws.com".into(),
        source: Value::local_arn(
            "execute-api",
            [api, Value::text(["/*/", verb, &*path].concat())],
        ),
        source_account: None,
    }));
    lowering.node(permission_id, owner, permission);
}
