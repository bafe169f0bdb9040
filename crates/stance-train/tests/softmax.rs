//! The sparse solver against scikit-learn and linfa, on any number of threads, and at its edges.

use linfa::traits::Fit as _;
use linfa_logistic::MultiLogisticRegression;
use ndarray::{Array1, Array2};
use serde::Deserialize;
use stance_core::Label;
use stance_train::{
    ClassWeights, FitError, Outcome, SoftmaxConfig, SoftmaxProblem, SoftmaxWeights, SparseRows,
    Supervision,
};

/// A problem and scikit-learn's answer to it; made by `fixtures/softmax.py`.
#[derive(Deserialize)]
struct Fixture {
    name: String,
    c: f64,
    balanced: bool,
    rows: Vec<Vec<f32>>,
    gold: Vec<usize>,
    weights: Vec<f64>,
    coefficients: Vec<[f64; 4]>,
    intercepts: [f64; 4],
}

impl Fixture {
    fn all() -> Vec<Self> {
        serde_json::from_str(include_str!("fixtures/softmax.json")).expect("made by the script")
    }

    fn sparse(&self) -> SparseRows {
        let cells = |row: &Vec<f32>| -> Vec<(u32, f32)> {
            (0..).zip(row.iter().copied()).filter(|(_, weight)| *weight != 0.0).collect()
        };
        SparseRows::from_rows(self.rows[0].len(), self.rows.iter().map(cells))
            .expect("columns ascend")
    }

    fn supervision(&self) -> Supervision {
        let golds: Vec<Label> = self.gold.iter().map(|&gold| Label::ALL[gold]).collect();
        let weights = if self.balanced { ClassWeights::Balanced } else { ClassWeights::Uniform };
        Supervision::of(&golds)
            .weighted(&self.weights)
            .and_then(|supervision| supervision.class_weighted(weights))
            .expect("weights are positive")
    }
}

fn fit(rows: &SparseRows, supervision: Supervision, c: f64, tolerance: f64) -> SoftmaxWeights {
    let config = SoftmaxConfig { c, tolerance, ..SoftmaxConfig::default() };
    let problem = SoftmaxProblem::new(rows, supervision).expect("gold for every label");
    let fit = config.check().expect("settings in range").fit(&problem, None).expect("no start");
    fit.converged().expect("small problems converge")
}

fn assert_close(name: &str, found: &SoftmaxWeights, expected: &[[f64; 4]], intercepts: [f64; 4]) {
    // adding one number to the four logits changes nothing, so means over the labels are taken off
    let center = |block: [f64; 4]| {
        let mean = block.iter().sum::<f64>() / 4.0;
        block.map(|value| value - mean)
    };
    let found = found.centered();
    let pairs = found.coefficients().iter().zip(expected);
    for (found, expected) in pairs.chain([(&found.intercepts(), &intercepts)]) {
        for (found, expected) in found.iter().zip(center(*expected)) {
            assert!((found - expected).abs() < 1e-3, "{name}: found {found}, expected {expected}");
        }
    }
}

#[test]
fn coefficients_agree_with_scikit_learn() {
    for fixture in Fixture::all() {
        let weights = fit(&fixture.sparse(), fixture.supervision(), fixture.c, 1e-9);
        assert_close(&fixture.name, &weights, &fixture.coefficients, fixture.intercepts);
    }
}

#[test]
fn coefficients_agree_with_linfa_where_it_can_follow() {
    for fixture in Fixture::all() {
        // given: linfa has no weights; its penalty is alpha / 2 on the sum of losses, so 1 / C
        let golds: Vec<Label> = fixture.gold.iter().map(|&gold| Label::ALL[gold]).collect();
        let dense = Array2::from_shape_fn((fixture.rows.len(), 6), |(row, column)| {
            f64::from(fixture.rows[row][column])
        });
        let targets = Array1::from(fixture.gold.clone());
        let linfa = MultiLogisticRegression::default()
            .alpha(1.0 / fixture.c)
            .gradient_tolerance(1e-8)
            .max_iterations(10_000)
            .fit(&linfa::Dataset::new(dense, targets))
            .expect("four labels");
        // when
        let weights = fit(&fixture.sparse(), Supervision::of(&golds), fixture.c, 1e-9);
        // then
        let blocks: Vec<[f64; 4]> =
            linfa.params().rows().into_iter().map(|row| std::array::from_fn(|k| row[k])).collect();
        let intercepts = std::array::from_fn(|k| linfa.intercept()[k]);
        assert_close(&fixture.name, &weights, &blocks, intercepts);
    }
}

