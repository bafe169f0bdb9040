//! Which of many texts are nearly the same: `MinHash` over word shingles, with locality-sensitive hashing.
//!
//! Apart from everything that reads texts, so that data sets, reprints of an article and search
//! results are compared by one definition.
//!
//! # What is compared
//! A text is the set of its runs of three words (*shingles*), in lower case, without punctuation; a
//! text of one or two words is one shorter run. Two texts are as similar as their sets: shared
//! shingles by all shingles (Jaccard), from 0 to 1. Of twenty words, one changed in the middle
//! leaves .71, one added at the end leaves .95.
//!
//! # How
//! Each text leaves 96 minima of seeded hash functions, taken as 32 bands of three, and a sketch of
//! its 128 smallest shingle hashes. Texts that agree in a whole band are compared by their sketches:
//! exactly as long as both have fewer than 128 shingles, and within about .04 (one standard error)
//! above. Of pairs at a similarity of .8 practically none is missed, at .6 one in 2,000, at .5 one
//! in 70. Within a band a text is compared with the last eight that agree with it, so that the time is
//! linear in the texts whatever they are; a group of more than nine texts that are all different
//! hangs together through its neighbors (Broder 1997; Leskovec et al., *Mining of Massive
//! Datasets*, chapter 3).
//!
//! A text costs 128 bytes and four for each shingle in its sketch, 640 at most; it is not kept.

use std::collections::HashMap;

/// Words of a shingle.
const SHINGLE: usize = 3;
/// Bands of hash functions: texts that agree in one are compared.
const BANDS: usize = 32;
/// Hash functions of a band.
const ROWS: usize = 3;
/// Shingle hashes that are kept of a text.
const SKETCH: usize = 128;
/// Texts of a band that one is compared with.
const NEIGHBORS: usize = 8;

/// Finds texts that are nearly the same.
///
/// The same texts in the same order, similarity and seed give the same groups on every platform.
///
/// # Examples
/// ```
/// use stance_core::NearDuplicates;
/// let mut texts = NearDuplicates::new(0.8, 7);
/// let agency = "Astana said on Monday that it would not take part in the drills of the bloc this autumn";
/// texts.insert(agency);
/// texts.insert("Baku said nothing of the matter, and the ministry did not answer questions.");
/// texts.insert(&format!("{agency}, Reuters reported."));
/// assert_eq!(texts.groups(), [[0, 2]]);
/// assert!(texts.similarity(0, 2) > 0.8 && texts.similarity(0, 1) == 0.0);
/// ```
#[derive(Clone, Debug)]
pub struct NearDuplicates {
    similarity: f64,
    seed: u64,
    factors: Vec<u64>,
    /// `BANDS` keys a text.
    bands: Vec<u32>,
    /// The sketches of all texts, each ascending, one after the other.
    sketches: Vec<u32>,
    /// Where each text's sketch ends.
    ends: Vec<usize>,
}

impl NearDuplicates {
    /// Starts with no text; pairs from `similarity` on are near-duplicates, and `seed` draws the hash
    /// functions.
    ///
    /// # Panics
    /// If `similarity` is not within [0.5, 1]: below, too many pairs would be missed.
    #[must_use]
    pub fn new(similarity: f64, seed: u64) -> Self {
        assert!((0.5..=1.0).contains(&similarity), "similarity is {similarity}, not 0.5 to 1");
        let mut state = seed;
        let factors = (0..BANDS * ROWS)
            .map(|_| {
                state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
                mixed(state) | 1
            })
            .collect();
        let (bands, sketches, ends) = (Vec::new(), Vec::new(), Vec::new());
        Self { similarity, seed, factors, bands, sketches, ends }
    }

