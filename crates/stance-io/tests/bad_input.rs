//! What is refused: each with a message that names file and line, and the rest read on.

use std::io::{self, Read};

use stance_io::{ArticleReader, Compression, Format, ReadOptions, RejectReason};

use crate::samples::{JSON_LINES, compress, parquet, parquet_articles, read, read_with, shown};

#[test]
fn an_empty_article_is_refused_in_every_format() {
    for name in ["a.txt", "a.md", "a.html", "a.json"] {
        for bytes in [&b""[..], b" \n\t\r\n", b"\xef\xbb\xbf"] {
            assert_eq!(shown(&read(name, bytes)), [format!("{name}: article has no text")]);
        }
    }
    assert_eq!(shown(&read("a.csv", b"")), ["a.csv:1: article has no text"]);
    assert_eq!(
        shown(&read("a.csv", b"id,text\n1,\n2,No.\n")),
        ["a.csv:2: article has no text", "2: No."]
    );
    assert_eq!(shown(&read("a.md", b"# A title\n")), ["a.md: article has no text"]);
    assert_eq!(
        shown(&read("a.parquet", &parquet(&[("body", &["", "No."])]))),
        ["a.parquet:1: article has no text", "a-2: No."]
    );
}

#[test]
fn invalid_json_in_the_middle_is_named_by_its_line() {
    let lines = b"{\"body\":\"One.\"}\n{\"body\": \"Two\n[1]\n{\"body\":\"Four.\"}\n";
    let outcomes = read("a.jsonl", lines);
    assert_eq!(
        shown(&outcomes),
        [
            "a-1: One.",
            "a.jsonl:2: invalid JSON: EOF while parsing a string at column 13",
            "a.jsonl:3: invalid JSON: invalid type: sequence, expected an object with the row's \
             fields at column 0",
            "a-4: Four.",
        ]
    );
    let refused = outcomes[1].as_ref().expect_err("a broken line");
    assert_eq!((refused.line, &*refused.raw), (Some(2), "{\"body\": \"Two"));
}

#[test]
fn a_bad_element_of_an_array_does_not_lose_the_others() {
    let array =
        b"[\n {\"body\":\"One.\"},\n {\"body\":tru},\n {\"title\":\"x\"},\n {\"body\":\"Four.\"}\n";
    assert_eq!(
        shown(&read("a.json", array)),
        [
            "a-1: One.",
            "a.json:3: invalid JSON: expected ident at column 12",
            "a.json:4: no text column: found title, expected one of body, text, content, article, \
             maintext, articlebody, article_text, full_text, fulltext, paragraphs",
            "a-4: Four.",
            "a.json:6: invalid JSON: the input ends inside an array",
        ]
    );
}

#[test]
fn a_missing_text_column_is_told_with_the_columns_that_are_there() {
    let outcomes = shown(&read("a.csv", b"id,summary\n1,x\n2,y\n"));
    assert_eq!(outcomes.len(), 1);
    assert!(
        outcomes[0].starts_with("a.csv:1: no text column: found id, summary, expected one of body")
    );
    let outcomes = shown(&read("a.parquet", &parquet(&[("id", &["1"]), ("summary", &["x"])])));
    assert!(outcomes[0].starts_with("a.parquet: no text column: found id, summary, expected"));
    let outcomes = shown(&read("a.jsonl", b"{\"id\":1,\"summary\":\"x\"}\n{\"body\":[true]}\n"));
    assert!(outcomes[0].starts_with("a.jsonl:1: no text column: found id, summary, expected"));
    assert_eq!(
        outcomes[1],
        "a.jsonl:2: key \"body\" is a list, expected a string or a list of paragraphs"
    );
}

#[test]
fn a_ragged_row_is_named_by_its_line() {
    let csv = b"id,text\n1,One.\n2,Two.,more\n\"3\n\",Three.\n4\n5,Five.\n";
    let outcomes = read("a.csv", csv);
    assert_eq!(
        shown(&outcomes),
        [
            "1: One.",
            "a.csv:3: row has 3 fields, the header has 2",
            "3: Three.",
            "a.csv:6: row has 1 fields, the header has 2",
            "5: Five.",
        ]
    );
    assert_eq!(outcomes[1].as_ref().expect_err("ragged").raw, "2,Two.,more");
    let open = format!("id,text\n1,\"One.\n{}", "2,Two.\n".repeat(30));
    let outcomes = shown(&read("a.csv", format!("{open}\n").as_bytes()));
    assert!(outcomes.iter().all(|line| line.starts_with("1: One.")), "{outcomes:?}");
    let open = format!("id,text\n\"1,One.\n{}", "2,Two.\n".repeat(30));
    let outcomes = shown(&read("a.csv", open.as_bytes()));
    assert_eq!(
        outcomes,
        ["a.csv:2: row has 1 fields, the header has 2; it spans many lines: is a quote left open?"]
    );
}

