//! Streams: the changes of a table's items in the last 24 hours, in shards.
//!
//! A stream has [`SHARDS`] shards, and the hash of an item's partition key says which one has its
//! changes: the changes of one key are in order, those of different keys can be read side by side. On
//! AWS a stream has about one shard for each partition of the table.
//!
//! Source: DynamoDB Developer Guide, "Change data capture for DynamoDB Streams"; DynamoDB Streams API
//! Reference.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::key::KeyValue;
use super::schema::Table;
use super::value::{Item, item_size, write_item};
use super::{Tables, missing};
use crate::error::ApiError;
use crate::moment;

/// Shards of a stream.
pub const SHARDS: usize = 4;
/// Records that `GetRecords` gives at most.
const PAGE: u64 = 1000;
/// Milliseconds for which an iterator can be used.
const ITERATOR: u64 = 15 * 60 * 1000;
/// What is added to a sequence number to give it the 21 digits that AWS's have at least.
const FIRST: u128 = 100_000_000_000_000_000_000;

/// A stream of a table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Stream {
    /// `NEW_AND_OLD_IMAGES` and the like.
    pub(crate) view: String,
    /// When it began, which tells it from earlier streams of the table.
    created: u64,
    shards: Vec<VecDeque<Change>>,
    /// Number of the last change.
    last: u64,
}

/// A change of an item.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Change {
    sequence: u64,
    at: u64,
    keys: Item,
    /// The item before and after, as the whole change; the view is applied when it is read.
    before: Option<Item>,
    after: Option<Item>,
    /// Whether the end of its time removed it.
    expired: bool,
}

/// A record of a stream, as Lambda passes it on.
#[derive(Clone, Debug, PartialEq)]
pub struct StreamRecord {
    /// Its place: greater than that of all records before it in the stream.
    pub sequence: u64,
    /// When the item changed, in milliseconds since 1970.
    pub at: u64,
    /// The element of `Records` in the event of a function.
    pub record: Value,
}

/// A sequence number as AWS writes it.
fn written(sequence: u64) -> String {
    (FIRST + u128::from(sequence)).to_string()
}

fn read_sequence(text: &str) -> Option<u64> {
    let number = text.parse::<u128>().ok()?.checked_sub(FIRST)?;
    u64::try_from(number).ok()
}

impl Stream {
    pub(crate) fn new(view: &str, now: u64) -> Result<Stream, ApiError> {
        let views = ["KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"];
        if !views.contains(&view) {
            return Err(ApiError::validation(format!(
                "1 validation error detected: Value '{view}' at 'streamSpecification.streamViewType' failed to satisfy constraint: Member must satisfy enum value set: [NEW_IMAGE, OLD_IMAGE, NEW_AND_OLD_IMAGES, KEYS_ONLY]"
            )));
        }
        Ok(Stream {
            view: view.to_owned(),
            created: now,
            shards: vec![VecDeque::new(); SHARDS],
            last: 0,
        })
    }

    /// `2013-05-24T00:00:00.000`.
    pub(crate) fn label(&self) -> String {
        moment::iso(self.created).trim_end_matches('Z').to_owned()
    }

    pub(crate) fn arn(&self, table: &Table) -> String {
        format!("{}/stream/{}", table.arn, self.label())
    }

    /// Notes a change of the item with this partition key.
    pub(crate) fn note(
        &mut self,
        partition: &KeyValue,
        keys: Item,
        (before, after): (Option<Item>, Option<Item>),
        expired: bool,
        now: u64,
    ) {
        self.last += 1;
        let change = Change {
            sequence: self.last,
            at: now,
            keys,
            before,
            after,
            expired,
        };
        let shard = (partition.hash() % SHARDS as u64) as usize;
        if let Some(shard) = self.shards.get_mut(shard) {
            trim(shard, now);
            shard.push_back(change);
        }
    }

    pub(crate) fn trim(&mut self, now: u64) {
        for shard in &mut self.shards {
            trim(shard, now);
        }
    }

    /// The changes of a shard behind a place.
    fn behind(&self, shard: usize, after: u64, now: u64) -> impl Iterator<Item = &Change> {
        let changes = self.shards.get(shard);
        changes.into_iter().flat_map(move |changes| {
            let start = changes.partition_point(|change| change.sequence <= after);
            let rest = changes.range(start..);
            rest.skip_while(move |change| change.at + moment::DAY <= now)
        })
    }
}

/// Records are kept for 24 hours.
fn trim(shard: &mut VecDeque<Change>, now: u64) {
    while let Some(first) = shard.front()
        && first.at + moment::DAY <= now
    {
        shard.pop_front();
    }
}

