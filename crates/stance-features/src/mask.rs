//! Names as one masking character each, so that a model learns what is said of a holder, never
//! who the holder is.

use stance_core::{EntityKind, Mention, Span, TargetPart};

/// First of the private characters that stand for masks; text that holds one loses it.
const FIRST: u32 = 0xE000;
const LAST: u32 = 0xE0FF;

/// What stands in a masked text in place of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Mask {
    role: Role,
    form: Form,
}

/// Part of the named thing in the statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub(crate) enum Role {
    Target,
    TargetVoice,
    TargetCompany,
    TargetMedia,
    TargetChurch,
    TargetBloc,
    TargetForces,
    TargetPlace,
    Holder,
    Other,
    Rival,
}

/// Grammatical sort of the name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub(crate) enum Form {
    Name,
    Adjective,
    Person,
    Institution,
}

const ROLES: [Role; 11] = [
    Role::Target,
    Role::TargetVoice,
    Role::TargetCompany,
    Role::TargetMedia,
    Role::TargetChurch,
    Role::TargetBloc,
    Role::TargetForces,
    Role::TargetPlace,
    Role::Holder,
    Role::Other,
    Role::Rival,
];
const FORMS: [Form; 4] = [Form::Name, Form::Adjective, Form::Person, Form::Institution];

impl Mask {
    /// The character of this mask.
    pub(crate) fn as_char(self) -> char {
        let code = FIRST + self.role as u32 * 4 + self.form as u32;
        char::from_u32(code).expect("the private use area has no gap")
    }

    /// The mask of `character`, if it is one.
    pub(crate) fn from_char(character: char) -> Option<Self> {
        let code = u32::from(character).checked_sub(FIRST)? as usize;
        Some(Self { role: *ROLES.get(code / 4)?, form: FORMS[code % 4] })
    }

    /// The role of what is masked.
    pub(crate) fn role(self) -> Role {
        self.role
    }

    /// Name as shown to people, such as `<target-adj>`.
    pub(crate) fn name(self) -> &'static str {
        match (self.role, self.form) {
            (Role::Target, Form::Name) => "<target>",
            (Role::Target, Form::Adjective) => "<target-adj>",
            (Role::Target, Form::Person) => "<target-leader>",
            (Role::Target, Form::Institution) => "<target-body>",
            (Role::TargetVoice, _) => "<target-voice>",
            (Role::TargetCompany, _) => "<target-company>",
            (Role::TargetMedia, _) => "<target-media>",
            (Role::TargetChurch, _) => "<target-church>",
            (Role::TargetBloc, _) => "<target-bloc>",
            (Role::TargetForces, _) => "<target-forces>",
            (Role::TargetPlace, _) => "<target-place>",
            (Role::Holder, Form::Name) => "<holder>",
            (Role::Holder, Form::Adjective) => "<holder-adj>",
            (Role::Holder, Form::Person) => "<holder-person>",
            (Role::Holder, Form::Institution) => "<holder-body>",
            (Role::Other, Form::Name) => "<other-country>",
            (Role::Other, Form::Adjective) => "<other-adj>",
            (Role::Other, Form::Person) => "<other-person>",
            (Role::Other, Form::Institution) => "<other-body>",
            (Role::Rival, Form::Name) => "<rival>",
            (Role::Rival, Form::Adjective) => "<rival-adj>",
            (Role::Rival, Form::Person) => "<rival-person>",
            (Role::Rival, Form::Institution) => "<rival-body>",
        }
    }
}

/// Whether `character` is kept for masks.
pub(crate) fn is_reserved(character: char) -> bool {
    (FIRST..=LAST).contains(&u32::from(character))
}

/// The masks of `mentions`, in their order; a name that is no country's and not the target's side
/// has none and stays in the text.
pub(crate) fn masks(mentions: &[Mention], out: &mut Vec<(Span, Mask)>) {
    out.clear();
    let is_country = |mention: &&Mention| mention.target.is_none() && !mention.rival;
    let holder = mentions.iter().filter(is_country).find_map(|mention| mention.country.as_ref());
    for mention in mentions {
        let role = match mention.target {
            Some(TargetPart::Name | TargetPart::Adjective | TargetPart::Leader) => Role::Target,
            Some(TargetPart::Voice) => Role::TargetVoice,
            Some(TargetPart::Company) => Role::TargetCompany,
            Some(TargetPart::Media) => Role::TargetMedia,
            Some(TargetPart::Church) => Role::TargetChurch,
            Some(TargetPart::Bloc) => Role::TargetBloc,
            Some(TargetPart::Forces) => Role::TargetForces,
            Some(TargetPart::Place) => Role::TargetPlace,
            None if mention.rival => Role::Rival,
            None if mention.country.is_none() => continue,
            None if mention.country.as_ref() == holder => Role::Holder,
            None => Role::Other,
        };
        let form = match mention.kind {
            EntityKind::Demonym => Form::Adjective,
            EntityKind::Person => Form::Person,
            EntityKind::Institution => Form::Institution,
            EntityKind::Country | EntityKind::City | EntityKind::Region => Form::Name,
        };
        out.push((mention.span, Mask { role, form }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mask_reads_back_from_its_character() {
        for role in ROLES {
            for form in FORMS {
                let mask = Mask { role, form };
                assert_eq!(Mask::from_char(mask.as_char()), Some(mask));
                assert!(is_reserved(mask.as_char()));
            }
        }
    }
}
