//! 64-bit fingerprints of terms: a fixed function, so that artifacts read back anywhere.
//!
//! Bytes are read eight at a time as little-endian words and folded by a 64 × 64 → 128 bit
//! multiplication whose halves are joined by exclusive or, the step of wyhash
//! (<https://github.com/wangyi-fudan/wyhash>). A vocabulary of 10⁶ terms holds two of one
//! fingerprint with a probability of 3 · 10⁻⁸; it is not made to withstand an attacker.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// A map from fingerprints, which are hashes already.
pub(crate) type FingerprintMap<V> = HashMap<u64, V, BuildHasherDefault<AsIs>>;

/// Hashes a fingerprint to itself.
#[derive(Clone, Debug, Default)]
pub(crate) struct AsIs(u64);

impl Hasher for AsIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = of_bytes(bytes);
    }

    fn write_u64(&mut self, fingerprint: u64) {
        self.0 = fingerprint;
    }
}

const P0: u64 = 0xa076_1d64_78bd_642f;
const P1: u64 = 0xe703_7ed1_a0b4_28db;

/// The two halves of the product, joined.
#[expect(clippy::cast_possible_truncation, reason = "the lower half is wanted")]
const fn fold(a: u64, b: u64) -> u64 {
    let product = (a as u128) * (b as u128);
    (product as u64) ^ ((product >> 64) as u64)
}

/// Up to eight bytes as one word; distinct for distinct bytes of one length.
const fn word(bytes: &[u8]) -> u64 {
    match (bytes.len(), bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        (0, ..) => 0,
        (4..=7, Some(first), Some(last)) => {
            u32::from_le_bytes(*first) as u64 | (u32::from_le_bytes(*last) as u64) << 32
        }
        (length, ..) => {
            if let Some(bytes) = bytes.first_chunk::<8>() {
                return u64::from_le_bytes(*bytes);
            }
            let (middle, last) = (bytes[length / 2] as u64, bytes[length - 1] as u64);
            bytes[0] as u64 | middle << 8 | last << 16
        }
    }
}

/// The fingerprint of `bytes`.
pub(crate) const fn of_bytes(bytes: &[u8]) -> u64 {
    let mut rest = bytes;
    let mut state = P0;
    while rest.len() > 8 {
        state = fold(state ^ word(rest), P1);
        rest = rest.split_at(8).1;
    }
    fold(state ^ word(rest), P1 ^ bytes.len() as u64)
}

/// The length of the first word of `bytes`, which ends before a space or with them, and a
/// fingerprint of it. It is another one than [`of_bytes`] gives: for memories only, never stored.
pub(crate) fn of_first_word(bytes: &[u8]) -> (usize, u64) {
    const SPACES: u64 = 0x2020_2020_2020_2020;
    const LOW: u64 = 0x0101_0101_0101_0101;
    let mut length = 0;
    let mut state = P0;
    loop {
        let rest = &bytes[length..];
        let block = rest.first_chunk::<8>().copied().unwrap_or_else(|| {
            let mut padded = [b' '; 8];
            padded[..rest.len()].copy_from_slice(rest);
            padded
        });
        let word = u64::from_le_bytes(block);
        // The high bit of the first byte that is a space, and perhaps of some behind it.
        let spaces = word ^ SPACES;
        let found = spaces.wrapping_sub(LOW) & !spaces & (LOW << 7);
        if found == 0 {
            state = fold(state ^ word, P1);
            length += 8;
            continue;
        }
        let bits = found.trailing_zeros() & !7;
        length += bits as usize / 8;
        return (length, fold(state ^ (word & ((1 << bits) - 1)), P1 ^ length as u64));
    }
}

/// The highest bits of a fingerprint: as many as number the slots of a table of `size`, a power of
/// two; 0 where there are none.
pub(crate) const fn highest(fingerprint: u64, size: usize) -> usize {
    ((fingerprint >> 1) >> (63 - (size | 1).ilog2())) as usize
}

/// The fingerprint of the sequence of two fingerprinted things; order matters.
pub(crate) const fn join(first: u64, second: u64) -> u64 {
    fold(first ^ P0, second.rotate_left(32) ^ P1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fingerprints_never_change() {
        // Artifacts hold them: a change here is a change of the format.
        assert_eq!(of_bytes(b""), 0x1ff5_c292_3a78_8d2c);
        assert_eq!(of_bytes(b"astana"), 0xd1bc_6274_f7ac_669a);
        assert_eq!(of_bytes(b"internal affair"), 0xff56_2dae_af06_e614);
        assert_eq!(join(of_bytes(b"not"), of_bytes(b"support")), 0x87dd_09fe_e882_0d66);
    }

    #[test]
    fn a_first_word_ends_before_a_space_wherever_it_is() {
        let text = b"abcdefghijklmnopqrstuvwxyz";
        let mut found = std::collections::BTreeSet::new();
        for length in 0..text.len() {
            let word = &text[..length];
            let (of_all, hash) = of_first_word(word);
            assert_eq!(of_all, length);
            for behind in [&b" "[..], b" x", b"  and more than eight bytes"] {
                assert_eq!(of_first_word(&[word, behind].concat()), (length, hash));
            }
            found.insert(hash);
        }
        assert_eq!(found.len(), text.len());
        assert_ne!(of_first_word(b"a").1, of_first_word(b"a\0").1);
    }

    #[test]
    fn order_length_and_padding_count() {
        assert_ne!(join(of_bytes(b"a"), of_bytes(b"b")), join(of_bytes(b"b"), of_bytes(b"a")));
        assert_ne!(of_bytes(b"a"), of_bytes(b"a\0"));
        assert_ne!(of_bytes(b"aaaaaaaa"), of_bytes(b"aaaaaaaaa"));
        assert_ne!(of_bytes(b"abc"), of_bytes(b"abb"));
    }
}
