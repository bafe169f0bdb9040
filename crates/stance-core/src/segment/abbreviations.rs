//! Abbreviations, grouped by what may follow their full stop.

use std::collections::HashMap;
use std::sync::LazyLock;

/// Whether the full stop of an abbreviation may also end a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    /// Never.
    Never,
    /// Only before a word that opens sentences ("The", "However", "Однако").
    Name,
    /// As `Name`, and before a place with its verb: "… with the U.S. Russia has …".
    Body,
    /// Before a capital, but not before a number.
    Number,
    /// Before a capital if a number stands before it ("в 2022 г. Москва"), else as `Name`
    /// ("в г. Алматы").
    AfterNumber,
    /// Before a capital, but not before a day, a month, a time zone or "Moscow time".
    Hour,
}

/// One line a group; a word stands in one group only. Words are listed as they stand in running
/// text; capitals ("DEC.") and, for Cyrillic, a capital first letter ("Ул.") follow from that.
const GROUPS: &[(Rule, &str)] = &[
    // Connectives and forms of address: something always follows.
    (Rule::Never, "e.g i.e v vs cf viz Mr Mrs Ms Messrs Mme Mlle Dr"),
    (Rule::Never, "т.е т.к т.н т.наз напр наприкл мыс см див ср"),
    // Ranks, offices and clergy, before a name.
    (Rule::Name, "Gen Col Lt Maj Capt Sgt Cpl Pvt Adm Cmdr Cdr Brig Sen Sens Rep Reps Gov Govs"),
    (Rule::Name, "Pres Prof Rev Hon Amb Msgr Fr Supt Insp Atty Asst Assoc Dep Ald Ens Cllr"),
    (Rule::Name, "проф акад доц ген полк подп кап лейт серж адм тов гр св митр архиеп преп"),
    // Places before a name: saint, fort, street, city, region.
    (Rule::Name, "St Ste Sts Ft Mt Mts Pt Blvd Ave Rd"),
    (Rule::Name, "им ім ул вул просп пр-т пер пл бул бульв наб ш мкр мкрн смт пос дер хут оз көш"),
    // Initials of two letters, as transliteration makes them.
    (Rule::Name, "Yu Ya Ye Yo Zh Sh Kh Ts Dzh Dj Gh Th Дж Дз Дм Ал"),
    // Companies, generations, degrees.
    (Rule::Body, "Inc Ltd Corp Co Cos Bros LLC LLP Jr Sr Esq Ph.D M.D B.A M.A Univ Dept Assn Intl"),
    // English months, weekdays excluded: those are words when cut ("Sat", "Sun", "Wed").
    (Rule::Number, "Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec"),
    (Rule::Name, "Mon Tue Tues Thu Thur Thurs"),
    // Russian and Ukrainian months.
    (Rule::Number, "янв фев февр мар апр июн июл авг сен сент окт ноя нояб дек січ лют берез квіт"),
    (Rule::Number, "трав черв лип серп верес жовт лист груд"),
    // Before a number: number, article, chapter, page.
    (Rule::Number, "No Nos no nos Art Arts art Ch ch Vol vol Fig fig Figs Sec sec para paras p pp"),
    (Rule::Number, "Res res Op op Ed ed c ca approx est Ref ref Reg reg Tel tel Ext ext"),
    (Rule::Number, "ст стр гл рис табл п пп ч абз кв корп тел ок прибл ред вып илл прим тт"),
    // Place or unit of time, by what stands before: город or год, місто or метр, село or секунда.
    (Rule::AfterNumber, "г м с д р х ж қ обл р-н в вв гг рр жж ғ кл т б"),
    // Hours.
    (Rule::Hour, "a.m p.m"),
];

/// No listed abbreviation is longer, in bytes.
const LONGEST: usize = 20;

static RULES: LazyLock<HashMap<&'static str, Rule>> = LazyLock::new(|| {
    GROUPS
        .iter()
        .flat_map(|&(rule, words)| words.split(' ').map(move |word| (word, rule)))
        .collect()
});

/// The rule of `word`, given without its last full stop; `None` if it is no abbreviation.
///
/// Dotted capitals ("U.S", "J.D", "К.-Ж") go as [`Rule::Body`], a single capital as
/// [`Rule::Name`], and a compound ("ex-Gen") as its last part.
pub(super) fn rule(word: &str) -> Option<Rule> {
    if is_dotted_capitals(word) {
        let single = word.chars().count() == 1;
        return Some(if single { Rule::Name } else { Rule::Body });
    }
    if word.len() > LONGEST {
        return None;
    }
    lookup(word).or_else(|| lookup(word.rsplit('-').next()?))
}

fn lookup(word: &str) -> Option<Rule> {
    if let Some(&rule) = RULES.get(word) {
        return Some(rule);
    }
    let first = word.chars().next()?;
    if !first.is_uppercase() {
        return None;
    }
    // "DEC" is "Dec", "Ул" is "ул".
    let mut folded = [0; 2 * LONGEST];
    let mut length = 0;
    for (index, c) in word.chars().enumerate() {
        let keep = index == 0 && word.is_ascii();
        if index > 0 && word.is_ascii() && c.is_lowercase() {
            return None;
        }
        let c = if keep { c } else { c.to_lowercase().next().unwrap_or(c) };
        length += c.encode_utf8(folded.get_mut(length..length + 4)?.as_mut()).len();
    }
    std::str::from_utf8(&folded[..length]).ok().and_then(|folded| RULES.get(folded).copied())
}

/// Single capital letters with stops or hyphens between: "U.S", "E", "К.-Ж".
fn is_dotted_capitals(word: &str) -> bool {
    !word.is_empty()
        && word.split('.').all(|part| {
            part.trim_start_matches('-').split('-').all(|letter| {
                let mut letters = letter.chars();
                letters.next().is_some_and(char::is_uppercase) && letters.next().is_none()
            })
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_listed_abbreviation_is_listed_once_and_short_enough() {
        let words: Vec<&str> = GROUPS.iter().flat_map(|(_, words)| words.split(' ')).collect();
        assert_eq!(RULES.len(), words.len());
        assert!(words.iter().all(|word| (1..=LONGEST).contains(&word.len())));
    }

    #[test]
    fn case_and_compounds_follow_from_the_listed_form() {
        assert_eq!(rule("DEC"), Some(Rule::Number));
        assert_eq!(rule("Ул"), Some(Rule::Name));
        assert_eq!(rule("ex-Gen"), Some(Rule::Name));
        assert_eq!(rule("К.-Ж"), Some(Rule::Body));
        assert_eq!(rule("E"), Some(Rule::Name));
        assert_eq!(rule("gen"), None);
        assert_eq!(rule("Gens"), None);
        assert_eq!(rule("restoration"), None);
    }
}
