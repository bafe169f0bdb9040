use std::ops::AddAssign;
use std::sync::OnceLock;

use stance_core::{Label, Statement};

use crate::config::Norm;
use crate::fitted::{self, BlockScratch, Featurizer as _, FittedFeaturizer, Scratch};
use crate::plan::{Maker, Node};
use crate::table::{Candidate, Line, Table};
use crate::terms::{Listing, Sink};
use crate::view::Token;
use crate::vocabulary::{self, Vocabulary};

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
/// assert!((scores[0] - f64::from(row.weights().iter().sum::<f32>())).abs() < 1e-6);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Scorer {
    featurizer: FittedFeaturizer,
    weights: Vec<[f32; Label::COUNT]>,
    /// One for each block of the features, made when a statement first has something for it: most have
    /// no title.
    tables: Vec<OnceLock<Table>>,
    /// Whether some union is scaled by the length of its row.
    scales_unions: bool,
    /// Tells what a scratch is warm for; copies share it.
    serial: u64,
}

/// What some terms add up to; in double precision, as what occurs twice is taken out again.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    scores: [f64; Label::COUNT],
    /// Sum of the squares of the weights in the row.
    squares: f64,
}

impl Scorer {
    /// Puts features and the weights of their columns together, or `None` when they are not equally
    /// many.
    ///
    /// # Shape
    /// `weights`: one row a column, ordered as [`Label::ALL`].
    #[must_use]
    pub fn new(featurizer: FittedFeaturizer, weights: Vec<[f32; Label::COUNT]>) -> Option<Self> {
        if featurizer.width() != weights.len() {
            return None;
        }
        let tables = featurizer.vocabularies.iter().map(|_| OnceLock::new()).collect();
        let scales_unions = scales_unions(&featurizer.plan.tree);
        let serial = fitted::new_serial();
        Some(Self { featurizer, weights, tables, scales_unions, serial })
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
    pub fn scores(&self, statement: &Statement, scratch: &mut Scratch) -> [f64; Label::COUNT] {
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
                sum.scaled(vocabulary::factor(*norm, *weight, sum.squares))
            }
        }
    }

    /// The terms of a block, added up as if none occurred twice, then made good for those that do.
    fn block(&self, at: usize, scratch: &mut Scratch) -> Sum {
        let FittedFeaturizer { plan, vocabularies, offsets, .. } = &self.featurizer;
        let (plan, vocabulary) = (&plan.blocks[at], &vocabularies[at]);
        let (view, hits) = (scratch.views.of(plan), scratch.views.hits_of(plan));
        if matches!(plan.maker, Maker::Runs(_)) && view.words().is_empty() {
            return Sum::default();
        }
        let weights = &self.weights[offsets[at] as usize..][..vocabulary.width()];
        let table = self.tables[at].get_or_init(|| table(vocabulary, weights));
        let lookup = Lookup { vocabulary, table };
        let is_additive = vocabulary.is_additive() && !self.scales_unions;
        let BlockScratch { terms, columns, candidates, words, tokens, repeats, .. } =
            &mut scratch.blocks[at];
        columns.clear();
        terms.clear();
        let mut sum = Sum::default();
        match &plan.maker {
            Maker::Runs(runs) if runs.is_local() => {
                for word in view.words() {
                    let known = words.get(word.id, |columns| {
                        runs.emit_chars(view, word, &mut Listing(terms));
                        lookup.add_up(terms, candidates, |column| {
                            if !is_additive {
                                columns.push(column);
                            }
                        })
                    });
                    sum += known.sum;
                    if !is_additive {
                        columns.extend_from_slice(known.columns);
                    }
                }
            }
            makes => {
                let mut sink = Adder { lookup, terms, tokens, columns, sum };
                makes.emit(view, hits, &mut sink);
                sum = sink.sum;
                sum += lookup.add_up(terms, candidates, |column| columns.push(column));
            }
        }
        if is_additive {
            return sum.scaled(vocabulary.factor(1.0));
        }
        repeats.of(columns, vocabulary.width(), |column, count| {
            let (idf, weighed) = (vocabulary.idf(column), vocabulary.tf(count));
            #[expect(clippy::cast_precision_loss, reason = "a text has fewer words than that")]
            let added = count as f32;
            sum.add_scores((weighed - added) * idf, &weights[column as usize]);
            sum.squares += f64::from((weighed * weighed - added) * idf * idf);
        });
        sum.scaled(vocabulary.factor(sum.squares))
    }
}

/// The columns of a block with their weights, by their keys.
fn table(vocabulary: &Vocabulary, weights: &[[f32; Label::COUNT]]) -> Table {
    let line =
        |(column, weights): (u32, &_)| Line { idf: vocabulary.idf(column), weights: *weights };
    let lines = (0..).zip(weights).map(line);
    Table::new(&vocabulary.terms().keys, vocabulary.key_bits(), lines)
}

/// Where a block's terms are looked up.
#[derive(Clone, Copy)]
struct Lookup<'s> {
    vocabulary: &'s Vocabulary,
    table: &'s Table,
}

impl Lookup<'_> {
    /// Takes `terms` out, gives `take` their columns and adds these up.
    fn add_up(
        self,
        terms: &mut Vec<u64>,
        candidates: &mut Vec<Candidate>,
        mut take: impl FnMut(u32),
    ) -> Sum {
        let keys = terms.iter().map(|&term| self.vocabulary.key(term));
        let mut sum = Sum::default();
        self.table.find_all(keys, candidates, |column, line| {
            sum.add(line);
            take(column);
        });
        terms.clear();
        sum
    }

    /// The column that a term is, if it is one.
    fn column(self, term: u64) -> Option<u32> {
        self.table.find(self.vocabulary.key(term))
    }
}

