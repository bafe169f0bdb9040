//! `train`: the same bytes each time, what it refuses, and models that work.

use std::fs;

use stance_cli::Outcome;

use crate::command::{Folder, repository};

const FILES: [&str; 4] = ["manifest.json", "weights.bin", "card.md", "conformal.json"];

fn case(name: &str) -> String {
    fs::read_to_string(repository(&format!("tests/cases/{name}"))).expect("a case file")
}

/// A folder with the tiny recipe and its data.
fn tiny() -> Folder {
    Folder::new().with("tiny.toml", case("tiny.toml")).with("tiny.jsonl", case("tiny.jsonl"))
}

fn model(folder: &Folder, name: &str) -> [Vec<u8>; 4] {
    FILES.map(|file| folder.bytes(&format!("{name}/{file}")))
}

#[test]
fn training_gives_the_same_bytes_each_time_for_any_number_of_threads_in_any_folder() {
    let folder = tiny();
    folder.run(&["train", "./tiny.toml", "-o", "./one", "--threads", "1"]).ended(Outcome::Done);
    let one = model(&folder, "one");
    folder.run(&["train", "./tiny.toml", "-o", "./again", "--threads", "1"]).ended(Outcome::Done);
    assert!(model(&folder, "again") == one, "the same run twice");
    folder.run(&["train", "./tiny.toml", "-o", "./three", "--threads", "3"]).ended(Outcome::Done);
    assert!(model(&folder, "three") == one, "three threads");
    let elsewhere = Folder::new()
        .with("a[1]*/tiny.toml", case("tiny.toml"))
        .with("a[1]*/tiny.jsonl", case("tiny.jsonl"));
    elsewhere.run(&["train", "./a[1]*/tiny.toml", "-o", "./deep", "-q"]).ended(Outcome::Done);
    assert!(model(&elsewhere, "deep") == one, "another folder");
}

#[test]
fn another_seed_or_another_word_of_the_data_gives_another_model_version() {
    let train = |toml: &str, data: &str| {
        let folder = Folder::new().with("tiny.toml", toml).with("tiny.jsonl", data);
        folder.run(&["train", "./tiny.toml", "-o", "./m", "-q"]).ended(Outcome::Done).stdout
    };
    let version = |stdout: String| stdout.lines().last().expect("a last line").to_owned();
    let (toml, data) = (case("tiny.toml"), case("tiny.jsonl"));
    let before = version(train(&toml, &data));
    assert!(before.starts_with("tiny 0.") && before.ends_with(" in ./m"), "{before}");
    assert_ne!(version(train(&toml, &data.replace("praised", "lauded"))), before);
    assert_ne!(version(train(&toml.replace("c = [0.5, 5.0]", "c = [1.0]"), &data)), before);
}

#[test]
fn a_trained_model_is_loaded_by_its_folder_and_carries_its_name() {
    let folder = tiny().with("a.txt", "Astana refused Moscow's request.");
    folder.run(&["train", "./tiny.toml", "-o", "./m"]).ended(Outcome::Done);
    let ran = folder.run(&["classify", "./a.txt", "--model", "./m"]).ended(Outcome::Done);
    let records = ran.records();
    let version = &records[0].model_version;
    assert_eq!(records[0].model, "tiny");
    assert!(ran.stderr.contains(&format!("(tiny {version}, ")), "{}", ran.stderr);
    let card = folder.run(&["models", "./m"]).ended(Outcome::Done).stdout;
    assert_eq!(card, folder.text("m/card.md"));
    assert!(card.contains("32 statements in 32 groups from 1 files"), "{card}");
    // A configuration names the folder beside it.
    let folder = folder.with("s.toml", "model = \"m\"\n");
    let ran = folder.run(&["classify", "./a.txt", "--config", "./s.toml"]).ended(Outcome::Done);
    assert_eq!(ran.records(), records);
}

#[test]
fn the_grid_and_the_steps_are_told() {
    let ran = tiny().run(&["train", "./tiny.toml", "-o", "./m"]).ended(Outcome::Done);
    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert_eq!(lines.len(), 3, "{}", ran.stdout);
    assert!(lines[0].starts_with("C = 0.5: held out macro-F1 0."), "{}", ran.stdout);
    assert!(lines[1].starts_with("C = 5: held out macro-F1 0."), "{}", ran.stdout);
    let said: Vec<&str> = ran.stderr.lines().collect();
    assert_eq!(said[..3], ["tiny: 32 statements", "fold 1 of 2 scored", "fold 2 of 2 scored"]);
}

#[test]
fn an_existing_folder_is_kept_unless_forced() {
    let folder = tiny().with("m/card.md", "precious");
    let ran = folder.run(&["train", "./tiny.toml", "-o", "./m"]).ended(Outcome::Failed);
    assert_eq!(ran.stderr, "error: ./m exists; --force replaces it\n");
    assert_eq!(folder.text("m/card.md"), "precious");
    folder.run(&["train", "./tiny.toml", "-o", "./m", "--force"]).ended(Outcome::Done);
    assert!(folder.text("m/card.md").starts_with("# tiny\n"));
}

