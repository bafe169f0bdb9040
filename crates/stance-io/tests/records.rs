//! Records written and read back.

use stance_core::{
    Citation, CountryCode, Holder, Kind, Label, LabelSet, Probabilities, RECORD_SCHEMA, Record,
    Stance, Voice,
};
use stance_io::{FileFormat, Format, RecordReader, RecordWriter, WriteError};

use crate::samples::COMPRESSIONS;

fn record(n: usize) -> Record {
    let text = format!("Refusal {n}: \"no\",\n\t\u{201c}нет\u{201d}; a,b\r\n");
    Record {
        schema: RECORD_SCHEMA,
        article: "seed-article".to_owned(),
        statement: format!("seed-article#{n:03}"),
        start: n,
        end: n + text.len(),
        text,
        stance: [Some(Stance::Distancing), None, Some(Stance::Supportive)][n % 3],
        probabilities: Probabilities {
            supportive: 0.1 + 0.2,
            neutral: 1e-6,
            distancing: 0.699_999_999_999_999_8,
            irrelevant: 0.0,
        },
        set: [None, Some(set(n)), Some(set(n + 1))][n % 3],
        abstained: !n.is_multiple_of(3),
        target: "moscow".to_owned(),
        holder: holders(n).into_iter().next(),
        holders: if n % 3 > 1 { holders(n) } else { Vec::new() },
        voice: [Some(Voice::Holder), Some(Voice::Target), None][n % 3],
        kind: [Some(Kind::Deed), None, Some(Kind::Commentary)][n % 3],
        quotes: vec!["no; \"нет\", a,b".to_owned(); n % 3],
        cited: vec![
            Citation { outlet: "Akorda.kz".into(), date: "2023-06-24".parse().ok() };
            n % 3
        ],
        date: ["2023-06-24", "2023-06", ""][n % 3].parse().ok(),
        published: ["", "2023-07-05", "2023"][n % 3].parse().ok(),
        title: n.is_multiple_of(2).then(|| "Astana, \"declines\"".to_owned()),
        outlet: n.is_multiple_of(3).then(|| "Steppe Wire".to_owned()),
        url: None,
        model: "fast".to_owned(),
        model_version: "1".to_owned(),
    }
}

/// Sets of one to three labels.
fn set(n: usize) -> LabelSet {
    Label::ALL.into_iter().cycle().skip(n).take(1 + n % 3).collect()
}

fn holders(n: usize) -> Vec<Holder> {
    let holder = |code: &str| Holder {
        country: Some(CountryCode::new(code)),
        name: (n % 2 == 1).then(|| "Kassym-Jomart Tokayev, \"the\"".into()),
        office: (n % 4 == 1).then(|| "president".into()),
    };
    ["KZ", "central-asia", "UZ"].iter().take(n % 3).map(|code| holder(code)).collect()
}

fn written(records: &[Record], format: FileFormat) -> Vec<u8> {
    let mut writer = RecordWriter::new(Vec::new(), format).expect("a format of records");
    for record in records {
        writer.write(record).expect("memory does not fail");
    }
    writer.finish().expect("memory does not fail")
}

#[test]
fn records_come_back_equal_from_every_format_and_compression() {
    for format in [Format::JsonLines, Format::Csv, Format::Tsv, Format::Parquet] {
        // More than one row group of Parquet.
        let count = if format == Format::Parquet { 33_000 } else { 300 };
        let records: Vec<Record> = (0..count).map(record).collect();
        for (compression, _) in COMPRESSIONS {
            let format = FileFormat { format, compression };
            let bytes = written(&records, format);
            let read = RecordReader::new("r", &bytes[..], format);
            let read: Vec<Record> = read.map(|r| r.expect("a record")).collect();
            assert!(read == records, "{format:?}: {} records", read.len());
        }
    }
}

