use std::collections::HashMap;

/// Names by their first word, the longest first.
///
/// A name is only looked for where a word begins, so one look-up a word finds the few names that
/// can stand there. An Aho-Corasick automaton of the same names takes several times longer to make,
/// and the start of the program would mostly consist of that.
#[derive(Clone, Debug)]
pub(super) struct NameIndex {
    /// First word → its names in `names`.
    heads: HashMap<Box<str>, (u32, u32)>,
    names: Vec<Name>,
    /// Whether any name begins with two bytes: most words of a text are out after this.
    pairs: Vec<bool>,
}

/// One way to write a name.
#[derive(Clone, Debug)]
struct Name {
    text: Box<str>,
    surface: u32,
}

impl NameIndex {
    /// Makes an index of names, each with the number that [`find`](Self::find) gives back; `None`
    /// if they are too many to number.
    pub(super) fn new(names: Vec<(String, u32)>) -> Option<Self> {
        let mut names: Vec<Name> =
            names.into_iter().map(|(text, surface)| Name { text: text.into(), surface }).collect();
        names.sort_unstable_by(|a, b| {
            let by_length = || b.text.len().cmp(&a.text.len());
            head(&a.text).cmp(head(&b.text)).then_with(by_length).then_with(|| a.text.cmp(&b.text))
        });
        let mut pairs = vec![false; PAIRS];
        for pair in names.iter().filter_map(|name| pair(name.text.as_bytes())) {
            pairs[pair] = true;
        }
        let mut heads = HashMap::with_capacity(names.len());
        let mut start = 0;
        for group in names.chunk_by(|a, b| head(&a.text) == head(&b.text)) {
            let end = start + u32::try_from(group.len()).ok()?;
            heads.insert(head(&group[0].text).into(), (start, end));
            start = end;
        }
        Some(Self { heads, names, pairs })
    }

    /// The names that begin the text at `at`, where the word `head` begins, and that end with a
    /// word: the end and the number of each, the longest first. `haystack` is `text` with its line
    /// breaks as spaces.
    pub(super) fn find<'a>(
        &'a self,
        text: &'a str,
        haystack: &'a [u8],
        at: usize,
        head: &str,
    ) -> impl Iterator<Item = (usize, usize)> + 'a {
        let may_begin = pair(&haystack[at..]).is_none_or(|pair| self.pairs[pair]);
        let group = if may_begin { self.heads.get(head) } else { None };
        let (start, end) = group.copied().unwrap_or_default();
        self.names[start as usize..end as usize].iter().filter_map(move |name| {
            let end = at + name.text.len();
            let found = haystack.get(end - 1) == name.text.as_bytes().last()
                && haystack[at..].starts_with(name.text.as_bytes());
            (found && !begins_word(&text[end..])).then_some((end, name.surface as usize))
        })
    }
}

/// How many values [`pair`] has.
const PAIRS: usize = 1 << 16;

/// The first two bytes as one number.
fn pair(bytes: &[u8]) -> Option<usize> {
    let (&first, &second) = (bytes.first()?, bytes.get(1)?);
    Some(usize::from(first) << 8 | usize::from(second))
}

/// The first word of `text`, or its first character if it begins with none.
pub(super) fn head(text: &str) -> &str {
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
