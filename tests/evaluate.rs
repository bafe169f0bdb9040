//! `evaluate`: scores as table, Markdown and JSON, the gate, and faults of the data.

use serde_json::Value;
use stance_cli::Outcome;

use crate::command::{Folder, argument, repository};

/// A model that is small and never changes.
fn model() -> String {
    argument("tests/compat/v1")
}

fn data() -> String {
    argument("seeds/benchmark/statements.jsonl")
}

fn scores(args: &[&str]) -> Value {
    let (model, data) = (model(), data());
    let args = [&["evaluate", &model, &data, "--format", "json"], args].concat();
    let ran = Folder::new().run(&args).ended(Outcome::Done);
    serde_json::from_str(&ran.stdout).expect("one JSON object")
}

#[test]
fn the_scores_follow_from_the_records_of_the_same_statements() {
    let (model, data) = (model(), data());
    let args = ["classify", &data, "--unit", "statement", "--model", &model];
    let records = Folder::new().run(&args).ended(Outcome::Done).records();
    let text =
        std::fs::read_to_string(repository("seeds/benchmark/statements.jsonl")).expect("the data");
    let gold: Vec<String> = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("a row"))
        .map(|row| row["label"].as_str().expect("a label").to_owned())
        .collect();
    let right = records.iter().zip(&gold).filter(|(record, gold)| {
        record.stance.map_or("irrelevant", |stance| stance.as_str()) == gold.as_str()
    });
    let right = u32::try_from(right.count()).expect("few");
    let scores = scores(&[]);
    let evaluation = &scores["evaluation"];
    assert_eq!((&evaluation["statements"], &evaluation["groups"]), (&306.into(), &306.into()));
    let accuracy = evaluation["accuracy"]["value"].as_f64().expect("a number");
    assert!((accuracy - f64::from(right) / 306.0).abs() < 1e-12, "{accuracy}, {right} of 306");
    let f1 = |label: &Value| label["f1"].as_f64().expect("a number");
    let labels = evaluation["labels"].as_array().expect("four labels");
    assert_eq!(labels.len(), 4);
    let mean = labels.iter().map(f1).sum::<f64>() / 4.0;
    let macro_f1 = evaluation["macro_f1"]["value"].as_f64().expect("a number");
    assert!((macro_f1 - mean).abs() < 1e-12);
}

#[test]
fn intervals_are_the_same_for_the_same_seed_and_hold_the_score() {
    let (first, again) = (scores(&["--resamples", "200"]), scores(&["--resamples", "200"]));
    assert_eq!(first, again);
    let score = &first["evaluation"]["macro_f1"];
    let number = |value: &Value| value.as_f64().expect("a number");
    let (low, high) = (number(&score["interval"]["low"]), number(&score["interval"]["high"]));
    assert!(low <= number(&score["value"]) && number(&score["value"]) <= high && low < high);
    let other = scores(&["--resamples", "200", "--seed", "8"]);
    assert_eq!(other["evaluation"]["macro_f1"]["value"], score["value"]);
    assert_ne!(
        other["evaluation"]["log_loss"]["interval"],
        first["evaluation"]["log_loss"]["interval"]
    );
}

#[test]
fn the_defaults_are_those_that_the_help_names() {
    assert_eq!(scores(&[]), scores(&["--resamples", "1000", "--seed", "7", "--target", "moscow"]));
}

#[test]
fn table_and_markdown_show_the_numbers_of_the_json() {
    let (model, data) = (model(), data());
    let evaluation = &scores(&[])["evaluation"];
    for (format, rule) in [("table", None), ("md", Some("| --- | ---: |"))] {
        let args = ["evaluate", &model, &data, "--format", format];
        let text = Folder::new().run(&args).ended(Outcome::Done).stdout;
        for (name, key) in [
            ("macro-F1, four labels", "macro_f1"),
            ("macro-F1, three stances", "macro_f1_stances"),
            ("accuracy", "accuracy"),
            ("log loss (nats)", "log_loss"),
            ("ECE, ", "ece"),
        ] {
            let row = text.lines().find(|line| line.trim_start_matches("| ").starts_with(name));
            let row = row.unwrap_or_else(|| panic!("no {name} in\n{text}"));
            let value = evaluation[key]["value"].as_f64().expect("a number");
            assert!(row.contains(&format!("{value:.3}")), "{row}, expected {value}");
        }
        for word in ["supportive", "neutral", "distancing", "irrelevant", "gold \\ labeled"] {
            assert!(text.contains(word), "{text}");
        }
        assert!(text.contains("306 statements in 306 groups; intervals: 1000 bootstrap resamples"));
        assert!(rule.is_none_or(|_| text.contains("| ---: |")), "{text}");
    }
    let bare = Folder::new().run(&["evaluate", &model, &data]).ended(Outcome::Done).stdout;
    let table = Folder::new().run(&["evaluate", &model, &data, "--format", "table"]).stdout;
    assert_eq!(bare, table, "the table is the default");
}

