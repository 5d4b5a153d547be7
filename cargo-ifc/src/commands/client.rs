//! `cargo ifc invoke`, `send`, `publish`, `put`, `advance` and `redrive`: what they ask of the application
//! that `cargo ifc dev` runs.

use std::io::{Read, Write};
use std::path::Path;

use ifc_compiler::load;
use serde_json::{Map, Value, json};

use super::dev::Running;
use crate::application::{output_folder, refused, selected};
use crate::args::{Advance, Invoke, MessageFormat, Publish, Put, Redrive, Select, SendMessage};
use crate::failure::{Failure, usage};

pub(crate) fn invoke(options: &Invoke) -> Result<(), Failure> {
    let event = text_of(&options.event)?;
    let event: Value = serde_json::from_str(&event).map_err(|error| {
        usage(
            format!("the event in `{}` is not JSON", shown(&options.event)),
            error,
        )
    })?;
    let server = Server::find(&options.select)?;
    let answer = server.post(
        "invoke",
        &json!({ "function": options.function, "event": event }),
    )?;
    if answer["error"].is_null() {
        return print(&answer["returned"]);
    }
    print(&answer["error"])?;
    Err(Failure::Diagnostics)
}

pub(crate) fn send(options: &SendMessage) -> Result<(), Failure> {
    let mut request = json!({ "queue": options.queue, "body": body(&options.body)? });
    set(&mut request, "group", options.group.as_deref());
    if let Some(delay) = options.delay {
        request["delay"] = delay.div_ceil(1000).into();
    }
    let answer = Server::find(&options.select)?.post("send", &request)?;
    print(&answer["answer"])
}

pub(crate) fn publish(options: &Publish) -> Result<(), Failure> {
    let server = Server::find(&options.select)?;
    let mut request = json!({});
    match server.kind(&options.to, &["topic", "bus"])?.as_str() {
        "bus" => {
            request["bus"] = options.to.as_str().into();
            request["detail"] = body(&options.body)?;
            set(&mut request, "detail_type", options.detail_type.as_deref());
            set(&mut request, "source", options.source.as_deref());
        }
        _ => {
            request["topic"] = options.to.as_str().into();
            request["message"] = body(&options.body)?;
            let attributes = options.attribute.iter();
            let attributes: Map<String, Value> = attributes
                .map(|(name, value)| (name.clone(), value.as_str().into()))
                .collect();
            request["attributes"] = attributes.into();
            set(&mut request, "group", options.group.as_deref());
        }
    }
    print(&server.post("publish", &request)?["answer"])
}

pub(crate) fn put(options: &Put) -> Result<(), Failure> {
    let server = Server::find(&options.select)?;
    let kinds = ["bucket", "table", "secret", "parameter"];
    let kind = server.kind(&options.to, &kinds)?;
    if options.typed && kind != "table" {
        return Err(Failure::Usage(format!(
            "`{}` is a {kind}, and `--typed` is for items of tables",
            options.to
        )));
    }
    let mut request = json!({});
    request[&kind] = options.to.as_str().into();
    match kind.as_str() {
        "bucket" => {
            let Some(key) = &options.key else {
                return Err(Failure::Usage("an object needs a key: `--key`".to_owned()));
            };
            request["key"] = key.as_str().into();
            set(
                &mut request,
                "content_type",
                options.content_type.as_deref(),
            );
            let bytes = match &options.value {
                Some(value) => value.clone().into_bytes(),
                None => bytes_of(&options.file)?,
            };
            match String::from_utf8(bytes) {
                Ok(text) => request["body"] = text.into(),
                Err(error) => request["base64"] = base64(error.as_bytes()).into(),
            }
        }
        "table" => {
            let item = value_of(options)?;
            let member = if options.typed { "attributes" } else { "item" };
            request[member] = serde_json::from_str(&item)
                .map_err(|error| usage("the item is not JSON", error))?;
        }
        _ => request["value"] = value_of(options)?.trim_end_matches('\n').into(),
    }
    print(&server.post("put", &request)?["answer"])
}

pub(crate) fn advance(options: &Advance) -> Result<(), Failure> {
    let server = Server::find(&options.select)?;
    print(&server.post("advance", &json!({ "milliseconds": options.by }))?["answer"])
}

pub(crate) fn redrive(options: &Redrive) -> Result<(), Failure> {
    let server = Server::find(&options.select)?;
    print(&server.post("redrive", &json!({ "queue": options.queue }))?["answer"])
}

fn set(request: &mut Value, member: &str, value: Option<&str>) {
    if let Some(value) = value {
        request[member] = value.into();
    }
}

