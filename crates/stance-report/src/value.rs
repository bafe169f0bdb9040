/// The largest magnitude that a chart draws; what lies beyond is an error upstream, not a finding.
const LIMIT: f64 = 1e12;

/// A number to draw, or none.
///
/// Finite and at most 10¹² in magnitude: NaN, infinities and what is larger become
/// [`Value::NONE`], which every chart and table shows as "no data".
///
/// # Examples
/// ```
/// use stance_report::Value;
/// assert_eq!(Value::from(0.5).get(), Some(0.5));
/// assert_eq!(Value::from(f64::NAN), Value::NONE);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Value(Option<f64>);

impl Value {
    /// No data.
    pub const NONE: Self = Self(None);

    /// The number, if there is one.
    #[must_use]
    pub fn get(self) -> Option<f64> {
        self.0
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Self((number.abs() <= LIMIT).then_some(number))
    }
}

impl From<Option<f64>> for Value {
    fn from(number: Option<f64>) -> Self {
        number.map_or(Self::NONE, Self::from)
    }
}

/// A range of numbers: finite, `low` at most `high`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    low: f64,
    high: f64,
}

impl Interval {
    /// Makes an interval, or `None` if a bound is no [`Value`] or they are the wrong way round.
    ///
    /// # Examples
    /// ```
    /// use stance_report::Interval;
    /// assert!(Interval::new(0.1, 0.3).is_some());
    /// assert!(Interval::new(0.3, 0.1).is_none());
    /// assert!(Interval::new(f64::NAN, 0.1).is_none());
    /// ```
    #[must_use]
    pub fn new(low: f64, high: f64) -> Option<Self> {
        let (low, high) = (Value::from(low).get()?, Value::from(high).get()?);
        (low <= high).then_some(Self { low, high })
    }

    /// The lower bound.
    #[must_use]
    pub fn low(self) -> f64 {
        self.low
    }

    /// The upper bound.
    #[must_use]
    pub fn high(self) -> f64 {
        self.high
    }
}

/// How numbers are written, on axes, beside marks and in tables alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Number {
    /// A whole number with commas: `12,408`.
    Count,
    /// With so many decimals, at most 6: `0.61`.
    Decimal(u8),
    /// The same with a sign, except for zero: `+0.25`, `−0.40`.
    Signed(u8),
    /// A share of 1 as per cent, with so many decimals: `61%`.
    Percent(u8),
}

impl Number {
    /// Writes `number`; what is not finite is written as a dash.
    ///
    /// # Examples
    /// ```
    /// use stance_report::Number;
    /// assert_eq!(Number::Count.show(12408.0), "12,408");
    /// assert_eq!(Number::Signed(2).show(-0.4), "−0.40");
    /// assert_eq!(Number::Signed(1).show(-0.01), "0.0");
    /// assert_eq!(Number::Percent(0).show(0.614), "61%");
    /// ```
    #[must_use]
    pub fn show(self, number: f64) -> String {
        let Some(number) = Value::from(number).get() else { return "–".to_owned() };
        let (scaled, decimals, unit) = match self {
            Self::Count => (number, 0, ""),
            Self::Decimal(decimals) | Self::Signed(decimals) => (number, decimals, ""),
            Self::Percent(decimals) => (number * 100.0, decimals, "%"),
        };
        let digits = format!("{:.*}", usize::from(decimals.min(6)), scaled.abs());
        let is_zero = digits.bytes().all(|byte| matches!(byte, b'0' | b'.'));
        let sign = match (is_zero, scaled < 0.0, self) {
            (false, true, _) => "−",
            (false, false, Self::Signed(_)) => "+",
            _ => "",
        };
        format!("{sign}{}{unit}", with_commas(&digits))
    }

    /// Writes a value, or "no data".
    #[must_use]
    pub fn show_value(self, value: Value) -> String {
        value.get().map_or_else(|| NO_DATA.to_owned(), |number| self.show(number))
    }

