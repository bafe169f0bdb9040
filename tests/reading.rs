//! `classify`: what is read from where, and what is known of it.

use stance_cli::Outcome;
use stance_core::{Probabilities, RECORD_SCHEMA, Record};
use stance_io::{ArticleReader, Compression, FileFormat, Format, ReadOptions, RecordWriter};

use crate::command::{Folder, argument, compressed, repository};

const BODY: &str = "ASTANA, June 24 — Kazakhstan declined to send troops. Moscow said nothing.";
const COMPRESSIONS: [(Compression, &str); 3] =
    [(Compression::None, ""), (Compression::Gzip, ".gz"), (Compression::Zstd, ".zst")];

/// One article in every format, by extension.
fn samples() -> Vec<(&'static str, Vec<u8>)> {
    let text = format!("Astana declines\n\nDate: 24 June 2023\nSource: Steppe Wire\n\n{BODY}\n");
    let markdown = format!(
        "---\ntitle: Astana declines\ndate: 2023-06-24\noutlet: Steppe Wire\n---\n\n{BODY}\n"
    );
    let html = format!(
        "<!doctype html><html><head><meta charset=\"utf-8\"><title>Astana declines</title>\
         <meta property=\"og:site_name\" content=\"Steppe Wire\">\
         <meta property=\"article:published_time\" content=\"2023-06-24T09:00:00+06:00\"></head>\
         <body><nav><a href=\"/\">Home</a></nav><article><h1>Astana declines</h1><p>{BODY}</p>\
         </article></body></html>"
    );
    let object = format!(
        "{{\"title\":\"Astana declines\",\"date\":\"2023-06-24\",\"outlet\":\"Steppe Wire\",\
         \"body\":\"{BODY}\"}}"
    );
    let head = "title,date,outlet,body";
    let csv = format!("{head}\nAstana declines,2023-06-24,Steppe Wire,\"{BODY}\"\n");
    let tsv =
        format!("{}\nAstana declines\t2023-06-24\tSteppe Wire\t{BODY}\n", head.replace(',', "\t"));
    vec![
        ("txt", text.into()),
        ("md", markdown.into()),
        ("html", html.into()),
        ("json", object.clone().into()),
        ("jsonl", format!("{object}\n").into()),
        ("csv", csv.into()),
        ("tsv", tsv.into()),
        ("parquet", parquet()),
    ]
}

/// Records are a table with a text column, a title, a date and an outlet: an article's Parquet.
fn parquet() -> Vec<u8> {
    let row = Record {
        schema: RECORD_SCHEMA,
        article: "given".to_owned(),
        statement: String::new(),
        start: 0,
        end: BODY.len(),
        text: BODY.to_owned(),
        stance: None,
        probabilities: Probabilities {
            supportive: 0.0,
            neutral: 0.0,
            distancing: 0.0,
            irrelevant: 1.0,
        },
        set: None,
        abstained: false,
        target: String::new(),
        holder: None,
        holders: Vec::new(),
        voice: None,
        kind: None,
        quotes: Vec::new(),
        cited: Vec::new(),
        date: "2023-06-24".parse().ok(),
        published: None,
        title: Some("Astana declines".to_owned()),
        outlet: Some("Steppe Wire".to_owned()),
        url: None,
        model: String::new(),
        model_version: String::new(),
    };
    let mut writer = RecordWriter::new(Vec::new(), Format::Parquet.plain()).expect("a writer");
    writer.write(&row).expect("a row");
    writer.finish().expect("memory does not fail")
}

fn assert_is_the_sample(record: &Record, place: &str) {
    let slice = &BODY[record.start..record.end];
    assert_eq!(record.text, slice, "{place}");
    assert_eq!(record.title.as_deref(), Some("Astana declines"), "{place}");
    assert_eq!(record.outlet.as_deref(), Some("Steppe Wire"), "{place}");
    assert_eq!(record.date.map(|date| date.to_string()).as_deref(), Some("2023-06-24"), "{place}");
}

