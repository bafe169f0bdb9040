//! Scores of labeled statements against gold, and the splits that scores are taken on.
//!
//! Metrics are defined here and nowhere else, because libraries differ in what they call macro-F1
//! and what they do when a label is never answered. They know nothing of how a distribution came
//! about: any [`Classifier`](stance_core::Classifier) can be measured.
//!
//! * [`Evaluation`]: every score of one model on one set, each with an interval.
//! * [`Confusion`]: gold against labeled counts, with accuracy, precision, recall and F1.
//! * [`Reliability`]: confidence against accuracy, by bins, and the expected calibration error.
//! * [`log_loss`] and [`brier`]: what one answer costs.
//! * [`CountrySwap`]: how often the label hangs on which country the holder is.
//! * [`is_measure_only`]: whether a text belongs to the benchmark, which is never trained on.
//! * [`group_folds`], [`source_folds`], [`Splits`]: train and held-out rows that share no group.
//! * [`datasets`]: published data sets as rows, and what is wrong with rows.
//! * [`below`] and [`shuffle`]: draws that a seed fixes on every platform.
//!
//! Conventions: F1 is 0 for a label that is never answered; macro-F1 is an error if a label has no
//! gold; no score is ever NaN.
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
//! It does not read files, print tables or decide which of two models is better.
#![warn(clippy::disallowed_methods)]

mod audit;
mod confusion;
mod corpus;
pub mod datasets;
mod evaluation;
mod measure_only;
mod random;
mod reliability;
mod split;
mod tally;

pub use audit::{CountrySwap, SwapPlan};
pub use confusion::{Confusion, LabelScores};
pub use corpus::{CorpusError, Purpose, read_annotated};
pub use evaluation::{Answer, Bootstrap, Estimate, EvalError, Evaluation, Interval};
pub use measure_only::is_measure_only;
pub use random::{below, shuffle};
pub use reliability::{Bin, DEFAULT_BINS, Reliability};
pub use split::{Fold, SplitError, Splits, group_folds, source_folds};
pub use tally::{brier, log_loss};
