//! The writer as a serialiser: types with `Serialize` are written without anything between.

use std::fmt;

use serde::ser::{
    self, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant,
};
use serde::{Serialize, Serializer};

use super::Writer;

/// A type does not want to be serialised, or a map has keys that are no texts.
#[derive(Debug)]
pub struct Refused;

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the value cannot be written as JSON")
    }
}

impl std::error::Error for Refused {}

impl ser::Error for Refused {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Refused
    }
}

type Done = Result<(), Refused>;

/// An array or object that is being written, and what ends it.
#[derive(Debug)]
pub struct Open<'w> {
    out: &'w mut Writer,
    ends: &'static str,
}

impl Writer {
    /// What cannot be a name.
    fn no_name(&mut self) -> Result<&mut Self, Refused> {
        match self.in_name {
            true => Err(Refused),
            false => Ok(self),
        }
    }

    fn plain(&mut self, value: impl fmt::Display) -> Done {
        self.no_name()?.literal(value);
        Ok(())
    }

    /// A number that is no integer.
    fn float(&mut self, value: &impl Serialize) -> Done {
        self.plain(serde_json::to_string(value).map_err(|_| Refused)?)
    }

    fn open(&mut self, ends: &'static str) -> Result<Open<'_>, Refused> {
        self.no_name()?.begin_as(ends);
        Ok(Open { out: self, ends })
    }

    /// `{"variant":` and what follows.
    fn variant(&mut self, variant: &'static str, ends: &'static str) -> Result<Open<'_>, Refused> {
        self.no_name()?.begin_object();
        self.field(variant).begin_as(ends);
        Ok(Open { out: self, ends })
    }

    /// Begins what the first of these ends.
    fn begin_as(&mut self, ends: &'static str) {
        match ends.starts_with('}') {
            true => self.begin_object(),
            false => self.begin_array(),
        }
    }
}

impl Open<'_> {
    fn item(&mut self, value: &(impl Serialize + ?Sized)) -> Done {
        value.serialize(&mut *self.out)
    }

    fn member(&mut self, name: &'static str, value: &(impl Serialize + ?Sized)) -> Done {
        value.serialize(self.out.field(name))
    }

    fn close(self) -> Done {
        for end in self.ends.chars() {
            self.out.end(end);
        }
        Ok(())
    }
}

impl<'w> Serializer for &'w mut Writer {
    type Ok = ();
    type Error = Refused;
    type SerializeSeq = Open<'w>;
    type SerializeTuple = Open<'w>;
    type SerializeTupleStruct = Open<'w>;
    type SerializeTupleVariant = Open<'w>;
    type SerializeMap = Open<'w>;
    type SerializeStruct = Open<'w>;
    type SerializeStructVariant = Open<'w>;

    fn serialize_bool(self, value: bool) -> Done {
        self.plain(value)
    }

    fn serialize_i8(self, value: i8) -> Done {
        self.plain(value)
    }

    fn serialize_i16(self, value: i16) -> Done {
        self.plain(value)
    }

    fn serialize_i32(self, value: i32) -> Done {
        self.plain(value)
    }

    fn serialize_i64(self, value: i64) -> Done {
        self.plain(value)
    }

    fn serialize_u8(self, value: u8) -> Done {
        self.plain(value)
    }

    fn serialize_u16(self, value: u16) -> Done {
        self.plain(value)
    }

    fn serialize_u32(self, value: u32) -> Done {
        self.plain(value)
    }

    fn serialize_u64(self, value: u64) -> Done {
        self.plain(value)
    }

    fn serialize_f32(self, value: f32) -> Done {
        self.float(&value)
    }

    fn serialize_f64(self, value: f64) -> Done {
        self.float(&value)
    }

    fn serialize_char(self, value: char) -> Done {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Done {
        match self.in_name {
            true => {
                self.name(value);
            }
            false => self.text(value),
        }
        Ok(())
    }

    fn serialize_bytes(self, value: &[u8]) -> Done {
        self.collect_seq(value)
    }

    fn serialize_none(self) -> Done {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Done {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Done {
        self.plain("null")
    }

    fn serialize_unit_struct(self, _: &'static str) -> Done {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Done {
        match self.in_name {
            true => {
                self.field(variant);
            }
            false => self.word(variant),
        }
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Done {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Done {
        self.no_name()?.begin_object();
        value.serialize(self.field(variant))?;
        self.end_object();
        Ok(())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Open<'w>, Refused> {
        self.open("]")
    }

    fn serialize_tuple(self, _: usize) -> Result<Open<'w>, Refused> {
        self.open("]")
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Open<'w>, Refused> {
        self.open("]")
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Open<'w>, Refused> {
        self.variant(variant, "]}")
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Open<'w>, Refused> {
        self.open("}")
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Open<'w>, Refused> {
        self.open("}")
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Open<'w>, Refused> {
        self.variant(variant, "}}")
    }
}

impl SerializeSeq for Open<'_> {
    type Ok = ();
    type Error = Refused;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Done {
        self.item(value)
    }

    fn end(self) -> Done {
        self.close()
    }
}

impl SerializeTuple for Open<'_> {
    type Ok = ();
    type Error = Refused;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Done {
        self.item(value)
    }

    fn end(self) -> Done {
        self.close()
    }
}

impl SerializeTupleStruct for Open<'_> {
    type Ok = ();
    type Error = Refused;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Done {
        self.item(value)
    }

    fn end(self) -> Done {
        self.close()
    }
}

impl SerializeTupleVariant for Open<'_> {
    type Ok = ();
    type Error = Refused;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Done {
        self.item(value)
    }

    fn end(self) -> Done {
        self.close()
    }
}

impl SerializeMap for Open<'_> {
    type Ok = ();
    type Error = Refused;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Done {
        self.out.in_name = true;
        let written = key.serialize(&mut *self.out);
        self.out.in_name = false;
        written
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Done {
        self.item(value)
    }

    fn end(self) -> Done {
        self.close()
    }
}

impl SerializeStruct for Open<'_> {
    type Ok = ();
    type Error = Refused;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Done {
        self.member(name, value)
    }

    fn end(self) -> Done {
        self.close()
    }
}

impl SerializeStructVariant for Open<'_> {
    type Ok = ();
    type Error = Refused;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Done {
        self.member(name, value)
    }

    fn end(self) -> Done {
        self.close()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::to_json;
    use super::*;

    #[derive(Serialize)]
    enum Shape {
        Unit,
        New(u8),
        Tuple(i64, bool),
        Struct { a: Option<char>, b: f64 },
    }

    #[derive(Serialize)]
    struct Pair(Shape, ());

    #[test]
    fn every_shape_is_written_as_serde_json_does() {
        let all = BTreeMap::from([
            ("unit", vec![Pair(Shape::Unit, ())]),
            (
                "new",
                vec![Pair(Shape::New(1), ()), Pair(Shape::New(2), ())],
            ),
            ("tuple", vec![Pair(Shape::Tuple(-1, true), ())]),
            (
                "struct \"quoted\"",
                vec![
                    Pair(
                        Shape::Struct {
                            a: Some('ä'),
                            b: 0.5,
                        },
                        (),
                    ),
                    Pair(Shape::Struct { a: None, b: 1e300 }, ()),
                ],
            ),
        ]);
        let text = to_json(&all);
        let read: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(read, serde_json::to_value(&all).unwrap());
    }

    #[test]
    fn names_are_texts() {
        let map = BTreeMap::from([(1, 2)]);
        assert!(map.serialize(&mut Writer::default()).is_err());
    }
}