#[test]
fn no_record_at_all_is_a_whole_file() {
    for format in [Format::JsonLines, Format::Csv, Format::Tsv, Format::Parquet] {
        let bytes = written(&[], format.plain());
        assert_eq!(RecordReader::new("r", &bytes[..], format.plain()).count(), 0, "{format}");
    }
}

#[test]
fn a_table_has_one_flat_column_for_each_field() {
    let one = Record {
        text: "No, twice.".to_owned(),
        set: Some([Label::Irrelevant, Label::Neutral].into_iter().collect()),
        abstained: true,
        holder: Some(Holder {
            country: Some(CountryCode::new("KZ")),
            name: Some("Kassym-Jomart Tokayev".into()),
            office: Some("president".into()),
        }),
        quotes: vec!["no".to_owned()],
        cited: vec![Citation { outlet: "Akorda.kz".into(), date: "2023-06".parse().ok() }],
        ..record(0)
    };
    assert_eq!(
        String::from_utf8(written(&[one], Format::Csv.plain())).expect("UTF-8"),
        "schema,article,statement,start,end,text,stance,probabilities_supportive,\
         probabilities_neutral,probabilities_distancing,probabilities_irrelevant,set,abstained,target,\
         holder_country,holder_name,holder_office,holders,voice,kind,quotes,cited,date,published,\
         title,outlet,url,model,model_version\n\
         1,seed-article,seed-article#000,0,37,\"No, twice.\",distancing,0.30000000000000004,\
         0.000001,0.6999999999999998,0,\"[\"\"neutral\"\",\"\"irrelevant\"\"]\",true,moscow,KZ,Kassym-Jomart Tokayev,president,,holder,deed,\
         \"[\"\"no\"\"]\",\"[{\"\"outlet\"\":\"\"Akorda.kz\"\",\"\"date\"\":\"\"2023-06\"\"}]\",2023-06-24,,\
         \"Astana, \"\"declines\"\"\",Steppe Wire,,fast,1\n"
    );
}

#[test]
fn a_faulty_record_is_named_and_the_rest_is_read() {
    let mut bytes = written(&[record(0), record(1)], Format::JsonLines.plain());
    bytes.extend_from_slice(b"{\"schema\":1}\n");
    let newer = Record { schema: RECORD_SCHEMA + 1, ..record(2) };
    bytes.extend(written(&[newer, record(3)], Format::JsonLines.plain()));
    let outcomes: Vec<String> = RecordReader::new("r.jsonl", &bytes[..], Format::JsonLines.plain())
        .map(|read| read.map_or_else(|e| e.to_string(), |r| r.statement))
        .collect();
    assert_eq!(
        outcomes,
        [
            "seed-article#000",
            "seed-article#001",
            "r.jsonl:3: invalid JSON: missing field `article` at column 12",
            "r.jsonl:4: column \"schema\" is 2, expected the version of this build",
            "seed-article#003",
        ]
    );
    let csv = "schema,article\nx,a\n";
    let outcome = RecordReader::new("r.csv", csv.as_bytes(), Format::Csv.plain()).next();
    assert_eq!(
        outcome.expect("a row").expect_err("not a number").to_string(),
        "r.csv:2: column \"schema\" is x, expected a number"
    );
    for (column, value, message) in [
        ("abstained", "maybe", "is maybe, expected true, false or nothing"),
        ("set", "[\"\"cold\"\"]", "is [\"cold\"], expected a list in JSON"),
    ] {
        let csv = format!("{column}\n\"{value}\"\n");
        let outcome = RecordReader::new("r.csv", csv.as_bytes(), Format::Csv.plain()).next();
        let said = outcome.expect("a row").expect_err("no such value").to_string();
        assert_eq!(said, format!("r.csv:2: column {column:?} {message}"));
    }
}

#[test]
fn a_format_without_records_is_refused() {
    let refused = RecordWriter::new(Vec::new(), Format::Html.plain()).err();
    assert!(matches!(refused, Some(WriteError::Format { found: Format::Html })));
}
