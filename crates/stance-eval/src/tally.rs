use std::ops::AddAssign;

use stance_core::{Distribution, Label};

use crate::{Answer, Confusion, EvalError, Reliability};

/// The probability below which the log loss counts no further: one certain mistake costs 34.5 nats.
const FLOOR: f64 = 1e-15;

/// The log loss of one answer: the negative log probability of gold, in nats; a probability below
/// 1e-15 counts as 1e-15.
///
/// # Examples
/// ```
/// use stance_core::{Distribution, Label};
/// let uniform = Distribution::from_logits([0.0; 4]);
/// assert_eq!(stance_eval::log_loss(Label::Neutral, &uniform), 4_f64.ln());
/// ```
#[must_use]
pub fn log_loss(gold: Label, distribution: &Distribution) -> f64 {
    -distribution.probability(gold).max(FLOOR).ln()
}

/// The Brier score of one answer: the squared distance of the distribution from gold, summed over
/// the labels, 0 to 2.
#[must_use]
pub fn brier(gold: Label, distribution: &Distribution) -> f64 {
    Label::ALL
        .into_iter()
        .map(|label| {
            let truth = f64::from(u8::from(label == gold));
            (distribution.probability(label) - truth).powi(2)
        })
        .sum()
}

/// The sums that all scores of a set of answers are made from; tallies of parts add up.
#[derive(Clone, Debug)]
pub(crate) struct Tally {
    pub(crate) confusion: Confusion,
    pub(crate) stances: Confusion,
    pub(crate) reliability: Reliability,
    log_loss: f64,
    brier: f64,
}

/// The scores that get an interval.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scores {
    pub(crate) accuracy: f64,
    pub(crate) macro_f1: f64,
    pub(crate) macro_f1_stances: f64,
    pub(crate) log_loss: f64,
    pub(crate) brier: f64,
    pub(crate) ece: f64,
}

impl Tally {
    pub(crate) fn new(bins: usize) -> Self {
        Self {
            confusion: Confusion::default(),
            stances: Confusion::default(),
            reliability: Reliability::new(bins),
            log_loss: 0.0,
            brier: 0.0,
        }
    }

    pub(crate) fn add(&mut self, answer: &Answer<'_>) {
        let Answer { gold, distribution, .. } = answer;
        let labeled = distribution.label();
        self.confusion.add(*gold, labeled);
        self.stances.add_if_stance(*gold, distribution);
        self.reliability.add(distribution.confidence(), labeled == *gold);
        self.log_loss += log_loss(*gold, distribution);
        self.brier += brier(*gold, distribution);
    }

    /// The scores of what was added.
    pub(crate) fn scores(&self) -> Result<Scores, EvalError> {
        if self.confusion.total() == 0 {
            return Err(EvalError::Empty);
        }
        #[expect(clippy::cast_precision_loss, reason = "counts of statements are below 2^53")]
        let count = self.confusion.total() as f64;
        Ok(Scores {
            accuracy: self.confusion.accuracy(),
            macro_f1: self.confusion.macro_f1()?,
            macro_f1_stances: self.stances.macro_f1_stances()?,
            log_loss: self.log_loss / count,
            brier: self.brier / count,
            ece: self.reliability.expected_error(),
        })
    }
}

impl AddAssign<&Self> for Tally {
    fn add_assign(&mut self, other: &Self) {
        self.confusion += &other.confusion;
        self.stances += &other.stances;
        self.reliability += &other.reliability;
        self.log_loss += other.log_loss;
        self.brier += other.brier;
    }
}
