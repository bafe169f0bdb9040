//! `compare`: leaderboards, answers of others, runs that are kept, and faults of the data.

use std::fmt::Write as _;

use serde_json::Value;
use stance_cli::Outcome;

use crate::command::{Folder, argument};

const LABELS: [&str; 4] = ["supportive", "neutral", "distancing", "irrelevant"];

/// Sixty sentences whose verb tells the label, in groups of three, with a split and two countries.
fn rows() -> String {
    let verbs = ["praised", "met", "condemned", "ignored"];
    let nouns = ["treaty", "envoy", "convoy", "summit", "bridge"];
    (0..60).fold(String::new(), |mut rows, i| {
        let (verb, noun) = (verbs[i % 4], nouns[i % 5]);
        let row = serde_json::json!({
            "id": format!("r{i}"), "group": format!("g{}", i / 3), "label": LABELS[i % 4],
            "text": format!("Astana {verb} the {noun} of Moscow in round {i}."),
            "split": if i < 39 { "train" } else { "test" },
            "country": if (i / 3) % 2 == 0 { "KZ" } else { "UZ" },
        });
        writeln!(rows, "{row}").expect("a string takes every write");
        rows
    })
}

/// A small model that learns words.
const RECIPE: &str = r#"
name = "words"
description = "Words."
license = "MIT"
seed = 1
[data]
files = ["rows.jsonl"]
folds = 2
[features]
kind = "ngrams.v1"
n = [1, 1]
[learner]
kind = "softmax.v1"
c = [10.0]
[calibration]
kind = "none"
"#;

fn folder() -> Folder {
    Folder::new().with("rows.jsonl", rows()).with("words.toml", RECIPE)
}

fn compared(args: &[&str]) -> Value {
    let args = [&["compare"], args, &["--resamples", "200", "--format", "json"]].concat();
    let ran = folder().run(&args).ended(Outcome::Done);
    serde_json::from_str(&ran.stdout).expect("one JSON object")
}

fn entry<'v>(compared: &'v Value, name: &str) -> &'v Value {
    let entries = compared["comparison"]["entries"].as_array().expect("entries");
    entries.iter().find(|entry| entry["name"] == name).unwrap_or_else(|| panic!("no {name}"))
}

fn macro_f1(compared: &Value, name: &str) -> f64 {
    entry(compared, name)["scores"]["macro_f1"]["value"].as_f64().expect("a number")
}

#[test]
fn what_is_as_it_is_is_compared_with_the_baselines() {
    let compared = compared(&["--data", &argument("seeds/benchmark/statements.jsonl")]);
    let names: Vec<&str> = compared["comparison"]["entries"]
        .as_array()
        .expect("entries")
        .iter()
        .map(|entry| entry["name"].as_str().expect("a name"))
        .collect();
    assert_eq!(names[0], "fast");
    assert_eq!(names.len(), 4, "{names:?}");
    assert!(macro_f1(&compared, "fast") > 0.5);
    assert!(macro_f1(&compared, "vader") < 0.4, "tone is not stance");
    assert!(entry(&compared, "fast")["tie"] == 1 && entry(&compared, "majority")["tie"] != 1);
    assert!(compared["costs"]["fast"]["speed"]["median"].as_f64().expect("a rate") > 0.0);
    assert_eq!(compared["seeds"]["random"]["macro_f1"].as_array().expect("seeds").len(), 3);
}

#[test]
fn a_configuration_is_trained_on_the_split_and_beats_the_prior() {
    let args =
        ["./words.toml", "--data", "./rows.jsonl", "--split", "test", "--seeds", "1", "--curve"];
    let compared = compared(&args);
    assert_eq!(compared["comparison"]["items"], 21);
    assert_eq!(compared["provenance"]["trained_on"], 39);
    assert!(macro_f1(&compared, "words") > 0.999);
    assert!(macro_f1(&compared, "majority") < 0.2);
    for baseline in ["naive-bayes", "logistic", "svm", "forest", "vader", "random", "fast"] {
        entry(&compared, baseline);
    }
    let curve = compared["curves"]["words"].as_array().expect("a curve");
    let sizes: Vec<u64> = curve.iter().map(|p| p["trained_on"].as_u64().expect("a size")).collect();
    assert!(sizes.is_sorted() && sizes.last() == Some(&39), "{sizes:?}");
}

#[test]
fn folds_and_values_left_out_measure_each_statement_once() {
    for protocol in [["--folds", "3"], ["--leave-out", "country"]] {
        let args = ["./words.toml", "--data", "./rows.jsonl", "--no-baselines"];
        let compared = compared(&[&args[..], &protocol].concat());
        assert_eq!(compared["comparison"]["items"], 60, "{protocol:?}");
        assert!(macro_f1(&compared, "words") > 0.999, "{protocol:?}");
    }
}

