//! Every format with every compression, ids, defaults and mapped columns.

use std::io::Cursor;

use stance_core::{Article, ArticleId, TargetId};
use stance_io::{
    ArticleReader, ColumnMap, Field, FileFormat, Format, ReadOptions, StatementReader, Warning,
};

use crate::samples::{
    COMPRESSIONS, JSON_LINES, compress, parquet, read, read_with, samples, shown,
};

pub(crate) fn extension(format: Format) -> &'static str {
    match format {
        Format::Text => "txt",
        Format::Markdown => "md",
        Format::Html => "html",
        Format::Json => "json",
        Format::JsonLines => "jsonl",
        Format::Csv => "csv",
        Format::Tsv => "tsv",
        Format::Parquet => "parquet",
    }
}

fn first_fields(article: &Article) -> [Option<String>; 5] {
    let owned = |text: Option<&str>| text.map(str::to_owned);
    [
        owned(article.title.as_deref()),
        article.date.map(|date| date.to_string()),
        owned(article.outlet.as_deref()),
        owned(article.url.as_deref()),
        Some(article.body().trim_end().to_owned()),
    ]
}

#[test]
fn every_format_reads_the_same_under_every_compression() {
    let expected = [
        "Astana declines",
        "2023-06-24",
        "Steppe Wire",
        "https://steppe.example/1",
        "ASTANA, June 24 — Kazakhstan declined to send troops.",
    ]
    .map(|text| Some(text.to_owned()));
    for (format, bytes) in samples() {
        for (compression, suffix) in COMPRESSIONS {
            let name = format!("news/day.{}{suffix}", extension(format));
            let outcomes = read(&name, &compress(&bytes, compression));
            let articles: Vec<&Article> =
                outcomes.iter().map(|o| &o.as_ref().expect(&name).item).collect();
            assert_eq!(first_fields(articles[0]), expected, "{name}");
            let ids: Vec<&str> = articles.iter().map(|a| a.id().as_str()).collect();
            if format.has_rows() {
                assert_eq!(ids, ["a1", "a2"], "{name}");
                assert_eq!(articles[1].body(), "Tashkent would not intervene.", "{name}");
                assert_eq!(first_fields(articles[1])[..4], [const { None }; 4], "{name}");
            } else {
                assert_eq!(ids, ["day"], "{name}");
            }
        }
    }
}

#[test]
fn a_stream_without_a_name_is_recognized_and_read() {
    for (format, bytes) in samples() {
        for (compression, _) in COMPRESSIONS {
            let bytes = compress(&bytes, compression);
            let found = FileFormat::sniff(&bytes, &ColumnMap::articles());
            assert_eq!(found, FileFormat { format, compression });
            // given through a pipe: nothing to seek in
            let reader = ArticleReader::new("-", &bytes[..], found, ReadOptions::articles());
            let outcomes: Vec<_> = reader.collect();
            assert!(!outcomes.is_empty() && outcomes.iter().all(Result::is_ok), "{format}");
        }
    }
}

#[test]
fn ids_come_from_the_files_stem_and_the_rows_number() {
    assert_eq!(
        shown(&read(
            "x/day.jsonl.gz",
            &compress(
                b"{\"body\":\"One.\"}\n\n{\"body\":\"\"}\n{\"body\":\"Three.\"}\n",
                stance_io::Compression::Gzip,
            )
        )),
        ["day-1: One.", "x/day.jsonl.gz:3: article has no text", "day-3: Three."]
    );
    assert_eq!(shown(&read("x/day.json", b" {\"body\":\"One.\"} \n")), ["day: One."]);
    assert_eq!(shown(&read("x/day.json", b"[{\"body\":\"One.\"}]")), ["day-1: One."]);
    assert_eq!(
        shown(&read("d.json", b"{\"body\":\"One.\"}\n{\"body\":\"Two.\"}")),
        ["d-1: One.", "d-2: Two."]
    );
    assert_eq!(shown(&read("day.json", b"[]")), [""; 0]);
    assert_eq!(shown(&read("day.jsonl", b"")), [""; 0]);
}

#[test]
fn what_is_missing_is_filled_from_the_options() {
    let options = ReadOptions {
        date: "2023-07-01".parse().ok(),
        outlet: Some("Somewhere".into()),
        ..ReadOptions::articles()
    };
    let outcomes = read_with("day.jsonl", JSON_LINES.as_bytes(), options);
    let seen: Vec<_> = outcomes
        .iter()
        .map(|o| {
            let article = &o.as_ref().expect("an article").item;
            (article.date.map(|d| d.to_string()), article.outlet.as_deref().map(str::to_owned))
        })
        .collect();
    let own = |date: &str, outlet: &str| (Some(date.to_owned()), Some(outlet.to_owned()));
    assert_eq!(seen, [own("2023-06-24", "Steppe Wire"), own("2023-07-01", "Somewhere")]);
}

