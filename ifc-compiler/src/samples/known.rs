//! Types of other crates whose form is known, and the modules that read fields in another form.

use serde_json::{Map, Value as Json, json};

use super::types::{Scope, Walk};
use super::words;
use crate::hir::TypeRef;

/// A value of a type from outside of the program; none if it has no end.
pub(super) fn foreign<'a>(
    walk: &mut Walk<'a>,
    path: &str,
    args: &'a [TypeRef],
    scope: &Scope<'a>,
    hint: &str,
) -> Option<Json> {
    let krate = path.split(':').next().unwrap_or_default();
    let name = path.rsplit(':').next().unwrap_or_default();
    if let Some(value) = containers(walk, krate, name, args, scope, hint) {
        return value;
    }
    let value = match krate {
        "std" => std_value(name, hint),
        "chrono" | "chrono_tz" => chrono(name, hint),
        "time" => time(name),
        "jiff" => jiff(name, hint),
        _ => others(krate, name, hint),
    };
    Some(value.unwrap_or_else(|| walk.unknown(path)))
}

/// A value of a type that holds others, if it is one of them.
fn containers<'a>(
    walk: &mut Walk<'a>,
    krate: &str,
    name: &str,
    args: &'a [TypeRef],
    scope: &Scope<'a>,
    hint: &str,
) -> Option<Option<Json>> {
    let known = matches!(
        krate,
        "std"
            | "indexmap"
            | "hashbrown"
            | "ahash"
            | "rustc_hash"
            | "fxhash"
            | "dashmap"
            | "smallvec"
            | "arrayvec"
            | "im"
            | "ordered_float"
            | "secrecy"
            | "either"
            | "parking_lot"
            | "triomphe"
    );
    if !known {
        return None;
    }
    let first = args.first();
    let value = match name {
        "Option" => Some(
            walk.tried(|walk| walk.ty(first?, scope, hint))
                .unwrap_or(Json::Null),
        ),
        "Vec" | "VecDeque" | "LinkedList" | "BinaryHeap" | "HashSet" | "BTreeSet" | "IndexSet"
        | "FxHashSet" | "AHashSet" | "DashSet" | "OrdSet" | "Vector" => {
            Some(walk.list(first?, scope, hint))
        }
        // Their argument is an array: `SmallVec<[u8; 4]>`.
        "SmallVec" | "ArrayVec" => {
            let element = match first? {
                TypeRef::Array(array) => &array.0,
                other => other,
            };
            Some(walk.list(element, scope, hint))
        }
        "HashMap" | "BTreeMap" | "IndexMap" | "FxHashMap" | "AHashMap" | "DashMap" | "OrdMap" => {
            let (key, value) = (first?, args.get(1)?);
            Some(map(walk, key, value, scope, hint))
        }
        "Box" | "Rc" | "Arc" | "Cow" | "Cell" | "RefCell" | "Mutex" | "RwLock" | "Reverse"
        | "Wrapping" | "Saturating" | "NonZero" | "OrderedFloat" | "NotNan" | "Secret"
        | "SecretBox" => walk.ty(first?, scope, hint),
        "Range" | "RangeInclusive" => {
            let bound = walk.ty(first?, scope, hint);
            bound.map(|bound| json!({ "start": bound, "end": bound }))
        }
        "Result" => tagged(walk, "Ok", first?, scope, hint),
        "Either" => tagged(walk, "Left", first?, scope, hint),
        _ => return None,
    };
    Some(value)
}

fn tagged<'a>(
    walk: &mut Walk<'a>,
    tag: &str,
    ty: &'a TypeRef,
    scope: &Scope<'a>,
    hint: &str,
) -> Option<Json> {
    let value = walk.inside(tag, |walk| walk.ty(ty, scope, hint))?;
    Some(json!({ tag: value }))
}