#[test]
fn two_classes_are_learned_and_scored_as_two() {
    let args =
        ["./words.toml", "--data", "./rows.jsonl", "--split", "test", "--task", "distancing"];
    let compared = compared(&[&args[..], &["--seeds", "1"]].concat());
    assert!(macro_f1(&compared, "words") > 0.999);
    for name in ["words", "svm", "forest", "naive-bayes", "logistic"] {
        let classes = entry(&compared, name)["scores"]["classes"].as_array().expect("classes");
        assert_eq!(classes.len(), 2, "{name}");
    }
}

#[test]
fn answers_of_others_are_scored_without_a_model() {
    let mut csv = "id,label\n".to_owned();
    for i in 0..60 {
        let label = if i < 6 { LABELS[(i + 1) % 4] } else { LABELS[i % 4] };
        writeln!(csv, "r{i},{label}").expect("a string takes every write");
    }
    let args = ["compare", "--data", "./rows.jsonl", "--no-baselines", "--predictions"];
    let args = [&args[..], &["./theirs.csv", "--format", "json"]].concat();
    let ran = folder().with("theirs.csv", csv).run(&args).ended(Outcome::Done);
    let compared: Value = serde_json::from_str(&ran.stdout).expect("one JSON object");
    let accuracy = entry(&compared, "theirs")["scores"]["accuracy"]["value"].as_f64();
    assert_eq!(accuracy, Some(0.9));
}

#[test]
fn records_are_answers_too() {
    let folder = folder();
    let classify = ["classify", "./rows.jsonl", "--unit", "statement", "-o", "./records.jsonl"];
    folder.run(&classify).ended(Outcome::Done);
    let args = ["compare", "fast", "--data", "./rows.jsonl", "--no-baselines", "--format", "json"];
    let args = [&args[..], &["--predictions", "./records.jsonl"]].concat();
    let ran = folder.run(&args).ended(Outcome::Done);
    let compared: Value = serde_json::from_str(&ran.stdout).expect("one JSON object");
    let accuracy = |name| &entry(&compared, name)["scores"]["accuracy"]["value"];
    assert_eq!(accuracy("fast"), accuracy("records"));
}

#[test]
fn faults_of_answers_are_said() {
    let cases = [
        (
            "{\"id\":\"zz\",\"label\":\"neutral\"}\n",
            "1 answers are to other items than the data has",
        ),
        ("{\"id\":\"r1\",\"label\":\"neutral\"}\n", "no answer to 59 of 60 items, such as \"r0\""),
        ("{\"id\":\"r1\",\"label\":\"hostile\"}\n", "unknown label \"hostile\", expected one of"),
        ("{\"id\":\"r1\"}\n", "no answer, expected `label` or `probabilities`"),
        ("{\"label\":\"neutral\"}\n", "no id"),
        (
            "{\"id\":\"r1\",\"label\":\"neutral\"}\n{\"id\":\"r1\",\"label\":\"neutral\"}\n",
            "stands twice",
        ),
        ("{\"id\":\"r1\",\"probabilities\":{\"neutral\":0.5}}\n", "probabilities sum to 0.5"),
        ("{\"id\":\"r1\",\"probabilities\":{\"neutral\":7}}\n", "expected a number from 0 to 1"),
        ("not json\n", "is no JSONL"),
    ];
    for (answers, expected) in cases {
        let args = ["compare", "--data", "./rows.jsonl", "--predictions", "./theirs.jsonl"];
        let ran = folder().with("theirs.jsonl", answers).run(&args).ended(Outcome::Failed);
        assert!(ran.stderr.contains(expected), "{answers}{}", ran.stderr);
    }
}

#[test]
fn faults_of_what_is_compared_are_said() {
    let cases: [(&[&str], &str); 9] = [
        (&["--sample", "1"], "no group has as few as 1 statements"),
        (&["./words.toml"], "there is no data to train on"),
        (&["fast", "./nowhere"], "no model"),
        (&["--split", "dev"], "no row is of the split \"dev\""),
        (&["--leave-out", "topic"], "no row has a \"topic\" to leave out"),
        (&["--task", "mood"], "no task mood, expected one of stance, stances"),
        (&["--curve"], "--curve needs one set to train on"),
        (&["--alpha", "2"], "alpha is 2"),
        (&["--task", "sentiment", "--train", "./rows.jsonl"], "the task of this row is \"stance\""),
    ];
    for (more, expected) in cases {
        let args = [&["compare"], more, &["--data", "./rows.jsonl"]].concat();
        let ran = folder().run(&args).ended(Outcome::Failed);
        assert!(ran.stderr.contains(expected), "{more:?}: {}", ran.stderr);
    }
}

