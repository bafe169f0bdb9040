use stance_core::Label;

/// What a label of a data set becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    /// One of ours.
    Label(Label),
    /// Nothing: its rows are left out.
    Drop,
}

impl Slot {
    /// The words that name a slot.
    pub const NAMES: [&'static str; 5] =
        ["supportive", "neutral", "distancing", "irrelevant", "drop"];

    /// The slot of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        if name == "drop" { Some(Self::Drop) } else { name.parse().ok().map(Self::Label) }
    }
}

/// What each label of a data set becomes; upper and lower case make no difference.
///
/// # Examples
/// ```
/// use stance_core::Label;
/// use stance_eval::datasets::{LabelMap, Slot};
/// let mut map = LabelMap::default();
/// map.put("FAVOR", Slot::Label(Label::Supportive));
/// assert_eq!(map.find(" favor "), Some(Slot::Label(Label::Supportive)));
/// assert_eq!(map.find("against"), None);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LabelMap(Vec<(String, Slot)>);

impl LabelMap {
    /// Says what `label` becomes; what was said of it before counts no more.
    pub fn put(&mut self, label: &str, slot: Slot) {
        let label = label.trim();
        self.0.retain(|(known, _)| !known.eq_ignore_ascii_case(label));
        self.0.push((label.to_owned(), slot));
    }

    /// What `label` becomes.
    #[must_use]
    pub fn find(&self, label: &str) -> Option<Slot> {
        let label = label.trim();
        self.0.iter().find(|(known, _)| known.eq_ignore_ascii_case(label)).map(|(_, slot)| *slot)
    }

    /// The labels that are known, in the order in which they were put.
    #[must_use]
    pub fn known(&self) -> Vec<String> {
        self.0.iter().map(|(label, _)| label.clone()).collect()
    }
}

impl<'l> FromIterator<(&'l str, Slot)> for LabelMap {
    fn from_iter<I: IntoIterator<Item = (&'l str, Slot)>>(pairs: I) -> Self {
        let mut map = Self::default();
        for (label, slot) in pairs {
            map.put(label, slot);
        }
        map
    }
}
