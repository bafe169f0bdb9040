//! The fields of one JSON object.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::columns::{ColumnMap, Field, Fields};
use crate::encoding::binary;
use crate::reject::RejectReason;

/// Reads the fields of one JSON object.
pub(crate) fn object(bytes: &[u8], columns: &ColumnMap) -> Result<Fields, RejectReason> {
    let text = std::str::from_utf8(bytes).map_err(|error| match binary(bytes) {
        Some(found) => RejectReason::Binary { found },
        None => RejectReason::Encoding { at: error.valid_up_to() },
    })?;
    let mut fields = Fields::default();
    let mut shape = None;
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let seed = ObjectSeed { columns, fields: &mut fields, shape: &mut shape };
    seed.deserialize(&mut deserializer)
        .and_then(|()| deserializer.end())
        .map_err(|error| RejectReason::json(&error))?;
    match shape {
        Some(reason) => Err(reason),
        None => Ok(fields),
    }
}

/// The keys of a JSON object, for a message; empty when it is none.
pub(crate) fn keys(bytes: &[u8]) -> Vec<String> {
    let object: Option<serde_json::Map<String, serde_json::Value>> =
        serde_json::from_slice(bytes).ok();
    object.map(|o| o.into_iter().map(|(key, _)| key).collect()).unwrap_or_default()
}

/// Fills `fields` from an object; what has a wrong type goes to `shape`, so that the rest is still
/// checked to be JSON.
struct ObjectSeed<'a> {
    columns: &'a ColumnMap,
    fields: &'a mut Fields,
    shape: &'a mut Option<RejectReason>,
}

#[derive(Deserialize)]
#[serde(transparent)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'de> DeserializeSeed<'de> for ObjectSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for ObjectSeed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with the row's fields")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(Key(key)) = map.next_key()? {
            match self.columns.find(&key) {
                Some((field, rank)) if self.fields.wants(field, rank) => match map.next_value()? {
                    Value::Text(text) => self.fields.put(field, rank, text),
                    Value::Nothing => self.fields.put(field, rank, String::new()),
                    Value::Other(found) if field == Field::Body => {
                        *self.shape = Some(RejectReason::Shape {
                            what: format!("key {key:?}"),
                            found: found.to_owned(),
                            expected: "a string or a list of paragraphs",
                        });
                    }
                    Value::Other(_) => {}
                },
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }
}

/// The value of a field as text.
enum Value {
    Text(String),
    Nothing,
    Other(&'static str),
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(Value::Text(text))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(Value::Text(number.to_string()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Text(number.to_string()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(Value::Text(number.to_string()))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Value, E> {
        Ok(Value::Other("a boolean"))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Nothing)
    }

    /// A list of paragraphs is a text; a list of anything else is none.
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let (mut text, mut is_text) = (String::new(), true);
        while let Some(element) = list.next_element()? {
            match element {
                Value::Text(paragraph) => {
                    if !text.is_empty() {
                        text.push_str("\n\n");
                    }
                    text.push_str(&paragraph);
                }
                Value::Nothing => {}
                Value::Other(_) => is_text = false,
            }
        }
        Ok(if is_text { Value::Text(text) } else { Value::Other("a list") })
    }

    /// Of an object such as `"source": {"id": …, "name": …}` the name is taken.
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut name = Value::Other("an object");
        while let Some(Key(key)) = map.next_key()? {
            if key == "name" {
                name = map.next_value()?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(match name {
            Value::Text(_) => name,
            _ => Value::Other("an object"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_under_any_of_their_names_and_types() {
        let text =
            br#"{"ID":7,"text":["One.","Two."],"source":{"id":1,"name":"Kun.uz"},"x":{"y":[]}}"#;
        let mut fields = object(text, &ColumnMap::articles()).expect("an object");
        assert_eq!(fields.take(Field::Id).as_deref(), Some("7"));
        assert_eq!(fields.take(Field::Body).as_deref(), Some("One.\n\nTwo."));
        assert_eq!(fields.take(Field::Outlet).as_deref(), Some("Kun.uz"));
    }

    #[test]
    fn what_is_no_object_with_a_text_is_refused() {
        let message = |text: &[u8]| match object(text, &ColumnMap::articles()) {
            Ok(_) => "accepted".to_owned(),
            Err(reason) => reason.to_string(),
        };
        assert_eq!(message(b"{\"body\": nope}"), "invalid JSON: expected ident at column 11");
        assert_eq!(
            message(b"{\"body\": \"x\""),
            "invalid JSON: EOF while parsing an object at column 12"
        );
        assert_eq!(
            message(b"[1]"),
            "invalid JSON: invalid type: sequence, expected an object with the row's fields at column 0"
        );
        assert_eq!(
            message(b"{\"body\": {\"a\": 1}}"),
            "key \"body\" is an object, expected a string or a list of paragraphs"
        );
        assert_eq!(
            message(b"{\"body\": \"\xff\"}"),
            "invalid UTF-8 at byte 10, and no other known encoding"
        );
    }
}
