//! From numbers to pixels, and which numbers an axis names.

use crate::value::{Interval, many, whole};

/// How numbers are spaced along an axis.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Spacing {
    /// Equal differences take equal room.
    #[default]
    Linear,
    /// Equal ratios take equal room; numbers that are not above zero are no data.
    Log,
}

impl Spacing {
    /// Whether `number` has a place on such an axis.
    pub(crate) fn holds(self, number: f64) -> bool {
        self == Self::Linear || number > 0.0
    }
}

/// A map of numbers to pixels.
#[derive(Clone, Debug)]
pub(crate) struct Scale {
    spacing: Spacing,
    low: f64,
    high: f64,
    from: f64,
    to: f64,
    ticks: Vec<f64>,
}

impl Scale {
    /// The scale that shows all of `numbers` and the whole of `range`, from pixel `from` to `to`,
    /// with about `ticks` numbers named.
    ///
    /// Without `range` its ends are round numbers.
    pub(crate) fn new(
        spacing: Spacing,
        numbers: impl Iterator<Item = f64>,
        range: Option<Interval>,
        (from, to): (f64, f64),
        ticks: f64,
    ) -> Self {
        let bounds = range.into_iter().flat_map(|range| [range.low(), range.high()]);
        let (mut low, mut high) = bounds
            .chain(numbers)
            .filter(|&number| spacing.holds(number))
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), n| (low.min(n), high.max(n)));
        if low > high {
            (low, high) = if spacing == Spacing::Log { (1.0, 10.0) } else { (0.0, 1.0) };
        }
        let ticks = ticks.max(2.0);
        let mut scale = Self { spacing, low, high, from, to, ticks: Vec::new() };
        match spacing {
            Spacing::Linear => scale.fit_linear(range, ticks),
            Spacing::Log => scale.fit_log(range, ticks),
        }
        scale
    }

    fn fit_linear(&mut self, range: Option<Interval>, ticks: f64) {
        let least = (self.low.abs().max(self.high.abs()) * 1e-6).max(1e-6);
        if self.high - self.low < least {
            (self.low, self.high) = (self.low - least * 5.0, self.high + least * 5.0);
        }
        let step = round_step((self.high - self.low) / ticks);
        let is_given = |bound: f64, given: fn(Interval) -> f64| range.map(given) == Some(bound);
        if !is_given(self.low, Interval::low) {
            self.low = (self.low / step + 1e-9).floor() * step;
        }
        if !is_given(self.high, Interval::high) {
            self.high = (self.high / step - 1e-9).ceil() * step;
        }
        let first = (self.low / step - 1e-9).ceil();
        let steps = whole(((self.high - first * step) / step + 1e-9).max(0.0)).min(100);
        self.ticks = (0..=steps).map(|at| (first + many(at)) * step).collect();
    }

    fn fit_log(&mut self, range: Option<Interval>, ticks: f64) {
        if self.high / self.low < 1.2 {
            (self.low, self.high) = (self.low / 2.0, self.high * 2.0);
        } else if range.is_none() {
            (self.low, self.high) = (self.low / 1.15, self.high * 1.15);
        }
        let (first, last) = (self.low.log10(), self.high.log10());
        let decades = last - first;
        let within = |tick: &f64| *tick >= self.low * 0.999_999 && *tick <= self.high * 1.000_001;
        let tens = |every: i32, times: &[f64]| -> Vec<f64> {
            let (first, last) = (exponent(first) - 1, exponent(last) + 1);
            (first..=last)
                .filter(|ten| ten.rem_euclid(every) == 0)
                .flat_map(|ten| times.iter().map(move |time| time * 10_f64.powi(ten)))
                .filter(within)
                .collect()
        };
        self.ticks = if decades * 3.0 <= ticks {
            tens(1, &[1.0, 2.0, 5.0])
        } else if decades * 2.0 <= ticks {
            tens(1, &[1.0, 3.0])
        } else {
            tens(exponent((decades / ticks).ceil()).max(1), &[1.0])
        };
    }

    /// The pixel of `number`; one beyond the ends is at the end.
    pub(crate) fn at(&self, number: f64) -> f64 {
        let share = match self.spacing {
            Spacing::Linear => (number - self.low) / (self.high - self.low),
            Spacing::Log => {
                let from = self.low.ln();
                (number.max(self.low).ln() - from) / (self.high.ln() - from)
            }
        };
        self.from + share.clamp(0.0, 1.0) * (self.to - self.from)
    }

    /// The numbers to name, ascending.
    pub(crate) fn ticks(&self) -> &[f64] {
        &self.ticks
    }

    /// The least difference between two ticks, by which their decimals are chosen.
    pub(crate) fn step(&self) -> f64 {
        match self.spacing {
            Spacing::Linear => {
                self.ticks.windows(2).map(|pair| pair[1] - pair[0]).fold(1.0, f64::min)
            }
            Spacing::Log => self.ticks.first().copied().unwrap_or(1.0).min(1.0),
        }
    }

    /// The pixel of zero, if zero lies between the ends.
    pub(crate) fn zero(&self) -> Option<f64> {
        (self.low < 0.0 && self.high > 0.0).then(|| self.at(0.0))
    }
}

