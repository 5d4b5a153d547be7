//! Logs as JSON lines that carry the ids of the event being handled.
//!
//! ```json
//! {"timestamp":"2026-01-31T08:00:00.125Z","level":"INFO","target":"orders::place","message":"placed",
//!  "function":"place","requestId":"..","correlationId":"..","traceId":"..","fields":{"order":"o-17"}}
//! ```
//!
//! `fields` holds those of the event and of the spans around it. `RUST_LOG` chooses what is written
//! (`info,orders=debug`), or else `AWS_LAMBDA_LOG_LEVEL`; without both it is `info`, and `warn` for the SDK.
//! A terminal gets plain text.

use std::fmt;
use std::io::{IsTerminal, Write};
use std::str::FromStr;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Context as LayerContext, SubscriberExt};
use tracing_subscriber::registry::{LookupSpan, Registry};

use crate::context;

/// Starts logging for the process. Does nothing if the program has set up its own subscriber.
pub fn init() {
    let format = if std::io::stdout().is_terminal() {
        Format::Text
    } else {
        Format::Json
    };
    let variable = |name: &str| std::env::var(name).ok();
    let filter = filter(variable("RUST_LOG"), variable("AWS_LAMBDA_LOG_LEVEL"));
    let lines = Lines {
        format,
        write: |line: &[u8]| drop(std::io::stdout().lock().write_all(line)),
    };
    // Fails only if there is a subscriber already.
    let _ = tracing::subscriber::set_global_default(Registry::default().with(filter).with(lines));
}

/// A subscriber that gives each line as plain text, for tests.
#[cfg(feature = "local")]
pub(crate) fn text(write: impl Fn(&[u8]) + Send + Sync + 'static) -> impl Subscriber + Send + Sync {
    let lines = Lines {
        format: Format::Text,
        write,
    };
    let filter = filter(std::env::var("RUST_LOG").ok(), None);
    Registry::default().with(filter).with(lines)
}

fn filter(rust_log: Option<String>, lambda_level: Option<String>) -> Targets {
    if let Some(targets) = rust_log.and_then(|text| Targets::from_str(&text).ok()) {
        return targets;
    }
    let level = lambda_level
        .and_then(|text| match text.to_ascii_lowercase().as_str() {
            // Lambda has a level that `tracing` has not.
            "fatal" => Some(LevelFilter::ERROR),
            text => LevelFilter::from_str(text).ok(),
        })
        .unwrap_or(LevelFilter::INFO);
    let quiet = level.min(LevelFilter::WARN);
    ["aws_config", "aws_runtime", "aws_smithy", "hyper", "rustls"]
        .into_iter()
        .chain(ID_SPANS)
        .fold(Targets::new().with_default(level), |targets, name| {
            targets.with_target(name, quiet)
        })
}

#[derive(Clone, Copy)]
enum Format {
    Json,
    Text,
}

struct Lines<W> {
    format: Format,
    write: W,
}

/// Spans with the ids of the invocation, which stand on every line by themselves.
const ID_SPANS: [&str; 2] = ["ifc_runtime::dispatch", "lambda_runtime"];

struct SpanFields(Map<String, Value>);

impl<S, W> Layer<S> for Lines<W>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    W: Fn(&[u8]) + 'static,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, ctx: LayerContext<'_, S>) {
        let target = attributes.metadata().target();
        if ID_SPANS.iter().any(|known| target.starts_with(known)) {
            return;
        }
        if let Some(span) = ctx.span(id) {
            let mut fields = Fields::default();
            attributes.record(&mut fields);
            span.extensions_mut().insert(SpanFields(fields.0));
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, ctx: LayerContext<'_, S>) {
        if let Some(span) = ctx.span(id)
            && let Some(SpanFields(known)) = span.extensions_mut().get_mut()
        {
            let mut fields = Fields::default();
            values.record(&mut fields);
            known.extend(fields.0);
        }
    }

    fn on_event(&self, event: &Event<'_>, ctx: LayerContext<'_, S>) {
        let mut fields = Map::new();
        for span in ctx
            .event_scope(event)
            .into_iter()
            .flat_map(|scope| scope.from_root())
        {
            if let Some(SpanFields(known)) = span.extensions().get() {
                fields.extend(known.clone());
            }
        }
        let mut own = Fields::default();
        event.record(&mut own);
        let message = own.0.remove("message");
        fields.extend(own.0);
        let mut line = match self.format {
            Format::Json => json_line(event.metadata(), message, fields, SystemTime::now()),
            Format::Text => text_line(event.metadata(), message, &fields),
        };
        line.push('\n');
        (self.write)(line.as_bytes());
    }
}

fn json_line(
    metadata: &Metadata<'_>,
    message: Option<Value>,
    fields: Map<String, Value>,
    now: SystemTime,
) -> String {
    let mut line = Map::new();
    let mut text = |key: &str, value: &str| {
        if !value.is_empty() {
            line.insert(key.to_owned(), Value::String(value.to_owned()));
        }
    };
    text("timestamp", &timestamp(now));
    text("level", metadata.level().as_str());
    text("target", metadata.target());
    context::with_current(|context| {
        text("function", &context.function);
        text("requestId", &context.request_id);
        text("correlationId", &context.correlation_id);
        text(
            "traceId",
            context
                .trace_header
                .as_deref()
                .and_then(trace_id)
                .unwrap_or_default(),
        );
    });
    line.insert("message".to_owned(), message.unwrap_or_default());
    if !fields.is_empty() {
        line.insert("fields".to_owned(), Value::Object(fields));
    }
    Value::Object(line).to_string()
}

