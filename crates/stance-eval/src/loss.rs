/// The probability below which the log loss counts no further: one certain mistake costs 34.5 nats.
const FLOOR: f64 = 1e-15;

/// The log loss of one answer: the negative log probability of gold, in nats, 0 to 34.5.
///
/// A probability below 1e-15 counts as 1e-15, and so does that of a class that `probabilities` does
/// not have. (Good 1952, "Rational decisions".)
///
/// # Examples
/// ```
/// assert_eq!(stance_eval::log_loss(1, &[0.25; 4]), 4_f64.ln());
/// assert!(stance_eval::log_loss(0, &[0.0, 1.0]) < 34.6);
/// ```
#[must_use]
pub fn log_loss(gold: usize, probabilities: &[f64]) -> f64 {
    let probability = probabilities.get(gold).copied().unwrap_or_default();
    -probability.max(FLOOR).ln()
}

/// The Brier score of one answer: the squared distance of the probabilities from gold, summed over
/// the classes, 0 to 2; for two classes that is twice what is also called so. (Brier 1950,
/// "Verification of forecasts expressed in terms of probability".)
///
/// # Examples
/// ```
/// // .3² + .2² + .1²
/// assert!((stance_eval::brier(0, &[0.7, 0.2, 0.1]) - 0.14).abs() < 1e-12);
/// ```
#[must_use]
pub fn brier(gold: usize, probabilities: &[f64]) -> f64 {
    let distance = |(class, probability): (usize, &f64)| {
        let truth = f64::from(u8::from(class == gold));
        (probability - truth).powi(2)
    };
    probabilities.iter().enumerate().map(distance).sum()
}