    /// Takes a text in, and returns its number: how many came before it.
    pub fn insert(&mut self, text: &str) -> usize {
        let mut hashes = shingles(text, self.seed);
        hashes.sort_unstable();
        hashes.dedup();
        let mut minima = [u32::MAX; BANDS * ROWS];
        for &hash in &hashes {
            for (minimum, &factor) in minima.iter_mut().zip(&self.factors) {
                *minimum = (*minimum).min(high(hash.wrapping_mul(factor)));
            }
        }
        for (band, minima) in (0_u64..).zip(minima.chunks_exact(ROWS)) {
            let key = minima.iter().fold(band, |key, &m| mixed(key ^ u64::from(m)));
            self.bands.push(high(key));
        }
        // The hashes are sorted, so their upper halves are too.
        let start = self.sketches.len();
        for hash in hashes {
            if self.sketches.len() == start + SKETCH {
                break;
            }
            if self.sketches[start..].last() != Some(&high(hash)) {
                self.sketches.push(high(hash));
            }
        }
        self.ends.push(self.sketches.len());
        self.ends.len() - 1
    }

    /// Number of texts.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is no text.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Similarity of two texts, from 0 to 1; a text without words is similar to none.
    ///
    /// # Panics
    /// If there is no text of that number.
    #[must_use]
    pub fn similarity(&self, one: usize, other: usize) -> f64 {
        let (one, other) = (self.sketch(one), self.sketch(other));
        let limit = if one.len().max(other.len()) < SKETCH { usize::MAX } else { SKETCH };
        let (mut i, mut j, mut shared, mut all) = (0, 0, 0_u32, 0_u32);
        while (i < one.len() || j < other.len()) && i + j - (shared as usize) < limit {
            let order = match (one.get(i), other.get(j)) {
                (Some(a), Some(b)) => a.cmp(b),
                (Some(_), None) => std::cmp::Ordering::Less,
                (None, _) => std::cmp::Ordering::Greater,
            };
            i += usize::from(order.is_le());
            j += usize::from(order.is_ge());
            shared += u32::from(order.is_eq());
            all += 1;
        }
        if all == 0 { 0.0 } else { f64::from(shared) / f64::from(all) }
    }

    /// The groups of texts that are near-duplicates, directly or through others of the group: at least
    /// two numbers each, ascending, groups by their first.
    #[must_use]
    pub fn groups(&self) -> Vec<Vec<usize>> {
        let mut parents: Vec<usize> = (0..self.len()).collect();
        // The text before in the same bucket of the band; a text stands for itself where there is none.
        let mut previous: Vec<usize> = vec![0; self.len()];
        for band in 0..BANDS {
            let mut latest: HashMap<u32, usize> = HashMap::with_capacity(self.len());
            for text in 0..self.len() {
                if self.sketch(text).is_empty() {
                    continue;
                }
                let found = latest.insert(self.bands[text * BANDS + band], text);
                previous[text] = found.unwrap_or(text);
                let mut neighbor = text;
                for _ in 0..NEIGHBORS {
                    if previous[neighbor] == neighbor {
                        break;
                    }
                    neighbor = previous[neighbor];
                    let (one, other) = (root(&mut parents, neighbor), root(&mut parents, text));
                    if one != other && self.similarity(neighbor, text) >= self.similarity {
                        parents[one.max(other)] = one.min(other);
                    }
                }
            }
        }
        let mut members: Vec<Vec<usize>> = vec![Vec::new(); self.len()];
        for text in 0..self.len() {
            members[root(&mut parents, text)].push(text);
        }
        members.retain(|group| group.len() > 1);
        members
    }

    fn sketch(&self, text: usize) -> &[u32] {
        let start = text.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.sketches[start..self.ends[text]]
    }
}

/// The first text of the group, with the path to it made shorter.
fn root(parents: &mut [usize], mut text: usize) -> usize {
    while parents[text] != text {
        parents[text] = parents[parents[text]];
        text = parents[text];
    }
    text
}

/// A hash of each shingle.
fn shingles(text: &str, seed: u64) -> Vec<u64> {
    let mut words: Vec<u64> = Vec::new();
    let mut word: Option<u64> = None;
    for c in text.chars() {
        if c.is_alphanumeric() {
            // FNV-1a, a letter at a time.
            word = Some(c.to_lowercase().fold(word.unwrap_or(0xcbf2_9ce4_8422_2325), |hash, c| {
                (hash ^ u64::from(u32::from(c))).wrapping_mul(0x0000_0100_0000_01b3)
            }));
        } else {
            words.extend(word.take());
        }
    }
    words.extend(word);
    let hash = |run: &[u64]| run.iter().fold(seed, |hash, &word| mixed(hash ^ word));
    match words.len() {
        0 => Vec::new(),
        count if count < SHINGLE => vec![hash(&words)],
        _ => words.windows(SHINGLE).map(hash).collect(),
    }
}

