//! `classify --abstain`: label sets, stances left open, and models that cannot.

use std::fs;

use stance_cli::Outcome;
use stance_core::{Label, LabelSet, Record, Stance};

use crate::command::{Folder, argument, repository};

const ROWS: &str = "Astana refused to join the drills. The minister was in Moscow. Wheat grew. \
                    Minsk hailed its ally Russia. Officials noted the letter, and said little.";

fn set(record: &Record) -> LabelSet {
    record.set.expect("every record has a set when asked")
}

#[test]
fn a_stance_is_given_only_where_the_set_is_a_single_label() {
    let folder = Folder::new().with("a.txt", ROWS);
    let plain = folder.run(&["classify", "./a.txt"]).ended(Outcome::Done);
    assert!(!plain.stdout.contains("\"set\"") && !plain.stdout.contains("\"abstained\""));
    assert!(!plain.stderr.contains("abstained"), "{}", plain.stderr);
    let mut abstained = Vec::new();
    for level in ["0.4", "0.1", "0.0001"] {
        let ran = folder.run(&["classify", "./a.txt", "--abstain", level]).ended(Outcome::Done);
        let records = ran.records();
        for (record, plain) in records.iter().zip(plain.records()) {
            assert!(
                set(record).contains(Label::from(plain.stance)),
                "the likeliest is in every set"
            );
            match set(record).single() {
                Some(label) => {
                    assert_eq!((record.stance, record.abstained), (label.stance(), false));
                }
                None => assert_eq!((record.stance, record.abstained), (None, true)),
            }
            // All else is as it was.
            let stance = plain.stance;
            assert_eq!(Record { set: None, abstained: false, stance, ..record.clone() }, plain);
        }
        let open = records.iter().filter(|record| record.abstained).count();
        let said = format!(" {open} abstained, 0 refused (");
        assert!(ran.stderr.contains(&said), "{}", ran.stderr);
        abstained.push(open);
    }
    assert_eq!((abstained[0], abstained[2]), (0, 5), "{abstained:?}");
}

#[test]
fn every_output_format_holds_sets_and_abstentions() {
    let folder = Folder::new().with("a.txt", ROWS);
    let args = ["classify", "./a.txt", "--abstain", "0.05"];
    let ran = folder.run(&args).ended(Outcome::Done);
    let expected = ran.records();
    let open = expected.iter().filter(|record| record.abstained).count();
    assert!(open > 0 && open < expected.len(), "some of both: {}", ran.stdout);
    for line in ran.stdout.lines() {
        let is_open = line.contains(",\"abstained\":true,\"target\"");
        assert_eq!(is_open, line.contains("\"stance\":null") && !line.contains("\"set\":[\"irr"));
    }
    for format in ["jsonl", "csv", "tsv", "parquet"] {
        let name = format!("./out.{format}");
        folder.run(&[&args[..], &["-o", &name]].concat()).ended(Outcome::Done);
        assert_eq!(folder.records(&name), expected, "{name}");
    }
    let table = folder.run(&[&args[..], &["--format", "table"]].concat()).ended(Outcome::Done);
    let open: Vec<_> = expected.iter().filter(|record| record.abstained).collect();
    let mut lines = table.stdout.lines().filter(|line| line.starts_with("  ? "));
    for record in &open {
        let top = record.probabilities.to_array().into_iter().fold(0.0, f64::max);
        let line = format!("  {:<12}{top:>4.2}  {}", "?", record.text);
        assert_eq!(lines.next(), Some(line.as_str()));
        let note = format!("{:20}{} — ", "", set(record));
        assert!(table.stdout.contains(&note), "{note} in {}", table.stdout);
    }
    assert_eq!(lines.next(), None);
}

#[test]
fn what_is_taken_for_relevant_has_a_set_of_stances() {
    let folder = Folder::new().with("a.txt", ROWS);
    let args = ["classify", "./a.txt", "--assume-relevant", "--abstain"];
    for level in ["0.4", "0.1", "0.0001"] {
        let records = folder.run(&[&args[..], &[level]].concat()).ended(Outcome::Done).records();
        assert_eq!(records.len(), 5);
        for record in &records {
            let set = set(record);
            assert!(!set.contains(Label::Irrelevant) && !set.is_empty(), "{set}");
            assert_eq!(record.stance, set.single().and_then(Label::stance));
            assert_eq!(record.abstained, record.stance.is_none());
        }
        let all = records.iter().all(|record| set(record).len() == Stance::ALL.len());
        assert_eq!(all, level == "0.0001", "{level}");
    }
}

