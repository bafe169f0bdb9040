//! The configuration file: default values for flags.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::Deserialize;
use stance_core::Date;

use crate::args::{ColorWhen, InputFormat, OutputFormat, Unit};

/// What `--config FILE` may hold; every key is the long name of the flag it stands for.
///
/// Paths are relative to the file's folder. Unknown keys are errors.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Config {
    pub(crate) threads: Option<u16>,
    pub(crate) color: Option<ColorWhen>,
    pub(crate) model: Option<String>,
    pub(crate) target: Option<String>,
    #[serde(default)]
    pub(crate) atlas: Vec<PathBuf>,
    pub(crate) format: Option<OutputFormat>,
    pub(crate) rejects: Option<PathBuf>,
    pub(crate) assume_relevant: Option<bool>,
    pub(crate) abstain: Option<f64>,
    pub(crate) input_format: Option<InputFormat>,
    pub(crate) unit: Option<Unit>,
    pub(crate) article_date: Option<Date>,
    pub(crate) outlet: Option<String>,
    pub(crate) text_key: Option<String>,
    pub(crate) id_key: Option<String>,
    pub(crate) title_key: Option<String>,
    pub(crate) date_key: Option<String>,
    pub(crate) outlet_key: Option<String>,
    pub(crate) url_key: Option<String>,
    pub(crate) max_item_mib: Option<u32>,
}

impl Config {
    /// Reads `path`, or gives the empty configuration when there is none.
    pub(crate) fn read(path: Option<&Path>) -> Result<Self> {
        let Some(path) = path else { return Ok(Self::default()) };
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("cannot read configuration {}", path.display()))?;
        let mut config: Self = toml::from_str(&text)
            .with_context(|| format!("configuration {} is malformed", path.display()))?;
        let folder = path.parent().unwrap_or(Path::new(""));
        for file in config.atlas.iter_mut().chain(config.rejects.as_mut()) {
            *file = folder.join(&file);
        }
        // An embedded name stays a name; anything else that stands beside the file is a path.
        for name in config.model.iter_mut().chain(config.target.as_mut()) {
            let beside = folder.join(&name);
            if beside.exists() {
                *name = beside.to_string_lossy().into_owned();
            }
        }
        Ok(config)
    }
}