#[test]
fn the_benchmark_is_never_trained_on() {
    let data = argument("seeds/benchmark/statements.jsonl");
    let args = ["compare", "./words.toml", "--data", &data, "--folds", "3"];
    let ran = folder().run(&args).ended(Outcome::Failed);
    assert!(ran.stderr.contains("is for measuring only and would be trained on"), "{}", ran.stderr);
    let args = ["compare", "./words.toml", "--data", "./rows.jsonl", "--train", &data];
    let ran = folder().run(&args).ended(Outcome::Failed);
    assert!(ran.stderr.contains("for measuring only"), "{}", ran.stderr);
}

#[test]
fn a_leak_is_said_and_can_be_left_out() {
    let args = ["compare", "./words.toml", "--data", "./rows.jsonl", "--train", "./rows.jsonl"];
    let args = [&args[..], &["--no-baselines"]].concat();
    let ran = folder().run(&args).ended(Outcome::Done);
    assert!(ran.stderr.contains("60 of 60 measured statements also stand"), "{}", ran.stderr);
    assert!(ran.stdout.contains("Mind: 60 of 60"), "{}", ran.stdout);
    let ran = folder().run(&[&args[..], &["--drop-leaks"]].concat()).ended(Outcome::Failed);
    assert!(ran.stderr.contains("no data to train on"), "{}", ran.stderr);
}

#[test]
fn a_run_is_kept_and_verified() {
    // given
    let folder = folder();
    let args =
        ["compare", "./words.toml", "--data", "./rows.jsonl", "--split", "test", "--seeds", "1"];
    folder.run(&[&args[..], &["--run", "./run"]].concat()).ended(Outcome::Done);
    let said =
        |folder: &Folder, outcome| folder.run(&["compare", "--verify", "./run"]).ended(outcome);
    let html = folder.text("run/report.html");
    assert!(
        html.contains("Models by macro-F1") && !html.contains("src=\"http"),
        "a page of its own"
    );
    assert!(folder.text("run/report.md").contains("| --- |"));
    assert_eq!(folder.text("run/items.jsonl").lines().count(), 21);
    // then: it holds
    let holds = said(&folder, Outcome::Done).stdout;
    assert!(holds.contains("holds    scores follow from the answers"), "{holds}");
    assert!(holds.contains("holds    fast answers 21 items as it did"), "{holds}");
    // when an answer is edited
    let answers = folder.text("run/predictions/words.jsonl");
    let edited = answers.replacen("\"label\":\"supportive\"", "\"label\":\"neutral\"", 1);
    assert_ne!(answers, edited);
    let folder = folder.with("run/predictions/words.jsonl", edited);
    let differs = said(&folder, Outcome::Incomplete).stdout;
    assert!(differs.contains("DIFFERS  scores differ"), "{differs}");
    // when the data has changed since
    let folder = folder.with("run/predictions/words.jsonl", answers);
    let folder = folder.with("rows.jsonl", rows().replacen("Astana", "Tashkent", 1));
    let differs = said(&folder, Outcome::Incomplete).stdout;
    assert!(differs.contains("rows.jsonl has changed"), "{differs}");
    // and nothing is overwritten unasked
    let again = [&args[..], &["--run", "./run"]].concat();
    let ran = folder.run(&again).ended(Outcome::Failed);
    assert!(ran.stderr.contains("--force replaces it"), "{}", ran.stderr);
}

#[test]
fn rewritten_statements_and_the_audit_are_on_request() {
    let data = argument("seeds/benchmark/articles.jsonl");
    let args = ["fast", "--data", &data, "--no-baselines", "--robustness", "--audit"];
    let compared = compared(&args);
    let rewrites = compared["robustness"]["fast"].as_array().expect("rewrites");
    assert_eq!(rewrites.len(), 9);
    let straight = rewrites.iter().find(|r| r["rewrite"] == "straight quotes").expect("quotes");
    assert!(straight["changed"].as_f64().expect("a share") < 0.1);
    assert!(compared["audits"]["fast"]["retold"].as_u64().expect("a count") > 0);
}

#[test]
fn every_answer_is_logged() {
    let folder = folder();
    let args = ["compare", "fast", "--data", "./rows.jsonl", "--log", "./log.jsonl"];
    folder.run(&args).ended(Outcome::Done);
    let log = folder.text("log.jsonl");
    assert_eq!(log.lines().count(), 60);
    let first: Value = serde_json::from_str(log.lines().next().expect("a line")).expect("JSON");
    assert_eq!((&first["id"], &first["gold"]), (&"r0".into(), &"supportive".into()));
    assert!(first["answers"]["fast"]["probabilities"]["neutral"].is_number());
}
