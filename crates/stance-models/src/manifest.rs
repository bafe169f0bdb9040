use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use stance_core::{Label, ModelId};

use crate::LoadError;

/// The label that every manifest begins with.
pub const FORMAT: &str = "stance-model";

/// The format version that this build writes, and the newest it reads.
pub const FORMAT_VERSION: u32 = 1;

/// The oldest format version that this build reads.
pub const OLDEST_FORMAT_VERSION: u32 = 1;

/// How a model was made and what it scored; the `manifest.json` of its folder.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Always [`FORMAT`].
    pub format: String,
    /// From [`OLDEST_FORMAT_VERSION`] to [`FORMAT_VERSION`].
    pub version: u32,
    /// What the weights are: `linear.v1` or `dense.v1`.
    pub kind: String,
    /// The model's name, such as `fast`.
    pub name: String,
    /// Version of the crate that wrote it.
    pub crate_version: String,
    /// SHA-256 of the weights file, hexadecimal.
    pub weights_sha256: String,
    /// Column order of every distribution; always [`Label::ALL`].
    pub labels: Vec<Label>,
    /// Id of the target that the training statements were about.
    pub target: String,
    /// Licence of the weights.
    pub license: String,
    /// The seed of all chance in training.
    pub seed: u64,
    /// The annotated statements that it was trained on.
    pub data: DataSummary,
    /// The configuration that made it, as TOML.
    pub recipe: String,
    /// Scores on held-out parts of the training data, by name.
    pub dev_scores: BTreeMap<String, f64>,
}

/// What a model was trained on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataSummary {
    /// SHA-256 over all files, in the order of their names, hexadecimal.
    pub sha256: String,
    /// Number of statements.
    pub statements: usize,
    /// Number of groups (articles, contrast groups, single statements).
    pub groups: usize,
    /// Number of files.
    pub files: usize,
    /// Number of statements by gold label, ordered as [`Label::ALL`].
    pub by_label: [usize; Label::COUNT],
}

impl Manifest {
    /// Reads and checks a `manifest.json`.
    ///
    /// # Errors
    /// When it is no manifest, of another version, or of another label order.
    pub fn parse(json: &[u8]) -> Result<Self, LoadError> {
        /// The part that every version has.
        #[derive(Deserialize)]
        struct Head {
            format: String,
            version: u32,
        }
        let head: Head = serde_json::from_slice(json).map_err(LoadError::manifest)?;
        if head.format != FORMAT {
            return Err(LoadError::Format { found: head.format });
        }
        if !(OLDEST_FORMAT_VERSION..=FORMAT_VERSION).contains(&head.version) {
            return Err(LoadError::Version { found: head.version });
        }
        let manifest: Self = serde_json::from_slice(json).map_err(LoadError::manifest)?;
        if manifest.labels != Label::ALL {
            return Err(LoadError::Labels { found: manifest.labels });
        }
        Ok(manifest)
    }

    /// The bytes of `manifest.json`: indented JSON with a final line break.
    ///
    /// # Panics
    /// Never: all that a manifest holds has a form in JSON.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        let mut json =
            serde_json::to_vec_pretty(self).expect("all that a manifest holds has a form in JSON");
        json.push(b'\n');
        json
    }

    /// The model version that records carry: the crate's version and the first twelve digits of the
    /// weights' digest, so that it changes whenever an answer can.
    #[must_use]
    pub fn model_version(&self) -> String {
        let digest = self.weights_sha256.get(..12).unwrap_or(&self.weights_sha256);
        format!("{}+{digest}", self.crate_version)
    }

    /// The model's name and version, as records carry them.
    #[must_use]
    pub fn model_id(&self) -> ModelId {
        ModelId { name: self.name.as_str().into(), version: self.model_version().into() }
    }
}
