use serde::{Deserialize, Serialize};

/// Counts of gold class against answered class, and the scores that follow from them.
///
/// # Shape
/// As many rows as columns; rows are gold, columns are answered, both in the order of the classes.
///
/// # Examples
/// ```
/// use stance_eval::Confusion;
/// // of ten items of three classes, seven are answered right
/// let confusion = Confusion::from_rows([[2, 1, 0], [0, 2, 1], [0, 1, 3]]);
/// assert_eq!(confusion.accuracy(), 0.7);
/// assert_eq!(confusion.precision(1), 0.5); // 2 of 4 answers
/// assert_eq!(confusion.recall(1), 2.0 / 3.0); // 2 of 3 items
/// assert_eq!(confusion.f1(1), 4.0 / 7.0); // 2 * 2 of 4 + 3
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Vec<Vec<u64>>", try_from = "Vec<Vec<u64>>")]
pub struct Confusion {
    classes: usize,
    /// Row by row.
    counts: Vec<u64>,
}

/// Precision, recall and F1 of one class, each in [0, 1].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClassScores {
    /// Name of the class.
    pub name: String,
    /// Number of items with this gold class.
    pub gold: u64,
    /// Number of items that were answered so.
    pub answered: u64,
    /// See [`Confusion::precision`].
    pub precision: f64,
    /// See [`Confusion::recall`].
    pub recall: f64,
    /// See [`Confusion::f1`].
    pub f1: f64,
}

impl Confusion {
    /// No counts of `classes` classes.
    #[must_use]
    pub fn new(classes: usize) -> Self {
        Self { classes, counts: vec![0; classes * classes] }
    }

    /// The counts `rows`: gold by answered.
    #[must_use]
    pub fn from_rows<const K: usize>(rows: [[u64; K]; K]) -> Self {
        Self { classes: K, counts: rows.into_iter().flatten().collect() }
    }

    /// Counts one item.
    ///
    /// # Panics
    /// If one of the two is no class.
    pub fn add(&mut self, gold: usize, answered: usize) {
        self.add_times(gold * self.classes + answered, 1);
    }

    /// Number of classes.
    #[must_use]
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// Number of items with this gold class and this answer.
    ///
    /// # Panics
    /// If one of the two is no class.
    #[must_use]
    pub fn count(&self, gold: usize, answered: usize) -> u64 {
        self.counts[gold * self.classes + answered]
    }

    /// The rows, each the answers to one gold class.
    pub fn rows(&self) -> impl Iterator<Item = &[u64]> {
        self.counts.chunks_exact(self.classes.max(1))
    }

    /// Number of items counted.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// Number of items with this gold class.
    #[must_use]
    pub fn gold(&self, class: usize) -> u64 {
        (0..self.classes).map(|answered| self.count(class, answered)).sum()
    }

    /// Number of items that were answered so.
    #[must_use]
    pub fn answered(&self, class: usize) -> u64 {
        (0..self.classes).map(|gold| self.count(gold, class)).sum()
    }

    /// Share of the items that were answered with their gold class, in [0, 1]; 0 if none was
    /// counted.
    #[must_use]
    pub fn accuracy(&self) -> f64 {
        ratio(self.right(), self.total())
    }

    /// Share of the answers of `class` that are right, in [0, 1]; 0 if it was never answered.
    #[must_use]
    pub fn precision(&self, class: usize) -> f64 {
        ratio(self.count(class, class), self.answered(class))
    }

    /// Share of the gold of `class` that was found, in [0, 1]; 0 if there is no gold.
    #[must_use]
    pub fn recall(&self, class: usize) -> f64 {
        ratio(self.count(class, class), self.gold(class))
    }

    /// Harmonic mean of precision and recall, in [0, 1]; 0 if nothing was right.
    #[must_use]
    pub fn f1(&self, class: usize) -> f64 {
        ratio(2 * self.count(class, class), self.gold(class) + self.answered(class))
    }

    /// All scores of one class, which is called `name`.
    #[must_use]
    pub fn scores(&self, class: usize, name: impl Into<String>) -> ClassScores {
        ClassScores {
            name: name.into(),
            gold: self.gold(class),
            answered: self.answered(class),
            precision: self.precision(class),
            recall: self.recall(class),
            f1: self.f1(class),
        }
    }