/// Rows wide and many enough that several tasks share every step.
fn large() -> (SparseRows, Supervision) {
    let mut state = 7_u64;
    let mut random = move |below: u64| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let mut golds = Vec::new();
    let rows: Vec<Vec<(u32, f32)>> = (0..1_000)
        .map(|_| {
            let gold = random(4);
            golds.push(Label::ALL[usize::try_from(gold).expect("below 4")]);
            let mut columns: Vec<u64> = (0..30)
                .map(|_| if random(3) == 0 { 4 * random(6_000) + gold } else { random(24_000) })
                .collect();
            columns.sort_unstable();
            columns.dedup();
            columns
                .into_iter()
                .map(|column| (u32::try_from(column).expect("below 24000"), 0.25))
                .collect()
        })
        .collect();
    let rows = SparseRows::from_rows(24_000, rows).expect("columns ascend");
    (rows, Supervision::of(&golds))
}

#[test]
fn weights_are_the_same_bits_for_any_number_of_threads() {
    let (rows, supervision) = large();
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        pool.install(|| fit(&rows, supervision.clone(), 3.0, 1e-4))
    };
    let one = with(1);
    assert!(one.coefficients().iter().flatten().any(|c| *c != 0.0));
    assert_eq!(one, with(2));
    assert_eq!(one, with(3));
}

#[test]
fn a_warm_start_reaches_the_same_optimum_in_fewer_iterations() {
    let (rows, supervision) = large();
    let problem = SoftmaxProblem::new(&rows, supervision).expect("gold for every label");
    let softmax = |c| {
        let config = SoftmaxConfig { c, tolerance: 1e-6, ..SoftmaxConfig::default() };
        config.check().expect("settings in range")
    };
    let near = softmax(2.0).fit(&problem, None).expect("no start").into_parts().0;
    let (cold, cold_end) = softmax(2.2).fit(&problem, None).expect("no start").into_parts();
    let (warm, warm_end) =
        softmax(2.2).fit(&problem, Some(&near)).expect("same width").into_parts();
    assert!(warm_end.is_converged() && warm_end.iterations < cold_end.iterations);
    let worst = warm
        .coefficients()
        .iter()
        .flatten()
        .zip(cold.coefficients().iter().flatten())
        .map(|(warm, cold)| (warm - cold).abs())
        .fold(0.0, f64::max);
    assert!(worst < 1e-2, "{worst}");
}

fn four() -> SparseRows {
    SparseRows::from_rows(4, (0..4).map(|column| [(column, 1.0)])).expect("columns ascend")
}

#[test]
fn iterations_that_run_out_are_an_error_unless_asked_for() {
    let rows = four();
    let problem = SoftmaxProblem::new(&rows, Supervision::of(&Label::ALL)).expect("gold");
    let config = SoftmaxConfig { iterations: 1, tolerance: 1e-9, ..SoftmaxConfig::default() };
    let fit = config.check().expect("settings in range").fit(&problem, None).expect("no start");
    assert_eq!(fit.convergence().outcome, Outcome::IterationLimit);
    let error = fit.clone().converged().expect_err("one iteration is too few");
    assert!(error.to_string().starts_with("fit did not converge: iterations ran out after 1"));
    assert_eq!(fit.into_parts().1.iterations, 1);
}