/// Lists the terms that are to be looked up, and adds up those that are known.
struct Adder<'s> {
    lookup: Lookup<'s>,
    terms: &'s mut Vec<u64>,
    tokens: &'s mut Columns,
    columns: &'s mut Vec<u32>,
    sum: Sum,
}

impl Sink for Adder<'_> {
    const SPELLS: bool = false;

    fn term(&mut self, fingerprint: u64, _: u32, _: u32, _: impl FnOnce() -> String) {
        self.terms.push(fingerprint);
    }

    fn token(&mut self, token: &Token, _: impl FnOnce() -> String) {
        let find = || {
            let column = self.lookup.column(token.hash)?;
            Some((column, *self.lookup.table.line(column)))
        };
        if let Some((column, line)) = self.tokens.get(token.id, find) {
            self.sum.add(line);
            self.columns.push(column);
        }
    }
}

impl Sum {
    /// Adds a column that occurs.
    fn add(&mut self, line: &Line) {
        self.add_scores(line.idf, &line.weights);
        self.squares += f64::from(line.idf * line.idf);
    }

    fn add_scores(&mut self, value: f32, weights: &[f32; Label::COUNT]) {
        for (score, weight) in self.scores.iter_mut().zip(weights) {
            *score += f64::from(value * weight);
        }
    }

    fn scaled(self, factor: f32) -> Self {
        let factor = f64::from(factor);
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

/// The columns that the tokens met so far are, with their lines, by the tokens' ids: the tokens that
/// come most often were met first, and theirs stand close together.
#[derive(Debug, Default)]
pub(crate) struct Columns(Vec<(u32, Line)>);

/// In place of a column: the token was not met before, or is no column.
const UNMET: u32 = u32::MAX;
const NONE: u32 = u32::MAX - 1;

impl Columns {
    /// The column that token `id` is, which `find` tells where it was not met before.
    fn get(&mut self, id: u32, find: impl FnOnce() -> Option<(u32, Line)>) -> Option<(u32, &Line)> {
        let id = id as usize;
        if self.0.len() <= id {
            self.0.resize(id + 1, (UNMET, Line::default()));
        }
        let known = &mut self.0[id];
        if known.0 == UNMET {
            *known = find().unwrap_or((NONE, Line::default()));
        }
        let (column, line) = known;
        (*column < NONE).then_some((*column, line))
    }
}

/// What the words met so far add up to, by their id.
#[derive(Debug, Default)]
pub(crate) struct Known {
    sums: Vec<KnownSum>,
    columns: Vec<u32>,
}

#[derive(Clone, Debug)]
struct KnownSum {
    sum: Sum,
    /// Where the columns stand in [`Known::columns`]; [`UNMET`] where the word was not met before.
    start: u32,
    end: u32,
}

/// The columns of a word, where they are wanted, and what they add up to as if none occurred twice.
struct Found<'k> {
    sum: Sum,
    columns: &'k [u32],
}

impl Known {
    /// Number of columns kept.
    pub(crate) fn len(&self) -> usize {
        self.columns.len()
    }

    /// What `id` is; where it was not met before `learn` appends its columns and adds them up.
    fn get(&mut self, id: u32, learn: impl FnOnce(&mut Vec<u32>) -> Sum) -> Found<'_> {
        let id = id as usize;
        if self.sums.len() <= id {
            let unmet = KnownSum { sum: Sum::default(), start: UNMET, end: UNMET };
            self.sums.resize(id + 1, unmet);
        }
        let known = &mut self.sums[id];
        if known.start == UNMET {
            let narrow = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
            known.start = narrow(self.columns.len());
            known.sum = learn(&mut self.columns);
            known.end = narrow(self.columns.len());
        }
        Found { sum: known.sum, columns: &self.columns[known.start as usize..known.end as usize] }
    }
}

/// Whether some union is scaled by the length of its row.
fn scales_unions(node: &Node) -> bool {
    match node {
        Node::Block(_) => false,
        Node::Union { parts, norm, .. } => *norm != Norm::None || parts.iter().any(scales_unions),
    }
}

/// Finds the columns that occur more than once in a statement, as most do not, in memory that stays
/// near.
#[derive(Debug, Default)]
pub(crate) struct Repeats {
    /// A bit for each column that was met; all 0 between statements.
    met: Vec<u64>,
    /// The columns that were met again, once for each time.
    again: Vec<u32>,
    /// How often each column was met again; all 0 between statements.
    counts: Vec<u32>,
}

impl Repeats {
    /// Gives `take` each of `columns`, which are below `width`, that stands there more than once,
    /// with how often.
    fn of(&mut self, columns: &[u32], width: usize, mut take: impl FnMut(u32, u32)) {
        self.met.resize(width / 64 + 1, 0);
        self.counts.resize(width, 0);
        self.again.resize(self.again.len().max(columns.len()), 0);
        // As slices, whose places need not be read anew after each write.
        let Self { met, again, counts } = self;
        let (met, again, counts) = (&mut met[..], &mut again[..], &mut counts[..]);
        let mut length = 0;
        // No branch within: which columns come again cannot be foretold.
        for &column in columns {
            let (word, bit) = (&mut met[column as usize / 64], 1 << (column % 64));
            again[length] = column;
            length += usize::from(*word & bit != 0);
            *word |= bit;
        }
        for &column in columns {
            met[column as usize / 64] = 0;
        }
        for &column in &again[..length] {
            counts[column as usize] += 1;
        }
        for &column in &again[..length] {
            let times = std::mem::take(&mut counts[column as usize]);
            if times > 0 {
                take(column, times + 1);
            }
        }
    }
}