#[test]
fn every_format_plain_and_compressed_gives_the_same_statements_with_spans_into_the_body() {
    for (extension, bytes) in samples() {
        for (compression, suffix) in COMPRESSIONS {
            let name = format!("./note.{extension}{suffix}");
            let folder = Folder::new().with(&name, compressed(&bytes, compression));
            let records = folder.run(&["classify", &name]).ended(Outcome::Done).records();
            let texts: Vec<&str> = records.iter().map(|record| record.text.as_str()).collect();
            let cut = BODY.find(" Moscow").expect("two sentences");
            assert_eq!(texts, [&BODY[..cut], &BODY[cut + 1..]], "{name}");
            for record in &records {
                assert_is_the_sample(record, &name);
            }
        }
    }
}

#[test]
fn standard_input_is_recognized_with_and_without_a_path() {
    for (extension, bytes) in samples() {
        for (compression, suffix) in COMPRESSIONS {
            let stdin = compressed(&bytes, compression);
            let folder = Folder::new();
            let dashed = folder.pipe(&stdin, &["classify", "-"]).ended(Outcome::Done);
            let bare = folder.pipe(&stdin, &["classify"]).ended(Outcome::Done);
            assert_eq!(dashed.stdout, bare.stdout, "{extension}{suffix}");
            let records = dashed.records();
            assert_eq!(records.len(), 2, "{extension}{suffix}");
            assert_is_the_sample(&records[0], extension);
            assert!(records[0].article.starts_with("stdin"), "{}", records[0].article);
        }
    }
}

#[test]
fn the_format_of_standard_input_may_be_said() {
    let csv = b"body,id\nAstana declined.,a1\n";
    let args = ["classify", "-", "--input-format", "txt"];
    let texts = Folder::new().pipe(csv, &args).ended(Outcome::Done).statements();
    assert!(texts[0].starts_with("stdin#001: body,id"), "{texts:?}");
}

#[test]
fn spans_of_the_sample_articles_slice_the_bodies_exactly() {
    let folder = argument("seeds/articles");
    let records = Folder::new().run(&["classify", &folder]).ended(Outcome::Done).records();
    let mut paths: Vec<_> = std::fs::read_dir(repository("seeds/articles"))
        .expect("sample articles")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort();
    let mut sliced = 0;
    let mut articles = Vec::new();
    for path in &paths {
        let name = path.to_string_lossy();
        let format = FileFormat::of_path(&name).expect("a known extension");
        let bytes = std::fs::read(path).expect("an article");
        for read in ArticleReader::new(&name, &bytes[..], format, ReadOptions::articles()) {
            let article = read.expect("a sample is sound").item;
            for record in records.iter().filter(|r| r.article == article.id().as_str()) {
                assert_eq!(record.text, article.body()[record.start..record.end]);
                assert_eq!(record.title.as_deref(), article.title.as_deref());
                assert_eq!(
                    (record.published, record.outlet.as_deref()),
                    (article.date, article.outlet.as_deref())
                );
                sliced += 1;
            }
            articles.push(article.id().to_string());
        }
    }
    assert_eq!(sliced, records.len(), "every record belongs to an article that was read");
    let mut order: Vec<&str> = records.iter().map(|record| record.article.as_str()).collect();
    order.dedup();
    assert_eq!(order, articles, "files in the order of their names, articles as they stand");
}

#[test]
fn files_folders_and_globs_are_read_in_the_order_given_and_folders_sorted() {
    let folder = Folder::new()
        .with("n/b.txt", "Beta declined.")
        .with("n/sub/a.md", "Alpha declined.")
        .with("n/c.jsonl", "{\"body\":\"Gamma declined.\"}\n{\"body\":\"Delta declined.\"}\n")
        .with("n/notes.doc", "not read")
        .with("n/.hidden.txt", "not read")
        .with("z.txt", "Zeta declined.");
    let ran = folder.run(&["classify", "./z.txt", "./n"]).ended(Outcome::Done);
    assert_eq!(
        ran.statements(),
        [
            "z#001: Zeta declined.",
            "b#001: Beta declined.",
            "c-1#001: Gamma declined.",
            "c-2#001: Delta declined.",
            "a#001: Alpha declined.",
        ]
    );
    let ran = folder.run(&["classify", "./n/**/*.md", "./n/*.txt"]).ended(Outcome::Done);
    assert_eq!(ran.statements(), ["a#001: Alpha declined.", "b#001: Beta declined."]);
}

