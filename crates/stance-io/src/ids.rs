use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use crate::item::{IdOrigin, Item, ReadItem};
use crate::reject::{Place, RejectReason, Rejected, Warning};

/// Keeps ids unique within a batch.
///
/// An id that two items were *given* is a fault of the input: the second is refused, and the
/// message names the first. An id that was *derived* from a file's name and is taken gets a suffix
/// (`report~2`), and so does a given one that a derived one has taken, with a warning. Admitting
/// the same items in the same order gives the same ids. Holds 24 bytes or so an item, not the ids.
///
/// # Examples
/// ```
/// use stance_io::{ArticleReader, Format, IdRegistry, ReadOptions};
/// let rows = "{\"id\":\"a\",\"body\":\"One.\"}\n{\"id\":\"a\",\"body\":\"Two.\"}\n";
/// let mut ids = IdRegistry::default();
/// let reader =
///     ArticleReader::new("x.jsonl", rows.as_bytes(), Format::JsonLines.plain(), ReadOptions::articles());
/// let outcomes: Vec<_> = reader.map(|read| read.and_then(|item| ids.admit(item))).collect();
/// assert!(outcomes[0].is_ok());
/// let refused = outcomes[1].as_ref().expect_err("the second is refused");
/// assert_eq!(refused.to_string(), "x.jsonl:2: id \"a\" was already given at x.jsonl:1");
/// ```
#[derive(Debug, Default)]
pub struct IdRegistry {
    /// By the id's fingerprint.
    taken: HashMap<u64, First>,
    sources: Vec<Arc<str>>,
    hasher: RandomState,
}

/// Where an id was first seen.
#[derive(Clone, Copy, Debug)]
struct First {
    source: u32,
    line: Option<u32>,
    origin: IdOrigin,
}

impl IdRegistry {
    /// Takes `read` over, under another id if need be.
    ///
    /// # Errors
    /// When its id was given, and was given to another before.
    pub fn admit<T: Item>(&mut self, mut read: ReadItem<T>) -> Result<ReadItem<T>, Rejected> {
        let source = self.source_index(&read.source);
        let line = read.line.and_then(|line| u32::try_from(line).ok());
        let place = First { source, line, origin: read.id_origin };
        if let Some(first) = self.taken.get(&self.fingerprint(read.item.id())).copied() {
            if (first.origin, read.id_origin) == (IdOrigin::Given, IdOrigin::Given) {
                return Err(self.duplicate(&read, first));
            }
            read = self.renamed(read);
        }
        self.taken.insert(self.fingerprint(read.item.id()), place);
        Ok(read)
    }

    fn fingerprint(&self, id: &str) -> u64 {
        self.hasher.hash_one(id)
    }

    fn source_index(&mut self, source: &Arc<str>) -> u32 {
        if self.sources.last() != Some(source) {
            self.sources.push(Arc::clone(source));
        }
        u32::try_from(self.sources.len() - 1).unwrap_or(u32::MAX)
    }

    fn renamed<T: Item>(&self, mut read: ReadItem<T>) -> ReadItem<T> {
        let from = read.item.id().to_owned();
        let free = (2_u64..).map(|n| format!("{from}~{n}"));
        let mut untaken = free.filter(|id| !self.taken.contains_key(&self.fingerprint(id)));
        // The numbers do not run out before the map does.
        if let Some(to) = untaken.next() {
            read.item = read.item.with_id(&to);
            read.warnings.push(Warning::Renamed { from, to });
        }
        read
    }

    fn duplicate<T: Item>(&self, read: &ReadItem<T>, first: First) -> Rejected {
        let source = self.sources.get(first.source as usize).map_or("", |source| source);
        let first = Place(source, first.line.map(u64::from)).to_string();
        let reason = RejectReason::Duplicate { id: read.item.id().to_owned(), first };
        Rejected::new(&read.source, read.line, reason, read.item.to_json().as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use stance_core::{Article, ArticleId};

    use super::*;

    fn read(id: &str, id_origin: IdOrigin, source: &str) -> ReadItem<Article> {
        let item = Article::new(ArticleId::new(id), "No.".to_owned()).expect("not blank");
        ReadItem { item, source: source.into(), line: None, id_origin, warnings: Vec::new() }
    }

    #[test]
    fn derived_ids_are_made_unique_in_order() {
        let mut ids = IdRegistry::default();
        let mut admit = |id, origin, source| {
            let read = ids.admit(read(id, origin, source)).expect("admitted");
            (read.item.id().to_string(), read.warnings.len())
        };
        assert_eq!(admit("a", IdOrigin::Derived, "x/a.txt"), ("a".to_owned(), 0));
        assert_eq!(admit("a~2", IdOrigin::Given, "y.json"), ("a~2".to_owned(), 0));
        assert_eq!(admit("a", IdOrigin::Derived, "y/a.txt"), ("a~3".to_owned(), 1));
        assert_eq!(admit("a", IdOrigin::Given, "z.json"), ("a~4".to_owned(), 1));
    }

    #[test]
    fn a_refused_duplicate_keeps_its_text_for_the_rejects() {
        let mut ids = IdRegistry::default();
        ids.admit(read("a", IdOrigin::Given, "x.json")).expect("the first");
        let refused = ids.admit(read("a", IdOrigin::Given, "y.json")).expect_err("the second");
        assert_eq!(refused.to_string(), "y.json: id \"a\" was already given at x.json");
        assert_eq!(refused.raw, "{\"id\":\"a\",\"body\":\"No.\"}");
    }
}
