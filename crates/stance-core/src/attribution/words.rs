//! The words that are listed, each with its sorts.

use std::sync::LazyLock;

use serde::Deserialize;

use super::sorts::Sorts;
use crate::atlas::OfficeWords;
use crate::date;

/// The sorts of all words that are listed.
#[derive(Clone, Debug)]
pub(super) struct Words {
    /// By their hash, with open addressing; at least half of the slots are free.
    slots: Vec<Entry>,
    listed: usize,
    /// The sorts that words have, each once.
    sorts: Vec<Sorts>,
}

/// A word that is listed; one line of the cache tells all of it.
#[derive(Clone, Copy, Debug)]
struct Entry {
    /// The word, as far as 64 bits tell it; 0 in a free slot.
    hash: u64,
    /// The place of its sorts in [`Words::sorts`].
    sorts: u16,
    number: u16,
}

const FREE: Entry = Entry { hash: 0, sorts: 0, number: UNNUMBERED };

/// The number of a word that has none.
pub(super) const UNNUMBERED: u16 = u16::MAX;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Lists {
    reporting: Vec<String>,
    utterances: Vec<String>,
    enacting: Vec<String>,
    mental: Vec<String>,
    pasts: Vec<String>,
    auxiliaries: Vec<String>,
    be: Vec<String>,
    prepositions: Vec<String>,
    subordinators: Vec<String>,
    determiners: Vec<String>,
    negators: Vec<String>,
    offices: Vec<String>,
    commentators: Vec<String>,
    people: Vec<String>,
    bodies: Vec<String>,
    countries: Vec<String>,
    deeds: Vec<String>,
    judgments: Vec<String>,
}

static LISTS: LazyLock<Lists> = LazyLock::new(|| {
    toml::from_str(include_str!("../../atlas/attribution.toml")).expect("a test reads the file")
});

impl Default for Words {
    fn default() -> Self {
        Self { slots: vec![FREE; 16], listed: 0, sorts: vec![Sorts::NONE] }
    }
}

impl Words {
    /// The embedded lists, with the words for offices of the atlas.
    pub(super) fn new(offices: &OfficeWords) -> Self {
        let lists = &*LISTS;
        let mut words = Self::default();
        for entry in &lists.reporting {
            words.verb(entry, Sorts::SAY);
        }
        for entry in &lists.enacting {
            words.verb(entry, Sorts::SAY | Sorts::ENACTS);
        }
        for entry in &lists.mental {
            words.verb(entry, Sorts::MENTAL);
        }
        for entry in &lists.judgments {
            words.verb(entry, Sorts::JUDGMENT);
        }
        let nouns = [
            (&lists.utterances, Sorts::UTTERANCE),
            (&lists.commentators, Sorts::COMMENTATOR),
            (&lists.people, Sorts::GROUP),
            (&lists.bodies, Sorts::BODY),
            (&lists.countries, Sorts::COUNTRY),
            (&lists.deeds, Sorts::DEED),
            (&lists.offices, Sorts::OFFICE),
            (&offices.heads, Sorts::OFFICE),
            (&offices.persons, Sorts::OFFICE),
            (&offices.bodies, Sorts::BODY),
        ];
        for (entries, sort) in nouns {
            for entry in entries {
                words.noun(entry, sort);
            }
        }
        let plain = [
            (&lists.pasts, Sorts::PAST),
            (&lists.auxiliaries, Sorts::AUXILIARY),
            (&lists.be, Sorts::BE),
            (&lists.prepositions, Sorts::PREPOSITION),
            (&lists.subordinators, Sorts::SUBORDINATOR),
            (&lists.determiners, Sorts::DETERMINER),
            (&lists.negators, Sorts::NEGATOR),
            (&offices.modifiers, Sorts::MODIFIER),
        ];
        for (entries, sort) in plain {
            for entry in entries {
                words.add(entry, sort);
            }
        }
        for (entries, sort) in CLOSED {
            for entry in *entries {
                let (known, _) = words.look_up(entry, 0, entry.len());
                words.add(entry, known | *sort);
            }
        }
        for name in date::MONTHS.iter().chain(&date::WEEKDAYS) {
            words.add(name, Sorts::TIME);
        }
        words
    }

    /// The sorts of the word `text[start..end]`, in any case, by its ending where no list has it; and
    /// its number.
    pub(super) fn look_up(&self, text: &str, start: usize, end: usize) -> (Sorts, u16) {
        let Some(key) = Key::of(text.as_bytes(), start, end) else {
            return (Sorts::NONE, UNNUMBERED);
        };
        match self.slots[self.slot(key.hash())] {
            Entry { hash: 0, .. } => (by_ending(&text.as_bytes()[start..end]), UNNUMBERED),
            Entry { sorts, number, .. } => (self.sorts[usize::from(sorts)], number),
        }
    }

    /// Numbers `word`; whether it can be looked up.
    pub(super) fn number(&mut self, word: &str, number: usize) -> bool {
        let (sorts, _) = self.look_up(word, 0, word.len());
        let entry = self.add(word, sorts);
        let Some((entry, number)) = entry.zip(u16::try_from(number).ok()) else { return false };
        entry.number = number;
        true
    }

