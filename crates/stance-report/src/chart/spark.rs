use crate::value::{Interval, Value, whole};

/// A line of block characters for a terminal, one a value, from the low to the high end of `range`;
/// without a range, of the values. No data is a dot; equal values stand in the middle.
///
/// # Examples
/// ```
/// use stance_report::{Interval, Value, sparkline};
/// let values = [0.0, 0.5, f64::NAN, 1.0].map(Value::from);
/// assert_eq!(sparkline(&values, None), "▁▅·█");
/// assert_eq!(sparkline(&values, Interval::new(0.0, 2.0)), "▁▃·▅");
/// ```
#[must_use]
pub fn sparkline(values: &[Value], range: Option<Interval>) -> String {
    const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let known = || values.iter().filter_map(|value| value.get());
    let (low, high) = range.map_or_else(
        || known().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| (a.min(v), b.max(v))),
        |range| (range.low(), range.high()),
    );
    let block = |value: f64| {
        let share = if high > low { (value - low) / (high - low) } else { 0.5 };
        let step = whole((share.clamp(0.0, 1.0) * 7.0).round());
        BLOCKS.get(step).copied().unwrap_or('·')
    };
    values.iter().map(|value| value.get().map_or('·', block)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_beyond_the_range_stand_at_its_ends() {
        let values = [-5.0, -1.0, 0.0, 1.0, 5.0, f64::INFINITY].map(Value::from);
        assert_eq!(sparkline(&values, Interval::new(-1.0, 1.0)), "▁▁▅██·");
    }

    #[test]
    fn equal_values_one_and_none_are_drawn() {
        assert_eq!(sparkline(&[0.3, 0.3].map(Value::from), None), "▅▅");
        assert_eq!(sparkline(&[], None), "");
        assert_eq!(sparkline(&[Value::NONE], None), "·");
    }
}