#[test]
fn a_configuration_sets_the_level_and_the_flag_wins() {
    let folder = Folder::new().with("a.txt", ROWS).with("s.toml", "abstain = 0.0001\n");
    let args = ["classify", "./a.txt", "--config", "./s.toml"];
    let configured = folder.run(&args).ended(Outcome::Done);
    let typed = folder.run(&["classify", "./a.txt", "--abstain", "0.0001"]).ended(Outcome::Done);
    assert_eq!(configured.stdout, typed.stdout);
    let flag = folder.run(&[&args[..], &["--abstain", "0.4"]].concat()).ended(Outcome::Done);
    assert!(flag.stdout != configured.stdout);
}

#[test]
fn what_is_no_level_is_refused() {
    let folder = Folder::new().with("a.txt", ROWS);
    for level in ["0", "1", "-0.1", "1.5", "nan", "inf", "ten"] {
        let arg = format!("--abstain={level}");
        let ran = folder.run(&["classify", "./a.txt", &arg]).ended(Outcome::Failed);
        assert!(ran.stderr.contains("expected a number above 0 and below 1"), "{}", ran.stderr);
        assert_eq!(ran.stdout, "");
    }
    for level in ["0.0", "1.0", "-0.1", "nan"] {
        let folder =
            Folder::new().with("a.txt", ROWS).with("s.toml", format!("abstain = {level}\n"));
        let args = ["classify", "./a.txt", "--config", "./s.toml"];
        let ran = folder.run(&args).ended(Outcome::Failed);
        let level: f64 = level.parse().expect("a number");
        let said = format!("error: abstain is {level}, expected a number above 0 and below 1\n");
        assert_eq!(ran.stderr, said);
    }
}

#[test]
fn a_model_of_before_still_labels_and_says_that_it_cannot_abstain() {
    let folder = Folder::new().with("a.txt", ROWS);
    let model = argument("tests/compat/v1");
    folder.run(&["classify", "./a.txt", "--model", &model]).ended(Outcome::Done);
    let args = ["classify", "./a.txt", "--model", &model, "--abstain", "0.1"];
    let ran = folder.run(&args).ended(Outcome::Failed);
    assert_eq!(
        ran.stderr,
        format!(
            "error: model {model} cannot abstain: it has no conformal.json; training it again with \
             `stance train` makes one\n"
        )
    );
    assert_eq!(ran.stdout, "");
}

#[test]
fn label_sets_that_are_damaged_or_another_model_s_are_an_error() {
    let file = |name: &str| {
        fs::read(repository(&format!("tests/compat/v1-conformal/{name}"))).expect("a file")
    };
    let sets = String::from_utf8(file("conformal.json")).expect("text");
    let digest = sets.split('"').nth(13).expect("the digest").to_owned();
    for (sets, message) in [
        (sets[..sets.len() / 2].to_owned(), "label sets of the model are malformed: EOF"),
        (
            sets.replace("\"version\":1", "\"version\":9"),
            "label sets of the model are malformed: version is 9, this build reads 1",
        ),
        (
            sets.replace(&digest, "00"),
            "label sets are of weights with SHA-256 00, the manifest says",
        ),
        (String::new(), "label sets of the model are malformed: EOF"),
    ] {
        let folder = Folder::new()
            .with("m/manifest.json", file("manifest.json"))
            .with("m/weights.bin", file("weights.bin"))
            .with("m/conformal.json", sets)
            .with("a.txt", ROWS);
        let ran = folder.run(&["classify", "./a.txt", "-m", "./m"]).ended(Outcome::Failed);
        let expected = format!("error: cannot load model ./m: {message}");
        assert!(ran.stderr.starts_with(&expected), "{}", ran.stderr);
    }
}