    /// Mean F1 of all classes, each counting the same, in [0, 1]; none where a class has no gold.
    ///
    /// It is the mean of the F1s, not the F1 of mean precision and mean recall (Opitz and Burst
    /// 2019, "Macro F1 and Macro F1").
    ///
    /// # Examples
    /// ```
    /// use stance_eval::Confusion;
    /// // F1: 4/5, 4/7, 6/8
    /// let confusion = Confusion::from_rows([[2, 1, 0], [0, 2, 1], [0, 1, 3]]);
    /// let expected = (0.8 + 4.0 / 7.0 + 0.75) / 3.0;
    /// assert!((confusion.macro_f1().expect("all have gold") - expected).abs() < 1e-12);
    /// assert_eq!(Confusion::from_rows([[3, 1], [0, 0]]).macro_f1(), None);
    /// ```
    #[must_use]
    pub fn macro_f1(&self) -> Option<f64> {
        if (0..self.classes).any(|class| self.gold(class) == 0) {
            return None;
        }
        self.mean_f1(0..self.classes)
    }

    /// Mean F1 of the two `poles`, such as supportive and distancing, over all items, in [0, 1];
    /// none where a pole has no gold.
    ///
    /// The `F_avg` of the shared task on stance, whose poles are favor and against: the third
    /// class counts where it is taken for a pole or a pole for it (Mohammad et al. 2016,
    /// "SemEval-2016 Task 6: Detecting Stance in Tweets").
    ///
    /// # Examples
    /// ```
    /// use stance_eval::Confusion;
    /// let confusion = Confusion::from_rows([[2, 1, 0], [0, 2, 1], [0, 1, 3]]);
    /// let found = confusion.f_avg([0, 2]).expect("both have gold");
    /// assert!((found - (0.8 + 0.75) / 2.0).abs() < 1e-12);
    /// ```
    #[must_use]
    pub fn f_avg(&self, poles: [usize; 2]) -> Option<f64> {
        if poles.iter().any(|&pole| self.gold(pole) == 0) {
            return None;
        }
        self.mean_f1(poles.into_iter())
    }

    /// Cohen's κ: agreement of gold and answers beyond what chance gives, `(o - e) / (1 - e)` with
    /// the share of right answers `o` and the share `e` that answers as frequent would get right
    /// by chance.
    ///
    /// From -1 to 1; 0 is chance, 1 is full agreement. None where gold and answers are all of one
    /// class, or nothing was counted: agreement then says nothing. (Cohen 1960, "A coefficient of
    /// agreement for nominal scales".)
    ///
    /// # Examples
    /// ```
    /// use stance_eval::Confusion;
    /// // o = 35/50; e = .5 * .6 + .5 * .4 = .5
    /// let confusion = Confusion::from_rows([[20, 5], [10, 15]]);
    /// assert!((confusion.kappa().expect("two classes") - 0.4).abs() < 1e-12);
    /// assert_eq!(Confusion::from_rows([[9, 0], [0, 0]]).kappa(), None);
    /// ```
    #[must_use]
    pub fn kappa(&self) -> Option<f64> {
        let total = float(self.total());
        let chance = self.by_chance();
        let whole = total * total;
        (whole > chance).then(|| (total * float(self.right()) - chance) / (whole - chance))
    }

    /// The correlation of gold and answers of any number of classes, Matthews' coefficient for two.
    ///
    /// From -1 to 1, though the least is above -1 for more than two classes; 0 is no better than
    /// chance, and so is, by convention, what cannot be told from it: gold or answers all of one
    /// class. (Gorodkin 2004, "Comparing two K-category assignments by a K-category correlation
    /// coefficient".)
    ///
    /// # Examples
    /// ```
    /// use stance_eval::Confusion;
    /// // (20 * 15 - 5 * 10) / √(25 * 25 * 30 * 20)
    /// let confusion = Confusion::from_rows([[20, 5], [10, 15]]);
    /// assert!((confusion.mcc() - 250.0 / 375_000_f64.sqrt()).abs() < 1e-12);
    /// assert_eq!(Confusion::from_rows([[5, 0], [5, 0]]).mcc(), 0.0);
    /// ```
    #[must_use]
    pub fn mcc(&self) -> f64 {
        let total = float(self.total());
        let spread = |count: fn(&Self, usize) -> u64| {
            let squares = (0..self.classes).map(|class| float(count(self, class)).powi(2));
            total * total - squares.sum::<f64>()
        };
        let (gold, answered) = (spread(Self::gold), spread(Self::answered));
        if gold <= 0.0 || answered <= 0.0 {
            return 0.0;
        }
        let covariance = total * float(self.right()) - self.by_chance();
        (covariance / (gold.sqrt() * answered.sqrt())).clamp(-1.0, 1.0)
    }

    pub(crate) fn clear(&mut self) {
        self.counts.fill(0);
    }

    /// Counts `times` items in a cell, which is numbered row by row.
    pub(crate) fn add_times(&mut self, cell: usize, times: u64) {
        self.counts[cell] += times;
    }

    fn right(&self) -> u64 {
        (0..self.classes).map(|class| self.count(class, class)).sum()
    }

