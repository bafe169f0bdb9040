use stance_core::Label;

use crate::LoadError;
use crate::wire::{put_count, take};

/// The weights of a linear model: for each column one number a label, and an intercept a label.
///
/// All are finite. On disk a weight is a 16-bit integer times the scale of its label, so reading
/// back what was written changes nothing once [`LinearWeights::quantized`] was taken.
#[derive(Clone, Debug, PartialEq)]
pub struct LinearWeights {
    columns: Vec<[f32; Label::COUNT]>,
    intercepts: [f32; Label::COUNT],
}

/// Largest absolute value of a stored weight.
const STEPS: f32 = 32_767.0;

impl LinearWeights {
    /// Makes weights, or `None` if a number is not finite.
    ///
    /// # Shape
    /// `columns`: one row a feature column, ordered as [`Label::ALL`]; `intercepts` likewise.
    #[must_use]
    pub fn new(columns: Vec<[f32; Label::COUNT]>, intercepts: [f32; Label::COUNT]) -> Option<Self> {
        let finite = columns.iter().flatten().chain(&intercepts).all(|w| w.is_finite());
        finite.then_some(Self { columns, intercepts })
    }

    /// Number of feature columns.
    #[must_use]
    pub fn width(&self) -> usize {
        self.columns.len()
    }

    /// One row a feature column, ordered as [`Label::ALL`].
    #[must_use]
    pub fn columns(&self) -> &[[f32; Label::COUNT]] {
        &self.columns
    }

    /// As [`LinearWeights::columns`], taken out.
    pub(crate) fn into_columns(self) -> Vec<[f32; Label::COUNT]> {
        self.columns
    }

    /// The intercepts, ordered as [`Label::ALL`].
    #[must_use]
    pub fn intercepts(&self) -> [f32; Label::COUNT] {
        self.intercepts
    }

    /// The same weights as they will be after writing and reading: rounded to 1/32,767 of the
    /// largest of their label.
    #[must_use]
    pub fn quantized(&self) -> Self {
        let scales = scales(&self.columns);
        let mut columns = self.columns.clone();
        for row in &mut columns {
            for (weight, scale) in row.iter_mut().zip(scales) {
                *weight = f32::from(step(*weight, scale)) * scale;
            }
        }
        Self { columns, intercepts: self.intercepts }
    }

    /// Reads what [`write`] wrote, from the front of `bytes`.
    pub(crate) fn read(bytes: &mut &[u8]) -> Result<Self, LoadError> {
        let width = u32::from_le_bytes(take(bytes)?) as usize;
        let mut head = [0.0_f32; 2 * Label::COUNT];
        for number in &mut head {
            *number = f32::from_le_bytes(take(bytes)?);
        }
        if head.iter().any(|number| !number.is_finite()) {
            return Err(LoadError::NotFinite);
        }
        let (scales, intercepts) = head.split_at(Label::COUNT);
        let size = width
            .checked_mul(2 * Label::COUNT)
            .filter(|&size| size <= bytes.len())
            .ok_or_else(|| LoadError::Malformed(format!("cut off before {width} columns")))?;
        let (body, rest) = bytes.split_at(size);
        *bytes = rest;
        let columns = body
            .chunks_exact(2 * Label::COUNT)
            .map(|row| {
                let mut weights = [0.0; Label::COUNT];
                for ((weight, step), scale) in
                    weights.iter_mut().zip(row.chunks_exact(2)).zip(scales)
                {
                    *weight = f32::from(i16::from_le_bytes([step[0], step[1]])) * scale;
                }
                weights
            })
            .collect();
        let intercepts = [intercepts[0], intercepts[1], intercepts[2], intercepts[3]];
        Self::new(columns, intercepts).ok_or(LoadError::NotFinite)
    }
}

/// Appends the binary form: width (u32), scales and intercepts (f32), then the steps (i16), all
/// little-endian.
pub(crate) fn write(
    columns: &[[f32; Label::COUNT]],
    intercepts: [f32; Label::COUNT],
    out: &mut Vec<u8>,
) {
    put_count(out, columns.len());
    let scales = scales(columns);
    for number in scales.into_iter().chain(intercepts) {
        out.extend(number.to_le_bytes());
    }
    for row in columns {
        for (&weight, scale) in row.iter().zip(scales) {
            out.extend(step(weight, scale).to_le_bytes());
        }
    }
}

/// Size of one step of each label's stored weights; zero when all of them are zero.
fn scales(columns: &[[f32; Label::COUNT]]) -> [f32; Label::COUNT] {
    let mut largest = [0.0_f32; Label::COUNT];
    for row in columns {
        for (top, weight) in largest.iter_mut().zip(row) {
            *top = top.max(weight.abs());
        }
    }
    largest.map(|top| top / STEPS)
}

/// The stored step of a weight.
#[expect(clippy::cast_possible_truncation, reason = "rounded and within ±32,767 by the scale")]
fn step(weight: f32, scale: f32) -> i16 {
    if scale > 0.0 { (weight / scale).round().clamp(-STEPS, STEPS) as i16 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weights() -> LinearWeights {
        LinearWeights::new(
            vec![[0.5, -0.25, 0.0, 1.0], [1e-9, 0.0, 0.0, 0.0], [-1.0, 2.0, 0.0, 0.125]],
            [0.1, 0.2, 0.3, 0.4],
        )
        .expect("finite")
    }

    #[test]
    fn quantized_weights_survive_writing_and_reading_unchanged() {
        let quantized = weights().quantized();
        let mut bytes = Vec::new();
        write(quantized.columns(), quantized.intercepts(), &mut bytes);
        let mut rest = bytes.as_slice();
        assert_eq!(LinearWeights::read(&mut rest).expect("just written"), quantized);
        assert!(rest.is_empty());
    }

    #[test]
    fn quantizing_moves_a_weight_by_at_most_half_a_step() {
        let (before, after) = (weights(), weights().quantized());
        for (row, quantized) in before.columns().iter().zip(after.columns()) {
            for ((w, q), scale) in row.iter().zip(quantized).zip(scales(before.columns())) {
                assert!((w - q).abs() <= scale * 0.501, "{w} became {q}");
            }
        }
    }

    #[test]
    fn weights_cut_off_anywhere_are_an_error() {
        let mut bytes = Vec::new();
        write(weights().columns(), weights().intercepts(), &mut bytes);
        for end in 0..bytes.len() {
            assert!(LinearWeights::read(&mut &bytes[..end]).is_err(), "{end}");
        }
    }
}
