//! Models of past formats are read, and answer as they did when they were written.

use stance_core::{Classifier as _, Relevance, SentenceExtractor, StatementRow, TargetId};
use stance_io::{Format, ReadOptions, RecordReader, StatementReader};
use stance_models::{Alpha, Artifact};

use crate::command::repository;

fn rows() -> Vec<StatementRow> {
    let bytes = std::fs::read(repository("tests/compat/statements.jsonl")).expect("statements");
    let format = Format::JsonLines.plain();
    StatementReader::new("statements.jsonl", &bytes[..], format, ReadOptions::statements())
        .map(|row| row.expect("a sound row").item)
        .collect()
}

#[test]
fn a_model_of_every_past_format_answers_as_it_did() {
    let alpha = Alpha::new(0.5).expect("between 0 and 1");
    let extractor = SentenceExtractor::builtin(&TargetId::moscow()).expect("is built in");
    let statements: Vec<_> =
        rows().into_iter().map(|row| extractor.statement(row).expect("not blank")).collect();
    // The plain name of a format is its linear model; the others are of its further kinds and files.
    let folders = ["v1", "v1-bayes", "v1-tree", "v1-conformal"];
    for version in 1..=stance_models::FORMAT_VERSION {
        assert!(folders.contains(&format!("v{version}").as_str()), "no model of format {version}");
    }
    for name in folders {
        let folder = repository(&format!("tests/compat/{name}"));
        let artifact = Artifact::open(&folder).expect("a model of that format");
        let version = artifact.manifest().version.to_string();
        assert_eq!(name.split('-').next(), Some(format!("v{version}").as_str()));
        let classifier = artifact.classifier().expect("its weights");
        let answers = classifier.classify(&statements).expect("answers");
        let expected = std::fs::read(folder.join("expected.jsonl")).expect("records");
        let expected: Vec<_> =
            RecordReader::new("expected.jsonl", &expected[..], Format::JsonLines.plain())
                .map(|record| record.expect("a record"))
                .collect();
        assert_eq!(expected.len(), statements.len());
        let rule = artifact.conformal().map(|sets| sets.rule(alpha, Relevance::Judged));
        assert_eq!(rule.is_some(), name == "v1-conformal");
        for ((statement, answer), record) in statements.iter().zip(&answers).zip(&expected) {
            assert_eq!(
                (&*statement.text, statement.id.as_str()),
                (&*record.text, &*record.statement)
            );
            assert_eq!(rule.map(|rule| rule.set(answer)), record.set, "{}", record.statement);
            let kept = record.probabilities.to_array();
            for (found, kept) in answer.as_array().iter().zip(kept) {
                let place = format!("{name} {}: {answer:?}, kept {kept:?}", record.statement);
                assert!((found - kept).abs() <= 1e-6, "{place}");
            }
        }
    }
}
