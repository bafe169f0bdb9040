//! What the weights files of all kinds share: numbers, the head and the calibration at the end.
//!
//! | bytes | content |
//! | --- | --- |
//! | 8 | label of the kind |
//! | 8, then as many | length of the featurizer; the featurizer |
//! | … | what the kind learned |
//! | 40 | calibration: temperature and biases (f64) |
//!
//! All numbers are little-endian. No length is trusted further than there are bytes.

use stance_core::Label;
use stance_features::FittedFeaturizer;

use crate::{Calibration, LoadError};

/// The bytes of a weights file; `learned` appends what the kind learned.
pub(crate) fn write(
    magic: [u8; 8],
    featurizer: &FittedFeaturizer,
    calibration: &Calibration,
    learned: impl FnOnce(&mut Vec<u8>),
) -> Vec<u8> {
    let featurizer = featurizer.to_bytes();
    let mut bytes = magic.to_vec();
    bytes.extend((featurizer.len() as u64).to_le_bytes());
    bytes.extend(featurizer);
    learned(&mut bytes);
    bytes.extend(calibration.temperature().to_le_bytes());
    for bias in calibration.bias() {
        bytes.extend(bias.to_le_bytes());
    }
    bytes
}

/// Reads what [`write`] wrote; `learned` takes what the kind learned from the front of its bytes.
pub(crate) fn read<T>(
    magic: [u8; 8],
    bytes: &[u8],
    learned: impl FnOnce(&mut &[u8]) -> Result<T, LoadError>,
) -> Result<(FittedFeaturizer, T, Calibration), LoadError> {
    let mut rest = bytes;
    if take::<8>(&mut rest)? != magic {
        return Err(LoadError::malformed("the first bytes are not those of its kind"));
    }
    let length = usize::try_from(u64::from_le_bytes(take(&mut rest)?)).unwrap_or(usize::MAX);
    let (featurizer, mut rest) = rest
        .split_at_checked(length)
        .ok_or_else(|| LoadError::malformed("cut off in the features"))?;
    let featurizer = FittedFeaturizer::from_bytes(featurizer).map_err(LoadError::features)?;
    let learned = learned(&mut rest)?;
    let mut numbers = [0.0; 1 + Label::COUNT];
    for number in &mut numbers {
        *number = f64::from_le_bytes(take(&mut rest)?);
    }
    let [temperature, bias @ ..] = numbers;
    let calibration = Calibration::new(temperature, bias).ok_or(LoadError::NotFinite)?;
    if !rest.is_empty() {
        return Err(LoadError::malformed("more bytes than the model has"));
    }
    Ok((featurizer, learned, calibration))
}

/// Appends a number of things.
///
/// # Panics
/// If it is 2^32 or more; columns are counted in `u32`, and everything else is far fewer.
pub(crate) fn put_count(out: &mut Vec<u8>, count: usize) {
    out.extend(u32::try_from(count).expect("things of a model are fewer than 2^32").to_le_bytes());
}

/// Takes the next `N` bytes.
pub(crate) fn take<const N: usize>(bytes: &mut &[u8]) -> Result<[u8; N], LoadError> {
    let (head, rest) =
        bytes.split_first_chunk::<N>().ok_or_else(|| LoadError::malformed("cut off"))?;
    *bytes = rest;
    Ok(*head)
}

/// Takes what [`put_count`] wrote; not more than there are bytes left, since each thing takes some.
pub(crate) fn take_count(bytes: &mut &[u8]) -> Result<usize, LoadError> {
    let count = u32::from_le_bytes(take(bytes)?) as usize;
    if count > bytes.len() {
        return Err(LoadError::malformed("cut off before all that it counts"));
    }
    Ok(count)
}

/// Takes the next `count` numbers of `N` bytes each.
pub(crate) fn take_many<const N: usize, T>(
    bytes: &mut &[u8],
    count: usize,
    number: impl Fn([u8; N]) -> T,
) -> Result<Vec<T>, LoadError> {
    let size = count.saturating_mul(N);
    let (body, rest) =
        bytes.split_at_checked(size).ok_or_else(|| LoadError::malformed("cut off"))?;
    *bytes = rest;
    let (chunks, _) = body.as_chunks::<N>();
    Ok(chunks.iter().map(|chunk| number(*chunk)).collect())
}

/// Appends blocks of four numbers (f64).
pub(crate) fn put_blocks(out: &mut Vec<u8>, blocks: &[[f64; Label::COUNT]]) {
    out.extend(blocks.iter().flatten().flat_map(|number| number.to_le_bytes()));
}

/// Takes `count` blocks of those that [`put_blocks`] wrote.
pub(crate) fn take_blocks(
    bytes: &mut &[u8],
    count: usize,
) -> Result<Vec<[f64; Label::COUNT]>, LoadError> {
    let numbers = take_many(bytes, count.saturating_mul(Label::COUNT), f64::from_le_bytes)?;
    let (blocks, _) = numbers.as_chunks::<{ Label::COUNT }>();
    Ok(blocks.to_vec())
}
