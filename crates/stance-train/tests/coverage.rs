//! Label sets of a trained model on statements that neither it nor its calibration has seen.

use std::sync::LazyLock;

use stance_core::{
    Annotated, Classifier as _, Distribution, Label, LabelSet, Relevance, SentenceExtractor,
    Stance, TargetId,
};
use stance_eval::{Purpose, group_folds, read_annotated};
use stance_features::Lexicons;
use stance_models::{Alpha, Conformal};
use stance_train::{Recipe, TrainingData, train};

/// Words alone: a weak model, so that sets have much to do.
const RECIPE: &str = "
name = 'half'
description = 'Half of the groups of some files.'
license = 'CC0-1.0'
seed = 7
[data]
files = ['half.jsonl']
[features]
kind = 'ngrams.v1'
names = 'masked'
[learner]
kind = 'softmax.v1'
c = [2.0]
[calibration]
kind = 'temperature.v1'
";

const FILES: [(&str, &str); 4] = [
    ("a.jsonl", include_str!("../../../seeds/corpus/articles-mixed-j.jsonl")),
    ("b.jsonl", include_str!("../../../seeds/corpus/statements-hard-l.jsonl")),
    ("c.jsonl", include_str!("../../../seeds/corpus/statements-lexical-b.jsonl")),
    ("d.jsonl", include_str!("../../../seeds/corpus/statements-voice-k.jsonl")),
];

/// A model of one half of the groups, and its answers on the other.
struct Halves {
    conformal: Conformal,
    /// Number of gold labels that it was calibrated on, ordered as [`Label::ALL`].
    calibrated: [usize; Label::COUNT],
    held_out: Vec<(Label, Distribution)>,
}

static HALVES: LazyLock<Halves> = LazyLock::new(|| {
    let extractor = SentenceExtractor::builtin(&TargetId::moscow()).expect("is embedded");
    let read =
        |(name, text)| read_annotated(name, text, Purpose::Train { task: "stance" }, &extractor);
    let rows = FILES.into_iter().flat_map(|file| read(file).expect("is well formed"));
    let rows: Vec<Annotated> = rows.collect();
    let groups: Vec<_> = rows.iter().map(|row| &row.group).collect();
    let half = group_folds(&groups, 2, 7).expect("many groups").swap_remove(0);
    let data = TrainingData {
        annotated: half.train.iter().map(|&row| rows[row].clone()).collect(),
        splits: None,
        sha256: "0".to_owned(),
    };
    let recipe = Recipe::parse(RECIPE).expect("known keys within their ranges");
    let trained = train(&recipe, &data, &Lexicons::builtin(), |_| {}).expect("gold for all");
    let mut calibrated = [0; Label::COUNT];
    for row in &data.annotated {
        calibrated[row.gold.index()] += 1;
    }
    let golds = half.test.iter().map(|&row| rows[row].gold);
    let statements: Vec<_> = half.test.iter().map(|&row| rows[row].statement.clone()).collect();
    let model = trained.artifact.classifier().expect("just made");
    let answers = model.classify(&statements).expect("a distribution each");
    Halves {
        conformal: trained.artifact.conformal().expect("training makes one").clone(),
        calibrated,
        held_out: golds.zip(answers).collect(),
    }
});

fn alpha(level: f64) -> Alpha {
    Alpha::new(level).expect("between 0 and 1")
}

/// Of the held-out rows with that gold label: how many there are, and how many sets hold it.
fn covered(level: f64, gold: Label, relevance: Relevance) -> (f64, f64) {
    let rule = HALVES.conformal.rule(alpha(level), relevance);
    let rows = HALVES.held_out.iter().filter(|row| row.0 == gold);
    let covered = rows.clone().filter(|row| rule.set(&row.1).contains(gold)).count();
    #[expect(clippy::cast_precision_loss, reason = "rows are far below 2^53")]
    (rows.count() as f64, covered as f64)
}

/// Three standard errors of the coverage of `rows` by a quantile of `calibrated` others: both vary,
/// and statements of one group a little less than others (a tenth more variance on this corpus).
#[expect(clippy::cast_precision_loss, reason = "rows are far below 2^53")]
fn three_errors(level: f64, rows: f64, calibrated: usize) -> f64 {
    3.0 * (1.1 * level * (1.0 - level) * (1.0 / rows + 1.0 / calibrated as f64)).sqrt()
}

#[test]
fn sets_hold_the_gold_of_held_out_statements_as_often_as_asked_label_by_label() {
    for level in [0.2, 0.1, 0.05] {
        for label in Label::ALL {
            let (rows, covered) = covered(level, label, Relevance::Judged);
            let most = three_errors(level, rows, HALVES.calibrated[label.index()]);
            let coverage = covered / rows;
            assert!(
                (coverage - (1.0 - level)).abs() <= most,
                "{label} at {level}: {coverage:.3} of {rows}, ± {most:.3}"
            );
        }
    }
}

#[test]
fn sets_of_what_is_taken_for_relevant_hold_the_gold_stance_as_often_as_asked() {
    for level in [0.2, 0.1, 0.05] {
        for stance in Stance::ALL {
            let label = Label::from(stance);
            let (rows, covered) = covered(level, label, Relevance::Assumed);
            let least = 1.0 - level - three_errors(level, rows, HALVES.calibrated[label.index()]);
            let coverage = covered / rows;
            assert!(coverage >= least, "{label} at {level}: {coverage:.3} of {rows}");
        }
    }
}

#[test]
fn sets_grow_as_alpha_falls_and_always_hold_the_likeliest() {
    let levels = (1..100).rev().map(|n| f64::from(n) / 100.0);
    for relevance in [Relevance::Judged, Relevance::Assumed] {
        let rules: Vec<_> =
            levels.clone().map(|level| HALVES.conformal.rule(alpha(level), relevance)).collect();
        for (_, answer) in &HALVES.held_out {
            let likeliest = match relevance {
                Relevance::Judged => answer.label(),
                Relevance::Assumed => answer.stance_if_relevant().into(),
            };
            let mut before = LabelSet::default();
            for rule in &rules {
                let set = rule.set(answer);
                assert!(before.is_subset(set), "{before} before {set}: {answer:?}");
                assert!(set.contains(likeliest), "{set} without {likeliest}");
                assert!(relevance == Relevance::Judged || !set.contains(Label::Irrelevant));
                before = set;
            }
        }
    }
}

#[test]
fn sets_of_a_stricter_level_answer_less_and_more_often_right() {
    let answered = |level: f64| {
        let rule = HALVES.conformal.rule(alpha(level), Relevance::Judged);
        let single =
            |row: &(Label, Distribution)| rule.set(&row.1).single().map(|one| (one, row.0));
        let singles: Vec<_> = HALVES.held_out.iter().filter_map(single).collect();
        let right = singles.iter().filter(|(answer, gold)| answer == gold).count();
        (singles.len(), right * 1000 / singles.len())
    };
    let (loose, strict) = (answered(0.3), answered(0.05));
    assert!(strict.0 < loose.0 && strict.1 > loose.1, "{loose:?} {strict:?}");
}
