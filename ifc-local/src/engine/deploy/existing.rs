//! Resources of other stacks, which are empty here.

use ifc_catalog::infra;
use ifc_catalog::manifest::Resource;
use serde_json::{Map, Value, json};

use super::stateful::{make_queue, make_table, set_time_to_live, table_request};
use super::{DeployError, Deployment};
use crate::engine::Engine;
use crate::error::ApiError;

impl Deployment<'_> {
    /// Resources of other stacks, empty.
    pub(super) fn existing(&mut self, engine: &mut Engine, now: u64) {
        for (name, existing) in self.stack.existing_resources() {
            let Some(resource) = self.stack.manifest.resources.get(name) else {
                continue;
            };
            let arn = self.stack.existing_arn(existing);
            let last = arn.rsplit([':', '/']).next().unwrap_or_default().to_owned();
            let made = match resource.kind.as_str() {
                "queue" => {
                    let mut attributes = Map::new();
                    if last.ends_with(".fifo") {
                        attributes.insert("FifoQueue".into(), "true".into());
                        attributes.insert("ContentBasedDeduplication".into(), "true".into());
                    }
                    make_queue(engine, &last, attributes, now)
                }
                "topic" => {
                    let mut attributes = Map::new();
                    if last.ends_with(".fifo") {
                        attributes.insert("FifoTopic".into(), "true".into());
                        attributes.insert("ContentBasedDeduplication".into(), "true".into());
                    }
                    let request = json!({ "Name": last, "Attributes": attributes });
                    engine
                        .topics
                        .call("CreateTopic", &request, None, now)
                        .map(drop)
                }
                "bucket" if !engine.buckets.exists(&last) => {
                    let request = json!({ "Bucket": last });
                    let made = engine
                        .buckets
                        .call("CreateBucket", &request, Vec::new(), now);
                    made.map(drop)
                }
                "bus" if engine.buses.find(&last).is_none() => {
                    let request = json!({ "Name": last });
                    engine
                        .buses
                        .call("CreateEventBus", &request, None, now)
                        .map(drop)
                }
                "table" => table(engine, name, &last, resource, now),
                "parameter" => {
                    engine.parameters.awaits(&arn);
                    Ok(())
                }
                "secret" if engine.secrets.arn(&last).is_none() => {
                    let request = json!({ "Name": last });
                    engine.secrets.call("CreateSecret", &request, now).map(drop)
                }
                _ => Ok(()),
            };
            if let Err(error) = made {
                self.errors.push(DeployError {
                    node: name.to_owned(),
                    error,
                });
            }
            engine.names.insert(arn, name.to_owned());
        }
    }
}

/// A table with the keys and indexes that its item has.
fn table(
    engine: &mut Engine,
    owner: &str,
    name: &str,
    resource: &Resource,
    now: u64,
) -> Result<(), ApiError> {
    let key = |key: &Value| {
        let text = |member: &str| Some(key[member].as_str()?.to_owned());
        Some(infra::Key {
            name: text("name")?,
            kind: text("type")?,
        })
    };
    let detail = |name: &str| resource.details.get(name).unwrap_or(&Value::Null);
    let keys = detail("key");
    // Items without a schema are an error of the compiler.
    let Some(partition_key) = key(&keys["partition"]) else {
        return Ok(());
    };
    let indexes = detail("indexes").as_object().into_iter().flatten();
    let indexes = indexes.filter_map(|(name, keys)| {
        Some(infra::Index {
            name: name.clone(),
            partition_key: key(&keys["partition"])?,
            sort_key: key(&keys["sort"]),
        })
    });
    let table = infra::Table {
        partition_key,
        sort_key: key(&keys["sort"]),
        indexes: indexes.collect(),
        ttl: detail("ttl").as_str().map(str::to_owned),
        stream: None,
        point_in_time_recovery: infra::Value::Bool(false),
        deletion_protection: infra::Value::Bool(false),
    };
    make_table(engine, owner, &table_request(name, &table), now)?;
    set_time_to_live(engine, name, table.ttl.as_deref(), now)
}
