//! Scores of labeled statements against gold, and the splits that scores are taken on.
//!
//! Metrics are defined here and nowhere else, because libraries differ in what they call macro-F1
//! and what they do when a label is never answered. They know nothing of how a distribution came
//! about: any [`Classifier`](stance_core::Classifier) can be measured.
//!
//! * [`Task`], [`Item`], [`Prediction`]: named classes, what is gold, what a model answered.
//! * [`Scores`]: every score of one model on a task, each with an interval by [`Bootstrap`];
//!   [`Evaluation`] is that of labels and of stances at once.
//! * [`Comparison`]: several models on the same items, their differences tested, by slices.
//! * [`Confusion`]: gold against answered counts, with accuracy, F1, κ and correlation.
//! * [`log_loss`] and [`brier`], [`Reliability`], [`RiskCoverage`]: what probabilities are worth.
//! * [`McNemar`] and [`holm`]: tests; [`krippendorff_alpha`]: agreement of annotators.
//! * [`contrast_consistency`], [`perturb`]: whether answers hang on what they should.
//! * [`CountrySwap`]: how often the label hangs on which country the holder is.
//! * [`is_measure_only`]: whether a text belongs to the benchmark, which is never trained on.
//! * [`Part`]: rows to train and to measure on that share no group, by [`group_folds`],
//!   [`leave_one_out`], [`learning_curve`], [`given_split`] or written [`Splits`].
//! * [`datasets`]: published data sets as rows, and what is wrong with rows.
//! * [`below`] and [`shuffle`]: draws that a seed fixes on every platform.
//!
//! Conventions: F1 is 0 for a class that is never answered; macro-F1 is none, and scoring an error,
//! if a class has no gold; no score is ever NaN.
//!
//! ```
//! use stance_core::{Distribution, Label};
//! use stance_eval::{Answer, Bootstrap, Evaluation};
//! let sure = |label: Label| {
//!     let mut logits = [0.0; Label::COUNT];
//!     logits[label.index()] = 3.0;
//!     Distribution::from_logits(logits)
//! };
//! let answers: Vec<Answer> = Label::ALL
//!     .into_iter()
//!     .map(|gold| Answer { gold, distribution: sure(gold), group: gold.as_str() })
//!     .collect();
//! let evaluation = Evaluation::new(&answers, Bootstrap::NONE)?;
//! assert_eq!(evaluation.macro_f1.value, 1.0);
//! assert_eq!(evaluation.confusion.accuracy(), 1.0);
//! # Ok::<(), stance_eval::EvalError>(())
//! ```
//!
//! It does not read files or print tables.
#![warn(clippy::disallowed_methods)]

mod agreement;
mod audit;
mod bootstrap;
mod comparison;
mod confusion;
mod contrast;
mod corpus;
pub mod datasets;
mod evaluation;
mod items;
mod loss;
mod measure_only;
pub mod perturb;
mod protocol;
mod random;
mod reliability;
mod risk;
mod scores;
mod significance;
mod slices;
mod split;
mod tally;
mod task;

pub use agreement::{AgreementError, krippendorff_alpha};
pub use audit::{CountrySwap, SwapPlan};
pub use bootstrap::{Bootstrap, Estimate, Interval};
pub use comparison::{Comparison, Entry, Pair, Plan};
pub use confusion::{ClassScores, Confusion};
pub use contrast::{Consistency, contrast_consistency};
pub use corpus::{CorpusError, Purpose, read_annotated};
pub use evaluation::{Answer, Evaluation, LabelScores};
pub use items::{EvalError, Item, Prediction};
pub use loss::{brier, log_loss};
pub use measure_only::is_measure_only;
pub use protocol::{Part, given_split, learning_curve, leave_one_out};
pub use random::{below, shuffle};
pub use reliability::{Bin, DEFAULT_BINS, Reliability};
pub use risk::{RiskCoverage, RiskPoint};
pub use scores::{ProbabilityScores, RISK_POINTS, Scores};
pub use significance::{McNemar, holm};
pub use slices::{SMALL_GROUPS, SMALL_ITEMS, SliceScore};
pub use split::{SplitError, Splits, group_folds};
pub use task::{Class, Task, TaskError};
