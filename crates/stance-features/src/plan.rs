//! A configuration made ready to run: which views to make, and what each block makes of them.

use stance_core::{Mention, Span, Statement};

use crate::attributed::Attributed;
use crate::check::ConfigError;
use crate::config::{
    Analyzer, Case, Contractions, CueConfig, FeaturizerConfig, Field, Names, NgramConfig, Norm,
    Part, Tag, VocabularyConfig, Weighting,
};
use crate::cues::Cues;
use crate::lexicon::Lexicons;
use crate::mask::{self, Mask};
use crate::matcher::{Hit, Matcher, Memory};
use crate::scope::{self, ScopeScratch, Scopes};
use crate::terms::{Runs, Sink};
use crate::view::{Style, View};
use crate::words::Words;

/// What a checked configuration asks for.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    views: Vec<ViewPlan>,
    matchers: Vec<Matcher>,
    searches: Vec<Search>,
    pub(crate) blocks: Vec<BlockPlan>,
    pub(crate) tree: Node,
    scopes: Option<Scopes>,
}

#[derive(Clone, Copy, Debug)]
struct ViewPlan {
    field: Field,
    names: Names,
    style: Style,
    scoped: bool,
}

/// What of lexicons is looked for where: blocks that look for the same share it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Search {
    view: usize,
    matcher: usize,
}

/// How blocks stand in unions.
#[derive(Clone, Debug)]
pub(crate) enum Node {
    Block(usize),
    Union { parts: Vec<Node>, norm: Norm, weight: f32 },
}

/// One block: from a view to terms to weights.
#[derive(Clone, Debug)]
pub(crate) struct BlockPlan {
    view: usize,
    search: Option<usize>,
    pub(crate) field: Field,
    pub(crate) maker: Maker,
    pub(crate) vocabulary: VocabularyConfig,
    pub(crate) weighting: Weighting,
    pub(crate) weight: f32,
    /// For people.
    pub(crate) space: String,
}

/// What makes a block's terms.
#[derive(Clone, Debug)]
pub(crate) enum Maker {
    Runs(Runs),
    Cues(Cues),
}

/// The views of one statement, and what was found in them.
#[derive(Debug, Default)]
pub(crate) struct Views {
    made: Vec<View>,
    /// What each search found.
    found: Vec<Vec<Hit>>,
    /// Whether the views can tell where a token stood.
    traced: bool,
    masks: Vec<(Span, Mask)>,
    known: Words,
    /// What each matcher knows of tokens.
    memories: Vec<Memory>,
    scopes: ScopeScratch,
}

impl Maker {
    /// Gives `sink` the terms of `view`, in which the block's search found `hits`.
    pub(crate) fn emit(&self, view: &View, hits: &[Hit], sink: &mut impl Sink) {
        match self {
            Self::Runs(runs) => runs.emit(view, sink),
            Self::Cues(cues) => cues.emit(view, hits, sink),
        }
    }
}

/// The text of a statement's field; empty where there is none.
pub(crate) fn text_of(statement: &Statement, field: Field) -> &str {
    match field {
        Field::Text => &statement.text,
        Field::Title => statement.title.as_deref().unwrap_or_default(),
        Field::Context => statement.context.as_deref().unwrap_or_default(),
    }
}

/// The names in [`text_of`].
fn mentions_of(statement: &Statement, field: Field) -> &[Mention] {
    match field {
        Field::Text => &statement.mentions,
        Field::Title => &statement.title_mentions,
        Field::Context => &statement.context_mentions,
    }
}

impl Plan {
    /// Checks `config` and makes its plan with what it needs of `lexicons`.
    pub(crate) fn new(config: &FeaturizerConfig, lexicons: &Lexicons) -> Result<Self, ConfigError> {
        config.check()?;
        let mut plan = Self {
            views: Vec::new(),
            matchers: Vec::new(),
            searches: Vec::new(),
            blocks: Vec::new(),
            tree: Node::Block(0),
            scopes: None,
        };
        plan.tree = plan.add(config, lexicons)?;
        if plan.views.iter().any(|view| view.scoped) {
            let ruling = lexicons.filtered(|name| scope::CLASSES.contains(&name));
            plan.scopes = Some(Scopes::new(Matcher::new(&ruling)));
        }
        Ok(plan)
    }

