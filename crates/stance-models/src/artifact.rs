use std::fmt::Write as _;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::{Conformal, LoadError, Manifest, Model};

/// Name of the manifest in a model's folder.
pub const MANIFEST_FILE: &str = "manifest.json";
/// Name of the weights in a model's folder.
pub const WEIGHTS_FILE: &str = "weights.bin";
/// Name of the model card in a model's folder.
pub const CARD_FILE: &str = "card.md";
/// Name of what label sets are made by in a model's folder; models of before have none.
pub const CONFORMAL_FILE: &str = "conformal.json";

/// The most bytes that are read of a file other than weights.
const TEXT_LIMIT: u64 = 4 << 20;
/// The most bytes of weights that are read.
const WEIGHTS_LIMIT: u64 = 1 << 30;

/// The files of one model; the manifest is checked, and the weights are those it was written for.
#[derive(Clone, Debug, PartialEq)]
pub struct Artifact {
    manifest: Manifest,
    weights: Vec<u8>,
    card: String,
    conformal: Option<Conformal>,
}

impl Artifact {
    /// Puts together what training made. The manifest's digest is set from `weights`.
    #[must_use]
    pub fn new(mut manifest: Manifest, weights: Vec<u8>, card: String) -> Self {
        manifest.weights_sha256 = hex_sha256(&weights);
        Self { manifest, weights, card, conformal: None }
    }

    /// Reads the three files that every model has from their bytes.
    ///
    /// # Errors
    /// When the manifest is malformed or of another version, or the weights are not its own.
    pub fn from_bytes(manifest: &[u8], weights: Vec<u8>, card: String) -> Result<Self, LoadError> {
        let manifest = Manifest::parse(manifest)?;
        let found = hex_sha256(&weights);
        if found != manifest.weights_sha256 {
            return Err(LoadError::Digest { found, expected: manifest.weights_sha256 });
        }
        Ok(Self { manifest, weights, card, conformal: None })
    }

    /// The same model with what its label sets are made by.
    #[must_use]
    pub fn with_conformal(self, conformal: Conformal) -> Self {
        Self { conformal: Some(conformal), ..self }
    }

    /// The same model with the bytes of its [`CONFORMAL_FILE`].
    ///
    /// # Errors
    /// When they are malformed, or were made for other weights.
    pub fn with_conformal_json(self, json: &[u8]) -> Result<Self, LoadError> {
        let (conformal, found) = Conformal::parse(json)?;
        let expected = &self.manifest.weights_sha256;
        if found != *expected {
            return Err(LoadError::ConformalDigest { found, expected: expected.clone() });
        }
        Ok(self.with_conformal(conformal))
    }

    /// Reads the model in `folder`; a missing card counts as empty, and without [`CONFORMAL_FILE`]
    /// the model makes no label sets.
    ///
    /// # Errors
    /// When a file is missing, unreadable or too large, and as [`Artifact::from_bytes`] and
    /// [`Artifact::with_conformal_json`].
    pub fn open(folder: &Path) -> Result<Self, LoadError> {
        let manifest = read(&folder.join(MANIFEST_FILE), TEXT_LIMIT)?;
        // A manifest of another version is said before weights are looked for.
        Manifest::parse(&manifest)?;
        let weights = read(&folder.join(WEIGHTS_FILE), WEIGHTS_LIMIT)?;
        let card = read(&folder.join(CARD_FILE), TEXT_LIMIT).unwrap_or_default();
        let card = String::from_utf8_lossy(&card).into_owned();
        let artifact = Self::from_bytes(&manifest, weights, card)?;
        match read(&folder.join(CONFORMAL_FILE), TEXT_LIMIT) {
            Ok(json) => artifact.with_conformal_json(&json),
            Err(LoadError::Read { source, .. }) if source.kind() == ErrorKind::NotFound => {
                Ok(artifact)
            }
            Err(error) => Err(error),
        }
    }

    /// How the model was made.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The model card, Markdown.
    #[must_use]
    pub fn card(&self) -> &str {
        &self.card
    }

    /// What label sets are made by; none in a model of before there were any.
    #[must_use]
    pub fn conformal(&self) -> Option<&Conformal> {
        self.conformal.as_ref()
    }

    /// The files to write, each name with its bytes: manifest, weights, card, and what label sets
    /// are made by where there is such.
    #[must_use]
    pub fn files(&self) -> Vec<(&'static str, Vec<u8>)> {
        let mut files = vec![
            (MANIFEST_FILE, self.manifest.to_json()),
            (WEIGHTS_FILE, self.weights.clone()),
            (CARD_FILE, self.card.clone().into_bytes()),
        ];
        let digest = &self.manifest.weights_sha256;
        files.extend(self.conformal.as_ref().map(|sets| (CONFORMAL_FILE, sets.to_json(digest))));
        files
    }

    /// The model that manifest and weights describe.
    ///
    /// # Errors
    /// When the kind is unknown or the weights are damaged.
    pub fn classifier(&self) -> Result<Model, LoadError> {
        Model::read(&self.manifest, &self.weights)
    }
}

#[expect(clippy::disallowed_methods, reason = "the folder of a model that the caller names")]
fn read(path: &Path, limit: u64) -> Result<Vec<u8>, LoadError> {
    let name = || path.display().to_string();
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(limit + 1).read_to_end(&mut bytes))
        .map_err(|source| LoadError::Read { path: name(), source })?;
    if bytes.len() as u64 > limit {
        return Err(LoadError::TooLarge { path: name(), limit });
    }
    Ok(bytes)
}

fn hex_sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("a string takes every write");
        hex
    })
}
