//! Statement to sparse row, by configuration: n-grams, masked names, scopes, lexicon cues.
#![warn(clippy::disallowed_methods)]

mod check;
mod config;
mod cues;
mod features;
mod fingerprint;
mod fit;
mod fitted;
mod lexicon;
mod mask;
mod matcher;
mod plan;
mod scope;
mod terms;
mod view;
mod vocabulary;
mod wire;

pub use check::ConfigError;
pub use config::{
    Analyzer, Case, Contractions, CueConfig, CueFamily, FeaturizerConfig, Field, Idf, Names,
    NgramConfig, Norm, Part, Tag, Tf, UnionConfig, VocabularyConfig, Weighting,
};
pub use features::{Features, FeaturesError};
pub use fit::{FitContext, FitError};
pub use fitted::{Contribution, Featurizer, FittedFeaturizer, Scratch};
pub use lexicon::{LexiconError, Lexicons};
pub use wire::ReadError;
