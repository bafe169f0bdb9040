//! `classify`: units of input, relevance, refused rows, and the configuration file.

use serde_json::{Value, json};
use stance_cli::Outcome;
use stance_core::Stance;

use crate::command::Folder;

#[test]
fn statements_that_are_cut_keep_their_row_s_id_and_are_not_cut_again() {
    let rows = "{\"id\":\"s1\",\"text\":\"Astana refused. Moscow sulked.\",\"title\":\"No\",\
                \"context\":\"The request came in June.\",\"target\":\"moscow\"}\n\
                {\"text\":\"Minsk agreed.\"}\n";
    let folder = Folder::new().with("in.jsonl", rows);
    let ran = folder.run(&["classify", "./in.jsonl", "--unit", "statement"]).ended(Outcome::Done);
    assert_eq!(ran.statements(), ["s1: Astana refused. Moscow sulked.", "in-2: Minsk agreed."]);
    let records = ran.records();
    assert_eq!((records[0].start, records[0].end), (0, 30));
    assert_eq!(records[0].title.as_deref(), Some("No"));
}

#[test]
fn a_statement_about_another_target_is_refused_at_its_line() {
    let rows = "{\"id\":\"s1\",\"text\":\"Minsk agreed.\"}\n\
                {\"id\":\"s2\",\"text\":\"Baku sent a note.\",\"target\":\"beijing\"}\n";
    let folder = Folder::new().with("in.jsonl", rows);
    let args = ["classify", "./in.jsonl", "--unit", "statement", "--rejects", "./r.jsonl"];
    let ran = folder.run(&args).ended(Outcome::Incomplete);
    assert_eq!(ran.statements(), ["s1: Minsk agreed."]);
    assert_eq!(ran.refused(), ["./in.jsonl:2: statement is about target beijing, expected moscow"]);
    let reject: Value = serde_json::from_str(&folder.text("r.jsonl")).expect("one object");
    assert_eq!((&reject["line"], &reject["kind"]), (&json!(2), &json!("target")));
}

#[test]
fn a_file_of_one_article_holds_no_rows_of_statements() {
    let folder = Folder::new().with("a.txt", "Minsk agreed.");
    let ran =
        folder.run(&["classify", "./a.txt", "--unit", "statement"]).ended(Outcome::Incomplete);
    assert_eq!(ran.refused(), ["./a.txt: text holds one article, expected rows of statements"]);
}

#[test]
fn what_is_taken_for_relevant_always_has_the_likeliest_of_the_three_stances() {
    let rows =
        "Wheat grew. Astana refused to join. The match ended in a draw. Minsk hailed Moscow.";
    let folder = Folder::new().with("a.txt", rows);
    let judged = folder.run(&["classify", "./a.txt"]).ended(Outcome::Done).records();
    let args = ["classify", "./a.txt", "--assume-relevant"];
    let assumed = folder.run(&args).ended(Outcome::Done).records();
    assert_eq!((judged.len(), assumed.len()), (4, 4));
    for (judged, assumed) in judged.iter().zip(&assumed) {
        assert_eq!(judged.probabilities, assumed.probabilities, "the model is not told");
        let [supportive, neutral, distancing, irrelevant] = assumed.probabilities.to_array();
        let stances = [supportive, neutral, distancing];
        let top = stances.into_iter().fold(0.0, f64::max);
        let likeliest = Stance::ALL[stances.iter().position(|p| *p >= top).expect("the top")];
        assert_eq!(assumed.stance, Some(likeliest), "{}", assumed.text);
        assert_eq!(judged.stance, (top >= irrelevant).then_some(likeliest), "{}", judged.text);
    }
}

#[test]
fn rejects_are_written_with_place_reason_and_raw_text() {
    let rows = "{\"body\":\"Minsk agreed.\"}\n{\"body\": \n{\"body\":\" \"}\n";
    let folder = Folder::new().with("in.jsonl", rows);
    let args = ["classify", "./in.jsonl", "./gone.txt", "--rejects", "./r.jsonl"];
    let ran = folder.run(&args).ended(Outcome::Incomplete);
    assert_eq!(ran.records().len(), 1);
    let rejects = folder.text("r.jsonl");
    let lines: Vec<Value> =
        rejects.lines().map(|line| serde_json::from_str(line).expect("an object")).collect();
    let source = |name: &str| json!(folder.path(name).to_str());
    assert_eq!(
        lines,
        [
            json!({
                "source": source("in.jsonl"), "line": 2, "kind": "json",
                "reason": "invalid JSON: EOF while parsing a value at column 9",
                "raw": "{\"body\": ",
            }),
            json!({
                "source": source("in.jsonl"), "line": 3, "kind": "blank",
                "reason": "article has no text", "raw": "{\"body\":\" \"}",
            }),
            json!({
                "source": source("gone.txt"), "line": null, "kind": "unreadable",
                "reason": "no such file or folder", "raw": "",
            }),
        ]
    );
    let clean = Folder::new().with("a.txt", "Minsk agreed.");
    clean.run(&["classify", "./a.txt", "--rejects", "./r.jsonl"]).ended(Outcome::Done);
    assert_eq!(clean.text("r.jsonl"), "", "the file is there even when nothing was refused");
}

