use super::Fault;
use super::error::short;
use super::import::Mention;

/// The mention at characters `from` to `to`, in bytes, if it lies within `text` and is `expected`.
pub(super) fn at_chars(
    text: &str,
    from: usize,
    to: usize,
    expected: Option<&str>,
) -> Result<Mention, Fault> {
    let byte = |offset: usize| {
        let starts = text.char_indices().map(|(at, _)| at).chain([text.len()]);
        starts.into_iter().nth(offset)
    };
    let (Some(start), Some(end), true) = (byte(from), byte(to), from < to) else {
        let length = text.chars().count();
        return Err(Fault::Outside { start: from.to_string(), end: to.to_string(), length });
    };
    let found = &text[start..end];
    if let Some(expected) = expected.filter(|expected| *expected != found) {
        let (expected, found) = (short(expected), short(found));
        return Err(Fault::Elsewhere { start: from, end: to, expected, found });
    }
    Ok(Mention { start, end })
}

/// The first place where `name` stands in `text` as whole words, whatever the case of its ASCII
/// letters.
pub(super) fn of_name(text: &str, name: &str) -> Option<Mention> {
    let name = name.trim();
    let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    if !name.contains(char::is_alphanumeric) {
        return None;
    }
    text.char_indices().find_map(|(start, _)| {
        let end = start + name.len();
        let found = text.get(start..end)?;
        let is_whole = !is_word(text[..start].chars().next_back())
            && !is_word(text[end..].chars().next())
            && found.eq_ignore_ascii_case(name);
        is_whole.then_some(Mention { start, end })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_in_characters_become_offsets_in_bytes() {
        let text = "“We want Putin’s help,” he said.";
        let mention = at_chars(text, 9, 14, Some("Putin")).expect("it stands there");
        assert_eq!(&text[mention.start..mention.end], "Putin");
        assert_eq!(mention.start, 11, "the quotation mark has three bytes");
        let whole = at_chars("Ёж", 0, 2, None).expect("the whole text");
        assert_eq!((whole.start, whole.end), (0, 4));
    }

    #[test]
    fn offsets_outside_the_text_or_of_another_word_are_faults() {
        for (from, to) in [(0, 9), (8, 9), (5, 5), (3, 2), (usize::MAX, usize::MAX)] {
            let fault = at_chars("No Putin", from, to, None).expect_err("outside");
            assert!(matches!(fault, Fault::Outside { length: 8, .. }), "{fault}");
        }
        let fault = at_chars("No Putin", 0, 2, Some("Putin")).expect_err("another word");
        assert_eq!(fault.to_string(), "target \"Putin\" is not at 0 to 2, where \"No\" stands");
    }

    #[test]
    fn a_name_is_found_as_whole_words_only() {
        let found = |text: &str, name| of_name(text, name).map(|m| text[m.start..m.end].to_owned());
        assert_eq!(
            found("I like HILLARY Clinton!", "Hillary Clinton").as_deref(),
            Some("HILLARY Clinton")
        );
        assert_eq!(
            found("Russians left; Russia’s army stayed", "Russia").as_deref(),
            Some("Russia")
        );
        assert_eq!(found("Prussia", "Russia"), None);
        assert_eq!(found("ёё", "ё"), None);
        assert_eq!(found("a b", " "), None);
    }
}
