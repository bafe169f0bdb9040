//! What a comparison found: what is printed, drawn, and kept in a run's folder.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};
use stance_eval::{Comparison, Consistency, CountrySwap, Entry, Item, Prediction};

use super::cost::{Cost, machine};
use super::gold::DataFile;

/// Version of the form of a run's files.
pub(super) const SCHEMA: u32 = 1;

/// Everything that was found. Maps go by the names of models.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Compared {
    /// See [`SCHEMA`].
    pub(super) schema: u32,
    pub(super) provenance: Provenance,
    /// In the order in which they were named.
    pub(super) models: Vec<ModelSummary>,
    pub(super) comparison: Option<Comparison>,
    pub(super) costs: BTreeMap<String, Cost>,
    /// The most memory that the whole run held, in bytes.
    pub(super) peak_memory_bytes: Option<u64>,
    /// Of models that draw.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) seeds: BTreeMap<String, Spread>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) contrasts: BTreeMap<String, Consistency>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) curves: BTreeMap<String, Vec<CurvePoint>>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) robustness: BTreeMap<String, Vec<Robustness>>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) audits: BTreeMap<String, CountrySwap>,
    /// What to mind when reading the scores.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) notes: Vec<String>,
    /// What was scored, and the answers, in files of their own.
    #[serde(skip)]
    pub(super) items: Vec<Item>,
    #[serde(skip)]
    pub(super) answers: Vec<(String, Vec<Prediction>)>,
}

/// What was compared on what, and how.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Provenance {
    /// Version of the program.
    pub(super) version: String,
    pub(super) machine: String,
    /// The command, its output options left out.
    pub(super) command: String,
    pub(super) data: Vec<DataFile>,
    pub(super) train: Vec<DataFile>,
    /// What was trained on and measured on, in words.
    pub(super) protocol: String,
    /// Statements trained on, in the largest part.
    pub(super) trained_on: usize,
    pub(super) seed: u64,
}

impl Provenance {
    /// What holds of every run of this program here.
    pub(super) fn of_this_build() -> Self {
        let version = env!("CARGO_PKG_VERSION").to_owned();
        Self { version, machine: machine(), ..Self::default() }
    }
}

/// Who was compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ModelSummary {
    pub(super) name: String,
    /// What it is, in a line.
    pub(super) about: String,
    /// `artifact`, `configuration`, `predictions` or `baseline`.
    pub(super) kind: String,
    /// What it was loaded or read from.
    pub(super) origin: Option<String>,
    /// Version of an artifact; SHA-256 of a configuration or of a file of answers.
    pub(super) digest: Option<String>,
    /// The configuration of what was trained here.
    pub(super) configuration: Option<String>,
}

/// Macro-F1 of one model with several seeds, that of the comparison first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Spread {
    pub(super) macro_f1: Vec<Option<f64>>,
}

/// One point of a learning curve.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct CurvePoint {
    /// Statements trained on.
    pub(super) trained_on: usize,
    /// None where so few could not be trained on.
    pub(super) macro_f1: Option<f64>,
}

/// Scores on rewritten statements.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Robustness {
    /// How they were rewritten.
    pub(super) rewrite: String,
    pub(super) macro_f1: Option<f64>,
    /// Share of answers that changed.
    pub(super) changed: f64,
}

impl Compared {
    pub(super) fn new(provenance: Provenance) -> Self {
        Self {
            schema: SCHEMA,
            provenance,
            models: Vec::new(),
            comparison: None,
            costs: BTreeMap::new(),
            peak_memory_bytes: None,
            seeds: BTreeMap::new(),
            contrasts: BTreeMap::new(),
            curves: BTreeMap::new(),
            robustness: BTreeMap::new(),
            audits: BTreeMap::new(),
            notes: Vec::new(),
            items: Vec::new(),
            answers: Vec::new(),
        }
    }

    /// The models by falling score.
    pub(super) fn entries(&self) -> &[Entry] {
        self.comparison.as_ref().map_or(&[], |comparison| &comparison.entries)
    }

    /// All of it but items and answers, as JSON.
    pub(super) fn to_json(&self) -> Result<String> {
        Ok(format!("{}\n", serde_json::to_string_pretty(self).context("scores are no JSON")?))
    }

    /// The data in a word or two.
    pub(super) fn data_name(&self) -> String {
        let names: Vec<&str> = self.provenance.data.iter().map(|file| file.name.as_str()).collect();
        names.join(", ")
    }
}