#[test]
fn a_truncated_archive_gives_what_came_before_the_break_and_one_refusal() {
    let lines: Vec<String> =
        (0..20_000).map(|n| format!("{{\"body\":\"Refusal {n}.\"}}\n")).collect();
    let lines = lines.concat();
    for (compression, suffix) in [(Compression::Gzip, "gz"), (Compression::Zstd, "zst")] {
        let bytes = compress(lines.as_bytes(), compression);
        let name = format!("a.jsonl.{suffix}");
        let outcomes = read(&name, &bytes[..bytes.len() * 9 / 10]);
        let (last, before) = outcomes.split_last().expect("some rows");
        assert!(before.len() > 1000 && before.iter().all(Result::is_ok), "{}", before.len());
        let refused = last.as_ref().expect_err("the break");
        assert!(matches!(refused.reason, RejectReason::Broken { .. }), "{refused}");
        assert!(refused.line.is_some_and(|line| line > 1000), "{refused}");

        let name = format!("a.txt.{suffix}");
        let bytes = compress(b"Astana declined to send troops.", compression);
        let outcomes = shown(&read(&name, &bytes[..bytes.len() - 5]));
        assert_eq!(outcomes.len(), 1);
        assert!(outcomes[0].starts_with(&format!("{name}: reading stopped: ")), "{outcomes:?}");
        let outcomes = shown(&read(&name, b"This was never compressed at all."));
        assert!(outcomes[0].starts_with(&format!("{name}: reading stopped: ")), "{outcomes:?}");
    }
}

#[test]
fn a_damaged_parquet_file_is_one_refusal() {
    let whole = parquet_articles();
    for bytes in [&whole[..whole.len() - 9], &whole[9..], b"PAR1PAR1", b"not Parquet", b""] {
        let outcomes = read("a.parquet", bytes);
        assert_eq!(outcomes.len(), 1, "{:?}", shown(&outcomes));
        let refused = outcomes[0].as_ref().expect_err("damaged");
        assert!(refused.to_string().contains(": damaged Parquet: "), "{refused}");
    }
}

#[test]
fn html_without_text_is_refused() {
    let page =
        b"<html><head><title>Steppe Wire</title></head><body><nav><a href='/'>Home</a></nav>\
                 <script>var text = 'no';</script></body></html>";
    assert_eq!(shown(&read("a.html", page)), ["a.html: no article text found"]);
}

#[test]
fn a_line_of_200_mb_is_refused_and_the_rest_is_read() {
    let long = b"{\"body\":\"".chain(io::repeat(b'x').take(200_000_000));
    let stream = b"{\"body\":\"One.\"}\n".chain(long).chain(&b"\"}\n{\"body\":\"Three.\"}\n"[..]);
    let options = ReadOptions::articles();
    let reader = ArticleReader::new("a.jsonl", stream, Format::JsonLines.plain(), options);
    let outcomes: Vec<_> = reader.collect();
    assert_eq!(
        shown(&outcomes),
        ["a-1: One.", "a.jsonl:2: longer than the limit of 16777216 bytes", "a-3: Three."]
    );
    let raw = &outcomes[1].as_ref().expect_err("too long").raw;
    assert_eq!(raw.len(), stance_io::MAX_RAW_BYTES);
}

#[test]
fn what_expands_beyond_the_limit_is_refused() {
    let bomb = compress(&vec![b'x'; 2_000_000], Compression::Gzip);
    assert!(bomb.len() < 10_000);
    for name in ["a.txt.gz", "a.html.gz", "a.json.gz", "a.csv.gz", "a.jsonl.gz", "a.parquet.gz"] {
        let options = ReadOptions {
            max_item_bytes: 1_000_000,
            max_held_bytes: 1_000_000,
            ..ReadOptions::articles()
        };
        let outcomes = shown(&read_with(name, &bomb, options));
        assert_eq!(outcomes.len(), 1, "{name}");
        assert!(outcomes[0].ends_with("longer than the limit of 1000000 bytes"), "{outcomes:?}");
    }
}

#[test]
fn an_id_that_is_given_twice_is_refused_the_second_time() {
    let outcomes = shown(&read("a.jsonl", JSON_LINES.repeat(2).as_bytes()));
    assert_eq!(
        outcomes[2..],
        [
            "a.jsonl:3: id \"a1\" was already given at a.jsonl:1",
            "a.jsonl:4: id \"a2\" was already given at a.jsonl:2",
        ]
    );
}

#[test]
fn a_failing_disk_ends_the_file_with_one_refusal() {
    struct Failing;
    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("the disk is gone"))
        }
    }
    for format in [Format::JsonLines, Format::Json, Format::Csv, Format::Text, Format::Parquet] {
        let reader = ArticleReader::new("a", Failing, format.plain(), ReadOptions::articles());
        let outcomes: Vec<_> = reader.collect();
        assert_eq!(outcomes.len(), 1, "{format}");
        let message = outcomes[0].as_ref().expect_err("a failure").to_string();
        assert!(message.ends_with("reading stopped: the disk is gone"), "{message}");
    }
}
