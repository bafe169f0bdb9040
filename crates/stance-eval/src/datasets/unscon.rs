//! `UNSCon`: who speaks, and the sentences put together again.

/// Countries as the files spell them, and their codes; longer names that begin alike come first.
const COUNTRIES: [(&str, &str); 34] = [
    ("angola", "AO"),
    ("argentina", "AR"),
    ("australia", "AU"),
    ("belgium", "BE"),
    ("brazil", "BR"),
    ("chad", "TD"),
    ("chile", "CL"),
    ("china", "CN"),
    ("egypt", "EG"),
    ("france", "FR"),
    ("germany", "DE"),
    ("indonesia", "ID"),
    ("japan", "JP"),
    ("jordan", "JO"),
    ("lithuania", "LT"),
    ("luxembourg", "LU"),
    ("malaysia", "MY"),
    ("namibia", "NA"),
    ("new_zealand", "NZ"),
    ("nigeria", "NG"),
    ("poland", "PL"),
    ("republic_of_korea", "KR"),
    ("russian_federation", "RU"),
    ("rwanda", "RW"),
    ("senegal", "SN"),
    ("spain", "ES"),
    ("sweden", "SE"),
    ("turkey", "TR"),
    ("ukraine", "UA"),
    ("united_kingdom_of_great_britain_and_northern_ireland", "GB"),
    ("united_states_of_america", "US"),
    ("uruguay", "UY"),
    ("uzbekistan", "UZ"),
    ("venezuela", "VE"),
];

/// What a `file_id` says: `UNSC_2014_SPV.7165_spch004_France_02.txt`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Speech<'f> {
    /// `UNSC_2014_SPV.7165_spch004`.
    pub(super) id: &'f str,
    /// The country in the file's spelling.
    pub(super) speaker: &'f str,
    /// Its code, where it is known.
    pub(super) country: Option<&'static str>,
}

impl<'f> Speech<'f> {
    /// Takes `file_id` apart; `None` where it is no such name.
    pub(super) fn of(file_id: &'f str) -> Option<Self> {
        let at = file_id.find("_spch")?;
        let digits = file_id[at + 5..].find(|c: char| !c.is_ascii_digit())?;
        let (id, rest) = file_id.split_at(at + 5 + digits);
        let rest = rest.strip_prefix('_')?;
        let lower = rest.to_ascii_lowercase();
        let known = COUNTRIES.iter().find(|(name, _)| lower.starts_with(name));
        let speaker = match known {
            Some((name, _)) => rest.get(..name.len())?,
            None => rest.trim_end_matches(".txt").trim_end_matches(|c: char| !c.is_alphabetic()),
        };
        Some(Self { id, speaker, country: known.map(|(_, code)| *code) })
    }
}

/// Text cut into tokens, as it was before: no space before stops and clitics or within brackets.
pub(super) fn joined(tokens: &str) -> String {
    let mut text = String::with_capacity(tokens.len());
    let mut glued = true;
    for token in tokens.split_whitespace() {
        let is_clitic = |token: &str| {
            let rest = token.strip_prefix(['\'', '’']);
            rest.is_some_and(|rest| matches!(rest, "s" | "re" | "ve" | "ll" | "d" | "m"))
        };
        let closes = token.starts_with([',', '.', ';', ':', '?', '!', ')', ']', '%'])
            || matches!(token, "'" | "’" | "”" | "n't" | "-" | "/")
            || is_clitic(token);
        if !glued && !closes {
            text.push(' ');
        }
        text.push_str(token);
        glued = matches!(token, "(" | "[" | "“" | "-" | "/" | "$");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_says_whose_speech_it_is_in_every_spelling() {
        for (file_id, id, speaker, country) in [
            (
                "UNSC_2014_SPV.7165_spch004_France_02.txt",
                "UNSC_2014_SPV.7165_spch004",
                "France",
                Some("FR"),
            ),
            (
                "UNSC_2014_SPV.7219_spch015_Russian_Federation2_neg_03.txt",
                "UNSC_2014_SPV.7219_spch015",
                "Russian_Federation",
                Some("RU"),
            ),
            (
                "UNSC_2014_SPV.7154_spch019_NAMIBIA_02_GD.txt",
                "UNSC_2014_SPV.7154_spch019",
                "NAMIBIA",
                Some("NA"),
            ),
            (
                "UNSC_2016_SPV.7643_spch001_Venezuela_(Bolivarian_Republic_Of)_00.txt",
                "UNSC_2016_SPV.7643_spch001",
                "Venezuela",
                Some("VE"),
            ),
            (
                "UNSC_2014_SPV.7219_spch025_Indonesia_neg%2000.txt",
                "UNSC_2014_SPV.7219_spch025",
                "Indonesia",
                Some("ID"),
            ),
            (
                "UNSC_2014_SPV.7219_spch025_Atlantis_00.txt",
                "UNSC_2014_SPV.7219_spch025",
                "Atlantis",
                None,
            ),
        ] {
            assert_eq!(Speech::of(file_id), Some(Speech { id, speaker, country }), "{file_id}");
        }
        for other in ["", "speech.txt", "UNSC_2014_SPV.7165_spch004", "UNSC_spch1é"] {
            assert_eq!(Speech::of(other), None, "{other}");
        }
    }

    #[test]
    fn tokens_are_put_together_as_they_stood() {
        assert_eq!(
            joined(
                "Russia , on the other hand , continues its so - called \" drill \" ( OSCE ) .  "
            ),
            "Russia, on the other hand, continues its so-called \" drill \" (OSCE)."
        );
        assert_eq!(joined("Russia 's actions do n't help"), "Russia's actions don't help");
        assert_eq!(joined(" "), "");
    }
}