#[test]
fn a_configuration_gives_defaults_and_flags_win_over_it() {
    let config = "format = \"csv\"\noutlet = \"Steppe Wire\"\narticle-date = \"2023-06-24\"\n\
                  text-key = \"inhalt\"\nassume-relevant = true\nthreads = 1\nrejects = \"r.jsonl\"\n";
    let folder = Folder::new()
        .with("conf/stance.toml", config)
        .with("a.jsonl", "{\"inhalt\":\"Wheat grew.\"}\nbroken\n");
    let args = ["classify", "./a.jsonl", "--config", "./conf/stance.toml"];
    let ran = folder.run(&args).ended(Outcome::Incomplete);
    let header = ran.stdout.lines().next().expect("a header");
    assert!(header.starts_with("schema,article,"), "{header}");
    assert!(folder.text("conf/r.jsonl").contains("\"kind\":\"json\""), "beside the configuration");

    let flags = ["--format", "jsonl", "--outlet", "Jamestown", "--rejects", "./own.jsonl"];
    let ran = folder.run(&[&args[..], &flags].concat()).ended(Outcome::Incomplete);
    let records = ran.records();
    assert_eq!(records[0].outlet.as_deref(), Some("Jamestown"), "the flag's");
    assert_eq!(records[0].date.map(|date| date.to_string()).as_deref(), Some("2023-06-24"));
    assert!(records[0].stance.is_some(), "assumed relevant");
    assert!(folder.text("own.jsonl").contains("\"kind\":\"json\""));

    let to_file = [&args[..], &["--rejects", "./more.jsonl", "-o", "./out.tsv"]].concat();
    folder.run(&to_file).ended(Outcome::Incomplete);
    assert_eq!(folder.records("out.tsv").len(), 1, "the output's extension wins over it too");
}

#[test]
fn a_faulty_configuration_is_an_error_that_names_the_key() {
    for (toml, named) in [
        ("colour = \"never\"\n", "colour"),
        ("outlet = 7\n", "outlet"),
        ("format = \"xml\"\n", "format"),
        ("threads = 0\n", "threads is 0, expected 1 to 1024"),
        ("threads = 5000\n", "threads is 5000, expected 1 to 1024"),
        ("max-item-mib = 0\n", "max-item-mib is 0, expected 1 to 1024"),
        ("max-item-mib = 5000\n", "max-item-mib is 5000, expected 1 to 1024"),
    ] {
        let folder = Folder::new().with("s.toml", toml).with("a.txt", "Minsk agreed.");
        let args = ["classify", "./a.txt", "--config", "./s.toml"];
        let ran = folder.run(&args).ended(Outcome::Failed);
        assert!(ran.stderr.contains(named), "{}", ran.stderr);
        assert_eq!(ran.stdout, "");
    }
    let ran = Folder::new().run(&["classify", "-", "--config", "./s.toml"]).ended(Outcome::Failed);
    assert!(ran.stderr.contains("cannot read configuration ./s.toml"), "{}", ran.stderr);
}

#[test]
fn an_own_atlas_and_target_are_read_and_named_when_they_are_faulty() {
    let folder = Folder::new().with("a.txt", "Minsk agreed.").with("bad.toml", "nonsense = 1\n");
    for flag in ["--atlas", "--target"] {
        let message = "./bad.toml:1: unknown field `nonsense`, expected one of";
        let args = ["classify", "./a.txt", flag, "./bad.toml"];
        let ran = folder.run(&args).ended(Outcome::Failed);
        assert!(ran.stderr.contains(message), "{}", ran.stderr);
    }
    let ran = folder.run(&["classify", "./a.txt", "--target", "./mars"]).ended(Outcome::Failed);
    assert!(ran.stderr.contains("no target ./mars: neither embedded (beijing, moscow) nor a file"));
}