    /// Makes the views of `statement`.
    pub(crate) fn read(&self, statement: &Statement, views: &mut Views) {
        let new = if views.traced { View::traced } else { View::default };
        views.made.resize_with(self.views.len(), new);
        for (plan, view) in self.views.iter().zip(&mut views.made) {
            views.masks.clear();
            if plan.names == Names::Masked {
                mask::masks(mentions_of(statement, plan.field), &mut views.masks);
            }
            let text = text_of(statement, plan.field);
            view.set(text, &views.masks, plan.style, &mut views.known);
            view.set_attributed(match plan.field {
                Field::Text => Some(Attributed::of(statement)),
                Field::Title | Field::Context => None,
            });
            if plan.scoped
                && let Some(scopes) = &self.scopes
            {
                scopes.mark(view, &mut views.scopes);
            }
        }
        views.found.resize_with(self.searches.len(), Vec::new);
        views.memories.resize_with(self.matchers.len(), Memory::default);
        for (search, hits) in self.searches.iter().zip(&mut views.found) {
            let memory = &mut views.memories[search.matcher];
            self.matchers[search.matcher].find(&views.made[search.view], memory, hits);
        }
    }

    /// Which classes of the lexicons the plan of `config` uses.
    pub(crate) fn needed_lexicons(config: &FeaturizerConfig, lexicons: &Lexicons) -> Lexicons {
        let needs = Needs::of(config);
        lexicons.filtered(|name| {
            needs.all
                || needs.scopes && scope::CLASSES.contains(&name)
                || needs.classes.contains(&name)
        })
    }

    fn add(&mut self, config: &FeaturizerConfig, lexicons: &Lexicons) -> Result<Node, ConfigError> {
        match config {
            FeaturizerConfig::Union(union) => {
                let parts = union.parts.iter().map(|part| self.add(part, lexicons));
                let parts = parts.collect::<Result<_, _>>()?;
                Ok(Node::Union { parts, norm: union.norm, weight: union.weight })
            }
            FeaturizerConfig::Ngrams(ngrams) => {
                let view = self.add_view(ViewPlan {
                    field: ngrams.field,
                    names: ngrams.names,
                    style: Style {
                        lowercase: ngrams.case == Case::Lower,
                        expand_contractions: ngrams.contractions == Contractions::Expanded,
                        mask_numbers: ngrams.names == Names::Masked,
                    },
                    scoped: is_scoped(ngrams),
                });
                Ok(self.add_block(BlockPlan {
                    view,
                    search: None,
                    field: ngrams.field,
                    maker: Maker::Runs(Runs::new(ngrams)),
                    vocabulary: ngrams.vocabulary,
                    weighting: ngrams.weighting,
                    weight: ngrams.weight,
                    space: ngram_space(ngrams),
                }))
            }
            FeaturizerConfig::Cues(cues) => {
                let view = self.add_view(ViewPlan {
                    field: cues.field,
                    names: Names::Masked,
                    style: Style { lowercase: true, expand_contractions: true, mask_numbers: true },
                    scoped: true,
                });
                let classes = classes(cues, lexicons)?;
                let needs_hits = Cues::needs_hits(cues);
                let search = needs_hits.then(|| self.add_search(view, &classes));
                let matcher = search.map(|at| &self.matchers[self.searches[at].matcher]);
                Ok(self.add_block(BlockPlan {
                    view,
                    search,
                    field: cues.field,
                    maker: Maker::Cues(Cues::new(cues, matcher)),
                    vocabulary: cues.vocabulary,
                    weighting: cues.weighting,
                    weight: cues.weight,
                    space: format!("{} cues", cues.field.as_str()),
                }))
            }
        }
    }

