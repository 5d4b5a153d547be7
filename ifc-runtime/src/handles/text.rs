//! Values of secrets and parameters, which are text: strings are kept as they are, everything else is
//! JSON.

use serde::Serialize;
use serde::de::{DeserializeOwned, Deserializer, IntoDeserializer, Visitor};
use serde_json::Value;

use crate::error::{Error, Result};

/// Reads a string type (also a newtype of one, or an enum of names) as it is, and other types as JSON.
/// The error does not show the value.
pub(super) fn read<T: DeserializeOwned>(text: &str, what: &str) -> Result<T> {
    T::deserialize(Text(text)).map_err(|error| {
        let place = format!("line {}, column {}", error.line(), error.column());
        Error::serialization(
            what,
            format!(
                "the value is not of the declared type ({:?} at {place})",
                error.classify()
            ),
        )
    })
}

/// The reverse of [`read`].
pub(super) fn write<T: Serialize>(value: &T, what: &str) -> Result<String> {
    let json = serde_json::to_string(value).map_err(|error| Error::serialization(what, error))?;
    if json.starts_with('"') {
        return serde_json::from_str(&json).map_err(|error| Error::serialization(what, error));
    }
    Ok(json)
}

struct Text<'a>(&'a str);

impl Text<'_> {
    fn json(&self) -> std::result::Result<Value, serde_json::Error> {
        serde_json::from_str(self.0)
    }
}

macro_rules! as_json {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> std::result::Result<V::Value, Self::Error> {
            self.json()?.$method(visitor)
        }
    )*};
}

macro_rules! as_text {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> std::result::Result<V::Value, Self::Error> {
            visitor.visit_str(self.0)
        }
    )*};
}

impl<'de> Deserializer<'de> for Text<'_> {
    type Error = serde_json::Error;

    as_text!(deserialize_char deserialize_str deserialize_string deserialize_identifier);
    as_json!(deserialize_any deserialize_bool deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_i128 deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128
        deserialize_f32 deserialize_f64 deserialize_bytes deserialize_byte_buf deserialize_unit
        deserialize_seq deserialize_map deserialize_ignored_any);

    fn deserialize_option<V: Visitor<'de>>(
        self,
        visitor: V,
    ) -> std::result::Result<V::Value, Self::Error> {
        if self.0 == "null" {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> std::result::Result<V::Value, Self::Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> std::result::Result<V::Value, Self::Error> {
        self.json()?.deserialize_unit_struct(name, visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        len: usize,
        visitor: V,
    ) -> std::result::Result<V::Value, Self::Error> {
        self.json()?.deserialize_tuple(len, visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        len: usize,
        visitor: V,
    ) -> std::result::Result<V::Value, Self::Error> {
        self.json()?.deserialize_tuple_struct(name, len, visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> std::result::Result<V::Value, Self::Error> {
        self.json()?.deserialize_struct(name, fields, visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> std::result::Result<V::Value, Self::Error> {
        if variants.contains(&self.0) {
            return visitor.visit_enum(self.0.into_deserializer());
        }
        self.json()?.deserialize_enum(name, variants, visitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Key(String);

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    enum Mode {
        Fast,
        Slow { seconds: u32 },
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Login {
        user: String,
        password: Option<String>,
    }

    fn round_trip<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(
        value: T,
        text: &str,
    ) {
        assert_eq!(write(&value, "").as_deref().ok(), Some(text));
        assert_eq!(read::<T>(text, "").ok(), Some(value));
    }

    #[test]
    fn strings_are_kept_and_the_rest_is_json() {
        round_trip("p\"w 1".to_owned(), "p\"w 1");
        round_trip("42".to_owned(), "42");
        round_trip(Key("k".into()), "k");
        round_trip(42_u32, "42");
        round_trip(true, "true");
        round_trip(vec![1, 2], "[1,2]");
        round_trip(Mode::Fast, "Fast");
        round_trip(Mode::Slow { seconds: 2 }, "{\"Slow\":{\"seconds\":2}}");
        round_trip(Some("x".to_owned()), "x");
        round_trip(
            Login {
                user: "u".into(),
                password: None,
            },
            "{\"user\":\"u\",\"password\":null}",
        );
    }

    #[test]
    fn errors_do_not_show_the_value() {
        for text in [
            "hunter2",
            "{\"user\":\"hunter2\"",
            "{\"user\":7,\"password\":\"hunter2\"}",
        ] {
            let error = read::<Login>(text, "the secret").expect_err(text);
            assert!(!format!("{error:?} {error}").contains("hunter2"), "{error}");
        }
    }
}