    /// The slot of the word of that hash, or the free one that it would get.
    fn slot(&self, hash: u64) -> usize {
        let bits = self.slots.len().trailing_zeros();
        #[expect(clippy::cast_possible_truncation, reason = "shifted below the number of slots")]
        let mut slot = (hash >> (u64::BITS - bits)) as usize;
        while ![0, hash].contains(&self.slots[slot].hash) {
            slot = (slot + 1) % self.slots.len();
        }
        slot
    }

    /// Adds to the sorts of a word; none if it is too long to be looked up.
    fn add(&mut self, word: &str, sorts: Sorts) -> Option<&mut Entry> {
        // Only the last word of "prime minister" tells what it is.
        let last = word.rsplit(' ').next().unwrap_or(word);
        let hash = Key::of(last.as_bytes(), 0, last.len())?.hash();
        let mut slot = self.slot(hash);
        if self.slots[slot].hash == 0 {
            self.listed += 1;
            if self.listed * 2 > self.slots.len() {
                self.grow();
                slot = self.slot(hash);
            }
        }
        let before = self.sorts[usize::from(self.slots[slot].sorts)];
        let sorts = before | sorts | Sorts::ADVERB.when(last.ends_with("ly"));
        let sorts = u16::try_from(self.place_of(sorts)).ok()?;
        let entry = &mut self.slots[slot];
        *entry = Entry { hash, sorts, number: entry.number };
        Some(entry)
    }

    fn place_of(&mut self, sorts: Sorts) -> usize {
        self.sorts.iter().position(|known| *known == sorts).unwrap_or_else(|| {
            self.sorts.push(sorts);
            self.sorts.len() - 1
        })
    }

    fn grow(&mut self) {
        let size = self.slots.len() * 2;
        for entry in std::mem::replace(&mut self.slots, vec![FREE; size]) {
            if entry.hash != 0 {
                let slot = self.slot(entry.hash);
                self.slots[slot] = entry;
            }
        }
    }

    fn noun(&mut self, entry: &str, sort: Sorts) {
        self.add(entry, sort);
        let last = entry.rsplit(' ').next().unwrap_or(entry);
        self.add(&with_s(last), sort | Sorts::PLURAL);
    }

    fn verb(&mut self, entry: &str, sort: Sorts) {
        if entry.contains(' ') {
            for form in entry.split(' ') {
                self.add(form, sort | form_of(form, entry));
            }
            return;
        }
        let stem = entry.strip_suffix('e');
        let past = stem.map_or_else(|| format!("{entry}ed"), |stem| format!("{stem}ed"));
        let gerund = format!("{}ing", stem.unwrap_or(entry));
        self.add(entry, sort);
        self.add(&with_s(entry), sort | Sorts::PRESENT);
        self.add(&past, sort | Sorts::PAST);
        self.add(&gerund, sort | Sorts::GERUND);
    }
}

/// Words of closed classes, and those that single rules ask for.
const CLOSED: &[(&[&str], Sorts)] = &[
    (&["he", "she", "they", "it", "we", "i"], Sorts::PRONOUN),
    (&["his", "her", "its", "their", "our", "my"], Sorts::POSSESSIVE),
    (&["by"], Sorts::BY),
    (&["and", "or", "but", "yet", "nor"], Sorts::COORDINATOR),
    (&["who", "which", "whose", "whom"], Sorts::RELATIVE),
    (&["that"], Sorts::THAT),
    (&["today", "yesterday", "tomorrow", "earlier", "later"], Sorts::TIME),
    (&["to"], Sorts::TO),
    (&["of"], Sorts::OF),
    (&["for"], Sorts::FOR),
    (&["in", "at", "from"], Sorts::WITHIN),
    (&["in"], Sorts::IN),
    (&["with"], Sorts::WITH),
    (&["the", "these", "those"], Sorts::ALL),
    (&["call", "calls", "called", "calling"], Sorts::CALL),
    (&["along", "together", "well"], Sorts::JOINER),
    (&["with", "as"], Sorts::LINK),
    (&["the"], Sorts::THE),
    (
        &[
            "thirds", "half", "none", "majority", "most", "number", "percent", "cent", "part",
            "one", "third", "quarter", "group", "handful", "dozens", "hundreds",
        ],
        Sorts::SHARE,
    ),
    (
        &["said", "says", "added", "noted", "explained", "stressed", "wrote", "argued", "insisted"],
        Sorts::PLAIN,
    ),
    (&["would", "could", "should", "must"], Sorts::WISH),
    (&["we", "i", "our", "my"], Sorts::FIRST),
    (&["he", "she", "his", "her"], Sorts::SINGULAR),
    (&["it", "its"], Sorts::NEUTER),
    (&["two", "both"], Sorts::PAIR),
    (&["other"], Sorts::OTHER),
    (&["according"], Sorts::ACCORDING),
    (&["region"], Sorts::REGION),
    (&["will", "would"], Sorts::FUTURE),
    (&["week", "month", "year", "ago", "morning", "evening", "afternoon"], Sorts::PERIOD),
];

