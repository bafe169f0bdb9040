//! Records as text for people: one block an article, one statement a row, wrapped to the width.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Color, Style};
use stance_core::{CountryCode, Holder, Label, Record};
use unicode_width::UnicodeWidthChar;

use crate::streams::Paint;

/// Columns before a statement's text: the stance, its probability and the gaps.
const INDENT: usize = 20;

/// The color of a label: blue and orange tell the sides apart for color-blind readers too.
pub(crate) fn style_of(label: Label) -> Style {
    let color = |c: AnsiColor| Style::new().fg_color(Some(Color::Ansi(c)));
    match label {
        Label::Supportive => color(AnsiColor::Blue).bold(),
        Label::Neutral => color(AnsiColor::Cyan),
        Label::Distancing => color(AnsiColor::Yellow).bold(),
        Label::Irrelevant => Style::new().dimmed(),
    }
}

/// Renders records; an article's head comes before its first statement.
#[derive(Debug)]
pub(crate) struct TableRenderer {
    paint: Paint,
    width: usize,
    article: Option<String>,
}

impl TableRenderer {
    /// Renders for `width` columns.
    pub(crate) fn new(paint: Paint, width: Option<u16>) -> Self {
        let width = width.map_or(100, usize::from).clamp(40, 160);
        Self { paint, width, article: None }
    }

    /// The lines of one record.
    pub(crate) fn render(&mut self, record: &Record) -> String {
        let mut lines = String::new();
        if self.article.as_deref() != Some(&record.article) {
            if self.article.is_some() {
                lines.push('\n');
            }
            lines.push_str(&self.head(record));
            self.article = Some(record.article.clone());
        }
        let label = Label::from(record.stance);
        let probabilities = record.probabilities.to_array();
        let is_background = label == Label::Irrelevant && !record.abstained;
        let (name, probability) = match label {
            _ if record.abstained => ("?", probabilities.into_iter().fold(0.0, f64::max)),
            Label::Irrelevant => ("-", probabilities[label.index()]),
            _ => (label.as_str(), probabilities[label.index()]),
        };
        let style = style_of(label);
        let marked = self.paint.paint(style, &format!("{name:<12}{probability:>4.2}"));
        let text_style = if is_background { style } else { Style::new() };
        for (row, line) in wrap(&printable(&record.text), self.width - INDENT).iter().enumerate() {
            let text = self.paint.paint(text_style, line);
            if row == 0 {
                writeln!(lines, "  {marked}  {text}").expect("a string takes every write");
            } else {
                writeln!(lines, "{:INDENT$}{text}", "").expect("a string takes every write");
            }
        }
        if !is_background {
            let open = record.set.filter(|_| record.abstained);
            let open = open.map_or(String::new(), |set| format!("{set} "));
            let note = open + &attribution(record);
            for line in wrap(&printable(&note), self.width - INDENT) {
                let line = self.paint.paint(Style::new().dimmed(), &line);
                writeln!(lines, "{:INDENT$}{line}", "").expect("a string takes every write");
            }
        }
        lines
    }

    fn head(&self, record: &Record) -> String {
        let date = record.published.or(record.date).map(|d| d.to_string());
        let parts = [record.title.as_deref(), record.outlet.as_deref(), date.as_deref()];
        let mut head = self.paint.paint(Style::new().bold(), &printable(&record.article));
        for part in parts.into_iter().flatten() {
            write!(head, " · {}", printable(part)).expect("a string takes every write");
        }
        head.push('\n');
        head
    }
}

/// Who holds it, how and on what source: "— KZ, Kassym-Jomart Tokayev, president · speech · 2023-06-24
/// (Akorda.kz)".
fn attribution(record: &Record) -> String {
    let one = |holder: &Holder| {
        let country = holder.country.as_ref().map(CountryCode::as_str);
        let parts = [country, holder.name.as_deref(), holder.office.as_deref()];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    };
    let holders: Vec<String> = match (&record.holder, record.holders.as_slice()) {
        (Some(holder), []) => vec![one(holder)],
        (None, []) => vec!["nobody named".to_owned()],
        (_, several) => several.iter().map(one).collect(),
    };
    let mut note = format!("— {}", holders.join("; "));
    for part in [record.voice.map(|v| format!("voice {v}")), record.kind.map(|k| k.to_string())] {
        // Most statements are in the holder's own voice.
        if let Some(part) = part.filter(|part| part != "voice holder") {
            write!(note, " · {part}").expect("a string takes every write");
        }
    }
    if let Some(date) = record.date.filter(|date| Some(*date) != record.published) {
        write!(note, " · {date}").expect("a string takes every write");
    }
    for (at, citation) in record.cited.iter().enumerate() {
        let before = if at == 0 { " · " } else { ", " };
        write!(note, "{before}{}", citation.outlet).expect("a string takes every write");
    }
    note
}

/// `text` on one line, without control characters: a file cannot send codes to the terminal.
pub(crate) fn printable(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    words.chars().filter(|c| !c.is_control()).collect()
}

/// Breaks `text` at spaces into lines of at most `width` columns; longer words stand alone.
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in text.split(' ') {
        let columns: usize = word.chars().filter_map(UnicodeWidthChar::width).sum();
        if used > 0 && used + 1 + columns > width {
            lines.push(String::new());
            used = 0;
        }
        let line = lines.last_mut().expect("there is always a line");
        if used > 0 {
            line.push(' ');
            used += 1;
        }
        line.push_str(word);
        used += columns;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_at_spaces_and_hold_the_width() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("extraordinarily long", 6), ["extraordinarily", "long"]);
        assert_eq!(wrap("", 6), [""]);
    }

    #[test]
    fn wide_letters_count_as_two_columns() {
        assert_eq!(wrap("莫斯科 莫斯科", 8), ["莫斯科", "莫斯科"]);
    }

    #[test]
    fn control_codes_of_a_file_never_reach_the_terminal() {
        assert_eq!(printable("a\u{1b}[31mb\r\nc"), "a[31mb c");
    }
}