#[test]
fn columns_are_read_under_the_names_that_the_caller_gives() {
    let columns = ColumnMap::articles().with(Field::Body, "plain").with(Field::Title, "text");
    let options = ReadOptions { columns, ..ReadOptions::articles() };
    let outcomes = read_with("a.csv", b"Text,PLAIN\nNo,It declined.\n", options.clone());
    let article = &outcomes[0].as_ref().expect("an article").item;
    assert_eq!((article.title.as_deref(), article.body()), (Some("No"), "It declined."));
    let outcomes = read_with("a.csv", b"title,body\nNo,It declined.\n", options);
    assert_eq!(
        shown(&outcomes),
        ["a.csv:1: no text column: found title, body, expected one of plain"]
    );
}

#[test]
fn a_date_that_is_not_understood_is_left_empty_with_a_warning() {
    let outcomes = read("a.jsonl", b"{\"date\":\"last week\",\"body\":\"It declined.\"}");
    let read = outcomes[0].as_ref().expect("an article");
    assert_eq!(read.item.date, None);
    assert_eq!(read.warnings, [Warning::UnknownDate { found: "last week".to_owned() }]);
}

#[test]
fn a_text_without_header_keeps_every_byte() {
    let text = "Even before the war, it was clear.\r\n\tSecond paragraph.\nSource: jamestown";
    let outcomes = read("seed.txt", text.as_bytes());
    assert_eq!(outcomes[0].as_ref().expect("an article").item.body(), text);
}

#[test]
fn rows_of_statements_are_read_from_every_row_format() {
    let parquet = parquet(&[
        ("id", &["s1", ""]),
        ("text", &["It declined.", " It agreed. "]),
        ("context", &["Moscow asked.", ""]),
        ("target", &["Moscow", ""]),
        ("article", &["a1", ""]),
    ]);
    let inputs: [(&str, Vec<u8>); 5] = [
        (
            "st.csv",
            "id,text,context,target,article\ns1,It declined.,Moscow asked.,Moscow,a1\n,\
                    \" It agreed. \",,,\n"
                .into(),
        ),
        (
            "st.tsv",
            "id\ttext\tcontext\ttarget\tarticle\ns1\tIt declined.\tMoscow asked.\tMoscow\ta1\n\t\
                    It agreed.\t\t\t\n"
                .into(),
        ),
        (
            "st.jsonl",
            "{\"id\":\"s1\",\"text\":\"It declined.\",\"context\":\"Moscow asked.\",\
                      \"target\":\"Moscow\",\"article\":\"a1\"}\n{\"text\":\"It agreed.\"}"
                .into(),
        ),
        (
            "st.json",
            "[{\"id\":\"s1\",\"text\":\"It declined.\",\"context\":\"Moscow asked.\",\
                     \"target\":\"Moscow\",\"article\":\"a1\"},{\"text\":\"It agreed.\"}]"
                .into(),
        ),
        ("st.parquet", parquet),
    ];
    for (name, bytes) in inputs {
        let format = FileFormat::of_path(name).expect("a known extension");
        let options = ReadOptions::statements();
        let rows: Vec<_> = StatementReader::seekable(name, Cursor::new(bytes), format, options)
            .map(|read| read.expect(name).item)
            .collect();
        assert_eq!(rows.len(), 2, "{name}");
        assert_eq!(rows[0].id.as_str(), "s1", "{name}");
        let article = |row: usize| rows[row].article.as_ref().map(ArticleId::as_str);
        assert_eq!(article(0), Some("a1"), "{name}");
        assert_eq!(rows[0].context.as_deref(), Some("Moscow asked."), "{name}");
        assert_eq!(rows[0].target, Some(TargetId::moscow()), "{name}");
        assert_eq!((rows[1].id.as_str(), article(1)), ("st-2", Some("st")), "{name}");
        assert_eq!(&*rows[1].text, "It agreed.", "{name}");
    }
}

#[test]
fn a_text_has_no_rows_of_statements() {
    let options = ReadOptions::statements();
    let mut rows = StatementReader::new("a.txt", &b"No."[..], Format::Text.plain(), options);
    let refused = rows.next().expect("one refusal").expect_err("one refusal");
    assert_eq!(refused.to_string(), "a.txt: text holds one article, expected rows of statements");
    assert!(rows.next().is_none());
}
