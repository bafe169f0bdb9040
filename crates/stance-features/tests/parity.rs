//! The same weights as scikit-learn's `TfidfVectorizer`.
//!
//! The values were made once with scikit-learn 1.9.1 by `TfidfVectorizer(sublinear_tf=True,
//! min_df=2, ngram_range=(1, 2))` and `TfidfVectorizer(sublinear_tf=True, min_df=2,
//! analyzer="char_wb", ngram_range=(3, 4))` over `TEXTS`, six decimals, zeros left out.

mod common;

use common::{fit, statement};
use stance_core::Statement;

const TEXTS: [&str; 4] = [
    "Astana refused; the minister refused to send troops.",
    "The minister thanked Moscow. Moscow thanked him.",
    "No troops: Bishkek will not send any, it said.",
    "Café talks in Bishkek, and so on.",
];

/// Terms and weights of a text.
type Row = &'static [(&'static str, f32)];

const WORDS: [Row; 4] = [
    &[
        ("minister", 0.447_214),
        ("send", 0.447_214),
        ("the", 0.447_214),
        ("the minister", 0.447_214),
        ("troops", 0.447_214),
    ],
    &[("minister", 0.577_350), ("the", 0.577_350), ("the minister", 0.577_350)],
    &[("bishkek", 0.577_350), ("send", 0.577_350), ("troops", 0.577_350)],
    &[("bishkek", 1.0)],
];

/// Of the second and the fourth text, all; each row's number of entries is checked besides.
const CHARACTERS: [(usize, usize, Row); 2] = [
    (
        1,
        21,
        &[
            (" mi", 0.195_102),
            (" min", 0.195_102),
            (" th", 0.409_444),
            (" the", 0.195_102),
            ("ed ", 0.330_337),
            ("er ", 0.195_102),
            ("he ", 0.195_102),
            ("ini", 0.195_102),
            ("inis", 0.195_102),
            ("ist", 0.195_102),
            ("iste", 0.195_102),
            ("min", 0.195_102),
            ("mini", 0.195_102),
            ("nis", 0.195_102),
            ("nist", 0.195_102),
            ("ste", 0.195_102),
            ("ster", 0.195_102),
            ("ter", 0.195_102),
            ("ter ", 0.195_102),
            ("the", 0.195_102),
            ("the ", 0.195_102),
        ],
    ),
    (
        3,
        13,
        &[
            (" an", 0.281_100),
            (" bi", 0.281_100),
            (" bis", 0.281_100),
            ("bis", 0.281_100),
            ("bish", 0.281_100),
            ("hke", 0.281_100),
            ("hkek", 0.281_100),
            ("ish", 0.281_100),
            ("ishk", 0.281_100),
            ("kek", 0.281_100),
            ("nd ", 0.227_575),
            ("shk", 0.281_100),
            ("shke", 0.281_100),
        ],
    ),
];

fn row(toml: &str, at: usize) -> Vec<(String, f32)> {
    let statements: Vec<Statement> = TEXTS.into_iter().map(statement).collect();
    let featurizer = fit(toml, &statements);
    let terms = featurizer.explain(&statements[at]);
    let mut row: Vec<_> = terms.into_iter().map(|term| (term.name, term.weight)).collect();
    row.sort_by(|a, b| a.0.cmp(&b.0));
    row
}

fn assert_same(found: &[(String, f32)], expected: &[(&str, f32)]) {
    let names =
        |row: &[(String, f32)]| row.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    assert_eq!(names(found), expected.iter().map(|(name, _)| *name).collect::<Vec<_>>());
    for ((name, found), (_, expected)) in found.iter().zip(expected) {
        assert!((found - expected).abs() < 1e-6, "{name}: {found}, expected {expected}");
    }
}

#[test]
fn words_weigh_as_in_scikit_learn() {
    let toml = "kind = 'ngrams.v1'\nn = [1, 2]\nmin_chars = 2\ncontractions = 'kept'";
    for (at, expected) in WORDS.into_iter().enumerate() {
        assert_same(&row(toml, at), expected);
    }
}

#[test]
fn characters_weigh_as_in_scikit_learn() {
    let toml = "kind = 'ngrams.v1'\nanalyzer = 'char'\nn = [3, 4]";
    for (at, length, expected) in CHARACTERS {
        let row = row(toml, at);
        assert_eq!(row.len(), length);
        assert_same(&row, expected);
    }
    assert_eq!([row(toml, 0).len(), row(toml, 2).len()], [37, 28]);
}
