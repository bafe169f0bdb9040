//! Domain types, component traits, text analysis and the pipeline of `stance`.
//!
//! An [`Article`] is cut into [`Statement`]s by an [`Extractor`], a [`Classifier`] gives each a
//! [`Distribution`] over the four [`Label`]s, and a [`Pipeline`] puts both together into
//! [`Labeled`] statements. This crate has no numeric library and opens no file: it is what a
//! researcher implements against.
#![warn(clippy::disallowed_methods)]

mod article;
mod atlas;
mod attribution;
mod date;
mod distribution;
mod extract;
mod label_set;
mod linker;
mod mention;
mod near_duplicates;
mod pipeline;
mod record;
mod segment;
mod span;
mod stance;
mod statement;
mod target;

pub use article::{Article, ArticleError, ArticleId};
pub use atlas::{
    Atlas, AtlasError, Country, Entry, Fault, Institution, InstitutionKind, Office, OfficeWords,
    Person, Region, Target,
};
pub use attribution::{
    Attribution, Attributor, Citation, Discourse, Holder, Kind, Reason, Trace, Voice, kind_evidence,
};
pub use date::{Date, DateError, month_named};
pub use distribution::{Distribution, DistributionError};
pub use extract::{RowError, SentenceExtractor, StatementRow};
pub use label_set::LabelSet;
pub use linker::{Linker, MentionRole, roles};
pub use mention::{CountryCode, EntityKind, Mention, TargetPart};
pub use near_duplicates::NearDuplicates;
pub use pipeline::{Classifier, ClassifyError, Extractor, Labeled, ModelId, Pipeline};
pub use record::{Probabilities, RECORD_SCHEMA, Record, Relevance};
pub use segment::sentences;
pub use span::Span;
pub use stance::{Label, Stance, UnknownLabel};
pub use statement::{Annotated, Statement, StatementId};
pub use target::TargetId;