impl Change {
    /// As `GetRecords` gives it.
    fn show(&self, stream: &str, view: &str) -> Value {
        let name = match (&self.before, &self.after) {
            (None, _) => "INSERT",
            (Some(_), Some(_)) => "MODIFY",
            (Some(_), None) => "REMOVE",
        };
        let mut size = item_size(&self.keys);
        let mut inner = json!({
            "ApproximateCreationDateTime": self.at / 1000,
            "Keys": write_item(&self.keys),
            "SequenceNumber": written(self.sequence),
            "StreamViewType": view,
        });
        for (member, image, views) in [
            ("NewImage", &self.after, ["NEW_IMAGE", "NEW_AND_OLD_IMAGES"]),
            (
                "OldImage",
                &self.before,
                ["OLD_IMAGE", "NEW_AND_OLD_IMAGES"],
            ),
        ] {
            if let (Some(image), true) = (image, views.contains(&view)) {
                size += item_size(image);
                inner[member] = write_item(image);
            }
        }
        inner["SizeBytes"] = size.into();
        let id = crate::digest::md5(format!("{stream}/{}", self.sequence).as_bytes());
        let mut record = json!({
            "eventID": id,
            "eventName": name,
            "eventVersion": "1.1",
            "eventSource": "aws:dynamodb",
            "awsRegion": crate::REGION,
            "dynamodb": inner,
        });
        if self.expired {
            record["userIdentity"] =
                json!({ "PrincipalId": "dynamodb.amazonaws.com", "Type": "Service" });
        }
        record
    }

    /// As Lambda passes it on, which names the stream and writes the identity in its own way.
    fn event(&self, stream: &str, view: &str) -> Value {
        let mut record = self.show(stream, view);
        record["eventSourceARN"] = stream.into();
        if self.expired {
            record["userIdentity"] =
                json!({ "type": "Service", "principalId": "dynamodb.amazonaws.com" });
        }
        record
    }
}

impl Tables {
    /// The ARN of the stream of a table, if it has one.
    pub fn stream_arn(&self, table: &str) -> Option<String> {
        let table = self.named(table).ok()?;
        Some(table.stream.as_ref()?.arn(table))
    }

    /// The place of the last change in a stream, by its ARN: where reading begins that is to see what
    /// comes from now on (`LATEST`). What is to see all that is there begins with 0 (`TRIM_HORIZON`).
    pub fn stream_end(&self, stream: &str) -> Option<u64> {
        let (_, stream) = self.streaming(stream).ok()?;
        Some(stream.last)
    }

    /// The records of a shard behind a place, in order; a shard is a number below [`SHARDS`].
    pub fn read_stream(
        &self,
        stream: &str,
        shard: usize,
        after: u64,
        limit: usize,
        now: u64,
    ) -> Vec<StreamRecord> {
        let Ok((table, found)) = self.streaming(stream) else {
            return Vec::new();
        };
        let arn = found.arn(table);
        let changes = found.behind(shard, after, now).take(limit);
        changes
            .map(|change| StreamRecord {
                sequence: change.sequence,
                at: change.at,
                record: change.event(&arn, &found.view),
            })
            .collect()
    }

    /// A stream by its ARN.
    fn streaming(&self, arn: &str) -> Result<(&Table, &Stream), ApiError> {
        let name = arn
            .split_once(":table/")
            .and_then(|(_, rest)| rest.split('/').next());
        let table = self.tables.get(name.unwrap_or_default());
        let found = table.and_then(|table| Some((table, table.stream.as_ref()?)));
        found
            .filter(|(table, stream)| stream.arn(table) == arn)
            .ok_or_else(|| {
                ApiError::new(
                    "ResourceNotFoundException",
                    format!("Requested resource not found: Stream: {arn} not found"),
                )
            })
    }

    pub(super) fn list_streams(&self, request: &Value) -> Result<Value, ApiError> {
        let only = request["TableName"].as_str();
        let tables = self
            .tables
            .values()
            .filter(|table| only.is_none_or(|only| only == table.name));
        let streams = tables.filter_map(|table| {
            let stream = table.stream.as_ref()?;
            Some(json!({
                "StreamArn": stream.arn(table),
                "StreamLabel": stream.label(),
                "TableName": table.name,
            }))
        });
        Ok(json!({ "Streams": streams.collect::<Vec<_>>() }))
    }

