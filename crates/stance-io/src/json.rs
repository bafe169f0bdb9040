//! Rows of JSON: lines, elements of an array, objects one after another.

use std::borrow::Cow;
use std::fmt;
use std::io::{self, BufRead, BufReader};

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::columns::{ColumnMap, Field, Fields};
use crate::encoding::binary;
use crate::input::Stream;
use crate::reject::{MAX_RAW_BYTES, RejectReason};

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

/// Cuts a stream into JSON values: the elements of each array at the top, and all other values.
///
/// Strings and brackets alone are understood, so that a value with a fault inside is still cut out
/// whole and the next one found.
pub(crate) struct Values<'a> {
    reader: BufReader<Stream<'a>>,
    buffer: Vec<u8>,
    limit: usize,
    line: u64,
    state: State,
    has_seen_array: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Between values at the top.
    Top,
    /// After `[` at the top.
    First,
    /// After an element.
    AfterElement,
    /// After the comma that follows an element.
    Element,
    /// After a failure.
    Done,
}

/// What was cut out of a stream; its bytes, or its first ones, are [`Values::current`].
pub(crate) enum Cut {
    /// A value; whether it stands by itself rather than in an array.
    Value { at_top: bool, line: u64 },
    /// A value over the limit.
    TooLong { line: u64 },
    /// The values cannot be told apart from here on.
    Lost { line: u64, found: String },
}

impl<'a> Values<'a> {
    pub(crate) fn new(stream: Stream<'a>, limit: usize) -> Self {
        let reader = BufReader::with_capacity(128 * 1024, stream);
        let state = State::Top;
        Self { reader, buffer: Vec::new(), limit, line: 1, state, has_seen_array: false }
    }

    /// Number of the line that was reached, from 1.
    pub(crate) fn line(&self) -> u64 {
        self.line
    }

    /// Whether an array began, perhaps an empty one.
    pub(crate) fn has_seen_array(&self) -> bool {
        self.has_seen_array
    }

    /// Whether nothing but white space is left.
    pub(crate) fn is_at_end(&mut self) -> bool {
        self.state == State::Top && matches!(self.skip_space(), Ok(None))
    }

    /// What was cut last.
    pub(crate) fn current(&self) -> &[u8] {
        &self.buffer
    }

    /// Cuts the next value; `None` at the end.
    ///
    /// # Errors
    /// When reading fails; the value that it broke off in is dropped.
    pub(crate) fn next_cut(&mut self) -> io::Result<Option<Cut>> {
        loop {
            let found = self.skip_space()?;
            match (self.state, found) {
                (State::Done, _) | (State::Top, None) => return Ok(None),
                (_, None) => return Ok(Some(self.lost("the input ends inside an array"))),
                (State::Top, Some(b'[')) => {
                    self.has_seen_array = true;
                    self.state = State::First;
                }
                (State::First | State::AfterElement, Some(b']')) => self.state = State::Top,
                (State::AfterElement, Some(b',')) => self.state = State::Element,
                (State::AfterElement, Some(_)) => {
                    return Ok(Some(self.lost("expected `,` or `]` after an element")));
                }
                (_, Some(b',' | b':' | b']' | b'}')) => {
                    return Ok(Some(self.lost("expected a value")));
                }
                (state, Some(_)) => {
                    let at_top = state == State::Top;
                    self.state = if at_top { State::Top } else { State::AfterElement };
                    return self.cut(at_top).map(Some);
                }
            }
            self.reader.consume(1);
        }
    }

    fn lost(&mut self, found: &str) -> Cut {
        self.state = State::Done;
        let buffered = self.reader.buffer();
        self.buffer.clear();
        self.buffer.extend_from_slice(&buffered[..buffered.len().min(MAX_RAW_BYTES)]);
        Cut::Lost { line: self.line, found: found.to_owned() }
    }

    fn skip_space(&mut self) -> io::Result<Option<u8>> {
        loop {
            let buffered = self.reader.fill_buf()?;
            if buffered.is_empty() {
                return Ok(None);
            }
            let space = buffered.iter().take_while(|b| b.is_ascii_whitespace()).count();
            let found = buffered.get(space).copied();
            self.line += newlines(&buffered[..space]);
            self.reader.consume(space);
            if found.is_some() {
                return Ok(found);
            }
        }
    }

