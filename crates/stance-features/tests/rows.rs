//! What holds of every featurizer, whatever its configuration.

mod common;

use std::sync::Arc;

use common::{fit, statement};
use stance_core::Statement;
use stance_features::{
    Featurizer, FeaturizerConfig, Field, FitContext, FitError, FittedFeaturizer, Lexicons,
    ReadError, Scorer, Scratch,
};

/// Every kind and most settings at once.
const ALL: &str = r#"
kind = "union.v1"
norm = "l2"
[[parts]]
kind = "ngrams.v1"
n = [1, 3]
case = "kept"
vocabulary = { min_count = 1, hash_bits = 12 }
weighting = { tf = "raw", idf = "sqrt", norm = "none" }
[[parts]]
kind = "ngrams.v1"
analyzer = "char"
n = [2, 4]
vocabulary = { min_count = 1, max_features = 90 }
weight = 0.5
[[parts]]
kind = "union.v1"
weight = 2.0
[[parts.parts]]
kind = "ngrams.v1"
names = "masked"
part = "window"
tag = "side"
vocabulary = { min_count = 1 }
[[parts.parts]]
kind = "ngrams.v1"
names = "masked"
analyzer = "char"
part = "unquoted"
vocabulary = { min_count = 1 }
[[parts.parts]]
kind = "cues.v1"
vocabulary = { min_count = 1 }
[[parts]]
kind = "ngrams.v1"
field = "title"
tag = "negation"
vocabulary = { min_count = 1 }
weighting = { tf = "binary", idf = "none", norm = "none" }
"#;

fn statements() -> Vec<Statement> {
    let mut statements: Vec<Statement> = [
        "{KZ Astana} refused to send troops to {target Moscow}, the minister said.",
        "“{AM Yerevan} will not leave the bloc,” {target-adj Russian} envoys were told.",
        "{KG Bishkek} thanked {target Moscow} again and again.",
        "",
        "Ünïcode — {KZ Казахстан} 3.5 % 👍🏽 don't cannot won’t \u{e000} \u{3000}x",
    ]
    .into_iter()
    .map(statement)
    .collect();
    statements[0].title = Some("No troops from Astana".into());
    statements[1].title = Some("Yerevan stays".into());
    statements
}

#[test]
fn a_row_never_depends_on_what_was_asked_before() {
    let statements = statements();
    let featurizer = fit(ALL, &statements);
    let alone: Vec<_> = statements.iter().map(|s| featurizer.featurize(s)).collect();
    let other = fit("kind = 'ngrams.v1'\nanalyzer = 'char'", &statements);
    let mut scratch = Scratch::default();
    for round in 0..3 {
        for (statement, alone) in statements.iter().zip(&alone).rev() {
            assert_eq!(&featurizer.featurize_with(statement, &mut scratch), alone, "{round}");
        }
        other.entries(&statements[0], &mut scratch);
    }
    assert!(alone[0].len() > 100, "the row has {} entries", alone[0].len());
}

#[test]
fn scores_are_those_of_the_row() {
    let mut statements = statements();
    // Words, classes and characters that come again, and more terms than any table starts with.
    let again = "{KG Bishkek} thanked {target Moscow}, thanked it, and will not be thanked. ";
    statements.push(statement(again));
    statements.push(statement(&again.repeat(60)));
    let additive = "kind = 'union.v1'\n[[parts]]\nkind = 'ngrams.v1'\nanalyzer = 'char'\n\
                    weight = 0.1\nweighting = { tf = 'raw', norm = 'none' }\n\
                    [[parts]]\nkind = 'cues.v1'\nweighting = { tf = 'raw', norm = 'none' }";
    let scaled = ALL.replace("tf = \"raw\", idf = \"sqrt\", norm = \"none\"", "norm = \"l2\"");
    for toml in [ALL, additive, &scaled, "kind = 'ngrams.v1'\nn = [2, 3]\ntag = 'scope'"] {
        let featurizer = fit(toml, &statements);
        let weight =
            |at: usize| f32::from(u8::try_from(at * 37 % 201).expect("small")) / 100.0 - 1.0;
        let weights: Vec<[f32; 4]> = (0..featurizer.width())
            .map(|column| [0, 1, 2, 3].map(|label| weight(column * 4 + label)))
            .collect();
        let scorer = Scorer::new(featurizer, weights.clone()).expect("as many weights");
        let mut scratch = Scratch::default();
        for round in 0..2 {
            for statement in &statements {
                let row = scorer.featurizer().featurize(statement);
                let found = scorer.scores(statement, &mut scratch);
                for (label, found) in found.into_iter().enumerate() {
                    let added = |(column, value): (u32, f32)| {
                        f64::from(value * weights[column as usize][label])
                    };
                    let expected: f64 = row.iter().map(added).sum();
                    let size: f64 = row.weights().iter().map(|value| f64::from(value.abs())).sum();
                    let near = (found - expected).abs() <= 1e-5 * (1.0 + size);
                    assert!(near, "{found}, expected {expected}; round {round}, {toml}");
                }
            }
        }
    }
}