#[test]
fn a_gate_that_fails_ends_the_run_as_incomplete_with_the_scores_there() {
    let (model, data) = (model(), data());
    let run = |gate: &str| Folder::new().run(&["evaluate", &model, &data, "--min-macro-f1", gate]);
    let passed = run("0").ended(Outcome::Done);
    assert_eq!(passed.stderr, "");
    let f1 = scores(&[])["evaluation"]["macro_f1"]["value"].as_f64().expect("a number");
    run(&f1.to_string()).ended(Outcome::Done);
    let gate = f1 + 1e-9;
    let failed = run(&gate.to_string()).ended(Outcome::Incomplete);
    assert!(
        failed.stderr.contains(&format!("macro-F1 is {f1:.3}, the gate is ")),
        "{}",
        failed.stderr
    );
    assert_eq!(failed.stdout, passed.stdout);
    for nonsense in ["NaN", "1.5", "-0.1", "high"] {
        let args = ["evaluate", &model, &data, &format!("--min-macro-f1={nonsense}")];
        let ran = Folder::new().run(&args).ended(Outcome::Failed);
        assert!(ran.stderr.contains("--min-macro-f1"), "{}", ran.stderr);
    }
}

#[test]
fn scores_are_written_to_a_file_that_is_replaced_only_by_force() {
    let (model, data) = (model(), data());
    let folder = Folder::new().with("s.md", "precious");
    let args = ["evaluate", &model, &data, "--format", "md", "-o", "./s.md"];
    let ran = folder.run(&args).ended(Outcome::Failed);
    assert_eq!(ran.stderr, "error: ./s.md exists; --force replaces it\n");
    let ran = folder.run(&[&args[..], &["--force"]].concat()).ended(Outcome::Done);
    assert_eq!(ran.stdout, "");
    assert!(folder.text("s.md").starts_with("## tiny "), "{}", folder.text("s.md"));
}

#[test]
fn faults_of_the_data_are_named_by_file_and_line() {
    let good = r#"{"id":"a","label":"neutral","text":"Minsk agreed."}"#;
    let model = model();
    for (line, message) in [
        (r#"{"id":"b","label":"hostile","text":"Baku left."}"#, "./gold.jsonl:2: "),
        (r#"{"id":"b","label":"neutral"}"#, "./gold.jsonl:2: "),
        (
            r#"{"id":"a","label":"neutral","text":"Baku left."}"#,
            "./gold.jsonl:2: id \"a\" stands twice",
        ),
        (r#"{"id":"b","label":"neutral","text":"Baku left.","date":"soon"}"#, "./gold.jsonl:2: "),
        ("{", "./gold.jsonl:2: "),
    ] {
        let folder = Folder::new().with("gold.jsonl", format!("{good}\n{line}\n"));
        let ran = folder.run(&["evaluate", &model, "./gold.jsonl"]).ended(Outcome::Failed);
        assert!(ran.stderr.starts_with(&format!("error: {message}")), "{}", ran.stderr);
    }
    let hostile = Folder::new()
        .with("gold.jsonl", r#"{"id":"b","label":"hostile","text":"Baku left."}"#)
        .run(&["evaluate", &model, "./gold.jsonl"]);
    assert!(hostile.stderr.contains("hostile"), "what was found: {}", hostile.stderr);
    let empty = Folder::new().with("gold.jsonl", "\n");
    let ran = empty.run(&["evaluate", &model, "./gold.jsonl"]).ended(Outcome::Failed);
    assert_eq!(ran.stderr, "error: ./gold.jsonl holds no annotated statement\n");
    let ran = empty.run(&["evaluate", &model, "./gone.jsonl"]).ended(Outcome::Failed);
    assert!(ran.stderr.starts_with("error: cannot read ./gone.jsonl: "), "{}", ran.stderr);
}

#[test]
fn the_benchmark_is_measured_whole() {
    let (statements, articles) =
        (argument("seeds/benchmark/statements.jsonl"), argument("seeds/benchmark/articles.jsonl"));
    let args =
        ["evaluate", "fast", &statements, &articles, "--format", "json", "--resamples", "100"];
    let ran = Folder::new().run(&args).ended(Outcome::Done);
    let scores: Value = serde_json::from_str(&ran.stdout).expect("one JSON object");
    assert_eq!(scores["evaluation"]["statements"], 306 + 89);
}

#[test]
fn the_audit_counts_labels_that_change_with_the_country_and_fast_hardly_changes_any() {
    let (statements, articles) = (data(), argument("seeds/benchmark/articles.jsonl"));
    let args = ["evaluate", "fast", &statements, &articles, "--audit", "5", "--format", "json"];
    let ran = Folder::new().run(&args).ended(Outcome::Done);
    let scores: Value = serde_json::from_str(&ran.stdout).expect("one JSON object");
    let swap = &scores["audit"]["country_swap"];
    let count = |name: &str| swap[name].as_f64().expect("a number");
    assert!(count("retold") > 500.0, "{swap}");
    assert!(count("changed") < 0.02 * count("retold"), "{swap}");
    let table = Folder::new().run(&args[..6]).ended(Outcome::Done).stdout;
    assert!(table.contains("share of labels changed"), "{table}");
    let without = self::scores(&[]);
    assert!(without.get("audit").is_none(), "only where it is asked for");
}
