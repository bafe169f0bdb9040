//! Which tokens stand in the scope of a negator or a modal.
//!
//! A scope begins behind its negator, modal or refusal ("declined to") and ends at the next clause punctuation, at a word of the class
//! `scope-end`, or after [`REACH`] tokens, as in Pang, Lee & Vaithyanathan, *Thumbs up?* (2002),
//! <https://aclanthology.org/W02-1011>, who end it at punctuation alone.

use crate::matcher::{Hit, Matcher, Memory};
use crate::view::{Scope, View};

/// Classes of the lexicons that rule scopes.
pub(crate) const CLASSES: [&str; 5] = ["modal", "negator", "not-negator", "refusal", "scope-end"];

/// Most tokens of a scope.
const REACH: usize = 8;

/// The scope-ruling part of some lexicons.
#[derive(Clone, Debug)]
pub(crate) struct Scopes {
    matcher: Matcher,
    modal: Option<u16>,
    negator: Option<u16>,
    refusal: Option<u16>,
    end: Option<u16>,
}

/// What marking scopes keeps from statement to statement.
#[derive(Debug, Default)]
pub(crate) struct ScopeScratch {
    memory: Memory,
    hits: Vec<Hit>,
}

impl Scopes {
    /// Takes the matcher of lexicons that hold no classes but [`CLASSES`].
    pub(crate) fn new(matcher: Matcher) -> Self {
        let [modal, negator, _, refusal, end] = CLASSES.map(|name| matcher.class(name));
        Self { matcher, modal, negator, refusal, end }
    }

    /// Marks the tokens of `view` that stand in a scope.
    pub(crate) fn mark(&self, view: &mut View, scratch: &mut ScopeScratch) {
        let ScopeScratch { memory, hits } = scratch;
        self.matcher.find(view, memory, hits);
        for hit in &*hits {
            let class = Some(hit.class);
            if ![self.modal, self.negator, self.refusal].contains(&class) {
                continue;
            }
            let start = hit.end as usize;
            let next_end =
                hits.iter().find(|other| Some(other.class) == self.end && other.start >= hit.end);
            let limit = next_end.map_or(usize::MAX, |other| other.start as usize);
            let limit = limit.min(start + REACH).min(view.tokens().len());
            for token in view.tokens_mut().get_mut(start..limit).into_iter().flatten() {
                if token.breaks {
                    break;
                }
                let scope = if class == self.modal { Scope::Modal } else { Scope::Negated };
                token.scope = token.scope.max(scope);
            }
        }
    }
}
