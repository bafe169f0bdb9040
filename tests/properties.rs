//! What must hold of the embedded model whatever its weights are.

use std::fmt::Write as _;

use serde_json::json;
use stance_cli::Outcome;
use stance_core::{
    Article, ArticleId, Classifier as _, Extractor as _, Record, SentenceExtractor, Statement,
    TargetId,
};

use crate::command::Folder;

const SENTENCES: [&str; 6] = [
    "Astana refused Moscow's request.",
    "Minsk praised its ally, Russia.",
    "Wheat grew in the north.",
    "Баку осудил удар Москвы.",
    "Yerevan's foreign minister took note of the Kremlin's statement, and gave no comment.",
    "Tashkent will not join the union that Putin proposed.",
];

fn statements() -> Vec<Statement> {
    let extractor = SentenceExtractor::builtin(&TargetId::moscow()).expect("is built in");
    let article = Article::new(ArticleId::new("a"), SENTENCES.join(" ")).expect("not blank");
    let statements = extractor.extract(&article);
    assert_eq!(statements.len(), SENTENCES.len());
    statements
}

#[test]
fn no_answer_depends_on_what_else_is_in_the_batch_or_was_asked_before() {
    let (model, statements) = (stance_models::fast(), statements());
    let together = model.classify(&statements).expect("answers");
    let backward: Vec<Statement> = statements.iter().rev().cloned().collect();
    let mut backward = model.classify(&backward).expect("answers");
    backward.reverse();
    assert_eq!(backward, together);
    for (statement, answer) in statements.iter().zip(&together) {
        let alone = model.classify(std::slice::from_ref(statement)).expect("an answer");
        assert_eq!(alone[0], *answer, "{}", statement.text);
        let twice = model.classify(&[statement.clone(), statement.clone()]).expect("answers");
        assert_eq!(twice, [*answer, *answer], "{}", statement.text);
    }
}

#[test]
fn every_answer_is_a_distribution() {
    for answer in stance_models::fast().classify(&statements()).expect("answers") {
        let sum: f64 = answer.as_array().iter().sum();
        assert!((sum - 1.0).abs() < 1e-9, "{answer:?}");
        assert!(answer.as_array().iter().all(|p| (0.0..=1.0).contains(p)), "{answer:?}");
    }
}

#[test]
fn a_row_is_labeled_as_the_second_sentence_of_an_article_with_its_title_and_context() {
    let (mut articles, mut rows) = (String::new(), String::new());
    for (index, pair) in SENTENCES.windows(2).enumerate() {
        let (id, title) = (format!("a{index}"), "Capitals weigh in");
        let article = json!({"id": id, "title": title, "body": pair.join(" ")});
        let row = json!({
            "id": format!("{id}#002"),
            "article": id,
            "text": pair[1],
            "title": title,
            "context": pair[0],
        });
        writeln!(articles, "{article}").expect("a string");
        writeln!(rows, "{row}").expect("a string");
    }
    let folder = Folder::new().with("a.jsonl", articles).with("rows.jsonl", rows);
    let whole = folder.run(&["classify", "./a.jsonl"]).ended(Outcome::Done).records();
    let args = ["classify", "./rows.jsonl", "--unit", "statement"];
    let cut = folder.run(&args).ended(Outcome::Done).records();
    // All but the spans, which count from the start of the article or of the row.
    let from_zero = |record: Record| Record { start: 0, end: record.text.len(), ..record };
    let whole: Vec<Record> =
        whole.into_iter().filter(|r| r.statement.ends_with("#002")).map(from_zero).collect();
    assert_eq!(whole, cut);
}

#[test]
fn letters_without_names_or_of_any_script_get_an_answer() {
    let folder = Folder::new();
    for text in [
        "a",
        "Я",
        "莫斯科拒绝了。",
        "ᏣᎳᎩ",
        "e\u{301}\u{200d}🤷 no.",
        "Ａｓｔａｎａ",
        &"no ".repeat(50_000),
    ] {
        let ran = folder.pipe(text.as_bytes(), &["classify", "-"]).ended(Outcome::Done);
        assert_eq!(ran.records().len(), 1, "{text:.40}");
    }
    let ran = folder.pipe(b"1234 -- 5678.", &["classify", "-"]).ended(Outcome::Done);
    assert_eq!(ran.records().len(), 0, "nothing to label without a letter");
}
