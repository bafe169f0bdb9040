//! Texts in every encoding that is recognized, and in none.

use encoding_rs::{Encoding, KOI8_R, WINDOWS_1251, WINDOWS_1252};
use stance_io::{Format, ReadOptions, TextEncoding};

use crate::samples::{parquet, read, read_with, shown};

const RUSSIAN: &str = "Токаев заявил, что это внутреннее дело России. Ташкент не вмешивается «ни в \
чём», сообщила пресс-служба президента. Я и он согласны.";
const FRENCH: &str = "Le président a déclaré que l’armée n’était pas concernée – « c’est à eux ».";

fn utf16(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(to_bytes).collect()
}

fn body(name: &str, bytes: &[u8]) -> String {
    let outcomes = read(name, bytes);
    assert_eq!(outcomes.len(), 1, "{:?}", shown(&outcomes));
    match &outcomes[0] {
        Ok(read) => read.item.body().to_owned(),
        Err(rejected) => rejected.to_string(),
    }
}

fn encoded(text: &str, encoding: &'static Encoding) -> Vec<u8> {
    let (bytes, _, unmappable) = encoding.encode(text);
    assert!(!unmappable, "{text}");
    bytes.into_owned()
}

#[test]
fn a_text_in_any_known_encoding_is_decoded() {
    let with_mark = |mark: &[u8], bytes: Vec<u8>| [mark, &bytes].concat();
    for text in [RUSSIAN, FRENCH, "Astana declined to send troops."] {
        let cases = [
            ("UTF-8", text.as_bytes().to_vec()),
            ("UTF-8 with mark", with_mark(b"\xef\xbb\xbf", text.into())),
            ("UTF-16LE with mark", with_mark(b"\xff\xfe", utf16(text, u16::to_le_bytes))),
            ("UTF-16BE with mark", with_mark(b"\xfe\xff", utf16(text, u16::to_be_bytes))),
            ("UTF-16LE", utf16(text, u16::to_le_bytes)),
            ("UTF-16BE", utf16(text, u16::to_be_bytes)),
        ];
        for (encoding, bytes) in cases {
            assert_eq!(body("a.txt", &bytes), text, "{encoding}");
        }
    }
    assert_eq!(body("a.txt", &encoded(RUSSIAN, WINDOWS_1251)), RUSSIAN);
    assert_eq!(body("a.txt", &encoded(FRENCH, WINDOWS_1252)), FRENCH);
}

#[test]
fn rows_in_any_known_encoding_are_decoded() {
    let csv = format!("id,text\n1,\"{RUSSIAN}\"\n");
    let json = format!("{{\"body\":\"{RUSSIAN}\"}}\n");
    for (name, bytes) in [
        ("a.csv", encoded(&csv, WINDOWS_1251)),
        ("a.csv", utf16(&format!("\u{feff}{csv}"), u16::to_le_bytes)),
        ("a.csv", format!("\u{feff}{csv}").into()),
        ("a.jsonl", format!("\u{feff}{json}").into()),
        ("a.jsonl", utf16(&format!("\u{feff}{json}"), u16::to_be_bytes)),
        ("a.json", utf16(&json, u16::to_le_bytes)),
    ] {
        assert_eq!(body(name, &bytes), RUSSIAN, "{name}");
    }
}

#[test]
fn a_page_is_decoded_as_it_declares_unless_it_is_utf_8() {
    // KOI8-R has no quotation marks of this kind.
    let text = RUSSIAN.replace(['«', '»'], "\"");
    let page = format!("<meta charset=\"koi8-r\"><p>{text}</p>");
    assert_eq!(body("a.html", &encoded(&page, KOI8_R)), text);
    assert_eq!(body("a.html", page.as_bytes()), text);
}

#[test]
fn the_callers_encoding_wins() {
    let encoding = TextEncoding::of_label("koi8-r");
    let options = ReadOptions { encoding, ..ReadOptions::articles() };
    let outcomes = read_with("a.txt", &encoded("нет", KOI8_R), options);
    assert_eq!(shown(&outcomes), ["a: нет"]);
}

#[test]
fn bytes_that_are_no_text_in_any_encoding_are_refused() {
    let place =
        |at: usize| format!("a.txt: invalid UTF-8 at byte {at}, and no other known encoding");
    assert_eq!(body("a.txt", b"Astana \xff refused."), place(7));
    assert_eq!(body("a.txt", b"Ast\xffana refused."), place(3));
    assert_eq!(body("a.txt", b"Astana \xc3\x28 refused."), place(7));
    // UTF-8 with one byte lost is not taken for another encoding.
    let mut damaged = RUSSIAN.as_bytes().to_vec();
    damaged.remove(20);
    assert!(body("a.txt", &damaged).contains("invalid UTF-8"), "{}", body("a.txt", &damaged));
    assert_eq!(
        shown(&read(
            "a.jsonl",
            b"{\"body\":\"One.\"}\n{\"body\":\"\xff\"}\n{\"body\":\"Three.\"}\n"
        )),
        [
            "a-1: One.",
            "a.jsonl:2: invalid UTF-8 at byte 9, and no other known encoding",
            "a-3: Three."
        ]
    );
}

#[test]
fn binary_data_are_refused_by_what_they_are() {
    let text = |found: &str| format!("a.txt: binary data ({found}), expected text");
    assert_eq!(body("a.txt", b"%PDF-1.7 \x00\x01"), text("a PDF document"));
    assert_eq!(body("a.txt", b"\x89PNG\r\n\x1a\n"), text("a PNG image"));
    assert_eq!(body("a.txt", b"abc\x00\x00\x00\x01def"), text("it has zero bytes"));
    assert_eq!(body("a.txt", b"\x01\x02\x03abc\x04"), text("mostly control characters"));
    let parquet = parquet(&[("body", &["x"])]);
    assert_eq!(body("a.txt", &parquet), text("Parquet, name it .parquet"));
    for name in ["a.md", "a.html", "a.csv", "a.json", "a.jsonl"] {
        let outcomes = shown(&read(name, b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"));
        assert!(outcomes[0].contains("binary data (gzip"), "{name}: {outcomes:?}");
    }
    assert_eq!(Format::Text.to_string(), "text");
}
