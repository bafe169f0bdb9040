//! Classes of characters that the sentence rules speak of.

/// Marks that may end a sentence.
pub(super) fn is_stop(c: char) -> bool {
    matches!(
        c,
        '.' | '!'
            | '?'
            | '…'
            | '‼'
            | '⁇'
            | '⁈'
            | '⁉'
            | '。'
            | '！'
            | '？'
            | '؟'
            | '۔'
            | '։'
            | '।'
    )
}

/// Stops after which a sentence may begin without a space.
pub(super) fn is_wide_stop(c: char) -> bool {
    matches!(c, '。' | '！' | '？')
}

/// Quotation marks of any language; most open in one and close in another.
pub(super) fn is_quote(c: char) -> bool {
    matches!(c, '"' | '\'' | '“' | '”' | '„' | '‟' | '‘' | '’' | '‚' | '‛' | '«' | '»' | '‹' | '›')
}

/// What may stand between a stop and the end of its sentence.
pub(super) fn is_closer(c: char) -> bool {
    is_quote(c) || matches!(c, ')' | ']' | '}' | '*' | '_' | '¹' | '²' | '³')
}

/// What may stand between the start of a sentence and its first word.
pub(super) fn is_opener(c: char) -> bool {
    is_quote(c) || matches!(c, '(' | '[' | '{' | '*' | '_' | '¿' | '¡')
}

/// Hyphen, dashes and the horizontal bar.
pub(super) fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '−')
}

/// Characters without width or ink that are no white space: zero-width space and joiners, marks of
/// direction, soft hyphen, byte-order mark, variation selectors.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}'
            | '\u{feff}'
            | '\u{fe00}'..='\u{fe0f}'
    )
}

/// Pictographs, their modifiers and what joins them.
pub(super) fn is_emoji(c: char) -> bool {
    matches!(c, '\u{1f000}'..='\u{1faff}' | '\u{2600}'..='\u{27bf}' | '\u{fe0f}' | '\u{200d}')
}

/// Lower case; scripts without case, and Georgian, whose everyday letters Unicode calls lower
/// case, are not.
pub(super) fn is_lower(c: char) -> bool {
    c.is_lowercase() && !matches!(c, '\u{10d0}'..='\u{10ff}')
}

/// The offset of the first character at or after `from` that is not white space, or the length.
pub(super) fn skip_space(text: &str, from: usize) -> usize {
    text[from..].find(|c: char| !c.is_whitespace()).map_or(text.len(), |found| from + found)
}