/// The finalizer of `SplitMix64`.
fn mixed(state: u64) -> u64 {
    let state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    state ^ (state >> 31)
}

/// The upper half.
fn high(hash: u64) -> u32 {
    u32::try_from(hash >> 32).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// A sentence of made-up words; no two of another number share one.
    fn sentence(number: usize, words: usize) -> Vec<String> {
        (0..words).map(|word| format!("w{number}x{word}")).collect()
    }

    fn jaccard(one: &[String], other: &[String]) -> f64 {
        let set = |words: &[String]| -> BTreeSet<String> {
            words.windows(SHINGLE).map(|run| run.join(" ")).collect()
        };
        let (one, other) = (set(one), set(other));
        let shared = one.intersection(&other).count();
        #[expect(clippy::cast_precision_loss, reason = "few shingles")]
        let share = shared as f64 / (one.len() + other.len() - shared) as f64;
        share
    }

    #[test]
    fn similarity_is_the_jaccard_index_of_the_shingles() {
        let original = sentence(1, 20);
        for (changed, expected) in [(19, 17.0 / 19.0), (10, 15.0 / 21.0), (18, 16.0 / 20.0)] {
            let mut edited = original.clone();
            edited[changed] = "other".to_owned();
            assert!((jaccard(&original, &edited) - expected).abs() < 1e-12);
            let mut texts = NearDuplicates::new(0.8, 7);
            texts.insert(&original.join(" "));
            texts.insert(&edited.join(", ").to_uppercase());
            assert!((texts.similarity(0, 1) - expected).abs() < 1e-12, "word {changed}");
            assert_eq!(texts.groups().len(), usize::from(expected >= 0.8), "word {changed}");
        }
    }

    #[test]
    fn long_texts_are_compared_within_the_error_that_the_docs_state() {
        let original = sentence(2, 1000);
        let mut edited = original.clone();
        for word in (0..1000).step_by(40) {
            edited[word] = "other".to_owned();
        }
        let mut errors = Vec::new();
        for seed in 0..40 {
            let mut texts = NearDuplicates::new(0.8, seed);
            texts.insert(&original.join(" "));
            texts.insert(&edited.join(" "));
            errors.push((texts.similarity(0, 1) - jaccard(&original, &edited)).abs());
        }
        assert!(errors.iter().all(|&error| error < 4.0 * 0.04), "{errors:?}");
        assert!(errors.iter().any(|&error| error > 0.0));
    }

    #[test]
    fn every_planted_pair_is_found_and_no_other() {
        let mut texts = NearDuplicates::new(0.8, 7);
        let mut planted = Vec::new();
        for number in 0..2000 {
            let original = sentence(number, 30);
            texts.insert(&original.join(" "));
            if number % 10 == 0 {
                let mut edited = original;
                edited[29] = "other".to_owned();
                edited.push("reported".to_owned());
                planted.push(vec![texts.len() - 1, texts.insert(&edited.join(" "))]);
            }
        }
        assert_eq!(texts.groups(), planted);
    }

    #[test]
    fn texts_that_are_the_same_form_one_group_however_many() {
        let mut texts = NearDuplicates::new(1.0, 7);
        for _ in 0..500 {
            texts.insert("Minsk agreed.");
            texts.insert("MINSK — agreed!");
            texts.insert("");
            texts.insert("…");
        }
        let groups = texts.groups();
        assert_eq!((groups.len(), groups[0].len()), (1, 1000));
    }

    #[test]
    fn texts_without_words_are_similar_to_nothing() {
        let mut texts = NearDuplicates::new(0.5, 7);
        assert!(texts.is_empty());
        texts.insert("");
        texts.insert(" — ");
        assert_eq!(texts.similarity(0, 1).to_bits(), 0.0_f64.to_bits());
        assert!(texts.groups().is_empty());
    }
}
