use std::ops::{AddAssign, Range};

use stance_core::{Label, Statement};

use crate::fitted::{self, BlockScratch, Featurizer as _, FittedFeaturizer, Scratch};
use crate::plan::{Maker, Node};
use crate::terms::{Runs, Sink};
use crate::view::{View, Word};
use crate::vocabulary::{self, Column, Vocabulary};

/// Rows times weights, without the rows: what a linear model asks of its features.
///
/// The same terms, counts and norms as in [`FittedFeaturizer::featurize`](crate::Featurizer), added
/// up where they are found: the scores are those of the row but for the last bits.
///
/// # Examples
/// ```
/// use stance_core::{ArticleId, Statement, StatementId, TargetId};
/// use stance_features::{Featurizer, FeaturizerConfig, FitContext, Lexicons, Scorer, Scratch};
/// let (id, article) = (StatementId::new("s"), ArticleId::new("a"));
/// let statement = Statement::new(id, article, "Astana refused.".into(), TargetId::moscow());
/// let config: FeaturizerConfig =
///     toml::from_str("kind = 'ngrams.v1'\nn = [1, 1]\nvocabulary = { min_count = 1 }")?;
/// let context = FitContext { lexicons: &Lexicons::builtin(), sources: None };
/// let featurizer = config.fit(std::slice::from_ref(&statement), &context)?;
/// let row = featurizer.featurize(&statement);
/// let scorer = Scorer::new(featurizer, vec![[1.0, 0.0, -1.0, 0.5]; 2]).expect("two columns");
/// let scores = scorer.scores(&statement, &mut Scratch::default());
/// assert!((scores[0] - row.weights().iter().sum::<f32>()).abs() < 1e-6);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Scorer {
    featurizer: FittedFeaturizer,
    weights: Vec<[f32; Label::COUNT]>,
    /// Tells what a scratch is warm for; copies share it.
    serial: u64,
}

/// What some terms add up to.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    scores: [f32; Label::COUNT],
    /// Sum of the squares of the weights in the row.
    squares: f32,
}

impl Scorer {
    /// Puts features and the weights of their columns together, or `None` when they are not equally
    /// many.
    ///
    /// # Shape
    /// `weights`: one row a column, ordered as [`Label::ALL`].
    #[must_use]
    pub fn new(featurizer: FittedFeaturizer, weights: Vec<[f32; Label::COUNT]>) -> Option<Self> {
        let serial = fitted::new_serial();
        (featurizer.width() == weights.len()).then_some(Self { featurizer, weights, serial })
    }

    /// What makes the rows.
    #[must_use]
    pub fn featurizer(&self) -> &FittedFeaturizer {
        &self.featurizer
    }

    /// The weights of each column.
    #[must_use]
    pub fn weights(&self) -> &[[f32; Label::COUNT]] {
        &self.weights
    }

    /// The row of `statement` times the weights, ordered as [`Label::ALL`]; reuses `scratch` and
    /// allocates nothing once warm.
    #[must_use]
    pub fn scores(&self, statement: &Statement, scratch: &mut Scratch) -> [f32; Label::COUNT] {
        scratch.read(self.serial, &self.featurizer.plan, statement);
        self.sum(&self.featurizer.plan.tree, scratch).scores
    }

    fn sum(&self, node: &Node, scratch: &mut Scratch) -> Sum {
        match node {
            Node::Block(at) => self.block(*at, scratch),
            Node::Union { parts, norm, weight } => {
                let mut sum = Sum::default();
                for part in parts {
                    sum += self.sum(part, scratch);
                }
                sum.scaled(vocabulary::factor(*norm, *weight, f64::from(sum.squares)))
            }
        }
    }

    fn block(&self, at: usize, scratch: &mut Scratch) -> Sum {
        let (plan, vocabulary) =
            (&self.featurizer.plan.blocks[at], &self.featurizer.vocabularies[at]);
        let weights = &self.weights[self.featurizer.offsets[at] as usize..][..vocabulary.width()];
        let (view, scratch) = (scratch.views.of(plan), &mut scratch.blocks[at]);
        let sum = match &plan.maker {
            Maker::Runs(runs) if runs.is_local() => {
                Local { runs, vocabulary, weights, view }.sum(scratch)
            }
            _ => {
                scratch.count(plan, vocabulary, view);
                let mut sum = Sum::default();
                for column in scratch.touched.drain(..) {
                    let count = std::mem::take(&mut scratch.counts[column.at as usize]);
                    sum.add(vocabulary.tf(count) * column.idf, &weights[column.at as usize]);
                }
                sum
            }
        };
        sum.scaled(vocabulary.factor(f64::from(sum.squares)))
    }
}