/// A word in lower case, its bytes from the lowest on.
#[derive(Clone, Copy, Debug)]
struct Key(u128);

/// Longest word, in bytes, that is looked up.
pub(super) const LONGEST: usize = 16;

/// The lowest bytes of a key, by their number.
const MASKS: [u128; LONGEST + 1] = {
    let mut masks = [0; LONGEST + 1];
    let mut len = 1;
    while len <= LONGEST {
        masks[len] = masks[len - 1] << 8 | 0xff;
        len += 1;
    }
    masks
};

impl Key {
    /// The key of `bytes[start..end]`; none if that is too long.
    fn of(bytes: &[u8], start: usize, end: usize) -> Option<Self> {
        let word = &bytes[start..end];
        let mask = MASKS.get(word.len())?;
        let bits = if let Some(ahead) = bytes[start..].first_chunk::<LONGEST>() {
            // What follows the word in the text does not count.
            u128::from_le_bytes(*ahead) & mask
        } else {
            let mut padded = [0; LONGEST];
            padded[..word.len()].copy_from_slice(word);
            u128::from_le_bytes(padded)
        };
        Some(Self(to_lower(bits)))
    }

    /// A hash that tells words apart and is not 0; nobody chooses words to collide in a table of fixed
    /// content.
    #[expect(clippy::cast_possible_truncation, reason = "each half is taken")]
    fn hash(self) -> u64 {
        let (low, high) = (self.0 as u64, (self.0 >> 64) as u64);
        // The halves of a product joined: the step of wyhash.
        let product =
            u128::from(low ^ 0xa076_1d64_78bd_642f) * u128::from(high ^ 0xe703_7ed1_a0b4_28db);
        ((product as u64) ^ ((product >> 64) as u64)).max(1)
    }
}

/// Makes ASCII capitals small in sixteen bytes at once.
fn to_lower(bytes: u128) -> u128 {
    const EACH: u128 = u128::from_ne_bytes([1; LONGEST]);
    const HIGH: u128 = EACH * 0x80;
    let low = bytes & !HIGH;
    // The high bit of each sum tells whether the byte is at least "A", or past "Z".
    let from_a = low + EACH * (0x80 - 0x41);
    let past_z = low + EACH * (0x7f - 0x5a);
    let capital = (from_a ^ past_z) & !bytes & HIGH;
    bytes | (capital >> 2)
}

/// The sort of one `form` of an irregular verb given as "base third-person past… gerund".
fn form_of(form: &str, entry: &str) -> Sorts {
    let at = entry.split(' ').position(|other| other == form);
    match at {
        Some(0) => Sorts::NONE,
        Some(1) => Sorts::PRESENT,
        _ if form.ends_with("ing") => Sorts::GERUND,
        _ => Sorts::PAST,
    }
}

/// The plural of a regular noun or the third person of a regular verb.
fn with_s(word: &str) -> String {
    let stem = word.strip_suffix('y').filter(|stem| !stem.ends_with(['a', 'e', 'o', 'u']));
    match stem {
        Some(stem) => format!("{stem}ies"),
        None if word.ends_with(['s', 'x', 'z']) || word.ends_with("ch") || word.ends_with("sh") => {
            format!("{word}es")
        }
        None => format!("{word}s"),
    }
}

/// What the ending of an unlisted word tells.
fn by_ending(word: &[u8]) -> Sorts {
    // The last byte is looked at below.
    let ends = |ending: &[u8]| {
        let stem = &word[..word.len() - 1];
        stem.len()
            .checked_sub(ending.len())
            .is_some_and(|at| stem[at..].eq_ignore_ascii_case(ending))
    };
    match word.last() {
        Some(b'd' | b'D') if word.len() > 4 && ends(b"e") && !ends(b"ee") => Sorts::PAST,
        Some(b'g' | b'G') if word.len() > 5 && ends(b"in") => Sorts::GERUND,
        Some(b'y' | b'Y') if ends(b"l") => Sorts::ADVERB,
        _ => Sorts::NONE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Atlas;

    #[test]
    fn forms_of_regular_and_irregular_verbs_are_known() {
        let words = Words::new(Atlas::builtin().offices());
        let sorts = |word: &str| words.look_up(word, 0, word.len()).0;
        for form in ["say", "says", "said", "announces", "announced", "denies", "vowing"] {
            assert!(sorts(form).any(Sorts::SAY), "{form}");
        }
        assert!(sorts("Ministries").any(Sorts::BODY));
        assert!(sorts("analysts").any(Sorts::COMMENTATOR));
        assert!(sorts("renamed").any(Sorts::PAST));
        assert_eq!(sorts("gas"), Sorts::NONE);
        assert!(words.look_up("He said so to them in the evening.", 3, 7).0.any(Sorts::SAY));
    }
}
