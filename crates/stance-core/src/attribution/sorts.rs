//! What sort of word a word is, as far as attribution asks, and how it stands in its sentence.

use std::ops::{BitOr, BitOrAssign};

/// A set of the sorts of one word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sorts(u64);

macro_rules! sorts {
    ($($(#[$doc:meta])* $name:ident = $bit:literal;)*) => {
        impl Sorts {
            $($(#[$doc])* pub(super) const $name: Self = Self(1 << $bit);)*
        }
    };
}

sorts! {
    /// A verb of saying, any form.
    SAY = 0;
    /// A noun for what is said.
    UTTERANCE = 1;
    /// A verb of thought.
    MENTAL = 2;
    /// A past or participle of any other verb.
    PAST = 3;
    AUXILIARY = 4;
    BE = 5;
    PREPOSITION = 6;
    SUBORDINATOR = 7;
    DETERMINER = 8;
    NEGATOR = 9;
    /// A noun for who holds an office.
    OFFICE = 10;
    /// A noun for a body of the state.
    BODY = 11;
    /// A word that stands before an office: "foreign", "deputy".
    MODIFIER = 12;
    COMMENTATOR = 13;
    GROUP = 14;
    /// A noun for the country itself.
    COUNTRY = 15;
    /// A noun for a deed.
    DEED = 16;
    JUDGMENT = 17;
    /// "he", "she", "they", "it", "we", "I".
    PRONOUN = 18;
    /// "his", "her", "its", "their".
    POSSESSIVE = 19;
    BY = 20;
    /// "and", "or", "but".
    COORDINATOR = 21;
    /// "who", "which", "whose".
    RELATIVE = 22;
    THAT = 23;
    /// A month, a weekday or a word such as "yesterday".
    TIME = 24;
    /// A form in "-ing".
    GERUND = 25;
    /// The singular third person of the present, in "-s".
    PRESENT = 26;
    /// A plural noun.
    PLURAL = 27;
    /// A verb of saying that does what it says: "announce", "rule".
    ENACTS = 28;

    // Single words that a rule asks for; they do not count as listed.
    /// Ends as adverbs do, in "-ly".
    ADVERB = 32;
    TO = 33;
    OF = 34;
    FOR = 35;
    /// "in", "at", "from".
    WITHIN = 36;
    /// What joins two holders with a LINK behind: "along", "together", "well".
    JOINER = 37;
    /// "with", "as".
    LINK = 38;
    THE = 39;
    /// A part of what "of" names: "half", "dozens".
    SHARE = 40;
    /// A verb that takes no person as its object: ", said Tokayev" is inverted.
    PLAIN = 41;
    /// "would", "could", "should", "must".
    WISH = 42;
    /// "we", "I", "our", "my".
    FIRST = 43;
    /// "he", "she", "his", "her".
    SINGULAR = 44;
    /// "it", "its".
    NEUTER = 45;
    /// "two", "both".
    PAIR = 46;
    OTHER = 47;
    ACCORDING = 48;
    REGION = 49;
    /// "will", "would".
    FUTURE = 50;
    /// "week", "month", "year", "ago", "morning".
    PERIOD = 51;
    IN = 52;
    /// "these", "the", "those".
    ALL = 53;
    /// Rings up, perhaps: "call".
    CALL = 54;
    WITH = 55;

    // How it stands in its sentence.
    /// Begins with a digit.
    NUMBER = 58;
    /// Begins with a capital letter.
    CAPITAL = 59;
    /// A possessive ending follows.
    OWNS = 60;
    /// Stands between quotation marks.
    QUOTED = 61;
    /// Stands between brackets.
    ASIDE = 62;
    /// A hyphen ties it to another word ("pro-Russian", "Kazakh-led").
    TIED = 63;
}

impl Sorts {
    pub(super) const NONE: Self = Self(0);
    /// The sorts that a list or an ending gives a word, single words and places left out.
    const LISTED: u64 = (1 << 32) - 1;
    /// Any noun for people or bodies.
    const ACTOR: Self = Self::of(&[Self::OFFICE, Self::BODY, Self::COMMENTATOR, Self::GROUP]);

    /// All of `sorts` together.
    pub(super) const fn of(sorts: &[Self]) -> Self {
        let (mut all, mut at) = (0, 0);
        while at < sorts.len() {
            all |= sorts[at].0;
            at += 1;
        }
        Self(all)
    }

    /// Whether a word is of any of the sorts `other`.
    pub(super) fn any(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether a list or an ending says of what sort it is.
    pub(super) fn is_listed(self) -> bool {
        self.0 & Self::LISTED != 0
    }

    /// Whether it is a noun for people or bodies.
    pub(super) fn is_actor(self) -> bool {
        self.any(Self::ACTOR)
    }

    /// These if `holds`.
    pub(super) fn when(self, holds: bool) -> Self {
        if holds { self } else { Self::NONE }
    }
}

impl BitOr for Sorts {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOrAssign for Sorts {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}