impl Sum {
    /// Adds a column with its weight in the row.
    fn add(&mut self, value: f32, weights: &[f32; Label::COUNT]) {
        self.add_scores(value, weights);
        self.squares += value * value;
    }

    fn add_scores(&mut self, value: f32, weights: &[f32; Label::COUNT]) {
        for (score, weight) in self.scores.iter_mut().zip(weights) {
            *score += value * weight;
        }
    }

    fn scaled(self, factor: f32) -> Self {
        Self {
            scores: self.scores.map(|score| score * factor),
            squares: self.squares * factor * factor,
        }
    }
}

impl AddAssign for Sum {
    fn add_assign(&mut self, other: Self) {
        for (score, more) in self.scores.iter_mut().zip(other.scores) {
            *score += more;
        }
        self.squares += other.squares;
    }
}

/// A block whose terms depend on the word alone, at a statement.
struct Local<'s> {
    runs: &'s Runs,
    vocabulary: &'s Vocabulary,
    weights: &'s [[f32; Label::COUNT]],
    view: &'s View,
}

/// What a [`Local`] block keeps of the words met so far, by their id.
#[derive(Debug, Default)]
pub(crate) struct LocalMemory {
    of_word: Vec<Option<LocalWord>>,
    columns: Vec<Column>,
}

/// The columns of one word, and what they add up to when each occurs but once.
#[derive(Clone, Debug)]
struct LocalWord {
    columns: Range<u32>,
    sum: Sum,
}

impl Local<'_> {
    /// Adds the words up as if no term occurred twice, then makes good for those that do.
    fn sum(&self, scratch: &mut BlockScratch) -> Sum {
        let BlockScratch { counts, touched: repeated, local: memory, .. } = scratch;
        counts.resize(self.vocabulary.width(), 0);
        let mut sum = Sum::default();
        for word in self.view.words() {
            self.remember(word, memory);
            let (columns, of_word) = memory.known(word);
            sum += of_word;
            for &column in columns {
                let count = &mut counts[column.at as usize];
                *count += 1;
                if *count == 2 {
                    repeated.push(column);
                }
            }
        }
        for Column { at, idf } in repeated.drain(..) {
            let count = counts[at as usize];
            #[expect(clippy::cast_precision_loss, reason = "a text has fewer words than that")]
            let (weighed, added) = (self.vocabulary.tf(count), count as f32);
            sum.add_scores((weighed - added) * idf, &self.weights[at as usize]);
            sum.squares += (weighed * weighed - added) * idf * idf;
        }
        for word in self.view.words() {
            for column in memory.known(word).0 {
                counts[column.at as usize] = 0;
            }
        }
        sum
    }

    fn remember(&self, word: &Word, memory: &mut LocalMemory) {
        let id = word.id as usize;
        if memory.of_word.len() <= id {
            memory.of_word.resize(id + 1, None);
        }
        if memory.of_word[id].is_none() {
            let first = memory.columns.len();
            let mut lookup = Lookup { vocabulary: self.vocabulary, columns: &mut memory.columns };
            self.runs.emit_chars(self.view, word, &mut lookup);
            let mut sum = Sum::default();
            for column in &memory.columns[first..] {
                sum.add(column.idf, &self.weights[column.at as usize]);
            }
            let narrow = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
            let columns = narrow(first)..narrow(memory.columns.len());
            memory.of_word[id] = Some(LocalWord { columns, sum });
        }
    }
}

impl LocalMemory {
    /// Number of columns kept.
    pub(crate) fn len(&self) -> usize {
        self.columns.len()
    }

    /// The columns of a word that was remembered, and what they add up to.
    fn known(&self, word: &Word) -> (&[Column], Sum) {
        match &self.of_word[word.id as usize] {
            Some(LocalWord { columns, sum }) => {
                (&self.columns[columns.start as usize..columns.end as usize], *sum)
            }
            None => (&[], Sum::default()),
        }
    }
}

/// Lists the columns of terms.
struct Lookup<'f> {
    vocabulary: &'f Vocabulary,
    columns: &'f mut Vec<Column>,
}

impl Sink for Lookup<'_> {
    const SPELLS: bool = false;

    fn term(&mut self, fingerprint: u64, _: u32, _: u32, _: impl FnOnce() -> String) {
        self.columns.extend(self.vocabulary.column(fingerprint));
    }
}