fn text_line(
    metadata: &Metadata<'_>,
    message: Option<Value>,
    fields: &Map<String, Value>,
) -> String {
    let message = match message {
        Some(Value::String(text)) => text,
        Some(other) => other.to_string(),
        None => String::new(),
    };
    let mut line = format!("{:5} {}: {message}", metadata.level(), metadata.target());
    for (name, value) in fields {
        line.push_str(&format!(" {name}={value}"));
    }
    line
}

fn trace_id(header: &str) -> Option<&str> {
    header
        .split(';')
        .find_map(|part| part.trim().strip_prefix("Root="))
}

/// The fields of an event or span as JSON.
#[derive(Default)]
struct Fields(Map<String, Value>);

impl Fields {
    fn insert(&mut self, field: &Field, value: impl Into<Value>) {
        self.0.insert(field.name().to_owned(), value.into());
    }
}

impl Visit for Fields {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.insert(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.insert(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.insert(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.insert(field, value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.insert(field, value);
    }

    fn record_error(&mut self, field: &Field, value: &(dyn std::error::Error + 'static)) {
        let mut text = value.to_string();
        let mut source = value.source();
        while let Some(cause) = source {
            let cause_text = cause.to_string();
            if !text.contains(&cause_text) {
                text.push_str(": ");
                text.push_str(&cause_text);
            }
            source = cause.source();
        }
        self.insert(field, text);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.insert(field, format!("{value:?}"));
    }
}

/// `2026-01-31T08:00:00.125Z`
fn timestamp(time: SystemTime) -> String {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    let (days, second) = (since.as_secs() / 86_400, since.as_secs() % 86_400);
    let (year, month, day) = civil_date(days);
    format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}.{:03}Z",
        second / 3600,
        second / 60 % 60,
        second % 60,
        since.subsec_millis()
    )
}

/// Year, month and day from the days since 1970. Years begin in March here, so that the leap day is
/// their last.
fn civil_date(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    (era * 400 + year_of_era + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};
    use std::time::Duration;

    #[test]
    fn timestamps() {
        for (millis, text) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (951_782_400_125, "2000-02-29T00:00:00.125Z"),
            (1_769_846_399_999, "2026-01-31T07:59:59.999Z"),
            (4_102_444_800_000, "2100-01-01T00:00:00.000Z"),
        ] {
            assert_eq!(timestamp(UNIX_EPOCH + Duration::from_millis(millis)), text);
        }
    }

    #[tokio::test]
    async fn lines_have_ids_message_and_fields() {
        let written = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&written);
        let lines = Lines {
            format: Format::Json,
            write: move |line: &[u8]| sink.lock().expect("unpoisoned").push(line.to_vec()),
        };
        let subscriber = Registry::default().with(filter(None, None)).with(lines);
        let _guard = tracing::subscriber::set_default(subscriber);
        let context = context::Context {
            function: "place".into(),
            request_id: "r-1".into(),
            correlation_id: "c-1".into(),
            trace_header: Some("Root=1-2;Sampled=1".into()),
            deadline: None,
        };
        context::scope(context, async {
            let span = tracing::info_span!("order", id = "o-1", total = tracing::field::Empty);
            let _entered = span.enter();
            span.record("total", 12);
            tracing::info!(lines = 3, "placed \"{}\"", "now");
            tracing::debug!("not written");
        })
        .await;
        let written = written.lock().expect("unpoisoned");
        assert_eq!(written.len(), 1);
        assert!(written[0].ends_with(b"\n"));
        let line: Value = serde_json::from_slice(&written[0]).expect("JSON");
        assert_eq!(line["message"], "placed \"now\"");
        assert_eq!(line["level"], "INFO");
        assert_eq!(line["function"], "place");
        assert_eq!(line["requestId"], "r-1");
        assert_eq!(line["correlationId"], "c-1");
        assert_eq!(line["traceId"], "1-2");
        assert_eq!(
            line["fields"],
            serde_json::json!({"id": "o-1", "total": 12, "lines": 3})
        );
    }

    #[test]
    fn the_environment_chooses_what_is_written() {
        use tracing::Level;
        let default = filter(None, None);
        assert!(default.would_enable("orders", &Level::INFO));
        assert!(!default.would_enable("orders", &Level::DEBUG));
        assert!(!default.would_enable("aws_smithy_runtime", &Level::INFO));
        let lambda = filter(None, Some("FATAL".into()));
        assert!(!lambda.would_enable("orders", &Level::WARN));
        let own = filter(Some("warn,orders=debug".into()), Some("ERROR".into()));
        assert!(own.would_enable("orders", &Level::DEBUG));
        assert!(!own.would_enable("other", &Level::INFO));
    }
}
