use std::borrow::Borrow;
use std::sync::Arc;

use stance_core::Statement;

use crate::check::ConfigError;
use crate::config::FeaturizerConfig;
use crate::fitted::FittedFeaturizer;
use crate::lexicon::Lexicons;
use crate::plan::{Plan, Views};
use crate::terms::Listing;
use crate::vocabulary::{self, Counter, Terms};

/// What a fit reads besides statements.
#[derive(Clone, Copy, Debug)]
pub struct FitContext<'a> {
    /// The lexicons that cue blocks and scopes use, such as [`Lexicons::builtin`].
    pub lexicons: &'a Lexicons,
    /// The file of each statement, one file one writer; needed where `min_sources` is above 1.
    pub sources: Option<&'a [Arc<str>]>,
}

/// The error of fitting a featurizer.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum FitError {
    /// The configuration cannot be meant.
    #[error("configuration of features is refused")]
    Config(#[from] ConfigError),
    /// There is nothing to learn from.
    #[error("no statements to fit features on")]
    Empty,
    /// Sources and statements do not pair.
    #[error("{sources} sources for {statements} statements")]
    Sources {
        /// Number of sources.
        sources: usize,
        /// Number of statements.
        statements: usize,
    },
    /// `min_sources` is above 1, and no sources are given.
    #[error("min_sources needs the sources of the statements")]
    NoSources,
    /// More columns than a row can have.
    #[error("features have {found} columns, expected fewer than 2^32")]
    Width {
        /// Number of columns.
        found: usize,
    },
}

impl FeaturizerConfig {
    /// Learns the columns and their document frequencies from `statements`.
    ///
    /// The same statements, in whatever order, configuration and context give the same bytes.
    ///
    /// # Errors
    /// When the configuration is refused, there are no statements, or sources are missing or do not
    /// pair with the statements.
    ///
    /// # Examples
    /// ```
    /// # use std::sync::Arc;
    /// use stance_core::{ArticleId, Statement, StatementId, TargetId};
    /// use stance_features::{Featurizer, FeaturizerConfig, FitContext, Lexicons};
    /// let statement = |text: &str| {
    ///     let (id, article) = (StatementId::new("s"), ArticleId::new("a"));
    ///     Statement::new(id, article, text.into(), TargetId::moscow())
    /// };
    /// let statements = [statement("Astana refused."), statement("Bishkek refused again.")];
    /// let config: FeaturizerConfig = toml::from_str("kind = 'ngrams.v1'\nn = [1, 1]")?;
    /// let context = FitContext { lexicons: &Lexicons::builtin(), sources: None };
    /// let featurizer = config.fit(&statements, &context)?;
    /// assert_eq!(featurizer.width(), 1);
    /// assert_eq!(featurizer.explain(&statements[0])[0].name, "refused");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn fit<S: Borrow<Statement>>(
        &self,
        statements: &[S],
        context: &FitContext<'_>,
    ) -> Result<FittedFeaturizer, FitError> {
        let plan = Plan::new(self, context.lexicons)?;
        if statements.is_empty() {
            return Err(FitError::Empty);
        }
        let sources = match context.sources {
            Some(sources) if sources.len() != statements.len() => {
                let (sources, statements) = (sources.len(), statements.len());
                return Err(FitError::Sources { sources, statements });
            }
            Some(sources) => vocabulary::number_sources(sources),
            None if plan.blocks.iter().any(|block| block.vocabulary.min_sources > 1) => {
                return Err(FitError::NoSources);
            }
            None => vec![0; statements.len()],
        };
        let mut order: Vec<usize> = (0..statements.len()).collect();
        order.sort_by_key(|&at| sources[at]);
        let ordered = order.into_iter().map(|at| (statements[at].borrow(), sources[at]));
        let terms = learn(&plan, ordered);
        let found = terms.iter().map(|terms| terms.keys.len()).sum();
        if found >= u32::MAX as usize {
            return Err(FitError::Width { found });
        }
        let lexicons = Plan::needed_lexicons(self, context.lexicons);
        Ok(FittedFeaturizer::assemble(self.clone(), lexicons, plan, terms))
    }
}

fn learn<'s>(plan: &Plan, statements: impl Iterator<Item = (&'s Statement, u32)>) -> Vec<Terms> {
    let mut views = Views::default();
    let mut keys = Vec::new();
    let mut counters: Vec<Counter> = plan.blocks.iter().map(|_| Counter::default()).collect();
    for (statement, source) in statements {
        plan.read(statement, &mut views);
        for (block, counter) in plan.blocks.iter().zip(&mut counters) {
            keys.clear();
            block.maker.emit(views.of(block), views.hits_of(block), &mut Listing(&mut keys));
            for key in &mut keys {
                *key = vocabulary::key(*key, block.vocabulary.hash_bits);
            }
            counter.count(&mut keys, source);
        }
    }
    let blocks = counters.into_iter().zip(&plan.blocks);
    blocks.map(|(counter, block)| counter.choose(&block.vocabulary)).collect()
}
