use serde::{Deserialize, Serialize};
use stance_core::{Distribution, Label, LabelSet, Relevance, Stance};

use crate::LoadError;

/// The label that a file of label sets begins with.
const FORMAT: &str = "stance-conformal";

/// The format version of label sets that this build writes and reads.
const VERSION: u32 = 1;

/// How scores are made: [`nonconformity`].
const KIND: &str = "aps.v1";

/// A stored score is a whole number of these parts of 1.
const STEPS: f64 = 100_000.0;

/// The share of statements whose gold label may be missing from their sets: above 0, below 1.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Alpha(f64);

impl Alpha {
    /// Makes a level, or `None` unless it is above 0 and below 1.
    #[must_use]
    pub fn new(alpha: f64) -> Option<Self> {
        (alpha > 0.0 && alpha < 1.0).then_some(Self(alpha))
    }

    /// The level as a number.
    #[must_use]
    pub fn value(self) -> f64 {
        self.0
    }
}

/// How strange `label` is for a statement answered by `distribution`: the probability of all that is
/// likelier, in [0, 1); of several labels as likely as one another all have the same.
///
/// This is the score of adaptive prediction sets (Romano, Sesia and Candès 2020) without its random
/// part and without the label's own probability, so that the likeliest label has 0 and is in every
/// set. Where relevance is [assumed](Relevance::Assumed), shares are those among the three stances,
/// and `label` must be a stance.
#[must_use]
pub fn nonconformity(distribution: &Distribution, label: Label, relevance: Relevance) -> f64 {
    let labels = labels_of(relevance);
    let own = distribution.probability(label);
    let (mut likelier, mut all) = (0.0, 0.0);
    for probability in labels.iter().map(|&label| distribution.probability(label)) {
        all += probability;
        likelier += if probability > own { probability } else { 0.0 };
    }
    if likelier > 0.0 { likelier / all } else { 0.0 }
}

/// The labels that sets are made of.
fn labels_of(relevance: Relevance) -> &'static [Label] {
    match relevance {
        Relevance::Judged => &Label::ALL,
        Relevance::Assumed => &Label::ALL[..Stance::ALL.len()],
    }
}

/// The scores of held-out statements with one gold label, ascending: at most
/// [`CalibrationScores::MOST`] of them, at even ranks, each rounded up.
///
/// Both make a quantile larger and never smaller: sets cover as promised, and hardly more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalibrationScores {
    /// How many statements there were.
    rows: usize,
    /// In parts of [`STEPS`]; number `i` of `m`, from 1, has the rank `i · rows / m`, rounded up.
    scores: Vec<u32>,
}

impl CalibrationScores {
    /// The most scores that are kept.
    pub const MOST: usize = 1000;

    /// Keeps what quantiles need of `scores`, or `None` when one is outside [0, 1].
    #[must_use]
    pub fn new(mut scores: Vec<f64>) -> Option<Self> {
        if !scores.iter().all(|score| (0.0..=1.0).contains(score)) {
            return None;
        }
        scores.sort_by(f64::total_cmp);
        let (rows, kept) = (scores.len(), scores.len().min(Self::MOST));
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "from 0 to the number of steps"
        )]
        let step = |score: f64| (score * STEPS).ceil() as u32;
        let scores = (1..=kept).map(|at| step(scores[(at * rows).div_ceil(kept) - 1])).collect();
        Some(Self { rows, scores })
    }

    /// The largest score that a label may have to be in a set: the `⌈(rows + 1)(1 - alpha)⌉`-th
    /// smallest, infinite where there are not so many.
    fn quantile(&self, alpha: Alpha) -> f64 {
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "rows are far below 2^53, and the product is positive"
        )]
        let above = ((self.rows as f64 + 1.0) * alpha.value()).floor() as usize;
        let rank = self.rows + 1 - above.min(self.rows);
        if rank > self.rows {
            return f64::INFINITY;
        }
        // The first one kept whose rank is not below.
        let at = (rank - 1) * self.scores.len() / self.rows;
        self.scores.get(at).map_or(f64::INFINITY, |score| f64::from(*score) / STEPS)
    }

    fn check(&self) -> Result<(), &'static str> {
        let largest = self.scores.last().copied().unwrap_or(0);
        if f64::from(largest) > STEPS {
            Err("a score is above 1")
        } else if !self.scores.is_sorted() {
            Err("scores do not ascend")
        } else if self.scores.len() != self.rows.min(Self::MOST) {
            Err("scores are not as many as their rows give")
        } else {
            Ok(())
        }
    }
}