/// The least of 1, 2, 2.5 or 5 times a power of ten that is at least `step`.
fn round_step(step: f64) -> f64 {
    let power = 10_f64.powi(exponent(step.log10().floor()));
    let times = [1.0, 2.0, 2.5, 5.0, 10.0];
    let fits = times.into_iter().find(|times| times * power >= step * 0.999_999);
    fits.unwrap_or(10.0) * power
}

#[expect(clippy::cast_possible_truncation, reason = "the logarithm of a number up to 1e12")]
fn exponent(log: f64) -> i32 {
    log.floor() as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn linear(numbers: &[f64], range: Option<Interval>) -> Scale {
        Scale::new(Spacing::Linear, numbers.iter().copied(), range, (0.0, 100.0), 5.0)
    }

    #[test]
    fn ends_are_round_and_hold_every_number() {
        let scale = linear(&[0.13, 0.87], None);
        assert_eq!(scale.ticks().len(), 6);
        assert!((scale.at(0.0) - 0.0).abs() < 1e-9 && (scale.at(1.0) - 100.0).abs() < 1e-9);
        assert_eq!(scale.zero(), None);
    }

    #[test]
    fn a_given_range_is_shown_whole_and_grows_with_the_data() {
        let scale = linear(&[0.2], Interval::new(-1.0, 1.0));
        assert_eq!(scale.zero(), Some(50.0));
        assert_eq!(scale.ticks(), [-1.0, -0.5, 0.0, 0.5, 1.0]);
        assert!(linear(&[3.0], Interval::new(-1.0, 1.0)).at(3.0) <= 100.0);
        assert!(linear(&[3.0], Interval::new(-1.0, 1.0)).at(1.0) < 60.0);
    }

    #[test]
    fn one_number_equal_numbers_and_none_have_a_place() {
        for numbers in [&[0.5][..], &[0.0, 0.0], &[], &[1e12, -1e12], &[1e12], &[1e-30]] {
            let scale = linear(numbers, None);
            for &number in numbers {
                assert!((0.0..=100.0).contains(&scale.at(number)), "{numbers:?}");
            }
            assert!(scale.ticks().iter().all(|tick| tick.is_finite()), "{numbers:?}");
        }
    }

    #[test]
    fn a_log_axis_names_powers_of_ten_and_drops_what_is_not_positive() {
        let log = |numbers: &[f64], ticks| {
            Scale::new(Spacing::Log, numbers.iter().copied(), None, (0.0, 100.0), ticks)
        };
        assert_eq!(log(&[100.0, 10_000.0, -3.0, 0.0], 4.0).ticks(), [100.0, 1000.0, 10_000.0]);
        assert_eq!(log(&[10.0, 80.0], 5.0).ticks(), [10.0, 20.0, 50.0]);
        assert!(log(&[1e-9, 1e12], 4.0).ticks().len() <= 7);
        assert!(log(&[7.0], 4.0).at(7.0).is_finite() && log(&[], 4.0).at(0.0).is_finite());
    }
}
