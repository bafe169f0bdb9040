//! `classify`: what is written, where, and in which order.

use std::fmt::Write as _;

use stance_cli::Outcome;

use crate::command::{Console, Folder};

const ROWS: &str = "{\"id\":\"a1\",\"title\":\"Astana, \\\"no\\\"\",\"date\":\"2023-06-24\",\
\"outlet\":\"Steppe Wire\",\"url\":\"https://steppe.example/1\",\
\"body\":\"Astana refused,\\n\\\"politely\\\".\\tMoscow sulked.\"}\n\
{\"id\":\"a2\",\"body\":\"Минск согласился.\"}\n";

#[test]
fn every_output_format_holds_the_same_records() {
    let folder = Folder::new().with("in.jsonl", ROWS);
    let expected = folder.run(&["classify", "./in.jsonl"]).ended(Outcome::Done).records();
    assert_eq!(expected.len(), 3);
    for format in ["jsonl", "csv", "tsv", "parquet"] {
        for suffix in ["", ".gz", ".zst"] {
            let name = format!("./out.{format}{suffix}");
            let ran = folder.run(&["classify", "./in.jsonl", "-o", &name]).ended(Outcome::Done);
            assert_eq!(ran.stdout, "", "records go to the file alone");
            assert_eq!(folder.records(&name), expected, "{name}");
            let bytes = folder.bytes(&name);
            let is_compressed = match suffix {
                ".gz" => bytes.starts_with(&[0x1f, 0x8b]),
                ".zst" => bytes.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]),
                _ => true,
            };
            assert!(is_compressed, "{name}");
        }
    }
}

#[test]
fn a_format_that_is_said_wins_over_the_extension() {
    let folder = Folder::new().with("in.jsonl", ROWS);
    let args = ["classify", "./in.jsonl", "--format", "csv", "-o", "./out.jsonl"];
    folder.run(&args).ended(Outcome::Done);
    assert!(
        folder.text("out.jsonl").starts_with("schema,article,statement,start,end,text,stance,")
    );
    let ran = folder.run(&["classify", "./in.jsonl", "--format", "tsv"]).ended(Outcome::Done);
    assert!(ran.stdout.starts_with("schema\tarticle\t"), "{}", ran.stdout);
}

#[test]
fn an_output_whose_format_cannot_be_told_or_holds_no_records_is_refused_and_not_made() {
    let folder = Folder::new().with("in.jsonl", ROWS);
    for (name, message) in [
        (
            "./out.dat",
            "cannot tell the format of ./out.dat, expected .jsonl, .csv, .tsv or .parquet",
        ),
        ("./out.json", "records cannot be written as JSON"),
        ("./out.txt.gz", "records cannot be written as text"),
    ] {
        let ran = folder.run(&["classify", "./in.jsonl", "-o", name]).ended(Outcome::Failed);
        assert!(
            ran.stderr.starts_with("error: ") && ran.stderr.contains(message),
            "{}",
            ran.stderr
        );
        assert_eq!(folder.names(), ["in.jsonl"]);
    }
}

#[test]
fn an_existing_file_is_replaced_only_by_force() {
    let folder = Folder::new().with("in.jsonl", ROWS).with("out.csv", "precious");
    let args = ["classify", "./in.jsonl", "-o", "./out.csv"];
    let ran = folder.run(&args).ended(Outcome::Failed);
    assert_eq!(ran.stderr, "error: ./out.csv exists; --force replaces it\n");
    assert_eq!(folder.text("out.csv"), "precious");
    let rejects = ["classify", "./in.jsonl", "--rejects", "./out.csv"];
    folder.run(&rejects).ended(Outcome::Failed);
    assert_eq!(folder.text("out.csv"), "precious");
    folder.run(&[&args[..], &["--force"]].concat()).ended(Outcome::Done);
    assert_eq!(folder.records("out.csv").len(), 3);
    assert_eq!(folder.names(), ["in.jsonl", "out.csv"]);
}