    fn add_block(&mut self, block: BlockPlan) -> Node {
        self.blocks.push(block);
        Node::Block(self.blocks.len() - 1)
    }

    fn add_search(&mut self, view: usize, classes: &Lexicons) -> usize {
        // All are of the same lexicons, so that classes of the same names are the same.
        let is_same = |matcher: &Matcher| matcher.names().iter().eq(classes.classes());
        let matcher = self.matchers.iter().position(is_same).unwrap_or_else(|| {
            self.matchers.push(Matcher::new(classes));
            self.matchers.len() - 1
        });
        let search = Search { view, matcher };
        self.searches.iter().position(|other| *other == search).unwrap_or_else(|| {
            self.searches.push(search);
            self.searches.len() - 1
        })
    }

    fn add_view(&mut self, new: ViewPlan) -> usize {
        let is_same = |view: &ViewPlan| {
            (view.field, view.names, view.style) == (new.field, new.names, new.style)
        };
        if let Some(at) = self.views.iter().position(is_same) {
            self.views[at].scoped |= new.scoped;
            return at;
        }
        self.views.push(new);
        self.views.len() - 1
    }
}

impl Views {
    /// Views that can tell where a token stood.
    pub(crate) fn traced() -> Self {
        Self { traced: true, ..Self::default() }
    }

    /// Number of words met so far.
    pub(crate) fn known(&self) -> usize {
        self.known.len()
    }

    pub(crate) fn of(&self, block: &BlockPlan) -> &View {
        &self.made[block.view]
    }

    /// What the search of `block` found; nothing where it has none.
    pub(crate) fn hits_of(&self, block: &BlockPlan) -> &[Hit] {
        block.search.map_or(&[], |search| &self.found[search])
    }
}

#[derive(Default)]
struct Needs<'c> {
    scopes: bool,
    all: bool,
    classes: Vec<&'c str>,
}

impl<'c> Needs<'c> {
    fn of(config: &'c FeaturizerConfig) -> Self {
        let mut needs = Self::default();
        needs.add(config);
        needs
    }

    fn add(&mut self, config: &'c FeaturizerConfig) {
        match config {
            FeaturizerConfig::Ngrams(ngrams) => self.scopes |= is_scoped(ngrams),
            FeaturizerConfig::Cues(cues) => {
                self.scopes = true;
                self.all |= cues.classes.is_empty();
                self.classes.extend(cues.classes.iter().map(String::as_str));
            }
            FeaturizerConfig::Union(union) => union.parts.iter().for_each(|part| self.add(part)),
        }
    }
}

fn is_scoped(ngrams: &NgramConfig) -> bool {
    ngrams.part == Part::Negated || matches!(ngrams.tag, Tag::Negation | Tag::Scope)
}

/// The classes that a cue block looks for.
fn classes(cues: &CueConfig, lexicons: &Lexicons) -> Result<Lexicons, ConfigError> {
    let known: Vec<&str> = lexicons.classes().collect();
    let unknown = cues.classes.iter().find(|name| !known.contains(&name.as_str()));
    match unknown {
        Some(name) => Err(ConfigError::UnknownClass { name: name.clone() }),
        None if cues.classes.is_empty() => Ok(lexicons.clone()),
        None => Ok(lexicons.filtered(|name| cues.classes.iter().any(|class| class == name))),
    }
}

fn ngram_space(ngrams: &NgramConfig) -> String {
    let mut space = ngrams.field.as_str().to_owned();
    if ngrams.names == Names::Masked {
        space.push_str(" masked");
    }
    space.push_str(match ngrams.part {
        Part::All => "",
        Part::Window => " window",
        Part::Quoted => " quoted",
        Part::Unquoted => " unquoted",
        Part::Negated => " in negation",
    });
    space.push_str(match ngrams.tag {
        Tag::None => "",
        Tag::Negation => " negated",
        Tag::Scope => " scoped",
        Tag::Side => " sided",
    });
    space.push_str(match ngrams.analyzer {
        Analyzer::Word => " words",
        Analyzer::Char => " characters",
    });
    space
}
