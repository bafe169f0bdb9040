use crate::{CountryCode, EntityKind, Mention, TargetPart};

/// What a mention is masked as in the features of a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MentionRole {
    /// A part of the target.
    Target(TargetPart),
    /// The country whose stance the sentence most likely shows, or one of its people or bodies.
    Holder,
    /// Another country, or one of its people or bodies.
    Other,
    /// A country that the target is in conflict with, or one of its people or bodies.
    Rival,
    /// A bloc or region of the target's rivals.
    RivalBloc,
    /// A region, or a bloc that is neither the target's nor its rivals'.
    Bloc,
    /// A name that says nothing about sides: an outlet, or somebody of the target's country who
    /// does not stand for it.
    Unmasked,
}

/// Returns the role of each of the mentions of one sentence, in order.
///
/// A heuristic for masking, not attribution: the holder is the country of the first mention that is
/// no part of the target, no outlet, bloc or region and no rival; failing that, of the first rival
/// that stands before every mention of the target. Each later mention of that country is the
/// holder too. Without mentions there are no roles; a sentence may have no holder.
///
/// # Examples
/// ```
/// use stance_core::{Atlas, Linker, MentionRole, Target, TargetId, TargetPart, roles};
/// let target = Target::builtin(&TargetId::moscow()).expect("is built in");
/// let linker = Linker::new(Atlas::builtin(), target)?;
/// let found = roles(&linker.link("Yerevan told Moscow that Armenia and Iran had agreed."));
/// let name = MentionRole::Target(TargetPart::Name);
/// assert_eq!(found, [MentionRole::Holder, name, MentionRole::Holder, MentionRole::Other]);
/// # Ok::<(), stance_core::AtlasError>(())
/// ```
#[must_use]
pub fn roles(mentions: &[Mention]) -> Vec<MentionRole> {
    let holder = holder(mentions);
    mentions.iter().map(|mention| role(mention, holder)).collect()
}

fn holder(mentions: &[Mention]) -> Option<&CountryCode> {
    let countries = || mentions.iter().filter(|mention| is_of_country(mention));
    let third = countries().find(|mention| !mention.rival);
    let before_target = mentions.iter().take_while(|mention| mention.target.is_none());
    third
        .or_else(|| before_target.filter(|mention| is_of_country(mention)).find(|m| m.rival))
        .and_then(|mention| mention.country.as_ref())
}

fn role(mention: &Mention, holder: Option<&CountryCode>) -> MentionRole {
    let is_group = matches!(mention.kind, EntityKind::Bloc | EntityKind::Region);
    if let Some(part) = mention.target {
        MentionRole::Target(part)
    } else if is_of_country(mention) {
        if mention.country.as_ref() == holder {
            MentionRole::Holder
        } else if mention.rival {
            MentionRole::Rival
        } else {
            MentionRole::Other
        }
    } else if mention.rival && mention.kind != EntityKind::Outlet {
        MentionRole::RivalBloc
    } else if is_group {
        MentionRole::Bloc
    } else {
        MentionRole::Unmasked
    }
}

/// Whether a mention speaks of one country that is not the target's.
fn is_of_country(mention: &Mention) -> bool {
    let single =
        !matches!(mention.kind, EntityKind::Region | EntityKind::Outlet | EntityKind::Bloc);
    single && mention.country.is_some() && mention.target.is_none() && !mention.domestic
}
