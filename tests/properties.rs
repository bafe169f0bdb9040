//! What must hold of the embedded model whatever its weights are.

use serde_json::json;
use stance_cli::Outcome;
use stance_core::{
    Article, ArticleId, Classifier as _, Extractor as _, SentenceExtractor, Statement, TargetId,
};

use crate::command::{Folder, argument};

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
fn an_article_is_labeled_as_its_statements_are_with_the_same_context_and_title() {
    let folder = Folder::new();
    let articles = argument("seeds/articles");
    let whole = folder.run(&["classify", &articles]).ended(Outcome::Done).records();
    let mut rows = String::new();
    for (index, record) in whole.iter().enumerate() {
        let before = index.checked_sub(1).map(|before| &whole[before]);
        let context = before.filter(|before| before.article == record.article);
        let row = json!({
            "id": record.statement,
            "article": record.article,
            "text": record.text,
            "title": record.title,
            "context": context.map(|before| &before.text),
        });
        rows.push_str(&row.to_string());
        rows.push('\n');
    }
    let folder = folder.with("rows.jsonl", rows);
    let args = ["classify", "./rows.jsonl", "--unit", "statement"];
    let cut = folder.run(&args).ended(Outcome::Done).records();
    assert_eq!(cut.len(), whole.len());
    let mut moved = Vec::new();
    for (whole, cut) in whole.iter().zip(&cut) {
        assert_eq!((&whole.statement, &whole.article), (&cut.statement, &cut.article));
        if whole.probabilities != cut.probabilities || whole.stance != cut.stance {
            moved.push(format!("{}: {}", whole.statement, whole.text));
        }
    }
    // A name that only an earlier part of the article explains is the whole article's advantage.
    assert!(
        moved.len() * 10 <= whole.len(),
        "{} of {}\n{}",
        moved.len(),
        whole.len(),
        moved.join("\n")
    );
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
        assert_eq!(ran.records().len(), 1, "{:.40}", text);
    }
    let ran = folder.pipe(b"1234 -- 5678.", &["classify", "-"]).ended(Outcome::Done);
    assert_eq!(ran.records().len(), 0, "nothing to label without a letter");
}
