//! The HTTP API.

use ifc_catalog::infra::{Cors, HttpApi, HttpIntegration, HttpRoute, HttpStage, Value};

use super::out::Out;
use super::properties::Properties;

/// One line of the access log.
const ACCESS_LOG: &str = concat!(
    r#"{"requestId":"$context.requestId","time":"$context.requestTime","#,
    r#""ip":"$context.identity.sourceIp","route":"$context.routeKey","#,
    r#""status":"$context.status","bytes":"$context.responseLength","#,
    r#""milliseconds":"$context.responseLatency","#,
    r#""error":"$context.integrationErrorMessage"}"#
);

pub(super) fn api(to: &mut Properties<'_, '_>, api: &HttpApi) {
    if let Some(cors) = &api.cors {
        to.set("CorsConfiguration", |out| self::cors(out, cors));
    }
    to.value("Name", &api.name);
    to.text("ProtocolType", "HTTP");
}

fn cors(out: &mut Out<'_>, cors: &Cors) {
    let list = |out: &mut Out<'_>, name: &'static str, texts: &[String]| {
        if !texts.is_empty() {
            out.name(name).texts(texts);
        }
    };
    out.object(|out| {
        if cors.credentials {
            out.name("AllowCredentials").bool(true);
        }
        list(out, "AllowHeaders", &cors.headers);
        list(out, "AllowMethods", &cors.methods);
        list(out, "AllowOrigins", &cors.origins);
        list(out, "ExposeHeaders", &cors.expose);
        if let Some(seconds) = cors.max_age {
            out.name("MaxAge").number(seconds);
        }
    });
}

pub(super) fn integration(to: &mut Properties<'_, '_>, integration: &HttpIntegration) {
    to.value("ApiId", &integration.api);
    to.text("IntegrationType", "AWS_PROXY");
    to.value("IntegrationUri", &integration.function);
    to.text("PayloadFormatVersion", "2.0");
}

pub(super) fn route(to: &mut Properties<'_, '_>, route: &HttpRoute) {
    to.value("ApiId", &route.api);
    to.text("AuthorizationType", "NONE");
    to.text("RouteKey", &route.key);
    let target = [Value::text("integrations/"), route.integration.clone()];
    to.value("Target", &Value::join(target));
}

pub(super) fn stage(to: &mut Properties<'_, '_>, stage: &HttpStage) {
    to.set("AccessLogSettings", |out| {
        out.object(|out| {
            out.name("DestinationArn").value(&stage.access_logs);
            out.name("Format").text(ACCESS_LOG);
        });
    });
    to.value("ApiId", &stage.api);
    to.bool("AutoDeploy", true);
    to.set("DefaultRouteSettings", |out| {
        out.object(|out| {
            out.name("ThrottlingBurstLimit").value(&stage.burst_limit);
            out.name("ThrottlingRateLimit").value(&stage.rate_limit);
        });
    });
    to.text("StageName", "$default");
}