/// A map of one entry; of none where the value has no end or the key is no text.
fn map<'a>(
    walk: &mut Walk<'a>,
    key: &'a TypeRef,
    value: &'a TypeRef,
    scope: &Scope<'a>,
    hint: &str,
) -> Json {
    let mut members = Map::new();
    let entry = walk.tried(|walk| {
        let key = match walk.ty(key, scope, "code")? {
            Json::String(text) => text,
            Json::Number(number) => number.to_string(),
            Json::Bool(value) => value.to_string(),
            _ => return None,
        };
        let value = walk.inside(&key, |walk| walk.ty(value, scope, words::singular(hint)))?;
        Some(json!({ key: value }))
    });
    if let Some(Json::Object(entry)) = entry {
        members.extend(entry);
    }
    Json::Object(members)
}

fn std_value(name: &str, hint: &str) -> Option<Json> {
    Some(match name {
        "String" => json!(words::text(hint)),
        "PathBuf" | "Path" => json!("documents/1.txt"),
        "PhantomData" => Json::Null,
        "Duration" => json!({ "secs": 30, "nanos": 0 }),
        "SystemTime" => {
            json!({ "secs_since_epoch": words::seconds(hint), "nanos_since_epoch": 0 })
        }
        "IpAddr" | "Ipv4Addr" => json!("192.0.2.1"),
        "Ipv6Addr" => json!("2001:db8::1"),
        "SocketAddr" | "SocketAddrV4" => json!("192.0.2.1:8080"),
        "SocketAddrV6" => json!("[2001:db8::1]:8080"),
        "AtomicBool" => json!(true),
        "AtomicI8" | "NonZeroI8" => words::primitive("i8", hint),
        "AtomicU8" | "NonZeroU8" => words::primitive("u8", hint),
        "AtomicI16" | "NonZeroI16" => words::primitive("i16", hint),
        "AtomicU16" | "NonZeroU16" => words::primitive("u16", hint),
        "AtomicI32" | "NonZeroI32" => words::primitive("i32", hint),
        "AtomicU32" | "NonZeroU32" => words::primitive("u32", hint),
        "AtomicI64" | "AtomicU64" | "AtomicIsize" | "AtomicUsize" | "NonZeroI64" | "NonZeroU64"
        | "NonZeroI128" | "NonZeroU128" | "NonZeroIsize" | "NonZeroUsize" => {
            words::primitive("u64", hint)
        }
        _ => return None,
    })
}

fn chrono(name: &str, hint: &str) -> Option<Json> {
    let moment = words::moment(hint);
    Some(match name {
        "DateTime" => json!(moment),
        "NaiveDateTime" => json!(moment.trim_end_matches('Z')),
        "NaiveDate" => json!(moment.split('T').next()),
        "NaiveTime" => json!("12:00:00"),
        "Weekday" => json!("Mon"),
        "Month" => json!("January"),
        "Tz" => json!("Europe/London"),
        _ => return None,
    })
}

/// Arrays are read with and without the crate's feature `serde-human-readable`.
fn time(name: &str) -> Option<Json> {
    Some(match name {
        "OffsetDateTime" => json!([2026, 1, 12, 0, 0, 0, 0, 0, 0]),
        "PrimitiveDateTime" | "PlainDateTime" | "UtcDateTime" => json!([2026, 1, 12, 0, 0, 0]),
        "Date" => json!([2026, 1]),
        "Time" => json!([12, 0, 0, 0]),
        "Duration" | "SignedDuration" => json!([30, 0]),
        "UtcOffset" => json!([0, 0, 0]),
        _ => return None,
    })
}

fn jiff(name: &str, hint: &str) -> Option<Json> {
    let moment = words::moment(hint);
    Some(match name {
        "Timestamp" => json!(moment),
        "Zoned" => json!("2026-01-01T00:00:00+00:00[UTC]"),
        "DateTime" => json!(moment.trim_end_matches('Z')),
        "Date" => json!(moment.split('T').next()),
        "Time" => json!("12:00:00"),
        "Span" | "SignedDuration" => json!("PT1H"),
        _ => return None,
    })
}

