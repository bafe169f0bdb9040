//! Statement to sparse row, by configuration: n-grams, masked names, scopes, lexicon cues.
//!
//! Apart from the models, which know columns only, and from the text analysis of `stance-core`,
//! which knows no features: what a linear model of text sees is decided here, in one configuration
//! that is stored with what was learned from it.
//!
//! * [`FeaturizerConfig`]: which features, by versioned kinds: [`NgramConfig`] for runs of words and
//!   characters, [`CueConfig`] for what [`Lexicons`] find and where it stands to holder and target,
//!   [`UnionConfig`] for several side by side. [`FeaturizerConfig::fit`] learns the columns.
//! * [`FittedFeaturizer`]: makes rows, explains them, and is written and read as bytes.
//! * [`Featurizer`]: the trait to implement for features of one's own; [`Features`]: its row;
//!   [`Scratch`]: what its fast path reuses.
//!
//! ```
//! use stance_core::{Article, ArticleId, Extractor, SentenceExtractor, TargetId};
//! use stance_features::{Featurizer, FeaturizerConfig, FitContext, FittedFeaturizer, Lexicons};
//!
//! let extractor = SentenceExtractor::builtin(&TargetId::moscow()).expect("is built in");
//! let body = "Astana refused to join. Yerevan did not join Moscow.".to_owned();
//! let statements = extractor.extract(&Article::new(ArticleId::new("a1"), body)?);
//!
//! let config: FeaturizerConfig = toml::from_str(r#"
//!     kind = "ngrams.v1"
//!     names = "masked"
//!     tag = "negation"
//!     n = [1, 1]
//! "#)?;
//! let context = FitContext { lexicons: &Lexicons::builtin(), sources: None };
//! let featurizer = config.fit(&statements, &context)?;
//!
//! let terms = featurizer.explain(&statements[1]);
//! let names: Vec<_> = terms.iter().map(|term| term.name.as_str()).collect();
//! assert!(names.contains(&"NOT_join") && names.contains(&"<holder>"));
//! let copy = FittedFeaturizer::from_bytes(&featurizer.to_bytes())?;
//! assert_eq!(copy.featurize(&statements[0]), featurizer.featurize(&statements[0]));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # How a row is made
//! Each text that some block reads is normalized and cut once, whatever the number of blocks.
//! Blocks turn it into terms, and terms into 64-bit fingerprints; a vocabulary is a table of
//! fingerprints, so that no term is ever spelled but in [`FittedFeaturizer::explain`]. Counts are
//! weighted by TF-IDF with the document frequencies of the fit: a row never depends on its batch.
//!
//! # Sources
//! * Salton & Buckley, *Term-weighting approaches in automatic text retrieval*, Information
//!   Processing & Management 24 (1988); Robertson, *Understanding inverse document frequency*,
//!   Journal of Documentation 60 (2004): TF-IDF. Formula and smoothing are scikit-learn's, and
//!   tests compare with its values.
//! * Pang, Lee & Vaithyanathan, *Thumbs up?*, EMNLP 2002: words in the scope of a negator as words
//!   of their own.
//! * Weinberger et al., *Feature hashing for large scale multitask learning*, ICML 2009: buckets
//!   instead of a vocabulary (`hash_bits`), here without signs.
//!
//! # What it does not do
//! It finds no names: mentions come with the statement. It parses no syntax; scopes and distances
//! are counted in words. The lexicons are English. It opens no files: the text of other lexicons is
//! passed to [`Lexicons::parse`].
#![warn(clippy::disallowed_methods)]

mod attributed;
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
mod score;
mod table;
mod terms;
mod view;
mod vocabulary;
mod wire;
mod words;

pub use check::ConfigError;
pub use config::{
    Analyzer, Case, Contractions, CueConfig, CueFamily, FeaturizerConfig, Field, Idf, Names,
    NgramConfig, Norm, Part, Tag, Tf, UnionConfig, VocabularyConfig, Weighting,
};
pub use features::{Features, FeaturesError};
pub use fit::{FitContext, FitError};
pub use fitted::{Contribution, Featurizer, FittedFeaturizer, Scratch};
pub use lexicon::{LexiconError, Lexicons};
pub use score::Scorer;
pub use wire::ReadError;
