//! The same two articles in every format, and the means to compress and read them.

use std::io::{Cursor, Write};
use std::sync::Arc;

use parquet::data_type::{ByteArray, ByteArrayType};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use stance_core::Article;
use stance_io::{
    ArticleReader, Compression, FileFormat, Format, IdRegistry, ReadItem, ReadOptions, Rejected,
};

pub(crate) const COMPRESSIONS: [(Compression, &str); 3] =
    [(Compression::None, ""), (Compression::Gzip, ".gz"), (Compression::Zstd, ".zst")];

pub(crate) const TEXT: &str = "Astana declines\n\nDate: 24 June 2023\nSource: Steppe Wire\n\
URL: https://steppe.example/1\n\nASTANA, June 24 — Kazakhstan declined to send troops.\n";

pub(crate) const MARKDOWN: &str = "---\ntitle: Astana declines\ndate: 2023-06-24\n\
outlet: Steppe Wire\nurl: https://steppe.example/1\n---\n\n\
ASTANA, June 24 — Kazakhstan *declined* to send [troops](https://x.example).\n";

pub(crate) const HTML: &str = r#"<!doctype html><html><head><meta charset="utf-8">
<title>Astana declines | Steppe Wire</title><script type="application/ld+json">
{"@type":"NewsArticle","headline":"Astana declines","datePublished":"2023-06-24T09:00:00+06:00",
"publisher":{"name":"Steppe Wire"}}</script>
<link rel="canonical" href="https://steppe.example/1"></head><body>
<nav><a href="/">Home</a></nav><article><h1>Astana declines</h1>
<p>ASTANA, June 24 — Kazakhstan declined to send troops.</p></article></body></html>"#;

pub(crate) const JSON: &str = r#"[
 {"id":"a1","title":"Astana declines","date":"2023-06-24","outlet":"Steppe Wire",
  "url":"https://steppe.example/1","body":"ASTANA, June 24 — Kazakhstan declined to send troops."},
 {"id":"a2","body":"Tashkent would not intervene."}
]"#;

pub(crate) const JSON_LINES: &str = "{\"id\":\"a1\",\"title\":\"Astana declines\",\"date\":\"2023-06-24\",\
\"outlet\":\"Steppe Wire\",\"url\":\"https://steppe.example/1\",\
\"body\":\"ASTANA, June 24 \\u2014 Kazakhstan declined to send troops.\"}\n\
{\"id\":\"a2\",\"body\":\"Tashkent would not intervene.\"}\n";

pub(crate) const CSV: &str = "id,title,date,outlet,url,text\n\
a1,Astana declines,\"June 24, 2023\",Steppe Wire,https://steppe.example/1,\
\"ASTANA, June 24 — Kazakhstan declined to send troops.\"\n\
a2,,,,,Tashkent would not intervene.\n";

pub(crate) fn tsv() -> String {
    CSV.replace("\"June 24, 2023\"", "24.06.2023")
        .replace("ASTANA, June", "ASTANA; June")
        .replace(',', "\t")
        .replace("ASTANA; June", "ASTANA, June")
}

/// A Parquet file of these columns, all optional strings; an empty one is null.
pub(crate) fn parquet(columns: &[(&str, &[&str])]) -> Vec<u8> {
    let fields: Vec<String> =
        columns.iter().map(|(name, _)| format!("optional binary {name} (UTF8);")).collect();
    let fields = fields.concat();
    let schema = parse_message_type(&format!("message rows {{ {fields} }}")).expect("a schema");
    let properties = Arc::new(WriterProperties::builder().build());
    let mut writer =
        SerializedFileWriter::new(Vec::new(), Arc::new(schema), properties).expect("a writer");
    let mut group = writer.next_row_group().expect("a group");
    for (_, cells) in columns {
        let there: Vec<i16> = cells.iter().map(|cell| i16::from(!cell.is_empty())).collect();
        let values: Vec<ByteArray> =
            cells.iter().filter(|cell| !cell.is_empty()).map(|&cell| cell.into()).collect();
        let mut column = group.next_column().expect("in order").expect("as many as fields");
        let typed = column.typed::<ByteArrayType>();
        typed.write_batch(&values, Some(&there), None).expect("strings");
        column.close().expect("memory does not fail");
    }
    group.close().expect("memory does not fail");
    writer.into_inner().expect("memory does not fail")
}

pub(crate) fn parquet_articles() -> Vec<u8> {
    parquet(&[
        ("id", &["a1", "a2"]),
        ("title", &["Astana declines", ""]),
        ("date", &["2023-06-24", ""]),
        ("outlet", &["Steppe Wire", ""]),
        ("url", &["https://steppe.example/1", ""]),
        (
            "body",
            &[
                "ASTANA, June 24 — Kazakhstan declined to send troops.",
                "Tashkent would not intervene.",
            ],
        ),
    ])
}

/// Every format with a valid file of it.
pub(crate) fn samples() -> Vec<(Format, Vec<u8>)> {
    vec![
        (Format::Text, TEXT.into()),
        (Format::Markdown, MARKDOWN.into()),
        (Format::Html, HTML.into()),
        (Format::Json, JSON.into()),
        (Format::JsonLines, JSON_LINES.into()),
        (Format::Csv, CSV.into()),
        (Format::Tsv, tsv().into()),
        (Format::Parquet, parquet_articles()),
    ]
}

pub(crate) fn compress(bytes: &[u8], compression: Compression) -> Vec<u8> {
    match compression {
        Compression::None => bytes.to_vec(),
        Compression::Gzip => {
            let mut encoder =
                flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
            encoder.write_all(bytes).expect("memory does not fail");
            encoder.finish().expect("memory does not fail")
        }
        Compression::Zstd => zstd::encode_all(bytes, 3).expect("memory does not fail"),
    }
}

pub(crate) type Outcome = Result<ReadItem<Article>, Rejected>;

/// Reads `bytes` as the file `name`, ids made unique.
pub(crate) fn read(name: &str, bytes: &[u8]) -> Vec<Outcome> {
    read_with(name, bytes, ReadOptions::articles())
}

pub(crate) fn read_with(name: &str, bytes: &[u8], options: ReadOptions) -> Vec<Outcome> {
    let format = FileFormat::of_path(name).expect("a known extension");
    let mut ids = IdRegistry::default();
    let reader = ArticleReader::seekable(name, Cursor::new(bytes.to_vec()), format, options);
    reader.map(|read| read.and_then(|item| ids.admit(item))).collect()
}

/// Each outcome on one line: `id: body`, or the refusal.
pub(crate) fn shown(outcomes: &[Outcome]) -> Vec<String> {
    let line = |outcome: &Outcome| match outcome {
        Ok(read) => format!("{}: {}", read.item.id(), read.item.body()),
        Err(rejected) => rejected.to_string(),
    };
    outcomes.iter().map(line).collect()
}
