use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

use stance_core::{Span, Statement};

use crate::config::{FeaturizerConfig, Field};
use crate::features::Features;
use crate::fingerprint::FingerprintMap;
use crate::lexicon::Lexicons;
use crate::plan::{self, BlockPlan, Maker, MakerScratch, Node, Plan, Views};
use crate::terms::{Listing, Runs, Sink};
use crate::view::{View, Word};
use crate::vocabulary::{self, Column, Terms, Vocabulary};

/// Makes a sparse row of a statement.
///
/// A row depends on the statement alone, never on what else was asked before.
pub trait Featurizer: Send + Sync {
    /// Number of columns of every row.
    fn width(&self) -> usize;

    /// The row of `statement`.
    fn featurize(&self, statement: &Statement) -> Features;

    /// The row of `statement`, made with what `scratch` holds ready: for many in a row.
    fn featurize_with(&self, statement: &Statement, scratch: &mut Scratch) -> Features {
        let mut entries = self.entries(statement, scratch).to_vec();
        Features::from_entries(&mut entries)
    }

    /// The entries of [`Self::featurize`] in no particular order, each column once: the fast path of
    /// linear models, which reuses `scratch` and allocates nothing once warm.
    fn entries<'s>(&self, statement: &Statement, scratch: &'s mut Scratch) -> &'s [(u32, f32)] {
        scratch.entries.clear();
        scratch.entries.extend(self.featurize(statement).iter());
        &scratch.entries
    }
}

impl<T: Featurizer + ?Sized> Featurizer for Box<T> {
    fn width(&self) -> usize {
        (**self).width()
    }

    fn featurize(&self, statement: &Statement) -> Features {
        (**self).featurize(statement)
    }

    fn featurize_with(&self, statement: &Statement, scratch: &mut Scratch) -> Features {
        (**self).featurize_with(statement, scratch)
    }

    fn entries<'s>(&self, statement: &Statement, scratch: &'s mut Scratch) -> &'s [(u32, f32)] {
        (**self).entries(statement, scratch)
    }
}

/// What [`Featurizer::entries`] reuses from call to call; one for each thread.
///
/// Any scratch serves any featurizer; it is warm for the one it served last.
#[derive(Debug, Default)]
pub struct Scratch {
    /// Serial number of the featurizer that the blocks are of.
    owner: Option<u64>,
    views: Views,
    blocks: Vec<BlockScratch>,
    entries: Vec<(u32, f32)>,
}

#[derive(Debug, Default)]
struct BlockScratch {
    maker: MakerScratch,
    /// Count of each column in the statement; all 0 between statements.
    counts: Vec<u32>,
    /// The columns whose count is not 0.
    touched: Vec<Column>,
    /// For blocks whose terms depend on the word alone: where the columns of a word stand.
    words: FingerprintMap<(u32, u32)>,
    columns: Vec<Column>,
    /// The terms of the statement.
    terms: Vec<u64>,
}

/// Most columns that a block keeps of the words it has met: 4 MiB.
const CACHED_COLUMNS: usize = 1 << 19;

/// Most words that it keeps.
const CACHED_WORDS: usize = 1 << 16;

static NEXT_SERIAL: AtomicU64 = AtomicU64::new(0);

/// A fitted [`FeaturizerConfig`]: all that [`Featurizer::featurize`] needs is stored in it.
///
/// Made by [`FeaturizerConfig::fit`] or [`Self::from_bytes`]. Columns are those of the parts of a union in
/// order, each part's by ascending fingerprint.
#[derive(Clone, Debug)]
pub struct FittedFeaturizer {
    config: FeaturizerConfig,
    lexicons: Lexicons,
    plan: Plan,
    /// One for each block of the plan.
    vocabularies: Vec<Vocabulary>,
    /// First column of each block.
    offsets: Vec<u32>,
    width: usize,
    /// Tells what a scratch is warm for; copies share it.
    serial: u64,
}