/// What label sets of any level are made by: the scores of held-out statements, label by label.
///
/// Split-conformal prediction, conditional on the label (Mondrian): each label has a quantile of its
/// own, so that sets miss each gold label at most as often as asked, and not the rare or hard ones
/// more often than others. That holds for statements like those calibrated on, and on average over
/// many: not for each statement, and not for text that is otherwise written.
///
/// # Examples
/// ```
/// use stance_core::{Distribution, Relevance};
/// use stance_models::{Alpha, CalibrationScores, Conformal};
/// // of four held-out statements a label, one had its gold label after something of .6
/// let scores = CalibrationScores::new(vec![0.0, 0.0, 0.0, 0.6]).expect("within 0 and 1");
/// let conformal = Conformal::new([(); 4].map(|()| scores.clone()), [(); 3].map(|()| scores.clone()));
/// let alpha = |alpha| Alpha::new(alpha).expect("a level");
/// let answer = Distribution::new([0.1, 0.3, 0.58, 0.02])?;
/// // the 4th of 4 scores, .6: what comes after .58 may be, what comes after .88 may not
/// assert_eq!(conformal.set(&answer, alpha(0.2), Relevance::Judged).to_string(), "neutral or distancing");
/// // the 3rd, 0: only the likeliest may be
/// assert_eq!(conformal.set(&answer, alpha(0.4), Relevance::Judged).to_string(), "distancing");
/// // a 5th there is not: nothing is ruled out
/// assert_eq!(conformal.set(&answer, alpha(0.1), Relevance::Judged).len(), 4);
/// # Ok::<(), stance_core::DistributionError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conformal {
    judged: [CalibrationScores; Label::COUNT],
    assumed: [CalibrationScores; Stance::ALL.len()],
}

impl Conformal {
    /// Puts scores together.
    ///
    /// # Shape
    /// `judged`: one for each gold label, ordered as [`Label::ALL`], of shares among all four;
    /// `assumed`: ordered as [`Stance::ALL`], of shares among the stances.
    #[must_use]
    pub fn new(
        judged: [CalibrationScores; Label::COUNT],
        assumed: [CalibrationScores; Stance::ALL.len()],
    ) -> Self {
        Self { judged, assumed }
    }

    /// What decides sets of one level.
    #[must_use]
    pub fn rule(&self, alpha: Alpha, relevance: Relevance) -> SetRule {
        let scores = match relevance {
            Relevance::Judged => self.judged.as_slice(),
            Relevance::Assumed => &self.assumed,
        };
        let mut quantiles = [f64::NEG_INFINITY; Label::COUNT];
        for (quantile, scores) in quantiles.iter_mut().zip(scores) {
            *quantile = scores.quantile(alpha);
        }
        SetRule { quantiles, relevance }
    }

    /// The labels that `alpha` does not rule out; [`SetRule::set`] for many statements.
    #[must_use]
    pub fn set(&self, distribution: &Distribution, alpha: Alpha, relevance: Relevance) -> LabelSet {
        self.rule(alpha, relevance).set(distribution)
    }

    /// Reads what [`Conformal::to_json`] wrote, and the digest of the weights that it was made for.
    pub(crate) fn parse(json: &[u8]) -> Result<(Self, String), LoadError> {
        /// The part that every version has.
        #[derive(Deserialize)]
        struct Head {
            format: String,
            version: u32,
        }
        let refuse = |what: String| LoadError::Conformal(what.into());
        let malformed = |cause: serde_json::Error| LoadError::Conformal(cause.into());
        let head: Head = serde_json::from_slice(json).map_err(malformed)?;
        if head.format != FORMAT {
            return Err(refuse(format!("format is {:?}, expected {FORMAT:?}", head.format)));
        }
        if head.version != VERSION {
            let found = head.version;
            return Err(refuse(format!("version is {found}, this build reads {VERSION}")));
        }
        let file: Wire = serde_json::from_slice(json).map_err(malformed)?;
        if file.kind != KIND {
            return Err(refuse(format!("kind is {:?}, this build makes {KIND:?}", file.kind)));
        }
        if file.labels != Label::ALL {
            return Err(refuse(format!("labels are {:?}, expected {:?}", file.labels, Label::ALL)));
        }
        for scores in file.judged.iter().chain(&file.assumed) {
            scores.check().map_err(|what| refuse(what.to_owned()))?;
        }
        Ok((Self { judged: file.judged, assumed: file.assumed }, file.weights_sha256))
    }