#[test]
fn every_row_is_in_order_finite_and_within_the_width() {
    let statements = statements();
    let featurizer: Box<dyn Featurizer> = Box::new(fit(ALL, &statements));
    for statement in &statements {
        let row = featurizer.featurize(statement);
        assert!(row.columns().is_sorted_by(|a, b| a < b));
        assert!(row.columns().iter().all(|&column| (column as usize) < featurizer.width()));
        assert!(row.weights().iter().all(|weight| weight.is_finite() && *weight > 0.0));
    }
}

#[test]
fn a_fit_gives_the_same_bytes_in_any_order_and_on_any_thread() {
    let statements = statements();
    let bytes = fit(ALL, &statements).to_bytes();
    let mut reversed = statements.clone();
    reversed.reverse();
    assert!(fit(ALL, &reversed).to_bytes() == bytes);
    std::thread::scope(|scope| {
        let threads: Vec<_> =
            (0..4).map(|_| scope.spawn(|| fit(ALL, &statements).to_bytes())).collect();
        for thread in threads {
            assert!(thread.join().expect("fits") == bytes);
        }
    });
}

#[test]
fn a_featurizer_reads_back_as_it_was_written() {
    let statements = statements();
    let featurizer = fit(ALL, &statements);
    let bytes = featurizer.to_bytes();
    let read = FittedFeaturizer::from_bytes(&bytes).expect("reads");
    assert!(read.to_bytes() == bytes);
    assert_eq!(read.config(), featurizer.config());
    for statement in &statements {
        assert_eq!(read.featurize(statement), featurizer.featurize(statement));
        assert_eq!(read.explain(statement), featurizer.explain(statement));
    }
}

#[test]
fn damaged_bytes_are_refused_and_never_panic() {
    let bytes = fit(ALL, &statements()).to_bytes();
    for length in 0..bytes.len() {
        assert!(FittedFeaturizer::from_bytes(&bytes[..length]).is_err(), "cut to {length}");
    }
    for at in 0..bytes.len() {
        let mut flipped = bytes.clone();
        flipped[at] ^= 1 << (at % 8);
        assert!(FittedFeaturizer::from_bytes(&flipped).is_err(), "flipped at {at}");
    }
    let mut newer = bytes.clone();
    newer[16] = 2;
    let error = FittedFeaturizer::from_bytes(&newer).expect_err("refused");
    assert!(matches!(error, ReadError::Version { found: 2 }));
    assert!(matches!(FittedFeaturizer::from_bytes(b"PK"), Err(ReadError::Label)));
}

#[test]
fn swapping_countries_changes_no_masked_row() {
    let parts = |names: &str, cues: &str| {
        let mut toml = format!("kind = 'union.v1'\n{cues}");
        for field in ["text", "title", "context"] {
            for analyzer in ["word", "char"] {
                toml += "[[parts]]\nkind = 'ngrams.v1'\nvocabulary = { min_count = 1 }\n";
                toml += &[
                    "names = '",
                    names,
                    "'\nfield = '",
                    field,
                    "'\nanalyzer = '",
                    analyzer,
                    "'\n",
                ]
                .concat();
            }
        }
        toml
    };
    let masked = parts("masked", "[[parts]]\nkind = 'cues.v1'\nvocabulary = { min_count = 1 }\n");
    let kept = parts("kept", "");
    let of_country = |country: &str| {
        let of_text = |text: &str| statement(&text.replace("HOLDER", country));
        let [title, context] = [
            of_text("{target Moscow} and {HOLDER} at odds"),
            of_text("{HOLDER} has had enough, {UZ Uzbekistan} has not."),
        ];
        Statement {
            title: Some(title.text),
            title_mentions: title.mentions,
            context: Some(context.text),
            context_mentions: context.mentions,
            ..of_text(
                "{HOLDER}'s minister told {target Moscow} that {HOLDER} and {UZ Uzbekistan} would \
                 not join.",
            )
        }
    };
    let statements = [of_country("KZ Kazakhstan"), of_country("AM Armenia")];
    let rows = |toml: &str| {
        let featurizer = fit(toml, &statements);
        statements.each_ref().map(|s| featurizer.featurize(s))
    };
    let [one, other] = rows(&masked);
    assert_eq!(one, other);
    assert!(one.len() > 100, "the row has {} entries", one.len());
    let [one, other] = rows(&kept);
    assert_ne!(one, other);
}

