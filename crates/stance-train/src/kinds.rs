//! Learns how much the words of a statement, and what stands side by side in it, speak for speech, deed
//! and commentary.
//!
//! Kept apart from the learners of stances: what comes out is the table that stance-core embeds
//! beside its rules of attribution, not a model that is loaded.
//!
//! * [`KindRow`]: an annotated statement, by what speaks for its kind
//! * [`KindTable`]: the weights, which print as the file that stance-core embeds
//!
//! ```
//! use std::collections::BTreeSet;
//! use stance_core::Kind;
//! use stance_train::{KindRow, KindTable};
//! let row = |word: &str, kind| KindRow { evidence: BTreeSet::from([word.to_owned()]), kind };
//! let rows: Vec<_> = (0..50).flat_map(|_| [row("said", Kind::Speech), row("fled", Kind::Deed)]).collect();
//! let table = KindTable::fit(&rows)?;
//! assert_eq!(table.answer(&rows[1]), Kind::Deed);
//! # Ok::<(), stance_train::FitError>(())
//! ```
//!
//! It does not say what a rule of attribution is worth.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Deserialize;
use stance_core::{
    Atlas, Attributor, Date, Kind, SentenceExtractor, StatementId, StatementRow, kind_evidence,
};
use stance_eval::is_measure_only;

use crate::{FitError, SoftmaxConfig, SoftmaxProblem, SparseRows, Supervision};

/// So many statements must hold a piece of evidence. What stands side by side is never held by more
/// statements than each of the two, so that those have weights where it has.
const FREQUENT: usize = 20;

/// Inverse strength of the penalty, as of [`SoftmaxConfig`].
const C: f64 = 0.2;

/// The solver knows four classes; the fourth, which nothing is, gets this share of each target.
const SMOOTHING: f64 = 0.01;

/// An annotated statement, by what speaks for its kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KindRow {
    /// As [`kind_evidence`] gives it.
    pub evidence: BTreeSet<String>,
    /// Gold.
    pub kind: Kind,
}

/// The error of reading rows.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KindError {
    /// A line is no annotated statement.
    #[error("{file}:{line} is no annotated statement")]
    Line {
        /// Name of the file.
        file: String,
        /// Line, counted from 1.
        line: usize,
        /// What is wrong.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The data may be measured on, not trained on.
    #[error("{file}:{line}: this data is for measuring only and is never trained on")]
    MeasureOnly {
        /// Name of the file.
        file: String,
        /// Line, counted from 1.
        line: usize,
    },
}

#[derive(Deserialize)]
struct Row {
    id: String,
    text: String,
    label: String,
    kind: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    context: String,
    date: Option<String>,
    #[serde(rename = "use")]
    purpose: Option<String>,
}

impl KindRow {
    /// What the rules answer.
    #[must_use]
    pub fn by_rules(&self) -> Option<Kind> {
        self.evidence.iter().find_map(|evidence| kind_of(evidence))
    }

    /// Reads the relevant statements of one file that are of some kind, not background.
    ///
    /// `extractor` is that of the target; it attributes by rules alone.
    ///
    /// # Errors
    /// When a line is malformed, or the data is for measuring only.
    pub fn read(
        file: &str,
        jsonl: &str,
        extractor: &SentenceExtractor,
    ) -> Result<Vec<Self>, KindError> {
        let extractor = extractor.clone().with_attributor(Attributor::by_rules(Atlas::builtin()));
        let mut rows = Vec::new();
        for (number, line) in jsonl.lines().enumerate().filter(|(_, line)| !line.trim().is_empty())
        {
            let at = |source| KindError::Line { file: file.to_owned(), line: number + 1, source };
            let row: Row = serde_json::from_str(line).map_err(|error| at(error.into()))?;
            if row.purpose.as_deref() == Some("measure") || is_measure_only(&row.text) {
                return Err(KindError::MeasureOnly { file: file.to_owned(), line: number + 1 });
            }
            let kind = Kind::ALL.into_iter().find(|kind| kind.to_string() == row.kind);
            let Some(kind) = kind.filter(|_| row.label != "irrelevant") else { continue };
            let filled = |text: String| (!text.trim().is_empty()).then(|| text.into());
            let date = row.date.as_deref().map(str::parse::<Date>).transpose();
            let statement = extractor
                .statement(StatementRow {
                    id: StatementId::new(&row.id),
                    article: None,
                    text: row.text.into(),
                    context: filled(row.context),
                    title: filled(row.title),
                    target: None,
                    mention: None,
                    date: date.map_err(|error| at(error.into()))?,
                    outlet: None,
                    url: None,
                })
                .map_err(|error| at(error.into()))?;
            let evidence =
                kind_evidence(&statement.attribution, &statement.text, &statement.mentions);
            rows.push(Self { evidence, kind });
        }
        Ok(rows)
    }
}

