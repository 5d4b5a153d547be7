//! Objects that are created in or removed from a bucket.

use serde::Deserialize;

use super::read;
use crate::Bucket;
use crate::backend::BoxFuture;
use crate::dispatch::{Each, Payload, Reply, Trigger, done, guarded};

/// What happened to an object.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ObjectEvent {
    /// Key, as the object was written.
    pub key: String,
    /// Physical name of the bucket.
    pub bucket: String,
    /// Size in bytes; none if the object is gone.
    pub size: Option<u64>,
    /// Hash of the contents, if they are known.
    pub etag: Option<String>,
    /// Version, if the bucket keeps versions.
    pub version: Option<String>,
    /// `ObjectCreated:Put`, `ObjectRemoved:Delete`.
    pub event: String,
    /// When it happened, as in `2027-01-31T08:00:00.000Z`.
    pub time: String,
    /// Grows with each event of one key: of two, the one with the larger text is the later.
    pub sequencer: Option<String>,
}

/// The notifications of a bucket, as a source.
#[derive(Debug)]
pub struct Objects;

/// `#[on(BUCKET.created())]`.
pub fn created(_bucket: &Bucket) -> Objects {
    Objects
}

/// `#[on(BUCKET.removed())]`.
pub fn removed(_bucket: &Bucket) -> Objects {
    Objects
}

#[derive(Deserialize)]
struct S3Event {
    #[serde(rename = "Records")]
    records: Vec<S3Record>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct S3Record {
    #[serde(default)]
    event_name: String,
    #[serde(default)]
    event_time: String,
    s3: S3Entity,
}

#[derive(Deserialize)]
struct S3Entity {
    bucket: S3Bucket,
    object: S3Object,
}

#[derive(Deserialize)]
struct S3Bucket {
    name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct S3Object {
    key: String,
    #[serde(default)]
    size: Option<u64>,
    #[serde(default)]
    e_tag: Option<String>,
    #[serde(default)]
    version_id: Option<String>,
    #[serde(default)]
    sequencer: Option<String>,
}

/// A key as S3 writes it into events: encoded like a form, with `+` for a space.
fn decode_key(key: &str) -> String {
    let mut out = Vec::with_capacity(key.len());
    let mut rest = key.as_bytes();
    while let [byte, tail @ ..] = rest {
        rest = tail;
        match (byte, tail) {
            (b'+', _) => out.push(b' '),
            (b'%', [high, low, behind @ ..]) => match (hex(*high), hex(*low)) {
                (Some(high), Some(low)) => {
                    out.push(high * 16 + low);
                    rest = behind;
                }
                _ => out.push(b'%'),
            },
            (other, _) => out.push(*other),
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).map(|value| value as u8)
}

impl From<S3Record> for ObjectEvent {
    fn from(record: S3Record) -> Self {
        let object = record.s3.object;
        ObjectEvent {
            key: decode_key(&object.key),
            bucket: record.s3.bucket.name,
            size: object.size,
            etag: object.e_tag,
            version: object.version_id,
            event: record.event_name,
            time: record.event_time,
            sequencer: object.sequencer,
        }
    }
}

impl Payload<Objects> for ObjectEvent {
    type Mode = Each;

    fn trigger<F>(handler: F) -> Trigger
    where
        F: Fn(ObjectEvent) -> BoxFuture<'static, Reply> + Send + Sync + 'static,
    {
        let handler = std::sync::Arc::new(handler);
        Trigger {
            source: "bucket",
            deliver: Box::new(move |event| {
                let handler = handler.clone();
                Box::pin(async move {
                    let s3: S3Event = read(&event.payload, "the notification of the bucket")?;
                    let mut reply = Reply::Done;
                    // S3 sends one at a time; the form allows more.
                    for record in s3.records {
                        let future = async { handler(record.into()).await };
                        reply = guarded(event.context.clone(), None, future).await;
                        if matches!(reply, Reply::Failed(_)) {
                            break;
                        }
                    }
                    done(reply)
                })
            }),
        }
    }
}