#[test]
fn the_benchmark_is_never_trained_on_under_any_name() {
    for file in ["statements.jsonl", "articles.jsonl"] {
        let path = repository(&format!("seeds/benchmark/{file}"));
        let toml = case("tiny.toml").replace("\"tiny.jsonl\"", &format!("{path:?}"));
        let folder = Folder::new().with("tiny.toml", toml);
        let ran = folder.run(&["train", "./tiny.toml", "-o", "./m"]).ended(Outcome::Failed);
        let message = format!("{file}:1: this data is for measuring only and is never trained on");
        assert!(ran.stderr.contains(&message), "{}", ran.stderr);

        // A copy under another name, without its mark, after rows of our own.
        let benchmark = fs::read_to_string(&path).expect("the benchmark");
        let copy = case("tiny.jsonl") + &benchmark.replace("\"use\": \"measure\", ", "");
        let folder = Folder::new().with("tiny.toml", case("tiny.toml")).with("tiny.jsonl", copy);
        let ran = folder.run(&["train", "./tiny.toml", "-o", "./m"]).ended(Outcome::Failed);
        let message = "tiny.jsonl:33: this data is for measuring only and is never trained on";
        assert!(ran.stderr.contains(message), "{}", ran.stderr);
        assert_eq!(folder.names(), ["tiny.jsonl", "tiny.toml"], "nothing is made");
    }
}

#[test]
fn faults_of_the_data_are_named_by_file_and_line() {
    for (line, message) in [
        (r#"{"id":"x","label":"hostile","text":"Baku left."}"#, "tiny.jsonl:33: "),
        (
            r#"{"id":"tiny-01","label":"neutral","text":"Baku left."}"#,
            "tiny.jsonl:33: id \"tiny-01\" stands twice",
        ),
        (r#"{"id":"x","label":"neutral","text":" "}"#, "tiny.jsonl:33: statement has no text"),
        (r#"{"id":"x","label":"neutral"}"#, "tiny.jsonl:33: "),
        ("nonsense", "tiny.jsonl:33: "),
    ] {
        let data = case("tiny.jsonl") + line + "\n";
        let folder = Folder::new().with("tiny.toml", case("tiny.toml")).with("tiny.jsonl", data);
        let ran = folder.run(&["train", "./tiny.toml", "-o", "./m"]).ended(Outcome::Failed);
        assert!(ran.stderr.contains(message), "{line}: {}", ran.stderr);
    }
    let folder = Folder::new().with("tiny.toml", case("tiny.toml"));
    let ran = folder.run(&["train", "./tiny.toml", "-o", "./m"]).ended(Outcome::Failed);
    assert_eq!(ran.stderr, "error: no file matches ./tiny.jsonl\n");
}

#[test]
fn faults_of_the_recipe_are_named_by_key() {
    let edits = [
        ("seed = 7", "seed = 7\nsead = 8", "sead"),
        ("seed = 7", "", "seed"),
        ("folds = 2", "folds = 1", "data.folds is 1, expected at least 2"),
        ("folds = 2", "fold = 2", "fold"),
        ("\"union.v1\"", "\"union.v9\"", "union.v9"),
        ("n = [1, 2]", "n = [2, 1]", "n "),
        ("n = [1, 2]", "m = [1, 2]", "m"),
        (
            "c = [0.5, 5.0]",
            "c = [0.5, -5.0]",
            "learner is refused: c is -5, expected a positive number",
        ),
        ("c = [0.5, 5.0]", "c = [1.0]\nlabel_smoothing = 2.0", "smoothing"),
        ("c = [0.5, 5.0]", "c = [1.0]\ntolerance = -1.0", "tolerance"),
        ("c = [0.5, 5.0]", "c = [1.0]\npenalty = 3", "penalty"),
        ("\"softmax.v1\"", "\"forest.v1\"", "forest.v1"),
        ("kind = \"vector.v1\"", "kind = \"vector.v1\"\nbins = 3", "bins"),
        ("\"vector.v1\"", "\"vector.v2\"", "vector.v2"),
    ];
    for (old, new, named) in edits {
        let toml = case("tiny.toml");
        assert!(toml.contains(old), "{old}");
        let folder = Folder::new()
            .with("tiny.toml", toml.replacen(old, new, 1))
            .with("tiny.jsonl", case("tiny.jsonl"));
        let ran = folder.run(&["train", "./tiny.toml", "-o", "./m"]).ended(Outcome::Failed);
        assert!(ran.stderr.contains(named), "{new}: {}", ran.stderr);
        assert_eq!(folder.names(), ["tiny.jsonl", "tiny.toml"], "nothing is made");
    }
    let ran = Folder::new().run(&["train", "./gone.toml", "-o", "./m"]).ended(Outcome::Failed);
    assert!(ran.stderr.starts_with("error: cannot read recipe ./gone.toml: "), "{}", ran.stderr);
}