    pub(super) fn describe_stream(&self, request: &Value) -> Result<Value, ApiError> {
        let arn = request["StreamArn"].as_str().unwrap_or_default();
        let (table, stream) = self.streaming(arn)?;
        let shards = (0..SHARDS).map(|shard| {
            json!({
                "ShardId": shard_id(shard),
                "SequenceNumberRange": { "StartingSequenceNumber": written(0) },
            })
        });
        Ok(json!({ "StreamDescription": {
            "StreamArn": arn,
            "StreamLabel": stream.label(),
            "StreamStatus": "ENABLED",
            "StreamViewType": stream.view,
            "CreationRequestDateTime": moment::seconds(stream.created),
            "TableName": table.name,
            "KeySchema": table.keys.describe(),
            "Shards": shards.collect::<Vec<_>>(),
        }}))
    }

    pub(super) fn shard_iterator(&self, request: &Value, now: u64) -> Result<Value, ApiError> {
        let arn = request["StreamArn"].as_str().unwrap_or_default();
        let (_, stream) = self.streaming(arn)?;
        let shard = (0..SHARDS)
            .find(|shard| request["ShardId"] == shard_id(*shard))
            .ok_or_else(|| {
                ApiError::new(
                    "ResourceNotFoundException",
                    "Requested resource not found: Shard",
                )
            })?;
        let given = request["SequenceNumber"].as_str().and_then(read_sequence);
        let given =
            || given.ok_or_else(|| ApiError::validation("The sequence number is missing or wrong"));
        let after = match request["ShardIteratorType"].as_str() {
            Some("TRIM_HORIZON") => 0,
            Some("LATEST") => stream.last,
            Some("AFTER_SEQUENCE_NUMBER") => given()?,
            Some("AT_SEQUENCE_NUMBER") => given()?.saturating_sub(1),
            _ => {
                return Err(ApiError::validation(
                    "The iterator type is missing or wrong",
                ));
            }
        };
        Ok(json!({ "ShardIterator": iterator(arn, shard, after, now) }))
    }

    pub(super) fn get_records(&self, request: &Value, now: u64) -> Result<Value, ApiError> {
        let given = request["ShardIterator"].as_str().unwrap_or_default();
        let mut parts = given.split('|');
        let arn = parts.next().unwrap_or_default();
        let mut number = || parts.next()?.parse::<u64>().ok();
        let (Some(shard), Some(after), Some(issued)) = (number(), number(), number()) else {
            return Err(ApiError::validation("Invalid ShardIterator"));
        };
        if issued + ITERATOR < now {
            return Err(ApiError::new(
                "ExpiredIteratorException",
                "The shard iterator has expired and can no longer be used.",
            ));
        }
        let limit = match &request["Limit"] {
            Value::Null => PAGE,
            limit => limit.as_u64().filter(|limit| (1..=PAGE).contains(limit)).ok_or_else(|| {
                ApiError::validation(format!(
                    "1 validation error detected: Value '{limit}' at 'limit' failed to satisfy constraint: Member must have value less than or equal to {PAGE}"
                ))
            })?,
        };
        let (_, stream) = self.streaming(arn)?;
        let shard = shard as usize;
        let changes: Vec<&Change> = stream
            .behind(shard, after, now)
            .take(limit as usize)
            .collect();
        let after = changes.last().map_or(after, |change| change.sequence);
        let records = changes.iter().map(|change| change.show(arn, &stream.view));
        Ok(json!({
            "Records": records.collect::<Vec<_>>(),
            "NextShardIterator": iterator(arn, shard, after, now),
        }))
    }

    /// Turns the stream of a table on or off as a request says, if it says something.
    pub(super) fn set_stream(&mut self, request: &Value, now: u64) -> Result<(), ApiError> {
        let wanted = &request["StreamSpecification"];
        if wanted.is_null() {
            return Ok(());
        }
        let name = self.of(request)?.name.clone();
        let table = self.tables.get_mut(&name).ok_or_else(missing)?;
        match (wanted["StreamEnabled"] == true, &table.stream) {
            (true, Some(_)) => Err(ApiError::validation("Table already has an enabled stream")),
            (true, None) => {
                let view = wanted["StreamViewType"].as_str().unwrap_or_default();
                table.stream = Some(Stream::new(view, now)?);
                Ok(())
            }
            (false, Some(_)) => {
                table.stream = None;
                Ok(())
            }
            (false, None) => Err(ApiError::validation(
                "Table does not have a stream to disable",
            )),
        }
    }
}

/// The id of a shard.
pub(crate) fn shard_id(shard: usize) -> String {
    format!("shardId-{shard:020}-00000000")
}

fn iterator(arn: &str, shard: usize, after: u64, now: u64) -> String {
    format!("{arn}|{shard}|{after}|{now}")
}