    /// How many right answers chance would give, times the number of items.
    fn by_chance(&self) -> f64 {
        let expected = |class| float(self.gold(class)) * float(self.answered(class));
        (0..self.classes).map(expected).sum()
    }

    fn mean_f1(&self, classes: impl ExactSizeIterator<Item = usize>) -> Option<f64> {
        let count = classes.len();
        let sum: f64 = classes.map(|class| self.f1(class)).sum();
        (count > 0).then(|| sum / float(count as u64))
    }
}

impl From<Confusion> for Vec<Vec<u64>> {
    fn from(confusion: Confusion) -> Self {
        confusion.rows().map(<[u64]>::to_vec).collect()
    }
}

impl TryFrom<Vec<Vec<u64>>> for Confusion {
    type Error = String;

    fn try_from(rows: Vec<Vec<u64>>) -> Result<Self, String> {
        let classes = rows.len();
        match rows.iter().find(|row| row.len() != classes) {
            Some(row) => Err(format!("a row of {} counts, expected {classes}", row.len())),
            None => Ok(Self { classes, counts: rows.concat() }),
        }
    }
}

/// `part / whole`, and 0 for nothing of nothing.
pub(crate) fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { float(part) / float(whole) }
}

#[expect(clippy::cast_precision_loss, reason = "counts of items are far below 2^53")]
pub(crate) fn float(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-12, "found {found}, expected {expected}");
    }

    #[test]
    fn scores_of_a_worked_example() {
        // given: ten items, seven answered right
        let confusion =
            Confusion::from_rows([[2, 1, 0, 0], [0, 1, 1, 0], [0, 0, 3, 0], [0, 0, 1, 1]]);
        // then: 2/2, 2/3 → .8; 1/2, 1/2 → .5; 3/5, 3/3 → .75; 1/1, 1/2 → 2/3
        close(confusion.accuracy(), 0.7);
        let third = confusion.scores(2, "third");
        assert_eq!((third.gold, third.answered), (3, 5));
        close(third.precision, 0.6);
        close(third.recall, 1.0);
        close(third.f1, 0.75);
        close(confusion.macro_f1().expect("all have gold"), (0.8 + 0.5 + 0.75 + 2.0 / 3.0) / 4.0);
    }

    #[test]
    fn macro_f1_is_the_mean_of_f1_not_the_f1_of_the_means() {
        // mean precision (1 + 1/3 + 1 + 1) / 4 = 5/6, mean recall (1/3 + 1 + 1 + 1) / 4 = 5/6
        let confusion =
            Confusion::from_rows([[1, 2, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]);
        close(confusion.macro_f1().expect("all have gold"), 0.75);
    }

    #[test]
    fn a_class_that_is_never_answered_scores_zero() {
        let confusion = Confusion::from_rows([[0, 1, 0], [0, 1, 0], [0, 0, 1]]);
        let never = confusion.scores(0, "never");
        assert_eq!((never.precision, never.recall, never.f1), (0.0, 0.0, 0.0));
        close(confusion.macro_f1().expect("all have gold"), (2.0 / 3.0 + 1.0) / 3.0);
    }

    #[test]
    fn what_needs_gold_of_a_class_is_none_without() {
        let confusion = Confusion::from_rows([[0, 1, 0], [0, 1, 0], [0, 0, 0]]);
        assert_eq!(confusion.macro_f1(), None);
        assert_eq!((confusion.f_avg([0, 2]), confusion.f_avg([0, 1])), (None, Some(1.0 / 3.0)));
    }

    #[test]
    fn nothing_counted_scores_zero_or_nothing() {
        let empty = Confusion::new(3);
        for score in [empty.accuracy(), empty.f1(1), empty.mcc()] {
            close(score, 0.0);
        }
        assert_eq!((empty.kappa(), Confusion::new(0).macro_f1()), (None, None));
    }

    #[test]
    fn answers_against_gold_throughout_are_the_least_that_two_classes_can_score() {
        let wrong = Confusion::from_rows([[0, 5], [5, 0]]);
        close(wrong.kappa().expect("two classes"), -1.0);
        close(wrong.mcc(), -1.0);
    }

    #[test]
    fn counts_are_read_back_from_json_unless_rows_are_ragged() {
        let confusion = Confusion::from_rows([[1, 2], [3, 4]]);
        let json = serde_json::to_string(&confusion).expect("plain numbers");
        assert_eq!(json, "[[1,2],[3,4]]");
        assert_eq!(serde_json::from_str::<Confusion>(&json).expect("square"), confusion);
        let ragged = serde_json::from_str::<Confusion>("[[1,2],[3]]").expect_err("ragged");
        assert!(ragged.to_string().starts_with("a row of 1 counts, expected 2"), "{ragged}");
    }
}
