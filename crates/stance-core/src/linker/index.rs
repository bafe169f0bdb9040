use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Names by their first word, the longest first.
///
/// A name is only looked for where a word begins, so one look-up a word finds the few names that
/// can stand there. An Aho-Corasick automaton of the same names takes several times longer to make,
/// and the start of the program would mostly consist of that.
#[derive(Clone, Debug)]
pub(super) struct NameIndex {
    /// Hash of a first word → where its names stand. Two words of one hash are told apart by the
    /// names themselves.
    heads: HashMap<u64, Group, BuildHasherDefault<AsIs>>,
    names: Vec<Name>,
    /// Two bytes that a name begins with: most words of a text are out after this.
    openings: Filter,
    /// First words, with the two bytes behind them where more follows: most others are out then.
    beginnings: Filter,
}

/// A set of numbers that may hold others too, small enough for the nearest caches.
#[derive(Clone, Debug)]
struct Filter(Vec<u64>);

impl Filter {
    fn new(numbers: impl Iterator<Item = u16>) -> Self {
        let mut filter = Self(vec![0; (1 << 16) / 64]);
        for number in numbers {
            filter.0[usize::from(number / 64)] |= 1 << (number % 64);
        }
        filter
    }

    /// Whether it may hold `number`: never wrong when it says no.
    fn may_hold(&self, number: u16) -> bool {
        self.0[usize::from(number / 64)] & (1 << (number % 64)) != 0
    }
}

/// The first word of a name, or what may be one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Head<'t> {
    pub(super) text: &'t str,
    hash: u64,
    /// The two bytes behind it.
    second: Option<u16>,
}

/// One way to write a name.
#[derive(Clone, Debug)]
struct Name {
    text: Box<str>,
    surface: u32,
    /// Hash of the first word.
    head: u64,
    /// The two bytes behind the first word; none where there is at most one.
    second: Option<u16>,
}

/// Where the names of one first word stand: those of a second part, by that, then the others.
#[derive(Clone, Copy, Debug)]
struct Group {
    start: u32,
    alone: u32,
    end: u32,
}

impl NameIndex {
    /// Makes an index of names, each with the number that [`find`](Self::find) gives back; `None`
    /// if they are too many to number.
    pub(super) fn new(names: Vec<(String, u32)>) -> Option<Self> {
        let name = |(text, surface): (String, u32)| {
            let head = head(&text);
            let Head { hash: head, second, .. } = Head::new(head, &text.as_bytes()[head.len()..]);
            Name { text: text.into(), surface, head, second }
        };
        let mut names: Vec<Name> = names.into_iter().map(name).collect();
        names.sort_unstable_by(|a, b| {
            let key = |name: &Name| (name.head, name.second.is_none(), name.second);
            let by_length = || b.text.len().cmp(&a.text.len());
            key(a).cmp(&key(b)).then_with(by_length).then_with(|| a.text.cmp(&b.text))
        });
        let pairs = names.iter().filter_map(|name| pair(name.text.as_bytes()));
        let openings = Filter::new(pairs);
        let beginnings = Filter::new(names.iter().map(|name| with_second(name.head, name.second)));
        let mut heads = HashMap::with_capacity_and_hasher(names.len(), BuildHasherDefault::new());
        let mut start = 0;
        for group in names.chunk_by(|a, b| a.head == b.head) {
            let longer = group.partition_point(|name| name.second.is_some());
            let alone = start + u32::try_from(longer).ok()?;
            let end = start + u32::try_from(group.len()).ok()?;
            heads.insert(group[0].head, Group { start, alone, end });
            start = end;
        }
        Some(Self { heads, names, openings, beginnings })
    }