#[test]
fn ids_are_given_or_derived_and_made_unique() {
    let folder = Folder::new()
        .with("x/report.txt", "One declined.")
        .with("y/report.txt", "Two declined.")
        .with(
            "z.json",
            "[{\"id\":\"k7\",\"body\":\"Three declined.\"},{\"body\":\"Four declined.\"}]",
        )
        .with("w.csv", "article_id,text\nreport,Five declined.\n");
    let args = ["classify", "./x", "./y", "./z.json", "./w.csv"];
    let ran = folder.run(&args).ended(Outcome::Done);
    assert_eq!(
        ran.statements(),
        [
            "report#001: One declined.",
            "report~2#001: Two declined.",
            "k7#001: Three declined.",
            "z-2#001: Four declined.",
            "report~3#001: Five declined.",
        ]
    );
    let ran = folder.run(&[&args[..], &["-v"]].concat()).ended(Outcome::Done);
    let renamed = "warning: ./y/report.txt: id \"report\" is taken, renamed to \"report~2\"";
    assert!(ran.stderr.lines().any(|line| line == renamed), "{}", ran.stderr);
}

#[test]
fn date_and_outlet_from_the_command_line_fill_only_what_is_missing() {
    let rows = "{\"body\":\"One declined.\"}\n\
                {\"body\":\"Two declined.\",\"date\":\"2022-03\",\"outlet\":\"Steppe Wire\"}\n";
    let folder = Folder::new().with("a.jsonl", rows);
    let args = ["classify", "./a.jsonl", "--article-date", "2023-06-28", "--outlet", "Jamestown"];
    let known = |record: &Record| {
        let date = record.date.map(|date| date.to_string());
        (date.unwrap_or_default(), record.outlet.clone().unwrap_or_default())
    };
    let found: Vec<_> =
        folder.run(&args).ended(Outcome::Done).records().iter().map(known).collect();
    let expected = [("2023-06-28", "Jamestown"), ("2022-03", "Steppe Wire")];
    assert_eq!(found, expected.map(|(date, outlet)| (date.to_owned(), outlet.to_owned())));
    let ran =
        folder.run(&["classify", "./a.jsonl", "--article-date", "June"]).ended(Outcome::Failed);
    assert!(ran.stderr.contains("--article-date"), "{}", ran.stderr);
}

#[test]
fn keys_of_other_names_are_mapped_by_flags() {
    let csv = "nr;kopf;tag;blatt;adresse;inhalt\n\
               k7;Astana declines;2023-06-24;Steppe Wire;https://steppe.example/1;Astana declined.\n";
    let folder = Folder::new().with("a.csv", csv);
    let keys = [
        ("--id-key", "nr"),
        ("--title-key", "kopf"),
        ("--date-key", "tag"),
        ("--outlet-key", "blatt"),
        ("--url-key", "adresse"),
        ("--text-key", "inhalt"),
    ];
    let flags = keys.iter().flat_map(|&(flag, key)| [flag, key]);
    let args: Vec<&str> = ["classify", "./a.csv"].into_iter().chain(flags).collect();
    let records = folder.run(&args).ended(Outcome::Done).records();
    let record = &records[0];
    assert_eq!((record.article.as_str(), record.text.as_str()), ("k7", "Astana declined."));
    assert_eq!(record.title.as_deref(), Some("Astana declines"));
    assert_eq!(record.date.map(|date| date.to_string()).as_deref(), Some("2023-06-24"));
    assert_eq!(record.outlet.as_deref(), Some("Steppe Wire"));
    assert_eq!(record.url.as_deref(), Some("https://steppe.example/1"));
}

#[test]
fn a_known_format_under_an_unknown_extension_is_read_when_it_is_said() {
    let bytes = compressed(b"{\"body\":\"Astana declined.\"}\n", Compression::Gzip);
    let folder = Folder::new().with("a.dump.gz", bytes);
    let args = ["classify", "./a.dump.gz", "--input-format", "jsonl"];
    let ran = folder.run(&args).ended(Outcome::Done);
    assert_eq!(ran.statements(), ["a.dump-1#001: Astana declined."]);
}