fn others(krate: &str, name: &str, hint: &str) -> Option<Json> {
    Some(match (krate, name) {
        ("serde_json", "Value" | "Map") => json!({ "key": "value" }),
        ("serde_json", "Number") => json!(1),
        ("serde_json", "RawValue") => json!({}),
        ("serde_bytes", "ByteBuf" | "Bytes") | ("bytes", "Bytes" | "BytesMut") => {
            json!([104, 105])
        }
        ("uuid", "Uuid" | "NonNilUuid") => json!(words::UUID),
        ("ulid", "Ulid") => json!("01ARZ3NDEKTSV4RRFFQ69G5FAV"),
        ("rust_decimal", "Decimal") | ("bigdecimal", "BigDecimal") => json!("49.99"),
        ("url", "Url") => json!("https://example.com/"),
        ("email_address", "EmailAddress") => json!("ada@example.com"),
        ("semver", "Version") => json!("1.0.0"),
        ("semver", "VersionReq") => json!("^1.0"),
        ("ipnet", "IpNet" | "Ipv4Net") => json!("192.0.2.0/24"),
        ("smol_str", "SmolStr")
        | ("compact_str", "CompactString")
        | ("arcstr", "ArcStr")
        | ("bytestring", "ByteString")
        | ("secrecy", "SecretString") => json!(words::text(hint)),
        ("camino", "Utf8PathBuf") => json!("documents/1.txt"),
        _ => return None,
    })
}

/// How a field is read that has `with` or `deserialize_with`.
pub(super) enum Form {
    /// So.
    Value(Json),
    /// As its type is read everywhere.
    OfType,
    Unknown,
}

/// The form that a module reads. `ty`: the path of the field's type, where it is foreign.
pub(super) fn with(path: &str, ty: Option<&str>, hint: &str) -> Form {
    let path = path.strip_suffix("::deserialize").unwrap_or(path);
    let parts: Vec<&str> = path.split("::").collect();
    let [.., last] = parts.as_slice() else {
        return Form::Unknown;
    };
    let of = |name: &str| parts.contains(&name);
    let seconds = words::seconds(hint);
    Form::Value(match last.strip_suffix("_option").unwrap_or(last) {
        "ts_seconds" => json!(seconds),
        "ts_milliseconds" => json!(seconds * 1_000),
        "ts_microseconds" => json!(seconds * 1_000_000),
        "ts_nanoseconds" => json!(seconds * 1_000_000_000),
        "timestamp" => json!(seconds),
        "option" if of("rfc3339") || of("iso8601") => json!(words::moment(hint)),
        "rfc3339" => json!(words::moment(hint)),
        "iso8601" => json!(words::moment(hint)),
        "rfc2822" => json!("Thu, 01 Jan 2026 00:00:00 +0000"),
        "milliseconds" if of("timestamp") => json!(seconds * 1_000),
        "microseconds" if of("timestamp") => json!(seconds * 1_000_000),
        "nanoseconds" if of("timestamp") => json!(seconds * 1_000_000_000),
        "option" if of("timestamp") && !of("milliseconds") => json!(seconds),
        "str" if of("rust_decimal") => json!("49.99"),
        "float" | "arbitrary_precision" if of("rust_decimal") => json!(49.99),
        "simple" if of("uuid") => json!(words::UUID.replace('-', "")),
        "urn" if of("uuid") => json!(format!("urn:uuid:{}", words::UUID)),
        "braced" if of("uuid") => json!(format!("{{{}}}", words::UUID)),
        "hyphenated" if of("uuid") => json!(words::UUID),
        "humantime_serde" => match ty {
            Some("std::time::SystemTime") => json!(words::moment(hint)),
            _ => json!("1h"),
        },
        "serde_bytes" => return Form::OfType,
        _ => return Form::Unknown,
    })
}