/// A message: JSON as it is, and anything else as text.
fn body(given: &str) -> Result<Value, Failure> {
    let text = match given {
        "-" => text_of("-")?,
        text => text.to_owned(),
    };
    Ok(serde_json::from_str(&text).unwrap_or(Value::String(text)))
}

fn value_of(options: &Put) -> Result<String, Failure> {
    match &options.value {
        Some(value) => Ok(value.clone()),
        None => text_of(&options.file),
    }
}

fn text_of(file: &str) -> Result<String, Failure> {
    String::from_utf8(bytes_of(file)?)
        .map_err(|error| usage(format!("`{}` is not text", shown(file)), error))
}

fn bytes_of(file: &str) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let read = match file {
        "-" => std::io::stdin().lock().read_to_end(&mut bytes).map(drop),
        path => std::fs::read(path).map(|read| bytes = read),
    };
    read.map_err(|error| usage(format!("cannot read `{}`", shown(file)), error))?;
    Ok(bytes)
}

fn shown(file: &str) -> &str {
    match file {
        "-" => "standard input",
        path => path,
    }
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

fn print(value: &Value) -> Result<(), Failure> {
    let text = match value {
        Value::Null => return Ok(()),
        Value::String(text) => text.clone(),
        other => serde_json::to_string_pretty(other).unwrap_or_default(),
    };
    writeln!(std::io::stdout().lock(), "{text}").map_err(|error| usage("cannot print", error))
}

/// The application that runs.
struct Server {
    url: String,
}

impl Server {
    /// Finds it by the file that it leaves beside its state.
    fn find(select: &Select) -> Result<Server, Failure> {
        let (_, request) = selected(select)?;
        let loaded = load::load(&request).map_err(|error| refused(MessageFormat::Human, error))?;
        let name = &loaded.packages[0].name;
        let folder = output_folder(&loaded).join("dev");
        match Running::read(&folder) {
            Some(running) => Ok(Server { url: running.url }),
            None => Err(not_running(name, &folder)),
        }
    }

    /// The kind of a resource, which has to be one of these.
    fn kind(&self, name: &str, kinds: &[&str]) -> Result<String, Failure> {
        let app = self.get("app")?;
        let resources = app["resources"].as_array().cloned().unwrap_or_default();
        let found = resources.iter().find(|resource| resource["name"] == name);
        let kind = found.and_then(|resource| resource["kind"].as_str());
        match kind {
            Some(kind) if kinds.contains(&kind) => Ok(kind.to_owned()),
            Some(kind) => Err(Failure::Usage(format!(
                "`{name}` is a {kind}, and this is for: {}",
                kinds.join(", ")
            ))),
            None => {
                let of_kind = resources.iter().filter(|resource| {
                    resource["kind"]
                        .as_str()
                        .is_some_and(|kind| kinds.contains(&kind))
                });
                let names: Vec<&str> = of_kind.filter_map(|one| one["name"].as_str()).collect();
                Err(Failure::Usage(format!(
                    "there is no resource `{name}`; there are: {}",
                    names.join(", ")
                )))
            }
        }
    }

    fn get(&self, path: &str) -> Result<Value, Failure> {
        let url = format!("{}/_ifc/api/{path}", self.url);
        let response = agent().get(&url).call();
        self.read(response)
    }

    fn post(&self, action: &str, request: &Value) -> Result<Value, Failure> {
        let url = format!("{}/_ifc/api/{action}", self.url);
        let response = agent()
            .post(&url)
            .header("content-type", "application/json")
            .send(request.to_string());
        self.read(response)
    }

    fn read(
        &self,
        response: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
    ) -> Result<Value, Failure> {
        let unreachable = |error| {
            usage(
                format!("the application at {} does not answer", self.url),
                error,
            )
        };
        let mut response = response.map_err(unreachable)?;
        let text = response.body_mut().read_to_string().map_err(unreachable)?;
        let value: Value = serde_json::from_str(&text).unwrap_or_else(|_| json!({ "error": text }));
        match response.status().is_success() {
            true => Ok(value),
            false => Err(Failure::Usage(
                value["error"]
                    .as_str()
                    .unwrap_or("the application refuses that")
                    .to_owned(),
            )),
        }
    }
}

/// Functions may take 15 minutes, so nothing here ends earlier; errors are read like answers.
pub(crate) fn agent() -> ureq::Agent {
    let config = ureq::Agent::config_builder().http_status_as_error(false);
    config.build().new_agent()
}

fn not_running(package: &str, folder: &Path) -> Failure {
    Failure::Usage(format!(
        "`{package}` does not run here: start it with `cargo ifc dev` (there is no {})",
        folder.join("server.json").display()
    ))
}