#[test]
fn dropped_columns_leave_the_others_in_order() {
    let statements = statements();
    let toml = "kind = 'union.v1'\n[[parts]]\nkind = 'ngrams.v1'\n\
                vocabulary = { min_count = 1 }\nweighting = { norm = 'none' }\n\
                [[parts]]\nkind = 'ngrams.v1'\nanalyzer = 'char'\n\
                vocabulary = { min_count = 1 }\nweighting = { norm = 'none' }";
    let whole = fit(toml, &statements);
    let keep: Vec<bool> = (0..whole.width()).map(|column| column % 3 == 0).collect();
    let mut dropped = whole.clone();
    dropped.retain(&keep);
    assert_eq!(dropped.width(), keep.iter().filter(|kept| **kept).count());
    for statement in &statements {
        let left: Vec<_> =
            whole.featurize(statement).iter().filter(|(c, _)| keep[*c as usize]).collect();
        let expected: Vec<_> =
            left.into_iter().map(|(column, weight)| (column / 3, weight)).collect();
        assert_eq!(dropped.featurize(statement).iter().collect::<Vec<_>>(), expected);
    }
    let read = FittedFeaturizer::from_bytes(&dropped.to_bytes()).expect("reads");
    assert_eq!(read.featurize(&statements[0]), dropped.featurize(&statements[0]));
}

#[test]
fn an_explanation_names_each_term_and_where_it_stands() {
    let mut statement = statement("{KZ Astana}’s “no” — {target Moscow} can't.");
    statement.title = Some("No again".into());
    let toml = "kind = 'union.v1'\n[[parts]]\nkind = 'ngrams.v1'\nnames = 'masked'\n\
                vocabulary = { min_count = 1 }\n[[parts]]\nkind = 'ngrams.v1'\n\
                field = 'title'\nn = [1, 1]\nvocabulary = { min_count = 1 }";
    let featurizer = fit(toml, std::slice::from_ref(&statement));
    let mut found: Vec<_> = featurizer
        .explain(&statement)
        .into_iter()
        .map(|term| {
            let text = match term.field {
                Field::Title => statement.title.as_deref().expect("has a title"),
                _ => &statement.text,
            };
            let spans: Vec<_> = term.spans.iter().map(|s| s.of(text).expect("fits")).collect();
            format!("{}: {} [{}]", term.space, term.name, spans.join("|"))
        })
        .collect();
    found.sort();
    let expected = [
        "text masked words: <holder> [Astana]",
        "text masked words: <holder> s [Astana’s]",
        "text masked words: <target> [Moscow]",
        "text masked words: <target> can [Moscow ca]",
        "text masked words: can [ca]",
        "text masked words: can not [can't]",
        "text masked words: no <target> [no” — Moscow]",
        "text masked words: no [no]",
        "text masked words: not [n't]",
        "text masked words: s [s]",
        "text masked words: s no [s “no]",
        "title words: again [again]",
        "title words: no [No]",
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_fit_that_cannot_be_is_refused() {
    let config: FeaturizerConfig =
        toml::from_str("kind = 'ngrams.v1'\nvocabulary = { min_sources = 2 }").expect("reads");
    let lexicons = Lexicons::builtin();
    let one = [statement("Astana refused.")];
    let without = FitContext { lexicons: &lexicons, sources: None };
    assert_eq!(config.fit(&one, &without).expect_err("refused"), FitError::NoSources);
    let none: [Statement; 0] = [];
    assert_eq!(config.fit(&none, &without).expect_err("refused"), FitError::Empty);
    let sources: [Arc<str>; 2] = ["a".into(), "b".into()];
    let unpaired = FitContext { lexicons: &lexicons, sources: Some(&sources) };
    let error = config.fit(&one, &unpaired).expect_err("refused");
    assert_eq!(error, FitError::Sources { sources: 2, statements: 1 });
    let both = [statement("Astana refused."), statement("Yerevan refused.")];
    let fitted = config.fit(&both, &unpaired).expect("fits");
    assert_eq!(fitted.explain(&both[0]).len(), 1, "only the word of both files");
}
