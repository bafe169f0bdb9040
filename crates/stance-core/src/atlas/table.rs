use std::collections::HashMap;

use toml::Spanned;

use super::{AtlasError, Fault};

/// Entries in the order of the files, found by their key.
#[derive(Clone, Debug)]
pub(super) struct Table<T> {
    entries: Vec<T>,
    index: HashMap<String, usize>,
}

/// One entry of a file, to be put over an entry of a table or to found a new one.
pub(super) trait RawEntry {
    type Entry: Clone;
    /// What such an entry is called in errors.
    const WHAT: &'static str;
    fn key(&self) -> &Spanned<String>;
    /// The entry with this key and nothing else.
    fn new_entry(key: &str) -> Self::Entry;
    /// Replaces each field that the file gives.
    fn apply(self, entry: &mut Self::Entry);
    fn check(entry: &Self::Entry) -> Result<(), Fault>;
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self { entries: Vec::new(), index: HashMap::new() }
    }
}

impl<T: Clone> Table<T> {
    pub(super) fn entries(&self) -> &[T] {
        &self.entries
    }

    pub(super) fn entries_mut(&mut self) -> &mut [T] {
        &mut self.entries
    }

    pub(super) fn find(&self, key: &str) -> Option<&T> {
        self.index.get(key).map(|&at| &self.entries[at])
    }

    /// Puts the entries of the file `toml` into the table and returns their keys.
    pub(super) fn merge<R: RawEntry<Entry = T>>(
        &mut self,
        raw: Vec<R>,
        toml: &str,
    ) -> Result<Vec<Spanned<String>>, AtlasError> {
        let mut given = vec![false; self.entries.len() + raw.len()];
        let mut keys = Vec::with_capacity(raw.len());
        for item in raw {
            let key = item.key().clone();
            let name = key.get_ref();
            let fail = |fault| AtlasError::entry(toml, key.span(), key_text(R::WHAT, name), fault);
            if name.trim().is_empty() || name.trim() != name {
                return Err(fail(Fault::Blank { field: "its key" }));
            }
            let at = *self.index.entry(name.clone()).or_insert_with(|| {
                self.entries.push(R::new_entry(name));
                self.entries.len() - 1
            });
            if std::mem::replace(&mut given[at], true) {
                return Err(fail(Fault::Twice));
            }
            item.apply(&mut self.entries[at]);
            keys.push(key);
        }
        Ok(keys)
    }

    /// Each of the entries of `keys` is right in itself.
    pub(super) fn check<R: RawEntry<Entry = T>>(
        &self,
        keys: &[Spanned<String>],
        toml: &str,
    ) -> Result<(), AtlasError> {
        for key in keys {
            let Some(entry) = self.find(key.get_ref()) else { continue };
            R::check(entry).map_err(|fault| {
                AtlasError::entry(toml, key.span(), key_text(R::WHAT, key.get_ref()), fault)
            })?;
        }
        Ok(())
    }
}

/// How errors call the entry with this key.
pub(super) fn key_text(what: &str, key: &str) -> String {
    format!("{what} {key}")
}