/// What one term puts into a row; see [`FittedFeaturizer::explain`].
#[derive(Clone, Debug, PartialEq)]
pub struct Contribution {
    /// The column.
    pub column: u32,
    /// Its weight in the row.
    pub weight: f32,
    /// The block that made it, such as `text words`.
    pub space: String,
    /// The term as people read it, such as `NOT_support <target>`.
    pub name: String,
    /// Which text of the statement `spans` count from.
    pub field: Field,
    /// Where the term stands in that text, in bytes; empty for what is of the whole text.
    pub spans: Vec<Span>,
}

impl FittedFeaturizer {
    /// Puts checked parts together; `terms` has one item for each block of `plan`.
    pub(crate) fn assemble(
        config: FeaturizerConfig,
        lexicons: Lexicons,
        plan: Plan,
        terms: Vec<Terms>,
    ) -> Self {
        let new = |(terms, block): (Terms, &BlockPlan)| {
            let bits = block.vocabulary.hash_bits;
            Vocabulary::new(terms, bits, block.weighting, block.weight)
        };
        let vocabularies: Vec<_> = terms.into_iter().zip(&plan.blocks).map(new).collect();
        let mut width = 0;
        let mut offsets = Vec::with_capacity(vocabularies.len());
        for vocabulary in &vocabularies {
            offsets.push(u32::try_from(width).expect("checked to stay below 2^32 columns"));
            width += vocabulary.width();
        }
        let serial = NEXT_SERIAL.fetch_add(1, Ordering::Relaxed);
        Self { config, lexicons, plan, vocabularies, offsets, width, serial }
    }

    /// The configuration it was fitted with.
    #[must_use]
    pub fn config(&self) -> &FeaturizerConfig {
        &self.config
    }

    /// The classes of the lexicons that it uses.
    #[must_use]
    pub fn lexicons(&self) -> &Lexicons {
        &self.lexicons
    }

    /// What the blocks learned.
    pub(crate) fn terms(&self) -> impl Iterator<Item = &Terms> {
        self.vocabularies.iter().map(Vocabulary::terms)
    }

    /// Drops the columns whose flag is `false`, as a model does with those it gives no weight.
    ///
    /// The columns left keep their order. Where a block or union is scaled to length 1, the length
    /// is then that of the columns left: fit weights again after dropping.
    ///
    /// # Panics
    /// If `keep` has not one flag for each column.
    pub fn retain(&mut self, keep: &[bool]) {
        assert_eq!(keep.len(), self.width, "one flag for each column");
        let mut terms: Vec<Terms> = self.terms().cloned().collect();
        let mut rest = keep;
        for terms in &mut terms {
            let (flags, others) = rest.split_at(terms.keys.len());
            terms.retain(flags);
            rest = others;
        }
        *self =
            Self::assemble(self.config.clone(), self.lexicons.clone(), self.plan.clone(), terms);
    }

    /// The entries of the row of `statement` by ascending column, each with the name of its term and
    /// where it stands.
    #[must_use]
    pub fn explain(&self, statement: &Statement) -> Vec<Contribution> {
        let row = self.featurize(statement);
        let mut views = Views::default();
        self.plan.read(statement, &mut views);
        let mut found = BTreeMap::new();
        for (at, block) in self.plan.blocks.iter().enumerate() {
            let mut speller = Speller {
                vocabulary: &self.vocabularies[at],
                offset: self.offsets[at],
                block,
                view: views.of(block),
                source: plan::text_of(statement, block.field),
                found: &mut found,
            };
            block.maker.emit(views.of(block), &mut MakerScratch::default(), &mut speller);
        }
        let explained = row.iter().filter_map(|(column, weight)| {
            found.remove(&column).map(|contribution| Contribution { weight, ..contribution })
        });
        explained.collect()
    }

