//! Types in every form that serde has. They are compiled here and read by the compiler as text.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::marker::PhantomData;
use std::num::NonZeroU16;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Plain {
    pub id: String,
    pub email: String,
    pub quantity: u8,
    pub price: f64,
    pub created_at: i64,
    pub is_gift: bool,
    pub initial: char,
    pub note: Option<String>,
    pub tags: Vec<String>,
    pub unit: (),
    pub pair: (u8, String),
    pub key: [u8; 32],
    pub r#type: String,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Unit;

#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Email(pub String);

#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Point(pub f64, pub f64);

#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Nothing {}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct NoneOf();

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Tagged<T> {
    pub value: u32,
    #[serde(skip)]
    pub cache: bool,
    pub of: PhantomData<T>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Renamed {
    pub first_name: String,
    #[serde(rename = "Surname")]
    pub last_name: String,
    #[serde(alias = "mail")]
    pub email_address: String,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all(deserialize = "kebab-case"))]
pub struct OneWay {
    pub reads_kebab: u8,
    #[serde(rename(serialize = "out", deserialize = "in"))]
    pub both: u8,
    #[serde(skip_serializing)]
    pub only_read: u8,
    #[serde(skip_deserializing)]
    pub only_written: u8,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(unix, serde(rename_all = "SCREAMING_SNAKE_CASE"))]
pub struct Conditional {
    pub order_id: String,
    #[cfg(windows)]
    pub drive: String,
    #[cfg_attr(windows, serde(rename = "backslash"))]
    #[cfg_attr(unix, serde(rename = "slash"))]
    pub separator: String,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Skips {
    #[serde(skip)]
    pub open: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub list: Vec<u8>,
    #[serde(default = "one")]
    pub count: u32,
}

fn one() -> u32 {
    1
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct SkipsInTuple(pub u8, #[serde(skip)] pub u8, pub String);

#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Flat {
    pub own: u8,
    #[serde(flatten)]
    pub renamed: Renamed2,
    #[serde(flatten)]
    pub action: Action,
    #[serde(flatten)]
    pub rest: HashMap<String, serde_json::Value>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Renamed2 {
    #[serde(rename = "at")]
    pub changed_at: String,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(
    tag = "action",
    rename_all = "snake_case",
    rename_all_fields = "camelCase"
)]
pub enum Action {
    PlaceOrder { order_id: String },
    Stop,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub enum External {
    Unit,
    Newtype(Email),
    Tuple(u8, u8),
    Named { id: u32 },
    Empty(),
    Bare {},
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExternalRenamed {
    #[serde(skip)]
    Hidden,
    #[serde(rename_all = "camelCase")]
    NamedOne { order_id: u32 },
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type")]
pub enum Internal {
    /// Has no form in this representation, so that the next is taken.
    Newtype(Renamed2),
    Unit,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type")]
pub enum InternalUnit {
    Nothing(Unit),
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "t", content = "c")]
pub enum AdjacentUnit {
    Unit,
    Other(u8),
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "t", content = "c", rename_all = "lowercase")]
pub enum AdjacentTuple {
    Tuple(u8, String),
    #[serde(other)]
    Rest,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "t", content = "c")]
pub enum AdjacentNamed {
    Named { id: Option<Email> },
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Untagged {
    Named { city: String },
    Number(u8),
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub enum PartlyUntagged {
    #[serde(skip)]
    Hidden(u8),
    #[serde(untagged)]
    Bare(u8),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct FromText {
    pub inner: usize,
}

impl From<String> for FromText {
    fn from(text: String) -> Self {
        FromText { inner: text.len() }
    }
}

impl From<FromText> for String {
    fn from(value: FromText) -> Self {
        "x".repeat(value.inner)
    }
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "u8")]
pub struct Percent {
    pub value: u8,
}

impl TryFrom<u8> for Percent {
    type Error = String;

    fn try_from(value: u8) -> Result<Self, String> {
        match value {
            0..=100 => Ok(Percent { value }),
            _ => Err("more than all".into()),
        }
    }
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Tree {
    pub name: String,
    pub children: Vec<Tree>,
    pub left: Option<Box<Tree>>,
    pub by_name: BTreeMap<String, Tree>,
}

/// The first variant never ends.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub enum Expression {
    Add(Box<Expression>, Box<Expression>),
    Number(i64),
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Page<T, K = u16> {
    pub items: Vec<T>,
    pub first: Option<T>,
    pub next: K,
}

pub type Pages<T> = Page<Page<T>, String>;

#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Std<'a> {
    pub text: Cow<'a, str>,
    pub shared: Arc<Vec<u8>>,
    pub boxed: Box<Plain>,
    pub queue: VecDeque<Email>,
    pub set: BTreeSet<u32>,
    pub hashed: HashSet<String>,
    pub by_number: BTreeMap<u32, Unit>,
    pub by_status: BTreeMap<Status, u8>,
    pub port: NonZeroU16,
    pub path: PathBuf,
    pub took: Duration,
    pub at: SystemTime,
    pub result: Result<u8, String>,
    pub address: std::net::IpAddr,
    pub range: std::ops::Range<u8>,
    pub any: serde_json::Value,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING-KEBAB-CASE")]
pub enum Status {
    OnHold,
    Done,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Foreign {
    pub at: chrono::DateTime<chrono::Utc>,
    pub expires: chrono::DateTime<chrono::FixedOffset>,
    pub day: chrono::NaiveDate,
    pub local: chrono::NaiveDateTime,
    pub clock: chrono::NaiveTime,
    pub weekday: chrono::Weekday,
    pub id: uuid::Uuid,
    pub amount: rust_decimal::Decimal,
    pub link: url::Url,
    pub bytes: bytes::Bytes,
    pub offset: time::OffsetDateTime,
    pub primitive: time::PrimitiveDateTime,
    pub date: time::Date,
    pub time: time::Time,
    pub duration: time::Duration,
    pub timestamp: jiff::Timestamp,
    pub civil: jiff::civil::Date,
    pub civil_time: jiff::civil::Time,
    pub civil_both: jiff::civil::DateTime,
    pub span: jiff::SignedDuration,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct With {
    #[serde(with = "chrono::serde::ts_seconds")]
    pub seconds: chrono::DateTime<chrono::Utc>,
    #[serde(with = "chrono::serde::ts_milliseconds_option")]
    pub milliseconds: Option<chrono::DateTime<chrono::Utc>>,
    #[serde(with = "time::serde::rfc3339")]
    pub text: time::OffsetDateTime,
    #[serde(with = "time::serde::rfc3339::option")]
    pub maybe: Option<time::OffsetDateTime>,
    #[serde(with = "time::serde::timestamp")]
    pub number: time::OffsetDateTime,
    #[serde(with = "time::serde::timestamp::milliseconds")]
    pub more: time::OffsetDateTime,
    #[serde(with = "rust_decimal::serde::float")]
    pub amount: rust_decimal::Decimal,
    #[serde(with = "uuid::serde::simple")]
    pub id: uuid::Uuid,
}

/// As its type is read, with a note.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct OwnForm {
    #[serde(deserialize_with = "as_it_is")]
    pub count: u8,
}

fn as_it_is<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<u8, D::Error> {
    u8::deserialize(deserializer)
}

/// What an array of this length needs.
pub const LENGTH: usize = 2;

/// Neither is seen: a hand-written implementation.
#[derive(Debug, PartialEq)]
pub struct ByHand;

impl Serialize for ByHand {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit()
    }
}

impl<'de> Deserialize<'de> for ByHand {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <()>::deserialize(deserializer).map(|()| ByHand)
    }
}
