//! The HTTP API.

use ifc_catalog::infra::{Cors, HttpApi, HttpIntegration, HttpRoute, HttpStage};
use serde_json::{Value as Json, json};

use super::Properties;
use super::values::Values;

/// One line of the access log.
const ACCESS_LOG: &str = concat!(
    r#"{"requestId":"$context.requestId","time":"$context.requestTime","#,
    r#""ip":"$context.identity.sourceIp","route":"$context.routeKey","#,
    r#""status":"$context.status","bytes":"$context.responseLength","#,
    r#""milliseconds":"$context.responseLatency","#,
    r#""error":"$context.integrationErrorMessage"}"#
);

pub(super) fn api(values: &mut Values<'_>, api: &HttpApi) -> Properties {
    Properties::default()
        .with("Name", values.render(&api.name))
        .with("ProtocolType", "HTTP")
        .with_some("CorsConfiguration", api.cors.as_ref().map(cors))
}

fn cors(cors: &Cors) -> Json {
    let list = |list: &[String]| (!list.is_empty()).then(|| json!(list));
    Properties::default()
        .with_some("AllowOrigins", list(&cors.origins))
        .with_some("AllowMethods", list(&cors.methods))
        .with_some("AllowHeaders", list(&cors.headers))
        .with_some("ExposeHeaders", list(&cors.expose))
        .with_if(cors.credentials, "AllowCredentials", true)
        .with_some("MaxAge", cors.max_age.map(Json::from))
        .into()
}

pub(super) fn integration(values: &mut Values<'_>, integration: &HttpIntegration) -> Properties {
    Properties::default()
        .with("ApiId", values.render(&integration.api))
        .with("IntegrationType", "AWS_PROXY")
        .with("IntegrationUri", values.render(&integration.function))
        .with("PayloadFormatVersion", "2.0")
}

pub(super) fn route(values: &mut Values<'_>, route: &HttpRoute) -> Properties {
    let target = ifc_catalog::infra::Value::join([
        ifc_catalog::infra::Value::text("integrations/"),
        route.integration.clone(),
    ]);
    Properties::default()
        .with("ApiId", values.render(&route.api))
        .with("RouteKey", route.key.as_str())
        .with("AuthorizationType", "NONE")
        .with("Target", values.render(&target))
}

pub(super) fn stage(values: &mut Values<'_>, stage: &HttpStage) -> Properties {
    Properties::default()
        .with("ApiId", values.render(&stage.api))
        .with("StageName", "$default")
        .with("AutoDeploy", true)
        .with(
            "AccessLogSettings",
            json!({
                "DestinationArn": values.render(&stage.access_logs),
                "Format": ACCESS_LOG,
            }),
        )
        .with(
            "DefaultRouteSettings",
            json!({
                "ThrottlingRateLimit": values.render(&stage.rate_limit),
                "ThrottlingBurstLimit": values.render(&stage.burst_limit),
            }),
        )
}
