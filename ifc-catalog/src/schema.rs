//! Schemas that `#[derive(Item)]` and `#[derive(Event)]` give to types, and what serde makes of them.

/// Keys and indexes of a table's items.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemSchema {
    /// Partition key.
    pub partition_key: KeyAttribute,
    /// Sort key.
    pub sort_key: Option<KeyAttribute>,
    /// Global secondary indexes, in order of name.
    pub indexes: Vec<IndexSchema>,
    /// Attribute that holds the expiry time in seconds since 1970.
    pub ttl: Option<String>,
}

/// A global secondary index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexSchema {
    /// Name.
    pub name: String,
    /// Partition key.
    pub partition_key: KeyAttribute,
    /// Sort key.
    pub sort_key: Option<KeyAttribute>,
}

/// An attribute that is part of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyAttribute {
    /// Name in the table: the field's name as serde writes it.
    pub name: String,
    /// Scalar type.
    pub kind: KeyKind,
}

/// Scalar types that a key may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// `S`.
    String,
    /// `N`.
    Number,
    /// `B`.
    Binary,
}

impl KeyKind {
    /// DynamoDB's letter.
    pub fn letter(self) -> &'static str {
        match self {
            KeyKind::String => "S",
            KeyKind::Number => "N",
            KeyKind::Binary => "B",
        }
    }
}

/// Source and detail types of an event type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventSchema {
    /// EventBridge `source`.
    pub source: String,
    /// Variants in source order; one entry, named like the type, for a struct.
    pub variants: Vec<EventVariant>,
}

/// A variant of an event type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventVariant {
    /// Name in Rust.
    pub name: String,
    /// EventBridge `detail-type`.
    pub detail_type: String,
}

/// What serde writes a type as and reads it from, in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A whole number between the two, both included.
    Integer(i128, i128),
    /// Any number.
    Number,
    /// `true` or `false`.
    Flag,
    /// An object.
    Object,
}

impl Shape {
    /// Whether a value of the type can be read from text.
    pub fn reads(self, text: &str) -> bool {
        let Ok(json) = serde_json::from_str::<serde_json::Value>(text) else {
            return false;
        };
        match self {
            Shape::Integer(min, max) => {
                let number = text.trim().parse();
                number.is_ok_and(|number| (min..=max).contains(&number))
            }
            Shape::Number => json.is_number(),
            Shape::Flag => json.is_boolean(),
            Shape::Object => json.is_object(),
        }
    }

    /// For messages: "it is written as a number".
    pub fn words(self) -> String {
        match self {
            Shape::Integer(i128::MIN, i128::MAX) => "a whole number".into(),
            Shape::Integer(min, i128::MAX) => format!("a whole number from {min}"),
            Shape::Integer(min, max) => format!("a whole number from {min} to {max}"),
            Shape::Number => "a number".into(),
            Shape::Flag => "`true` or `false`".into(),
            Shape::Object => "a JSON object".into(),
        }
    }
}
