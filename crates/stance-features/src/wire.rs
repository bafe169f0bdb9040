//! The stored form of a fitted featurizer.
//!
//! | bytes | content |
//! | --- | --- |
//! | 16 | `stance-features\n` |
//! | 4 | format version, little-endian as all that follows |
//! | 4, then as many | length of the header; the header: configuration and lexicons as TOML |
//! | for each block | number of statements at fit, number of columns, then for each column the distance of its key from the key before (from -1 for the first) less 1, and its document frequency; all as LEB128 |
//! | 8 | fingerprint of all bytes before |

use serde::{Deserialize, Serialize};

use crate::config::FeaturizerConfig;
use crate::fingerprint;
use crate::fitted::FittedFeaturizer;
use crate::lexicon::Lexicons;
use crate::plan::Plan;
use crate::vocabulary::Terms;

const LABEL: &[u8; 16] = b"stance-features\n";

/// The version that [`FittedFeaturizer::to_bytes`] writes.
const CURRENT: u32 = 1;

/// The oldest version that [`FittedFeaturizer::from_bytes`] reads.
const OLDEST: u32 = 1;

/// The error of reading a [`FittedFeaturizer`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The bytes are something else.
    #[error("not a featurizer: the format label is missing")]
    Label,
    /// The format is of another version.
    #[error("featurizer format is version {found}, this build reads {OLDEST} to {CURRENT}")]
    Version {
        /// What was found.
        found: u32,
    },
    /// Bytes are missing or changed.
    #[error("featurizer is damaged: its checksum does not match its content")]
    Checksum,
    /// The configuration or the lexicons cannot be read.
    #[error("featurizer header is malformed")]
    Header(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A table does not hold what it says.
    #[error("table of block {block} is malformed")]
    Table {
        /// Which block of the configuration, from 0.
        block: usize,
    },
    /// Something follows the last table.
    #[error("{found} bytes follow the last table")]
    Trailing {
        /// How many bytes.
        found: usize,
    },
}

#[derive(Serialize)]
struct HeaderRef<'f> {
    config: &'f FeaturizerConfig,
    lexicons: &'f Lexicons,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    config: FeaturizerConfig,
    lexicons: Lexicons,
}

impl FittedFeaturizer {
    /// The stored form: label, version, configuration, lexicons and tables, with a checksum.
    ///
    /// Equal featurizers have equal bytes.
    ///
    /// # Panics
    /// Never: a checked configuration is valid TOML.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = LABEL.to_vec();
        bytes.extend(CURRENT.to_le_bytes());
        let header = HeaderRef { config: self.config(), lexicons: self.lexicons() };
        let header = toml::to_string(&header).expect("a checked configuration is valid TOML");
        let length = u32::try_from(header.len()).expect("lexicons are of limited size");
        bytes.extend(length.to_le_bytes());
        bytes.extend(header.as_bytes());
        for terms in self.terms() {
            put(&mut bytes, u64::from(terms.statements));
            put(&mut bytes, terms.keys.len() as u64);
            let mut least = 0;
            for (&key, &df) in terms.keys.iter().zip(&terms.frequencies) {
                put(&mut bytes, key - least);
                put(&mut bytes, u64::from(df));
                least = key.wrapping_add(1);
            }
        }
        bytes.extend(fingerprint::of_bytes(&bytes).to_le_bytes());
        bytes
    }

    /// Reads what [`Self::to_bytes`] wrote; never panics, whatever the bytes, and allocates no more
    /// than a small multiple of their number.
    ///
    /// # Errors
    /// When the bytes are something else, of another version, damaged or inconsistent.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ReadError> {
        let rest = bytes.strip_prefix(LABEL).ok_or(ReadError::Label)?;
        let (version, _) = rest.split_first_chunk().ok_or(ReadError::Checksum)?;
        let found = u32::from_le_bytes(*version);
        if !(OLDEST..=CURRENT).contains(&found) {
            return Err(ReadError::Version { found });
        }
        let (content, checksum) = bytes.split_last_chunk().ok_or(ReadError::Checksum)?;
        if fingerprint::of_bytes(content) != u64::from_le_bytes(*checksum) {
            return Err(ReadError::Checksum);
        }
        let rest = content.get(LABEL.len() + 4..).ok_or(ReadError::Checksum)?;
        let (header, mut rest) = split_header(rest)?;
        let malformed = |error: Box<dyn std::error::Error + Send + Sync>| ReadError::Header(error);
        let header = std::str::from_utf8(header).map_err(|error| malformed(error.into()))?;
        let header: Header = toml::from_str(header).map_err(|error| malformed(error.into()))?;
        let plan =
            Plan::new(&header.config, &header.lexicons).map_err(|error| malformed(error.into()))?;
        let mut blocks = Vec::with_capacity(plan.blocks.len());
        let mut width: usize = 0;
        for block in 0..plan.blocks.len() {
            let table = take_terms(&mut rest).filter(Terms::is_valid);
            let terms = table.ok_or(ReadError::Table { block })?;
            width += terms.keys.len();
            if width >= u32::MAX as usize {
                return Err(ReadError::Table { block });
            }
            blocks.push(terms);
        }
        match rest.len() {
            0 => Ok(Self::assemble(header.config, header.lexicons, plan, blocks)),
            found => Err(ReadError::Trailing { found }),
        }
    }
}

fn split_header(bytes: &[u8]) -> Result<(&[u8], &[u8]), ReadError> {
    let short = || ReadError::Header("the header is cut off".into());
    let (length, rest) = bytes.split_first_chunk().ok_or_else(short)?;
    rest.split_at_checked(u32::from_le_bytes(*length) as usize).ok_or_else(short)
}

