//! Values that tell something, chosen by the words of a name: an `email` is an address.

use serde_json::{Value as Json, json};

/// A moment in every form that dates have, and one that lies behind it.
const SECONDS: u64 = 1_767_225_600;
const LATER_SECONDS: u64 = 1_893_456_000;
pub(super) const MOMENT: &str = "2026-01-01T00:00:00Z";
pub(super) const LATER: &str = "2030-01-01T00:00:00Z";
pub(super) const UUID: &str = "67e55044-10b1-426f-9247-bb680e5fe0c8";

/// The lists are tried in order; the first that has a word of the name decides. Where the flag is set,
/// only the end of the name counts, which may be of two words.
const TEXTS: &[(&[&str], bool, &str)] = &[
    (&["email", "mail"], false, "ada@example.com"),
    (&["uuid", "guid"], false, UUID),
    (
        &[
            "url", "uri", "link", "website", "webhook", "endpoint", "callback",
        ],
        false,
        "https://example.com/",
    ),
    (&["id", "ids", "number", "no"], true, "1"),
    (
        &[
            "expires",
            "expiry",
            "expiration",
            "until",
            "deadline",
            "due",
        ],
        false,
        LATER,
    ),
    (&["birthday", "birthdate"], false, "1990-12-10"),
    (&["timezone", "tz"], false, "Europe/London"),
    (&["date", "day"], true, "2026-01-01"),
    (
        &[
            "at",
            "timestamp",
            "datetime",
            "time",
            "created",
            "updated",
            "since",
            "moment",
        ],
        true,
        MOMENT,
    ),
    (&["month"], true, "2026-01"),
    (&["year"], true, "2026"),
    (&["currency"], false, "EUR"),
    (
        &[
            "amount", "price", "total", "cost", "fee", "balance", "tax", "discount",
        ],
        true,
        "49.99",
    ),
    (
        &["phone", "mobile", "tel", "telephone"],
        false,
        "+12025550100",
    ),
    (
        &["firstname", "first_name", "forename", "given_name"],
        true,
        "Ada",
    ),
    (
        &["lastname", "last_name", "surname", "family_name"],
        true,
        "Lovelace",
    ),
    (&["username", "login", "nickname", "handle"], false, "ada"),
    (&["host", "hostname", "domain"], true, "example.com"),
    (&["ip", "ipv4"], false, "192.0.2.1"),
    (&["mime", "mimetype"], false, "application/json"),
    (
        &["filename", "file", "path", "key", "object"],
        true,
        "documents/1.txt",
    ),
    (
        &[
            "name",
            "customer",
            "user",
            "author",
            "owner",
            "person",
            "recipient",
            "sender",
        ],
        true,
        "Ada Lovelace",
    ),
    (&["country"], true, "GB"),
    (&["language", "locale", "lang"], true, "en"),
    (&["city", "town"], true, "London"),
    (&["street", "address"], true, "12 St James's Square"),
    (&["zip", "zipcode", "postcode", "postal"], false, "SW1Y 4JH"),
    (
        &["sku", "product", "item", "article", "code"],
        true,
        "A-100",
    ),
    (&["password", "secret", "token"], false, "not-a-secret"),
    (
        &["hash", "checksum", "digest", "sha256"],
        false,
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    ),
    (&["color", "colour"], true, "#3366cc"),
    (&["version"], true, "1.0.0"),
    (&["title", "subject", "headline"], true, "A title"),
    (
        &[
            "description",
            "text",
            "message",
            "body",
            "comment",
            "note",
            "reason",
            "content",
            "summary",
        ],
        true,
        "A short text",
    ),
];