#[test]
fn nothing_is_left_behind_when_a_run_fails() {
    let folder = Folder::new().with("in.jsonl", ROWS).with("taken/keep.txt", "x");
    // A folder cannot be replaced by a file, which shows only at the end.
    let args = ["classify", "./in.jsonl", "-o", "./taken", "--format", "csv", "--force"];
    let ran = folder.run(&args).ended(Outcome::Failed);
    assert!(ran.stderr.contains("cannot write ./taken"), "{}", ran.stderr);
    assert_eq!(folder.names(), ["in.jsonl", "taken"]);
    let args = ["classify", "./in.jsonl", "-o", "./none/out.csv"];
    let ran = folder.run(&args).ended(Outcome::Failed);
    assert!(ran.stderr.contains("cannot write ./none/out.csv"), "{}", ran.stderr);
    let args = ["classify", "./in.jsonl", "-o", "./out.csv", "--rejects", "./none/r.jsonl"];
    folder.run(&args).ended(Outcome::Failed);
    let args = ["classify", "./in.jsonl", "-o", "./out.csv", "--model", "./none"];
    folder.run(&args).ended(Outcome::Failed);
    assert_eq!(folder.names(), ["in.jsonl", "taken"]);
}

#[test]
fn the_order_is_that_of_the_input_for_any_number_of_threads() {
    let mut rows = String::new();
    for number in 0..2000 {
        // Long and short articles take turns, so that threads end out of order.
        let body = format!("Astana refused {number}. ").repeat(1 + number % 7);
        writeln!(rows, "{{\"id\":\"a{number}\",\"body\":\"{body}\"}}").expect("a string");
        if number % 100 == 50 {
            writeln!(rows, "broken {number}").expect("a string");
        }
    }
    let folder = Folder::new().with("in.jsonl", rows);
    let runs = ["1", "2", "7"].map(|threads| {
        let args = ["classify", "./in.jsonl", "--threads", threads];
        folder.run(&args).ended(Outcome::Incomplete)
    });
    let mut order: Vec<String> = runs[0].records().into_iter().map(|r| r.article).collect();
    order.dedup();
    assert_eq!(order, (0..2000).map(|number| format!("a{number}")).collect::<Vec<_>>());
    assert_eq!(runs[0].refused().len(), 20);
    for run in &runs[1..] {
        assert!(run.stdout == runs[0].stdout, "other records with another number of threads");
        assert_eq!(run.refused(), runs[0].refused());
    }
}

#[test]
fn the_table_shows_the_article_once_and_each_statement_with_its_stance() {
    let folder = Folder::new().with("in.jsonl", ROWS);
    let records = folder.run(&["classify", "./in.jsonl"]).ended(Outcome::Done).records();
    let ran = folder.run(&["classify", "./in.jsonl", "--format", "table"]).ended(Outcome::Done);
    let heads = ["a1 · Astana, \"no\" · Steppe Wire · 2023-06-24", "", "a2"];
    let mut heads = heads.into_iter();
    let mut lines = ran.stdout.lines();
    assert_eq!(lines.next(), heads.next());
    for (number, record) in records.iter().enumerate() {
        if number == 2 {
            assert_eq!([lines.next(), lines.next()], [heads.next(), heads.next()]);
        }
        let label = record.stance.map_or("-", |stance| stance.as_str());
        let top = record.probabilities.to_array().into_iter().fold(0.0, f64::max);
        let text = record.text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(lines.next(), Some(format!("  {label:<12}{top:>4.2}  {text}").as_str()));
        if record.stance.is_some() {
            // Who holds it stands below.
            let note = lines.next().expect("a note");
            let holder = record.holder.as_ref().and_then(|holder| holder.country.as_ref());
            let holder = holder.map_or("nobody named", stance_core::CountryCode::as_str);
            assert!(note.trim_start().starts_with(&format!("— {holder}")), "{note}");
        }
    }
    assert_eq!(lines.next(), None);
    let on_terminal = Console { stdout_width: Some(80), no_color: true, ..Console::default() };
    let shown = folder.run_on(on_terminal, &["classify", "./in.jsonl"]).ended(Outcome::Done);
    assert_eq!(shown.stdout, ran.stdout, "on a terminal the table is the default");
}