fn take_terms(bytes: &mut &[u8]) -> Option<Terms> {
    let statements = u32::try_from(take(bytes)?).ok()?;
    let length = usize::try_from(take(bytes)?).ok()?;
    // A column takes two bytes at least: no more is allocated than the bytes can fill.
    if length > bytes.len() / 2 {
        return None;
    }
    let (mut keys, mut frequencies) = (Vec::with_capacity(length), Vec::with_capacity(length));
    let mut least = Some(0_u64);
    for _ in 0..length {
        let key = least?.checked_add(take(bytes)?)?;
        keys.push(key);
        frequencies.push(u32::try_from(take(bytes)?).ok()?);
        least = key.checked_add(1);
    }
    Some(Terms { statements, keys, frequencies })
}

/// Appends `value` seven bits at a time, the lowest first (LEB128).
fn put(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push(value.to_le_bytes()[0] | 0x80);
        value >>= 7;
    }
    bytes.push(value.to_le_bytes()[0]);
}

/// Takes what [`put`] wrote; `None` when bytes run out or the number does not fit.
fn take(bytes: &mut &[u8]) -> Option<u64> {
    if let Some(&ahead) = bytes.first_chunk() {
        // Numbers of up to eight bytes at once: the first byte without its highest bit ends one.
        let ahead = u64::from_le_bytes(ahead);
        let ends = !ahead & HIGHEST;
        if ends != 0 {
            let length = ends.trailing_zeros() / 8 + 1;
            let groups = ahead & !HIGHEST & (u64::MAX >> (64 - 8 * length));
            // Each pair of groups of bits is pushed together, then each pair of those, and so on.
            let pairs = (groups & LOWER[0]) | (groups & !LOWER[0]) >> 1;
            let fours = (pairs & LOWER[1]) | (pairs & !LOWER[1]) >> 2;
            *bytes = &bytes[length as usize..];
            return Some((fours & LOWER[2]) | (fours & !LOWER[2]) >> 4);
        }
    }
    take_long(bytes)
}

/// The highest bit of each byte.
const HIGHEST: u64 = 0x8080_8080_8080_8080;

/// The lower half of each two bytes, of each four and of eight.
const LOWER: [u64; 3] = [0x00ff_00ff_00ff_00ff, 0x0000_ffff_0000_ffff, 0x0000_0000_ffff_ffff];

/// As [`take`], for numbers of nine bytes and more and those near the end.
fn take_long(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        let bits = u64::from(byte & 0x7f);
        if (bits << shift) >> shift != bits {
            return None;
        }
        value |= bits << shift;
        if byte < 0x80 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A featurizer's bytes with a block of the two columns 5 and 9, and its checksum set right.
    fn signed(header: &str, table: &[u8]) -> Vec<u8> {
        let mut bytes = LABEL.to_vec();
        bytes.extend(CURRENT.to_le_bytes());
        bytes.extend(u32::try_from(header.len()).expect("short").to_le_bytes());
        bytes.extend(header.as_bytes());
        bytes.extend(table);
        sign(bytes)
    }

    fn sign(mut bytes: Vec<u8>) -> Vec<u8> {
        bytes.extend(fingerprint::of_bytes(&bytes).to_le_bytes());
        bytes
    }

    const HEADER: &str = "lexicons = {}\n[config]\nkind = 'ngrams.v1'\n";
    /// Ten statements, two columns: key 5 in 3 of them, key 5 + 1 + 3 in 2.
    const TABLE: [u8; 6] = [10, 2, 5, 3, 3, 2];

    #[test]
    fn tables_that_do_not_hold_what_they_say_are_refused() {
        assert!(FittedFeaturizer::from_bytes(&signed(HEADER, &TABLE)).is_ok());
        let most = [0xff; 9];
        for table in [
            &[][..],
            // More columns than bytes.
            &[10, 200, 5, 3],
            // In more statements than there were, and in none.
            &[10, 1, 5, 11],
            &[10, 1, 5, 0],
            // A key beyond 64 bits, then one after the last.
            &[&[10, 1][..], &most, &[2, 1]].concat(),
            &[&[10, 2][..], &most, &[1, 1, 0, 1]].concat(),
        ] {
            let error = FittedFeaturizer::from_bytes(&signed(HEADER, table)).expect_err("refused");
            assert!(matches!(error, ReadError::Table { block: 0 }), "{table:?}: {error}");
        }
        let long = [&TABLE[..], &[0]].concat();
        let error = FittedFeaturizer::from_bytes(&signed(HEADER, &long)).expect_err("refused");
        assert!(matches!(error, ReadError::Trailing { found: 1 }));
    }

    #[test]
    fn headers_of_weights_that_are_not_finite_or_of_unknown_keys_are_refused() {
        for line in ["weight = nan", "weight = inf", "weight = -1.0", "color = 1", "n = [0, 9]"] {
            let header = format!("{HEADER}{line}\n");
            let error =
                FittedFeaturizer::from_bytes(&signed(&header, &TABLE)).expect_err("refused");
            assert!(matches!(error, ReadError::Header(_)), "{line}: {error}");
        }
    }

    #[test]
    fn no_change_of_signed_bytes_panics() {
        let bytes = signed(HEADER, &TABLE);
        let content = &bytes[..bytes.len() - 8];
        for at in LABEL.len()..content.len() {
            for change in 1..=u8::MAX {
                let mut changed = content.to_vec();
                changed[at] ^= change;
                // Either answer will do, as long as there is one.
                drop(FittedFeaturizer::from_bytes(&sign(changed)));
            }
        }
    }
}