const NUMBERS: &[(&[&str], bool, u64)] = &[
    (&["id", "ids", "index", "version"], true, 1),
    (
        &[
            "expires",
            "expiry",
            "expiration",
            "until",
            "deadline",
            "ttl",
        ],
        false,
        LATER_SECONDS,
    ),
    (&["millis", "ms", "milliseconds"], true, 1_500),
    (
        &["at", "timestamp", "datetime", "created", "updated", "since"],
        true,
        SECONDS,
    ),
    (&["year"], true, 2026),
    (&["month", "day"], true, 1),
    (&["hour", "hours"], true, 12),
    (&["seconds", "secs", "minutes"], true, 30),
    (
        &[
            "cents", "amount", "price", "total", "cost", "fee", "balance",
        ],
        false,
        4_999,
    ),
    (&["quantity", "count", "items", "size", "pieces"], true, 2),
    (
        &["percent", "percentage", "rate", "discount", "tax"],
        true,
        20,
    ),
    (&["age"], true, 36),
    (&["port"], true, 8080),
    (&["grams", "weight"], false, 1_250),
    (&["width", "height", "length"], true, 640),
    (&["rating", "score", "stars"], true, 5),
];

const FLOATS: &[(&[&str], bool, f64)] = &[
    (&["latitude", "lat"], true, 51.5),
    (&["longitude", "lon", "lng", "long"], true, -0.125),
    (
        &["amount", "price", "total", "cost", "fee", "balance"],
        false,
        49.99,
    ),
    (
        &["percent", "percentage", "rate", "discount", "tax", "ratio"],
        true,
        0.2,
    ),
    (&["temperature", "celsius"], false, 21.5),
    (&["weight", "kg"], false, 1.25),
];

/// The name of a field and of what it consists of, for more to go by.
pub(super) fn joined(outer: &str, inner: &str) -> String {
    match outer {
        "" => inner.to_owned(),
        outer => format!("{outer}_{inner}"),
    }
}

/// The name of one, from that of many.
pub(super) fn singular(name: &str) -> &str {
    match name.strip_suffix('s') {
        Some(one) if !one.ends_with(['s', 'u', 'i']) && one.len() > 2 => one,
        _ => name,
    }
}

/// A text.
pub(super) fn text(name: &str) -> String {
    let words = words(name);
    match by_words(TEXTS, &words) {
        Some(text) => (*text).to_owned(),
        None if words.is_empty() => "text".to_owned(),
        None => words.join(" "),
    }
}

/// A value of a primitive type.
pub(super) fn primitive(ty: &str, name: &str) -> Json {
    let most: u64 = match ty {
        "bool" => return json!(true),
        "char" => return json!("a"),
        "str" => return json!(text(name)),
        "f32" | "f64" => return json!(by_words(FLOATS, &words(name)).copied().unwrap_or(1.5)),
        "u8" => u8::MAX.into(),
        "i8" => 127,
        "u16" => u16::MAX.into(),
        "i16" => 32_767,
        "i32" => 2_147_483_647,
        "u32" => u32::MAX.into(),
        _ => u64::MAX,
    };
    let number = by_words(NUMBERS, &words(name)).copied();
    json!(number.filter(|&number| number <= most).unwrap_or(1))
}

/// A moment as seconds since 1970.
pub(super) fn seconds(name: &str) -> u64 {
    let number = by_words(NUMBERS, &words(name)).copied();
    number
        .filter(|&number| number >= SECONDS)
        .unwrap_or(SECONDS)
}

/// A moment as a text.
pub(super) fn moment(name: &str) -> &'static str {
    match seconds(name) {
        SECONDS => MOMENT,
        _ => LATER,
    }
}

fn by_words<'t, T>(table: &'t [(&[&str], bool, T)], words: &[String]) -> Option<&'t T> {
    let last = words.last()?;
    let last_two = match words {
        [.., first, second] => format!("{first}_{second}"),
        _ => String::new(),
    };
    let (_, _, value) = table.iter().find(|(list, only_last, _)| match only_last {
        true => list.iter().any(|&word| word == last || word == last_two),
        false => words.iter().any(|word| list.contains(&word.as_str())),
    })?;
    Some(value)
}

/// The words of a name, in lower case: of `delivery_address` and of `DeliveryAddress`.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut before = '_';
    for letter in name.chars() {
        let is_first =
            !before.is_alphanumeric() || (before.is_lowercase() && letter.is_uppercase());
        before = letter;
        if !letter.is_alphanumeric() {
            continue;
        }
        if is_first {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.extend(letter.to_lowercase());
        }
    }
    words
}
