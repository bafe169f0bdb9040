use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

use stance_core::{Span, Statement};

use crate::config::{FeaturizerConfig, Field};
use crate::features::Features;
use crate::lexicon::Lexicons;
use crate::plan::{self, BlockPlan, Node, Plan, Views};
use crate::score::{Columns, Known, Repeats};
use crate::table::Candidate;
use crate::terms::{Listing, Sink};
use crate::view::View;
use crate::vocabulary::{self, Terms, Vocabulary};

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

/// What [`Featurizer::entries`] and [`Scorer`](crate::Scorer) reuse from call to call; one for each
/// thread.
///
/// Any scratch serves any of them; it is warm for the one it served last.
#[derive(Debug, Default)]
pub struct Scratch {
    /// Serial number of the featurizer or scorer that it is warm for.
    owner: Option<u64>,
    pub(crate) views: Views,
    pub(crate) blocks: Vec<BlockScratch>,
    entries: Vec<(u32, f32)>,
}

#[derive(Debug, Default)]
pub(crate) struct BlockScratch {
    pub(crate) terms: Vec<u64>,
    pub(crate) candidates: Vec<Candidate>,
    /// The columns that are terms of the statement, once for each time.
    pub(crate) columns: Vec<u32>,
    /// Count of each column in the statement; all 0 between statements.
    counts: Vec<u32>,
    /// The columns whose count is not 0.
    touched: Vec<u32>,
    pub(crate) words: Known,
    pub(crate) tokens: Columns,
    pub(crate) repeats: Repeats,
}

impl Scratch {
    /// Reads `statement` as the blocks of `plan` want it, for the owner of a serial number.
    pub(crate) fn read(&mut self, owner: u64, plan: &Plan, statement: &Statement) {
        let is_full = self.views.known() > MOST_WORDS
            || self.blocks.iter().any(|block| block.words.len() > MOST_COLUMNS);
        if self.owner != Some(owner) || is_full {
            *self = Self { owner: Some(owner), ..Self::default() };
            self.blocks.resize_with(plan.blocks.len(), BlockScratch::default);
        }
        plan.read(statement, &mut self.views);
    }
}

impl BlockScratch {
    /// Counts the columns that are terms of a view.
    fn count(&mut self, block: &BlockPlan, vocabulary: &Vocabulary, views: &Views) {
        let Self { counts, touched, terms, .. } = self;
        counts.resize(vocabulary.width(), 0);
        terms.clear();
        block.maker.emit(views.of(block), views.hits_of(block), &mut Listing(terms));
        for column in terms.iter().filter_map(|&term| vocabulary.column(term)) {
            let count = &mut counts[column as usize];
            if *count == 0 {
                touched.push(column);
            }
            *count += 1;
        }
    }
}

/// Most words, and columns of words, that a scratch keeps: some megabytes.
const MOST_WORDS: usize = 1 << 16;
const MOST_COLUMNS: usize = 1 << 19;

static NEXT_SERIAL: AtomicU64 = AtomicU64::new(0);

/// A number that no other featurizer or scorer has.
pub(crate) fn new_serial() -> u64 {
    NEXT_SERIAL.fetch_add(1, Ordering::Relaxed)
}

/// A fitted [`FeaturizerConfig`]: all that [`Featurizer::featurize`] needs is stored in it.
///
/// Made by [`FeaturizerConfig::fit`] or [`Self::from_bytes`]. Columns are those of the parts of a union in
/// order, each part's by ascending fingerprint.
#[derive(Clone, Debug)]
pub struct FittedFeaturizer {
    config: FeaturizerConfig,
    lexicons: Lexicons,
    pub(crate) plan: Plan,
    /// One for each block of the plan.
    pub(crate) vocabularies: Vec<Vocabulary>,
    /// First column of each block.
    pub(crate) offsets: Vec<u32>,
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
        let serial = new_serial();
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
        let mut views = Views::traced();
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
            block.maker.emit(views.of(block), views.hits_of(block), &mut speller);
        }
        let explained = row.iter().filter_map(|(column, weight)| {
            found.remove(&column).map(|contribution| Contribution { weight, ..contribution })
        });
        explained.collect()
    }

    fn weigh(&self, node: &Node, blocks: &mut [BlockScratch], entries: &mut Vec<(u32, f32)>) {
        match node {
            Node::Block(at) => {
                let BlockScratch { counts, touched, .. } = &mut blocks[*at];
                self.vocabularies[*at].weigh(touched, counts, self.offsets[*at], entries);
                for column in touched.drain(..) {
                    counts[column as usize] = 0;
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
}

impl Featurizer for FittedFeaturizer {
    fn width(&self) -> usize {
        self.width
    }

    fn featurize(&self, statement: &Statement) -> Features {
        self.featurize_with(statement, &mut Scratch::default())
    }

    fn entries<'s>(&self, statement: &Statement, scratch: &'s mut Scratch) -> &'s [(u32, f32)] {
        scratch.read(self.serial, &self.plan, statement);
        let Scratch { views, blocks, entries, .. } = scratch;
        for ((block, plan), vocabulary) in
            blocks.iter_mut().zip(&self.plan.blocks).zip(&self.vocabularies)
        {
            block.count(plan, vocabulary, views);
        }
        entries.clear();
        self.weigh(&self.plan.tree, blocks, entries);
        entries
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
        let column = self.offset + column;
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