#[test]
fn a_row_counted_twice_is_a_row_of_weight_two() {
    let rows = SparseRows::from_rows(2, [[(0, 1.0)], [(1, 1.0)], [(0, 0.5)], [(1, 0.5)]])
        .expect("columns ascend");
    let twice = rows.select(&[0, 0, 1, 2, 3]);
    let golds = Label::ALL;
    let more = [golds[0], golds[0], golds[1], golds[2], golds[3]];
    let weighted =
        Supervision::of(&golds).weighted(&[2.0, 1.0, 1.0, 1.0]).expect("weights are positive");
    let expected = fit(&twice, Supervision::of(&more), 1.0, 1e-10);
    let found = fit(&rows, weighted, 1.0, 1e-10);
    assert_close("weights", &found, expected.coefficients(), expected.intercepts());
}

#[test]
fn a_row_with_a_soft_target_is_its_labels_in_their_shares() {
    let rows = four();
    let shared = rows.select(&[0, 0, 1, 2, 3]);
    let golds =
        [Label::Supportive, Label::Neutral, Label::Neutral, Label::Distancing, Label::Irrelevant];
    let parts = Supervision::of(&golds).weighted(&[0.75, 0.25, 1.0, 1.0, 1.0]).expect("positive");
    let mut targets = Supervision::of(&Label::ALL).targets().to_vec();
    targets[0] = [0.75, 0.25, 0.0, 0.0];
    let soft = Supervision::soft(targets).expect("sums to one");
    let expected = fit(&shared, parts, 1.0, 1e-10);
    let found = fit(&rows, soft, 1.0, 1e-10);
    assert_close("soft", &found, expected.coefficients(), expected.intercepts());
}

#[test]
fn a_column_penalized_more_is_one_with_smaller_weights() {
    // a penalty of 4 on a column is the same as half its values, seen through half the coefficient
    let rows = four();
    let halved = SparseRows::from_rows(
        4,
        (0..4).map(|column| [(column, if column == 0 { 0.5 } else { 1.0 })]),
    )
    .expect("columns ascend");
    let expected = fit(&halved, Supervision::of(&Label::ALL), 1.0, 1e-10);
    let problem = SoftmaxProblem::new(&rows, Supervision::of(&Label::ALL))
        .and_then(|problem| problem.with_penalties(vec![4.0, 1.0, 1.0, 1.0]))
        .expect("one penalty a column");
    let config = SoftmaxConfig { tolerance: 1e-10, ..SoftmaxConfig::default() };
    let softmax = config.check().expect("settings in range");
    let found = softmax.fit(&problem, None).and_then(stance_train::SoftmaxFit::converged);
    let mut coefficients = expected.coefficients().to_vec();
    coefficients[0] = coefficients[0].map(|c| c / 2.0);
    assert_close("penalty", &found.expect("converges"), &coefficients, expected.intercepts());
}

#[test]
fn problems_without_an_optimum_are_refused() {
    let rows = four();
    let three = [Label::Neutral, Label::Neutral, Label::Distancing, Label::Irrelevant];
    let refused = |supervision| SoftmaxProblem::new(&rows, supervision).err();
    assert_eq!(
        refused(Supervision::of(&three)),
        Some(FitError::NoGold { label: Label::Supportive })
    );
    let smoothed = Supervision::of(&three).smoothed(0.1).expect("a share");
    assert_eq!(refused(smoothed), None);
    let short = refused(Supervision::of(&three[..3]));
    assert_eq!(short, Some(FitError::Count { name: "targets", found: 3, expected: 4 }));
    let empty = SparseRows::from_rows(4, Vec::<Vec<(u32, f32)>>::new()).expect("no rows");
    assert_eq!(SoftmaxProblem::new(&empty, Supervision::of(&[])).err(), Some(FitError::Empty));
    for c in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(SoftmaxConfig { c, ..SoftmaxConfig::default() }.check().is_err(), "{c}");
    }
}

#[test]
fn large_weights_do_not_overflow() {
    let rows = SparseRows::from_rows(4, (0..4).map(|column| [(column, 1e6)])).expect("columns");
    let weights = fit(&rows, Supervision::of(&Label::ALL), 1.0, 1e-4);
    assert!(weights.coefficients().iter().flatten().all(|c| c.is_finite()));
}