    /// Writes an interval: `0.58 to 0.64`.
    #[must_use]
    pub fn show_interval(self, interval: Interval) -> String {
        format!("{} to {}", self.show(interval.low), self.show(interval.high))
    }

    /// A value with its interval in brackets, if it has both.
    pub(crate) fn show_both(self, value: Value, interval: Option<Interval>) -> String {
        match (value.get(), interval) {
            (Some(number), Some(interval)) => {
                format!("{} ({})", self.show(number), self.show_interval(interval))
            }
            _ => self.show_value(value),
        }
    }

    /// So many decimals more as `step` between two ticks needs, for an axis.
    pub(crate) fn for_step(self, step: f64) -> Self {
        let scaled = if matches!(self, Self::Percent(_)) { step * 100.0 } else { step };
        let needed = (0..=6_u8).find(|&decimals| {
            let shifted = scaled * 10_f64.powi(i32::from(decimals));
            (shifted - shifted.round()).abs() < 1e-6 && shifted.round() >= 1.0
        });
        let needed = needed.unwrap_or(6);
        match self {
            Self::Count if needed == 0 => self,
            Self::Count | Self::Decimal(_) => Self::Decimal(needed),
            Self::Signed(_) => Self::Signed(needed),
            Self::Percent(_) => Self::Percent(needed),
        }
    }
}

/// What stands where a number is missing.
pub(crate) const NO_DATA: &str = "no data";

fn with_commas(digits: &str) -> String {
    let whole = digits.find('.').unwrap_or(digits.len());
    let mut out = String::with_capacity(digits.len() + whole / 3);
    for (at, digit) in digits.char_indices() {
        if at > 0 && at < whole && (whole - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Writes a count with commas.
pub(crate) fn count(n: u64) -> String {
    with_commas(&n.to_string())
}

/// A count as a coordinate.
#[expect(clippy::cast_precision_loss, reason = "a pixel is coarser than 2⁻⁵³")]
pub(crate) fn real(n: u64) -> f64 {
    n as f64
}

/// A number of things as a coordinate.
#[expect(clippy::cast_precision_loss, reason = "nothing has 2⁵³ rows")]
pub(crate) fn many(n: usize) -> f64 {
    n as f64
}

/// A finite number, not below zero, as a number of things; saturates.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "as saturates")]
pub(crate) fn whole(number: f64) -> usize {
    number as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_a_number_is_no_data() {
        for odd in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e300, -1e13] {
            assert_eq!(Value::from(odd), Value::NONE);
            assert_eq!(Number::Decimal(2).show_value(odd.into()), "no data");
            assert_eq!(Interval::new(odd, 1.0), None);
            assert_eq!(Interval::new(0.0, odd), None);
        }
    }

    #[test]
    fn numbers_are_grouped_signed_and_never_minus_zero() {
        assert_eq!(Number::Count.show(999.0), "999");
        assert_eq!(Number::Count.show(1_234_567.0), "1,234,567");
        assert_eq!(Number::Decimal(1).show(12_345.67), "12,345.7");
        assert_eq!(Number::Decimal(2).show(-0.001), "0.00");
        assert_eq!(Number::Signed(2).show(0.25), "+0.25");
        assert_eq!(Number::Signed(0).show(-2.0), "−2");
        assert_eq!(Number::Percent(1).show(0.1234), "12.3%");
    }

    #[test]
    fn an_axis_shows_as_many_decimals_as_its_steps_need() {
        assert_eq!(Number::Decimal(2).for_step(0.5), Number::Decimal(1));
        assert_eq!(Number::Decimal(2).for_step(0.25), Number::Decimal(2));
        assert_eq!(Number::Percent(1).for_step(0.2), Number::Percent(0));
        assert_eq!(Number::Count.for_step(1000.0), Number::Count);
        assert_eq!(Number::Count.for_step(0.5), Number::Decimal(1));
    }
}