    /// The next word that may begin a name, with where it begins, from `at` on, where a word may begin.
    /// `haystack` is `text` with its line breaks as spaces.
    pub(super) fn next_start<'t>(
        &self,
        text: &'t str,
        haystack: &[u8],
        mut at: usize,
    ) -> Option<(usize, Head<'t>)> {
        while let Some(&byte) = haystack.get(at) {
            if byte.is_ascii() && !byte.is_ascii_alphanumeric() {
                at += 1;
                continue;
            }
            let word = head(&text[at..]);
            if self.may_open(&haystack[at..]) && begins_word(word) {
                let head = Head::new(word, &haystack[at + word.len()..]);
                if self.may_begin(head) {
                    return Some((at, head));
                }
            }
            at += word.len();
        }
        None
    }

    /// The names that begin the text at `at`, where the word `head` begins, and that end with a
    /// word: the end and the number of each, the longest first.
    pub(super) fn find<'a>(
        &'a self,
        text: &'a str,
        haystack: &'a [u8],
        at: usize,
        head: Head<'_>,
    ) -> impl Iterator<Item = (usize, usize)> + 'a {
        let (mut longer, mut alone) = (&self.names[..0], &self.names[..0]);
        if let Some(&Group { start, alone: middle, end }) = self.heads.get(&head.hash) {
            longer = &self.names[start as usize..middle as usize];
            alone = &self.names[middle as usize..end as usize];
        }
        let second = head.second;
        let from = longer.partition_point(|name| name.second < second);
        let longer = longer[from..].iter().take_while(move |name| name.second == second);
        longer.chain(alone).filter_map(move |name| {
            let end = at + name.text.len();
            let found = haystack[at..].starts_with(name.text.as_bytes());
            (found && !begins_word(&text[end..])).then_some((end, name.surface as usize))
        })
    }

    /// Whether a name may begin `bytes`: never wrong when it says no.
    fn may_open(&self, bytes: &[u8]) -> bool {
        pair(bytes).is_none_or(|pair| self.openings.may_hold(pair))
    }

    /// Whether a name may begin with the word `head`, with what follows or without: never wrong when
    /// it says no.
    fn may_begin(&self, head: Head<'_>) -> bool {
        [None, head.second]
            .iter()
            .any(|&second| self.beginnings.may_hold(with_second(head.hash, second)))
    }
}

impl<'t> Head<'t> {
    /// The word `text`, which `behind` follows.
    fn new(text: &'t str, behind: &[u8]) -> Self {
        Self { text, hash: hash(text), second: pair(behind) }
    }
}

/// A short hash of a first word and the two bytes behind it, or of the word alone.
fn with_second(head: u64, second: Option<u16>) -> u16 {
    let second = second.map_or(0, |second| 1 + u64::from(second));
    let [first, next, ..] = (head ^ second << 32).wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes();
    u16::from_be_bytes([first, next])
}

/// The first two bytes as one number.
fn pair(bytes: &[u8]) -> Option<u16> {
    bytes.first_chunk().copied().map(u16::from_be_bytes)
}

/// FNV-1a (<http://www.isthe.com/chongo/tech/comp/fnv/>), which is quick for what is as short as a
/// word.
fn hash(word: &str) -> u64 {
    word.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// Hashes a hash to itself.
#[derive(Default)]
struct AsIs(u64);

impl Hasher for AsIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |hash, &byte| hash << 8 | u64::from(byte));
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

/// The first word of `text`, or its first character if it begins with none.
fn head(text: &str) -> &str {
    // Most words are ASCII up to the byte after them: no need to decode characters.
    let ascii = text.bytes().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(text.len());
    if ascii > 0 && text.as_bytes().get(ascii).is_none_or(u8::is_ascii) {
        return &text[..ascii];
    }
    let first = text.chars().next().map_or(0, char::len_utf8);
    let len = text[first..].find(|c: char| !c.is_alphanumeric()).map_or(text.len(), |l| first + l);
    if begins_word(text) { &text[..len] } else { &text[..first] }
}

/// Whether `text` begins with a letter or digit.
fn begins_word(text: &str) -> bool {
    text.chars().next().is_some_and(char::is_alphanumeric)
}
