//! Weights by key, in as little memory as a look-up can touch.

use stance_core::Label;

/// What a scorer needs of a column.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Line {
    pub(crate) idf: f32,
    pub(crate) weights: [f32; Label::COUNT],
}

/// The lines of a block's columns by their keys: a hash table without its free slots.
///
/// A key's slot is given by its highest bits. For each slot one bit tells whether it is taken; how
/// many are taken before it is where its line stands, for the lines are kept in the order of their
/// keys, which is that of the columns. Most terms of a statement are no columns, and nearly all of
/// those meet a free slot, of which there are many at a bit each.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    groups: Vec<Group>,
    /// Key and line, side by side for the caches, by ascending key: one for each column.
    lines: Vec<(u64, Line)>,
    /// How far a key is moved to the left to begin with the highest bit, then to the right to be
    /// the number of a slot.
    left: u32,
    right: u32,
}

/// Some slots.
#[derive(Clone, Copy, Debug, Default)]
struct Group {
    /// A bit for each slot, the lowest for the first.
    taken: u32,
    /// How many slots are taken in the groups before.
    before: u32,
}

/// Slots for each key, as a power of two.
const SLOT_BITS: u32 = 2;

/// A key that may be in a table, and the first line that may be its own.
pub(crate) type Candidate = (u64, u32);

impl Table {
    /// Makes a table of `keys`, which ascend and are spread over the numbers of `bits` bits, with the
    /// line of each.
    pub(crate) fn new(keys: &[u64], bits: u32, lines: impl Iterator<Item = Line>) -> Self {
        let slots = (keys.len().next_power_of_two() << SLOT_BITS).max(32);
        let (left, right) = (64 - bits, 64 - slots.trailing_zeros());
        let mut table = Self { groups: Vec::new(), lines: Vec::new(), left, right };
        table.groups.resize(slots / 32 + 1, Group::default());
        let mut free = 0;
        for &key in keys {
            // A key whose slot is taken gets the next free one.
            free = free.max(table.slot(key));
            if free / 32 >= table.groups.len() {
                table.groups.push(Group::default());
            }
            table.groups[free / 32].taken |= 1 << (free % 32);
            free += 1;
        }
        let mut before = 0;
        for group in &mut table.groups {
            group.before = before;
            before += group.taken.count_ones();
        }
        table.lines = keys.iter().copied().zip(lines).collect();
        table
    }

    /// Gives `take` the column and line of each of `keys` that is in the table, in order.
    ///
    /// First the keys that surely are not in it go, without a branch that could be foretold wrongly,
    /// then those whose line is another's: so the look-ups wait for memory side by side.
    pub(crate) fn find_all(
        &self,
        keys: impl ExactSizeIterator<Item = u64>,
        candidates: &mut Vec<Candidate>,
        mut take: impl FnMut(u32, &Line),
    ) {
        candidates.resize(candidates.len().max(keys.len()), (0, 0));
        let mut kept = 0;
        for key in keys {
            let (taken, first) = self.place(key);
            candidates[kept] = (key, first);
            kept += usize::from(taken);
        }
        let mut left = 0;
        for at in 0..kept {
            let (key, first) = candidates[at];
            candidates[left] = (key, first);
            left += usize::from(self.lines[first as usize].0 <= key);
        }
        for &(key, first) in &candidates[..left] {
            if let Some(column) = self.find_from(key, first) {
                take(column, &self.lines[column as usize].1);
            }
        }
    }

    /// The column of `key`, if it is in the table.
    pub(crate) fn find(&self, key: u64) -> Option<u32> {
        let (taken, first) = self.place(key);
        if taken { self.find_from(key, first) } else { None }
    }

    /// The line of a column.
    pub(crate) fn line(&self, column: u32) -> &Line {
        &self.lines[column as usize].1
    }

    /// The column of `key`, which is `first` or later.
    fn find_from(&self, key: u64, first: u32) -> Option<u32> {
        let mut column = first;
        loop {
            match self.lines.get(column as usize) {
                Some(&(found, _)) if found < key => column += 1,
                Some(&(found, _)) if found == key => return Some(column),
                _ => return None,
            }
        }
    }

    /// Whether the slot of `key` is taken, without which it is not in the table; and how many slots
    /// before are.
    fn place(&self, key: u64) -> (bool, u32) {
        let slot = self.slot(key);
        let Group { taken, before } = self.groups[slot / 32];
        let bit = 1 << (slot % 32);
        (taken & bit != 0, before + (taken & (bit - 1)).count_ones())
    }

    #[expect(clippy::cast_possible_truncation, reason = "shifted below the number of slots")]
    fn slot(&self, key: u64) -> usize {
        ((key << self.left) >> self.right) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(keys: &[u64], bits: u32) -> Table {
        let lines = (0..keys.len()).map(|_| Line { idf: 1.0, ..Line::default() });
        Table::new(keys, bits, lines)
    }

    #[test]
    fn every_key_is_found_and_no_other() {
        let keys: Vec<u64> = (0..500).map(|n: u64| n * n).collect();
        let dense: Vec<u64> = (0..500).collect();
        // Spread as they should be, all in one slot, at either end, without a gap.
        let high = |keys: &[u64]| keys.iter().map(|key| u64::MAX - 249_001 + key).collect();
        let cases: [(Vec<u64>, u32); 5] =
            [(keys.clone(), 18), (keys.clone(), 64), (high(&keys), 64), (dense, 9), (vec![], 64)];
        for (keys, bits) in cases {
            let table = table(&keys, bits);
            for (column, &key) in (0..).zip(&keys) {
                assert_eq!(table.find(key), Some(column), "{key} of {bits} bits");
            }
            let strangers = (0..1 << 9).chain(keys.iter().map(|key| key.wrapping_add(1)));
            for key in strangers.filter(|key| !keys.contains(key) && key >> (bits - 1) < 2) {
                assert_eq!(table.find(key), None, "{key} of {bits} bits");
            }
        }
    }

    #[test]
    fn of_many_keys_the_columns_come_in_the_order_asked() {
        let table = table(&[10 << 40, 20 << 40, 30 << 40], 64);
        let mut found = Vec::new();
        let asked = [30 << 40, 5, 10 << 40, 30 << 40];
        table.find_all(asked.into_iter(), &mut Vec::new(), |column, _| found.push(column));
        assert_eq!(found, [2, 0, 2]);
    }
}