    fn count(&self, at: usize, views: &Views, scratch: &mut BlockScratch) {
        let (block, vocabulary) = (&self.plan.blocks[at], &self.vocabularies[at]);
        let view = views.of(block);
        scratch.counts.resize(vocabulary.width(), 0);
        match &block.maker {
            Maker::Runs(runs) if runs.is_local() => {
                if scratch.columns.len() > CACHED_COLUMNS || scratch.words.len() > CACHED_WORDS {
                    scratch.columns.clear();
                    scratch.words.clear();
                }
                for word in view.words() {
                    let (start, end) = match scratch.words.get(&word.hash) {
                        Some(&known) => known,
                        None => scratch.learn(runs, vocabulary, view, word),
                    };
                    let columns = &scratch.columns[start as usize..end as usize];
                    for &column in columns {
                        bump(&mut scratch.counts, &mut scratch.touched, column);
                    }
                }
            }
            maker => {
                let BlockScratch { maker: of_maker, counts, touched, terms, .. } = scratch;
                terms.clear();
                maker.emit(view, of_maker, &mut Listing(terms));
                vocabulary.columns(terms, |column| bump(counts, touched, column));
            }
        }
    }

    fn weigh(&self, node: &Node, blocks: &mut [BlockScratch], entries: &mut Vec<(u32, f32)>) {
        match node {
            Node::Block(at) => {
                let BlockScratch { counts, touched, .. } = &mut blocks[*at];
                self.vocabularies[*at].weigh(touched, counts, self.offsets[*at], entries);
                for column in touched.drain(..) {
                    counts[column.at as usize] = 0;
                }
            }
            Node::Union { parts, norm, weight } => {
                let first = entries.len();
                for part in parts {
                    self.weigh(part, blocks, entries);
                }
                vocabulary::scale(&mut entries[first..], *norm, *weight);
            }
        }
    }

    fn fill(&self, statement: &Statement, scratch: &mut Scratch) {
        if scratch.owner != Some(self.serial) {
            scratch.owner = Some(self.serial);
            scratch.views = Views::default();
            scratch.blocks.clear();
            scratch.blocks.resize_with(self.plan.blocks.len(), BlockScratch::default);
        }
        let Scratch { views, blocks, entries, .. } = scratch;
        self.plan.read(statement, views);
        for (at, block) in blocks.iter_mut().enumerate() {
            self.count(at, views, block);
        }
        entries.clear();
        self.weigh(&self.plan.tree, blocks, entries);
    }
}

impl Featurizer for FittedFeaturizer {
    fn width(&self) -> usize {
        self.width
    }

    fn featurize(&self, statement: &Statement) -> Features {
        self.featurize_with(statement, &mut Scratch::default())
    }

    fn entries<'s>(&self, statement: &Statement, scratch: &'s mut Scratch) -> &'s [(u32, f32)] {
        self.fill(statement, scratch);
        &scratch.entries
    }
}

impl BlockScratch {
    fn learn(
        &mut self,
        runs: &Runs,
        vocabulary: &Vocabulary,
        view: &View,
        word: &Word,
    ) -> (u32, u32) {
        let narrow = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        let start = narrow(self.columns.len());
        runs.emit_chars(view, word, &mut Lookup { vocabulary, columns: &mut self.columns });
        let found = (start, narrow(self.columns.len()));
        self.words.insert(word.hash, found);
        found
    }
}

fn bump(counts: &mut [u32], touched: &mut Vec<Column>, column: Column) {
    let count = &mut counts[column.at as usize];
    if *count == 0 {
        touched.push(column);
    }
    *count += 1;
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

/// Spells the terms that are columns.
struct Speller<'f> {
    vocabulary: &'f Vocabulary,
    offset: u32,
    block: &'f BlockPlan,
    view: &'f View,
    source: &'f str,
    found: &'f mut BTreeMap<u32, Contribution>,
}

impl Sink for Speller<'_> {
    const SPELLS: bool = true;

    fn term(&mut self, fingerprint: u64, start: u32, end: u32, name: impl FnOnce() -> String) {
        let Some(column) = self.vocabulary.column(fingerprint) else { return };
        let column = self.offset + column.at;
        let contribution = self.found.entry(column).or_insert_with(|| Contribution {
            column,
            weight: 0.0,
            space: self.block.space.clone(),
            name: name(),
            field: self.block.field,
            spans: Vec::new(),
        });
        contribution.spans.extend(self.view.source_span(self.source, start, end));
    }
}
