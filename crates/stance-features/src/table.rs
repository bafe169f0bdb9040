//! Weights by key, one cache line a look-up.

use stance_core::Label;

/// What a scorer needs of a column.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Line {
    pub(crate) idf: f32,
    /// The column's place in its block.
    pub(crate) column: u32,
    pub(crate) weights: [f32; Label::COUNT],
}

/// Lines by key, with open addressing and linear probing; never more than half full.
///
/// Most terms of a statement are no columns: a filter of one bit for each of some buckets, small
/// enough for the nearest caches, turns nearly all of them away.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    filter: Vec<u64>,
    /// Key and line, side by side for the caches; key 0 where free. One more for key 0 itself.
    slots: Vec<(u64, Line)>,
    shift: u32,
    has_zero: bool,
}

/// Buckets of a table's filter for each slot, as a power of two.
const FILTER_BITS: u32 = 2;

impl Table {
    /// Makes a table of `keys`, all different, with the line of each.
    pub(crate) fn new(keys: &[u64], lines: impl Iterator<Item = Line>) -> Self {
        let slots = (keys.len() * 2).next_power_of_two().max(64);
        let shift = 64 - slots.trailing_zeros();
        let filter = vec![0; (slots << FILTER_BITS) / 64];
        let free = vec![(0, Line::default()); slots + 1];
        let mut table = Self { filter, slots: free, shift, has_zero: false };
        for (&key, line) in keys.iter().zip(lines) {
            let (word, bit) = table.bucket(key);
            table.filter[word] |= bit;
            let mut slot = if key == 0 { slots } else { table.slot(key) };
            while table.slots[slot].0 != 0 {
                slot = (slot + 1) % slots;
            }
            table.slots[slot] = (key, line);
            table.has_zero |= key == 0;
        }
        table
    }

    /// Gives `take` the line of each of `keys` that is in the table, in order, and may drop the
    /// others.
    ///
    /// First the keys that surely are not go, without a branch that could be foretold wrongly; then
    /// the look-ups of those left wait for memory side by side.
    pub(crate) fn find_all(&self, keys: &mut Vec<u64>, mut take: impl FnMut(&Line)) {
        let mut kept = 0;
        for at in 0..keys.len() {
            let key = keys[at];
            keys[kept] = key;
            kept += usize::from(self.may_hold(key));
        }
        keys.truncate(kept);
        for line in keys.iter().filter_map(|&key| self.find(key)) {
            take(line);
        }
    }

    /// The line of `key`, if it is in the table.
    pub(crate) fn find(&self, key: u64) -> Option<&Line> {
        if key == 0 {
            return self.slots.last().filter(|_| self.has_zero).map(|(_, line)| line);
        }
        let mut slot = self.slot(key);
        loop {
            match &self.slots[slot] {
                (0, _) => return None,
                (found, line) if *found == key => return Some(line),
                _ => slot = (slot + 1) & (self.slots.len() - 2),
            }
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "shifted below the number of slots")]
    fn slot(&self, key: u64) -> usize {
        (spread(key) >> self.shift) as usize
    }

    /// Word and bit of the filter.
    fn bucket(&self, key: u64) -> (usize, u64) {
        let bucket = spread(key) >> (self.shift - FILTER_BITS);
        ((bucket / 64) as usize, 1 << (bucket % 64))
    }

    /// Whether `key` may be found: never wrong when it says no.
    fn may_hold(&self, key: u64) -> bool {
        let (word, bit) = self.bucket(key);
        self.filter[word] & bit != 0
    }
}

/// Multiplies by the golden ratio, for keys that are small numbers of buckets.
fn spread(key: u64) -> u64 {
    key.wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_found_and_no_other() {
        let keys: Vec<u64> = (0..500).map(|n: u64| n * n).collect();
        let lines = (0..500).map(|column| Line { column, ..Line::default() });
        let table = Table::new(&keys, lines.clone());
        for (line, &key) in lines.zip(&keys) {
            assert_eq!(table.find(key), Some(&line));
        }
        assert_eq!(table.find(2), None);
        assert!(keys.iter().all(|&key| table.may_hold(key)));
        let strangers = (0..10_000).filter(|n| !keys.contains(n) && table.may_hold(*n)).count();
        assert!(strangers < 2_000, "the filter lets {strangers} of 10,000 pass");
        assert_eq!(Table::new(&[], std::iter::empty()).find(0), None);
    }
}