    /// The bytes of the file beside weights of that digest: one JSON object, a line a label.
    pub(crate) fn to_json(&self, weights_sha256: &str) -> Vec<u8> {
        let wire = Wire {
            format: FORMAT.to_owned(),
            version: VERSION,
            kind: KIND.to_owned(),
            weights_sha256: weights_sha256.to_owned(),
            labels: Label::ALL.to_vec(),
            judged: self.judged.clone(),
            assumed: self.assumed.clone(),
        };
        let json = serde_json::to_string(&wire).expect("words and numbers have a form in JSON");
        (json.replace(r#"{"rows""#, "\n{\"rows\"") + "\n").into_bytes()
    }
}

/// What the file holds.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    format: String,
    version: u32,
    kind: String,
    weights_sha256: String,
    labels: Vec<Label>,
    judged: [CalibrationScores; Label::COUNT],
    assumed: [CalibrationScores; Stance::ALL.len()],
}

/// Decides the label set of any statement at one level; made by [`Conformal::rule`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SetRule {
    /// The largest score that each label may have.
    quantiles: [f64; Label::COUNT],
    relevance: Relevance,
}

impl SetRule {
    /// The labels that are not ruled out: always the likeliest, and each other whose
    /// [`nonconformity`] is at most its quantile.
    #[must_use]
    pub fn set(&self, distribution: &Distribution) -> LabelSet {
        let labels = labels_of(self.relevance).iter().copied();
        let fits = |label: &Label| {
            nonconformity(distribution, *label, self.relevance) <= self.quantiles[label.index()]
        };
        labels.filter(fits).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alpha(alpha: f64) -> Alpha {
        Alpha::new(alpha).expect("a level")
    }

    fn distribution(probabilities: [f64; 4]) -> Distribution {
        Distribution::new(probabilities).expect("sums to one")
    }

    #[test]
    fn only_what_lies_between_zero_and_one_is_a_level() {
        for level in [0.0, 1.0, -0.1, 1.5, f64::NAN, f64::INFINITY] {
            assert_eq!(Alpha::new(level), None, "{level}");
        }
        assert_eq!(Alpha::new(0.1).map(Alpha::value), Some(0.1));
    }

    #[test]
    fn a_label_is_as_strange_as_all_that_is_likelier() {
        let answer = distribution([0.2, 0.5, 0.2, 0.1]);
        let judged = Label::ALL.map(|label| nonconformity(&answer, label, Relevance::Judged));
        for (found, expected) in judged.into_iter().zip([0.5, 0.0, 0.5, 0.9]) {
            assert!((found - expected).abs() < 1e-12, "{judged:?}");
        }
        // among the stances neutral has 5/9
        let neutral = nonconformity(&answer, Label::Supportive, Relevance::Assumed);
        assert!((neutral - 5.0 / 9.0).abs() < 1e-12, "{neutral}");
        let sure = distribution([0.0, 0.0, 0.0, 1.0]);
        let stance = nonconformity(&sure, Label::Neutral, Relevance::Assumed);
        assert!(stance.abs() < 1e-12, "no stance is likelier than another");
    }

    #[test]
    fn quantiles_have_the_rank_of_the_finite_sample_rule() {
        // 9 scores: .1 to .9; rank ⌈10 (1 - alpha)⌉
        let scores = CalibrationScores::new((1..=9).rev().map(|n| f64::from(n) / 10.0).collect());
        let scores = scores.expect("within 0 and 1");
        for (level, expected) in
            [(0.95, 0.1), (0.5, 0.5), (0.45, 0.6), (0.2, 0.8), (0.11, 0.9), (0.1, 0.9)]
        {
            assert!((scores.quantile(alpha(level)) - expected).abs() < 1e-12, "{level}");
        }
        assert!(scores.quantile(alpha(0.09)).is_infinite(), "a tenth score there is not");
        let none = CalibrationScores::new(Vec::new()).expect("nothing is outside");
        assert!(none.quantile(alpha(0.5)).is_infinite());
        assert_eq!(CalibrationScores::new(vec![0.5, f64::NAN]), None);
        assert_eq!(CalibrationScores::new(vec![1.01]), None);
    }

    #[test]
    fn kept_scores_give_the_quantile_of_all_or_the_next_larger_one_kept() {
        for rows in [1, 7, 999, 1000, 1001, 2500, 7578] {
            let all: Vec<f64> =
                (0..rows).map(|n| f64::from(n * n) / f64::from(rows * rows)).collect();
            let kept = CalibrationScores::new(all.clone()).expect("within 0 and 1");
            assert_eq!(kept.scores.len(), all.len().min(CalibrationScores::MOST));
            for level in (1..200).map(|n| f64::from(n) / 200.0) {
                let above = ((f64::from(rows) + 1.0) * level).floor();
                let rank = f64::from(rows) + 1.0 - above;
                let found = kept.quantile(alpha(level));
                if rank > f64::from(rows) {
                    assert!(found.is_infinite());
                    continue;
                }
                let score = |rank: f64| ((rank - 1.0) / f64::from(rows)).powi(2);
                let spare = (f64::from(rows) / 1000.0).ceil();
                let most = score((rank + spare).min(f64::from(rows))) + 1.0 / STEPS;
                assert!(found >= score(rank) - 1e-12 && found <= most, "{rows} {level}: {found}");
            }
        }
    }

    #[test]
    fn each_label_has_a_quantile_of_its_own() {
        let scores = |scores: &[f64]| CalibrationScores::new(scores.to_vec()).expect("in range");
        let (easy, hard) = (scores(&[0.0; 9]), scores(&[0.9; 9]));
        let conformal = Conformal::new(
            [easy.clone(), hard.clone(), easy.clone(), easy.clone()],
            [easy.clone(), hard, easy],
        );
        let answer = distribution([0.2, 0.1, 0.6, 0.1]);
        let set = |relevance| conformal.set(&answer, alpha(0.1), relevance).to_string();
        assert_eq!(set(Relevance::Judged), "neutral or distancing");
        assert_eq!(set(Relevance::Assumed), "neutral or distancing");
        let background = distribution([0.1, 0.15, 0.15, 0.6]);
        let set = |relevance| conformal.set(&background, alpha(0.1), relevance).to_string();
        assert_eq!(set(Relevance::Judged), "neutral or irrelevant");
        assert_eq!(set(Relevance::Assumed), "neutral or distancing", "never irrelevant");
    }

    #[test]
    fn a_file_comes_back_as_it_was_and_a_faulty_one_is_refused() {
        let scores = CalibrationScores::new(vec![0.25, 0.0, 0.5]).expect("within 0 and 1");
        let four = [(); 4].map(|()| scores.clone());
        let conformal = Conformal::new(four, [(); 3].map(|()| scores.clone()));
        let json = String::from_utf8(conformal.to_json("abc")).expect("text");
        assert_eq!(json.lines().nth(1), Some(r#"{"rows":3,"scores":[0,25000,50000]},"#));
        let (read, digest) = Conformal::parse(json.as_bytes()).expect("as written");
        assert_eq!((read, digest.as_str()), (conformal, "abc"));
        for (old, new, message) in [
            ("stance-conformal", "recipe", "format is \"recipe\", expected \"stance-conformal\""),
            ("\"version\":1", "\"version\":2", "version is 2, this build reads 1"),
            ("aps.v1", "aps.v2", "kind is \"aps.v2\", this build makes \"aps.v1\""),
            ("\"supportive\",\"neutral\"", "\"neutral\",\"supportive\"", "labels are [Neutral, "),
            ("[0,25000,50000]", "[0,50000,25000]", "scores do not ascend"),
            ("[0,25000,50000]", "[0,25000,100001]", "a score is above 1"),
            ("[0,25000,50000]", "[0,25000]", "scores are not as many as their rows give"),
            ("[0,25000,50000]", "[0,-1,50000]", "invalid value"),
            ("\"kind\"", "\"kinds\"", "unknown field `kinds`"),
        ] {
            let faulty = json.replacen(old, new, 1);
            assert_ne!(faulty, json, "{old}");
            let Err(LoadError::Conformal(cause)) = Conformal::parse(faulty.as_bytes()) else {
                panic!("{new} is read");
            };
            assert!(cause.to_string().starts_with(message), "{cause}");
        }
        for end in 0..json.len() - 1 {
            assert!(Conformal::parse(&json.as_bytes()[..end]).is_err(), "{end}");
        }
    }
}