    fn cut(&mut self, at_top: bool) -> io::Result<Cut> {
        let line = self.line;
        self.buffer.clear();
        self.buffer.shrink_to(512 * 1024);
        let mut scan = Scan::default();
        let mut too_long = false;
        while !scan.ended {
            let buffered = self.reader.fill_buf()?;
            if buffered.is_empty() {
                break;
            }
            let count = scan.advance(buffered);
            let part = &buffered[..count];
            self.line += newlines(part);
            too_long |= self.buffer.len() + count > self.limit;
            if too_long {
                self.buffer.truncate(MAX_RAW_BYTES);
            } else {
                self.buffer.extend_from_slice(part);
            }
            self.reader.consume(count);
        }
        Ok(if too_long { Cut::TooLong { line } } else { Cut::Value { at_top, line } })
    }
}

fn newlines(bytes: &[u8]) -> u64 {
    bytes.iter().map(|&b| u64::from(b == b'\n')).sum()
}

/// Finds the end of one value across buffers.
#[derive(Default)]
struct Scan {
    depth: usize,
    in_string: bool,
    escaped: bool,
    ended: bool,
}

impl Scan {
    /// Returns how many of `bytes` belong to the value.
    fn advance(&mut self, bytes: &[u8]) -> usize {
        for (at, &byte) in bytes.iter().enumerate() {
            if self.in_string {
                match byte {
                    _ if self.escaped => self.escaped = false,
                    b'\\' => self.escaped = true,
                    b'"' => {
                        self.in_string = false;
                        self.ended = self.depth == 0;
                    }
                    _ => {}
                }
            } else {
                match byte {
                    b'"' => self.in_string = true,
                    b'{' | b'[' => self.depth += 1,
                    b'}' | b']' if self.depth > 0 => {
                        self.depth -= 1;
                        self.ended = self.depth == 0;
                    }
                    // A number or word ends before what follows it.
                    b'}' | b']' | b',' | b' ' | b'\t' | b'\n' | b'\r' if self.depth == 0 => {
                        self.ended = true;
                        return at;
                    }
                    _ => {}
                }
            }
            if self.ended {
                return at + 1;
            }
        }
        bytes.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cuts(text: &str, limit: usize) -> Vec<String> {
        // One byte at a time: values must be found across buffers.
        let mut values = Values::new(Box::new(text.as_bytes()), limit);
        values.reader = BufReader::with_capacity(1, Box::new(io::Cursor::new(text.to_owned())));
        let mut found = Vec::new();
        while let Some(cut) = values.next_cut().expect("memory does not fail") {
            found.push(match cut {
                Cut::Value { at_top, line } => {
                    format!("{line} {at_top} {}", String::from_utf8_lossy(values.current()))
                }
                Cut::TooLong { line } => format!("{line} too long"),
                Cut::Lost { line, found } => format!("{line} lost: {found}"),
            });
        }
        found
    }

    #[test]
    fn elements_of_arrays_and_values_at_the_top_are_cut_alike() {
        let text = "[{\"a\":\"]}\\\"\"},\n 12 , tru]\n{\"b\":[1]}{\"c\":2}\n\"x\"";
        assert_eq!(
            cuts(text, 99),
            [
                "1 false {\"a\":\"]}\\\"\"}",
                "2 false 12",
                "2 false tru",
                "3 true {\"b\":[1]}",
                "3 true {\"c\":2}",
                "4 true \"x\"",
            ]
        );
    }

    #[test]
    fn a_value_over_the_limit_is_skipped_and_the_next_is_found() {
        assert_eq!(cuts("[{\"a\":\"12345\"},\n{}]", 10), ["1 too long", "2 false {}"]);
    }

    #[test]
    fn a_broken_array_is_lost_with_its_line() {
        assert_eq!(
            cuts("[{}\n{}]", 9),
            ["1 false {}", "2 lost: expected `,` or `]` after an element"]
        );
        assert_eq!(cuts("[{},\n", 9), ["1 false {}", "2 lost: the input ends inside an array"]);
        assert_eq!(cuts("[,{}]", 9), ["1 lost: expected a value"]);
        assert_eq!(cuts("[]\n[]", 9), [""; 0]);
    }

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
