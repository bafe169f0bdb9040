//! Published data sets as rows that this crate reads, and what is wrong with a set of rows.
//!
//! Apart from [`read_annotated`](crate::read_annotated), which knows one schema: every published set
//! has its own columns, labels and encoding, and people bring theirs. Nothing is downloaded; an
//! importer reads the files that a person got from the source.
//!
//! * [`Dataset`]: which sets are known, with license, source and citation.
//! * [`Importer`], [`ImportPlan`]: a set's files into [`DatasetRow`]s, one at a time.
//! * [`Columns`], [`LabelMap`]: which column is what, and what a label becomes.
//! * [`Checker`], [`Check`]: duplicates, conflicting labels, and leaks between splits.
//!
//! Labels are stored in the slots of [`Label`](stance_core::Label) whatever the task is; a row's
//! `task` says what they mean: the negative sentiment of a row whose task is `sentiment` stands as
//! `distancing`. Whoever trains on a row asks for its task first.
//!
//! # Examples
//! ```
//! use stance_eval::datasets::{Dataset, ImportPlan, Importer};
//! let tweets = "ID\tTarget\tTweet\tStance\n7\tDonald Trump\tI'd vote Donald Trump.\tFAVOR\n";
//! let mut importer = Importer::new(ImportPlan::new(Dataset::SemEval2016));
//! importer.read("trial.txt", tweets.as_bytes(), &mut |row| {
//!     assert_eq!((row.id.as_str(), row.label.as_str()), ("semeval2016:7", "supportive"));
//!     assert_eq!(row.mention.map(|m| &row.text[m.start..m.end]), Some("Donald Trump"));
//!     Ok(())
//! })?;
//! # Ok::<(), stance_eval::datasets::ImportError>(())
//! ```
//!
//! It does not download, and does not score.

mod catalog;
mod check;
mod error;
mod findings;
mod import;
mod labels;
mod lines;
mod mentions;
mod records;
mod shapes;
mod unscon;

pub use catalog::{About, Dataset};
pub use check::{CheckPlan, Checker, SplitBy};
pub use error::{Fault, ImportError};
pub use findings::{Check, Finding, Leaks, Place, SplitCounts};
pub use import::{Columns, DatasetRow, ImportPlan, Imported, Importer, MEASURE, Mention};
pub use labels::{LabelMap, Slot};
