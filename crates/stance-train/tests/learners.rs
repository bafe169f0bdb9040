//! Every kind of linfa learner on one problem: it learns, and is the same twice.

use stance_core::{Distribution, Label};
use stance_train::{FitError, Fitted, LearnerConfig, SparseRows};

const KINDS: [&str; 5] = [
    r#"kind = "linfa-logistic.v1""#,
    r#"kind = "linfa-bayes.v1""#,
    r#"kind = "linfa-svm.v1""#,
    r#"kind = "linfa-tree.v1"
       leaf = 5"#,
    r#"kind = "linfa-forest.v1"
       trees = 20
       leaf = 3"#,
];

fn config(kind: &str) -> LearnerConfig {
    toml::from_str(&format!("{kind}\n[reduction]\ncomponents = 6\n")).expect("a known kind")
}

struct Set {
    rows: SparseRows,
    golds: Vec<Label>,
    groups: Vec<String>,
}

/// Rows of 40 columns: ten columns of a label are likelier with it, and any column may be there.
fn set(seed: u64, count: u64) -> Set {
    let mut state = seed;
    let mut random = move |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963);
        (state >> 33) % below
    };
    let mut golds = Vec::new();
    let rows: Vec<Vec<(u32, f32)>> = (0..count)
        .map(|_| {
            let gold = random(4);
            golds.push(Label::ALL[usize::try_from(gold).expect("below 4")]);
            (0..40)
                .filter(|column| {
                    let likely = if u64::from(column / 10) == gold { 45 } else { 12 };
                    random(100) < likely
                })
                .map(|column| (column, 0.25))
                .collect()
        })
        .collect();
    let groups = (0..count).map(|row| (row / 3).to_string()).collect();
    Set { rows: SparseRows::from_rows(40, rows).expect("columns ascend"), golds, groups }
}

fn fit(kind: &str, set: &Set) -> Result<Fitted, FitError> {
    Ok(config(kind).check()?.fit(&set.rows, &set.golds, &set.groups, &Label::ALL)?.remove(0))
}

#[expect(clippy::cast_precision_loss, reason = "counts of rows")]
fn scores(model: &Fitted, set: &Set) -> (f64, f64) {
    let (mut right, mut loss) = (0, 0.0);
    for (row, gold) in set.golds.iter().enumerate() {
        let (columns, weights) = set.rows.row(row);
        let answer = Distribution::from_logits(model.logits(columns, weights));
        right += u32::from(answer.label() == *gold);
        loss -= answer.probability(*gold).ln();
    }
    (f64::from(right) / set.golds.len() as f64, loss / set.golds.len() as f64)
}

#[test]
fn every_kind_learns_what_it_can_and_knows_how_sure_it_is() {
    let (train, test) = (set(1, 600), set(2, 600));
    for kind in KINDS {
        let model = fit(kind, &train).expect("gold for every label");
        let (accuracy, loss) = scores(&model, &test);
        // chance is .25 and 1.386; one tree finds the least
        assert!(accuracy > if kind.contains("tree") { 0.5 } else { 0.7 }, "{kind}: {accuracy}");
        assert!(loss < 1.2, "{kind}: {loss}");
    }
}

#[test]
fn every_kind_is_the_same_when_fitted_again_on_any_number_of_threads() {
    let train = set(3, 400);
    for kind in KINDS {
        let with = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
            pool.expect("a pool").install(|| fit(kind, &train).expect("gold for every label"))
        };
        let one = with(1);
        assert!((0..3).all(|_| one == with(3)), "{kind} differs");
    }
}

#[test]
fn naive_bayes_answers_as_linfa_does() {
    use linfa::traits::Fit as _;
    use linfa_bayes::{GaussianNb, NaiveBayes as _};
    use ndarray::{Array1, Array2};
    // given: as many components as columns, so that the projection only turns and shifts the rows
    let columns = [1.0_f32, 0.5, 0.25, 0.125];
    let cell = |row: usize, column: usize| columns[(row * (column + 3) + row / 4) % 4];
    let rows = SparseRows::from_rows(
        1,
        (0..40).map(|row| [(0, cell(row, 0) + if row % 4 == 0 { 2.0 } else { 0.0 })]),
    )
    .expect("one column");
    let golds: Vec<Label> = (0..40).map(|row| Label::ALL[row % 4]).collect();
    let groups: Vec<String> = (0..40).map(|row| row.to_string()).collect();
    let ours = config(KINDS[1])
        .check()
        .and_then(|learner| learner.fit(&rows, &golds, &groups, &Label::ALL));
    let ours = ours.expect("gold for every label").remove(0);
    // when: naive Bayes does not mind a shift or a mirror of its one number
    let dense = Array2::from_shape_fn((40, 1), |(row, _)| f64::from(rows.row(row).1[0]));
    let targets: Array1<usize> = golds.iter().map(|gold| gold.index()).collect();
    let theirs = GaussianNb::params()
        .fit(&linfa::Dataset::new(dense.clone(), targets))
        .expect("gold for every label");
    let (expected, _) = theirs.predict_log_proba(dense.view());
    // then
    for row in 0..40 {
        let (columns, weights) = rows.row(row);
        let found = Distribution::from_logits(ours.logits(columns, weights));
        for (label, probability) in found.as_array().iter().enumerate() {
            let expected = expected[(row, label)].exp();
            assert!((probability - expected).abs() < 1e-6, "{probability} {expected}");
        }
    }
}

#[test]
fn settings_that_mean_nothing_are_refused() {
    for text in [
        "kind = \"linfa-logistic.v1\"\nc = 0.0",
        "kind = \"linfa-bayes.v1\"\nsmoothing = -1.0",
        "kind = \"linfa-svm.v1\"\nfolds = 1",
        "kind = \"linfa-tree.v1\"\ndepth = 0",
        "kind = \"linfa-forest.v1\"\nrows = 1.5",
        "kind = \"linfa-forest.v1\"\nreduction = { components = 0 }",
    ] {
        let config: LearnerConfig = toml::from_str(text).expect("known keys");
        assert!(config.check().is_err(), "{text}");
    }
    for text in ["kind = \"linfa-bayes.v2\"", "kind = \"linfa-bayes.v1\"\nmore = 1"] {
        assert!(toml::from_str::<LearnerConfig>(text).is_err(), "{text}");
    }
}

#[test]
fn a_label_without_gold_is_refused_by_every_kind() {
    let mut train = set(5, 100);
    for gold in &mut train.golds {
        if *gold == Label::Irrelevant {
            *gold = Label::Neutral;
        }
    }
    for kind in KINDS {
        let found = fit(kind, &train).err();
        assert_eq!(found, Some(FitError::NoGold { label: Label::Irrelevant }), "{kind}");
    }
}

#[test]
fn iterations_that_run_out_in_linfa_are_told() {
    let found = fit("kind = \"linfa-logistic.v1\"\niterations = 1", &set(6, 200)).err();
    assert!(matches!(found, Some(FitError::NotConverged(_))), "{found:?}");
}
