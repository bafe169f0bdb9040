//! Names as one masking character each, so that a model learns what is said of a holder, never
//! who the holder is.

use stance_core::{EntityKind, Mention, MentionRole, Span, TargetPart};

/// First of the private characters that stand for masks; text that holds one loses it.
const FIRST: u32 = 0xE000;
const LAST: u32 = 0xE0FF;

/// What stands in a masked text in place of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mask(u8);

/// What is masked, as far as features tell it apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Any part of the target.
    Target,
    Holder,
    /// Anything else.
    Else,
}

/// Names of all masks as shown to people; a mask is its place here, which artifacts rely on.
const NAMES: [&str; 24] = [
    "<target>",
    "<target-adj>",
    "<target-leader>",
    "<target-voice>",
    "<target-company>",
    "<target-media>",
    "<target-church>",
    "<target-bloc>",
    "<target-forces>",
    "<target-place>",
    "<holder>",
    "<holder-adj>",
    "<holder-person>",
    "<holder-body>",
    "<other-country>",
    "<other-adj>",
    "<other-person>",
    "<other-body>",
    "<rival>",
    "<rival-adj>",
    "<rival-person>",
    "<rival-body>",
    "<rival-bloc>",
    "<bloc>",
];

const HOLDER: u8 = 10;
const OTHER: u8 = 14;
const RIVAL: u8 = 18;
const RIVAL_BLOC: u8 = 22;
const BLOC: u8 = 23;

impl Mask {
    /// The mask of a name of `kind` in `role`; none where it stays in the text.
    fn new(role: MentionRole, kind: EntityKind) -> Option<Self> {
        let form = match kind {
            EntityKind::Country | EntityKind::City | EntityKind::Region => 0,
            EntityKind::Demonym => 1,
            EntityKind::Person => 2,
            EntityKind::Institution | EntityKind::Outlet | EntityKind::Bloc => 3,
        };
        Some(Self(match role {
            MentionRole::Target(TargetPart::Name) => 0,
            MentionRole::Target(TargetPart::Adjective) => 1,
            MentionRole::Target(TargetPart::Leader) => 2,
            MentionRole::Target(TargetPart::Voice) => 3,
            MentionRole::Target(TargetPart::Company) => 4,
            MentionRole::Target(TargetPart::Media) => 5,
            MentionRole::Target(TargetPart::Church) => 6,
            MentionRole::Target(TargetPart::Bloc) => 7,
            MentionRole::Target(TargetPart::Forces) => 8,
            MentionRole::Target(TargetPart::Place) => 9,
            MentionRole::Holder => HOLDER + form,
            MentionRole::Other => OTHER + form,
            MentionRole::Rival => RIVAL + form,
            MentionRole::RivalBloc => RIVAL_BLOC,
            MentionRole::Bloc => BLOC,
            MentionRole::Unmasked => return None,
        }))
    }

    /// The character of this mask.
    pub(crate) fn as_char(self) -> char {
        char::from_u32(FIRST + u32::from(self.0)).expect("the private use area has no gap")
    }

    /// The mask of `character`, if it is one.
    pub(crate) fn from_char(character: char) -> Option<Self> {
        let code = u8::try_from(u32::from(character).checked_sub(FIRST)?).ok()?;
        (usize::from(code) < NAMES.len()).then_some(Self(code))
    }

    /// The role of what is masked.
    pub(crate) fn role(self) -> Role {
        match self.0 {
            0..HOLDER => Role::Target,
            HOLDER..OTHER => Role::Holder,
            _ => Role::Else,
        }
    }

    /// Name as shown to people, such as `<target-adj>`.
    pub(crate) fn name(self) -> &'static str {
        NAMES[usize::from(self.0)]
    }
}

/// Whether `character` is kept for masks.
pub(crate) fn is_reserved(character: char) -> bool {
    (FIRST..=LAST).contains(&u32::from(character))
}

/// Puts the masks of the `mentions` of one text into `out`, in their order; what says nothing about
/// sides has none and stays in the text.
pub(crate) fn masks(mentions: &[Mention], out: &mut Vec<(Span, Mask)>) {
    let named = stance_core::roles(mentions).into_iter().zip(mentions);
    out.extend(named.filter_map(|(role, mention)| {
        Mask::new(role, mention.kind).map(|mask| (mention.span, mask))
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mask_reads_back_from_its_character() {
        for (code, name) in (0..).zip(NAMES) {
            let mask = Mask(code);
            assert_eq!(Mask::from_char(mask.as_char()).map(Mask::name), Some(name));
            assert!(is_reserved(mask.as_char()));
        }
    }

    #[test]
    fn the_rows_of_names_stand_where_roles_count_from() {
        let mask = |role, kind| Mask::new(role, kind).map(Mask::name);
        assert_eq!(mask(MentionRole::Holder, EntityKind::Person), Some("<holder-person>"));
        assert_eq!(mask(MentionRole::Other, EntityKind::Demonym), Some("<other-adj>"));
        assert_eq!(mask(MentionRole::Rival, EntityKind::Institution), Some("<rival-body>"));
        assert_eq!(mask(MentionRole::RivalBloc, EntityKind::Bloc), Some("<rival-bloc>"));
        assert_eq!(mask(MentionRole::Bloc, EntityKind::Region), Some("<bloc>"));
        assert_eq!(mask(MentionRole::Unmasked, EntityKind::Outlet), None);
    }
}