/// How much each piece of evidence speaks for each kind, ordered as [`Kind::ALL`], in hundredths of
/// a nat; nothing in sum.
///
/// Prints as TOML: one text with a line for each piece of evidence, in the order of their bytes, and
/// its weights for speech and deed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KindTable(BTreeMap<String, [i32; 3]>);

impl KindTable {
    /// What the embedded file begins with.
    pub const HEADER: &str = "\
# How much words, what stands side by side, and in brackets the answers of the rules of attribution
# speak for speech and for deed, in hundredths of a nat; for commentary, what makes the sum nothing.
# \"@\" stands for a name, \"#\" for a number, \";\" for a break, \"^\" before the first word.
#
# Source: learned from seeds/corpus. License: CC BY 4.0, as the corpus. Made by
# `cargo run --release -p stance-train --example kinds -- seeds/corpus/*.jsonl`; not to be edited.

";

    /// Learns the weights of what the rules answer and of frequent evidence.
    ///
    /// # Errors
    /// When there is no row, or the solver does not converge.
    ///
    /// # Panics
    /// Never: the columns of a set ascend.
    pub fn fit(rows: &[KindRow]) -> Result<Self, FitError> {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for evidence in rows.iter().flat_map(|row| &row.evidence) {
            *counts.entry(evidence).or_default() += 1;
        }
        counts.retain(|evidence, count| is_answer(evidence) || *count >= FREQUENT);
        let columns: BTreeMap<&str, u32> = counts.into_keys().zip(0..).collect();
        let sparse = rows.iter().map(|row| {
            let known = row.evidence.iter().filter_map(|one| columns.get(one.as_str()));
            known.map(|&column| (column, 1.0)).collect::<Vec<_>>()
        });
        let sparse = SparseRows::from_rows(columns.len(), sparse)
            .expect("the columns of a set ascend, and a weight is 1");
        let targets = rows.iter().map(|row| {
            let mut target = [0.0; 4];
            target[row.kind as usize] = 1.0;
            target
        });
        let supervision = Supervision::soft(targets.collect())?.smoothed(SMOOTHING)?;
        let problem = SoftmaxProblem::new(&sparse, supervision)?;
        let fit = SoftmaxConfig { c: C, ..SoftmaxConfig::default() }.check()?;
        let weights = fit.fit(&problem, None)?.converged()?;
        let mut table = BTreeMap::new();
        for (evidence, column) in columns {
            let mut block = weights.coefficients()[column as usize];
            // Each row has one answer of the rules, which takes the intercepts over.
            if kind_of(evidence).is_some() {
                block = std::array::from_fn(|label| block[label] + weights.intercepts()[label]);
            }
            table.insert(evidence.to_owned(), hundredths(block));
        }
        Ok(Self(table))
    }

    /// The kind that the evidence of `row` speaks for most, the first of equals.
    #[must_use]
    pub fn answer(&self, row: &KindRow) -> Kind {
        let mut sums = [0; 3];
        for weights in row.evidence.iter().filter_map(|one| self.0.get(one)) {
            for (sum, weight) in sums.iter_mut().zip(weights) {
                *sum += weight;
            }
        }
        let first = Kind::Speech;
        Kind::ALL.into_iter().fold(first, |best, kind| {
            if sums[kind as usize] > sums[best as usize] { kind } else { best }
        })
    }
}

/// The kind of an answer of the rules: "(subject of the verb, deed)".
fn kind_of(evidence: &str) -> Option<Kind> {
    let (_, kind) = evidence.strip_prefix('(')?.strip_suffix(')')?.rsplit_once(", ")?;
    Kind::ALL.into_iter().find(|known| known.to_string() == kind)
}

/// Whether a piece of evidence is an answer of the rules.
fn is_answer(evidence: &str) -> bool {
    evidence.starts_with('(')
}

/// The weights of the three kinds about their mean.
fn hundredths(block: [f64; 4]) -> [i32; 3] {
    let mean = block[..3].iter().sum::<f64>() / 3.0;
    #[expect(clippy::cast_possible_truncation, reason = "weights are small")]
    let [speech, deed] = [0, 1].map(|kind| ((block[kind] - mean) * 100.0).round() as i32);
    [speech, deed, -(speech + deed)]
}

impl fmt::Display for KindTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "evidence = '''")?;
        for (evidence, [speech, deed, _]) in &self.0 {
            writeln!(f, "{evidence} {speech} {deed}")?;
        }
        writeln!(f, "'''")
    }
}
