//! Markdown: front matter, a first heading as title, and the rest as plain text.

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use crate::columns::{ColumnMap, Field, Fields, one_line};

/// Reads front matter, title and body of `text`.
///
/// The body is plain text: one line a paragraph, heading or list item, a blank line between; no
/// marks of emphasis, link targets, images, code blocks, HTML or footnotes.
pub(crate) fn read(text: &str, columns: &ColumnMap) -> Fields {
    let mut fields = Fields::default();
    let rest = front_matter(text, columns, &mut fields);
    let (heading, body) = plain_text(rest);
    let mut title = fields.clone();
    let is_repeated = match (&heading, title.take_line(Field::Title)) {
        (Some(heading), Some(title)) => *heading == title,
        (Some(_), None) => true,
        (None, _) => false,
    };
    let body = match &heading {
        Some(heading) if !is_repeated => format!("{heading}\n\n{body}"),
        _ => body,
    };
    fields.put(Field::Title, usize::MAX, heading.unwrap_or_default());
    fields.put(Field::Body, 0, body);
    fields
}

/// Takes over the front matter of `text`, and returns what follows it.
fn front_matter<'a>(text: &'a str, columns: &ColumnMap, fields: &mut Fields) -> &'a str {
    let Some((first, rest)) = text.split_once('\n') else { return text };
    let fence = first.trim_end();
    if !matches!(fence, "---" | "+++") {
        return text;
    }
    let mut length = 0;
    for line in rest.split_inclusive('\n') {
        let is_end = line.trim_end() == fence || (fence == "---" && line.trim_end() == "...");
        if is_end {
            let (block, after) = (&rest[..length], &rest[length + line.len()..]);
            let pairs = if fence == "---" { yaml_pairs(block) } else { toml_pairs(block) };
            for (key, value) in pairs {
                // The text stands below: a key such as `content` is no body.
                match columns.find(&key) {
                    Some((field, rank)) if field != Field::Body => fields.put(field, rank, value),
                    _ => {}
                }
            }
            return after;
        }
        length += line.len();
    }
    text
}

/// The top-level `key: value` lines of simple YAML; nested values, lists and comments are passed.
fn yaml_pairs(block: &str) -> Vec<(String, String)> {
    let pair = |line: &str| {
        if line.starts_with([' ', '\t', '#', '-']) {
            return None;
        }
        let (key, value) = line.split_once(':')?;
        let value = value.trim();
        let value = match value.chars().next()? {
            '"' => value[1..].split_once('"')?.0.to_owned(),
            '\'' => value[1..].strip_suffix('\'')?.replace("''", "'"),
            '[' | '{' | '|' | '>' | '&' | '*' => return None,
            _ => value.split(" #").next().unwrap_or(value).trim().to_owned(),
        };
        Some((key.trim().trim_matches(['"', '\'']).to_owned(), value))
    };
    block.lines().filter_map(pair).collect()
}

fn toml_pairs(block: &str) -> Vec<(String, String)> {
    let table: toml::Table = block.parse().unwrap_or_default();
    let pair = |(key, value): (String, toml::Value)| match value {
        toml::Value::String(text) => Some((key, text)),
        toml::Value::Datetime(date) => Some((key, date.to_string())),
        toml::Value::Integer(number) => Some((key, number.to_string())),
        _ => None,
    };
    table.into_iter().filter_map(pair).collect()
}

/// The first heading, if it is of level 1 and nothing stands before it, and the paragraphs.
fn plain_text(markdown: &str) -> (Option<String>, String) {
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_FOOTNOTES;
    let mut blocks: Vec<String> = Vec::new();
    let mut block = String::new();
    let mut title = None;
    let mut in_title = false;
    // Depth in what is left out: images, code blocks, HTML, footnotes.
    let mut left_out = 0_usize;
    let mut close = |block: &mut String| {
        let line = one_line(block);
        block.clear();
        if !line.is_empty() {
            blocks.push(line);
        }
    };
    let mut is_first = true;
    for event in Parser::new_ext(markdown, options) {
        match event {
            Event::Start(tag) if is_left_out(&tag) => left_out += 1,
            Event::End(tag) if is_end_left_out(tag) => left_out = left_out.saturating_sub(1),
            _ if left_out > 0 => {}
            Event::Start(Tag::Heading { level: HeadingLevel::H1, .. }) if is_first => {
                in_title = true;
            }
            Event::End(TagEnd::Heading(_)) if in_title => {
                title = Some(one_line(&block)).filter(|line| !line.is_empty());
                block.clear();
                in_title = false;
                is_first = false;
            }
            Event::Text(text) | Event::Code(text) => {
                block.push_str(&text);
                is_first &= in_title;
            }
            Event::SoftBreak | Event::HardBreak | Event::End(TagEnd::TableCell) => {
                block.push(' ');
            }
            Event::Start(
                Tag::Paragraph | Tag::Heading { .. } | Tag::Item | Tag::List(_) | Tag::TableRow,
            )
            | Event::End(
                TagEnd::Paragraph
                | TagEnd::Heading(_)
                | TagEnd::Item
                | TagEnd::TableHead
                | TagEnd::TableRow,
            ) => close(&mut block),
            _ => {}
        }
    }
    close(&mut block);
    (title, blocks.join("\n\n"))
}

fn is_left_out(tag: &Tag<'_>) -> bool {
    use Tag::{CodeBlock, FootnoteDefinition, HtmlBlock, Image, MetadataBlock};
    matches!(
        tag,
        Image { .. } | CodeBlock(_) | HtmlBlock | FootnoteDefinition(_) | MetadataBlock(_)
    )
}

fn is_end_left_out(tag: TagEnd) -> bool {
    use TagEnd::{CodeBlock, FootnoteDefinition, HtmlBlock, Image, MetadataBlock};
    matches!(tag, Image | CodeBlock | HtmlBlock | FootnoteDefinition | MetadataBlock(_))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(text: &str) -> [String; 4] {
        let mut fields = read(text, &ColumnMap::articles());
        [Field::Title, Field::Date, Field::Outlet, Field::Body]
            .map(|f| fields.take(f).unwrap_or_default())
    }

    #[test]
    fn yaml_front_matter_gives_the_fields() {
        let text = "---\ntitle: \"Astana: no\" # kept short\ndate: 2023-06-24\ntags:\n  - title: x\n\
                    source: 'Steppe''s Wire'\n---\n\nAstana *declined*.\n";
        assert_eq!(fields(text), ["Astana: no", "2023-06-24", "Steppe's Wire", "Astana declined."]);
    }

    #[test]
    fn toml_front_matter_gives_the_fields() {
        let text = "+++\ntitle = \"No\"\ndate = 2023-06-24T10:00:00Z\n+++\nBody.\n";
        assert_eq!(fields(text), ["No", "2023-06-24T10:00:00Z", "", "Body."]);
    }

    #[test]
    fn a_first_heading_is_the_title_and_marks_are_gone() {
        let text = "# Tashkent *stays* out\n\nThe [ministry](https://m.example \"t\") said **no**,\n\
                    twice.\n\n<!-- note -->\n\n![A photo](p.jpg)\n\n## Reactions\n\n- One.\n- Two.\n\n\
                    > \"Internal business\", `he` said.\n\n```\ncode\n```\n";
        assert_eq!(
            fields(text),
            [
                "Tashkent stays out",
                "",
                "",
                "The ministry said no, twice.\n\nReactions\n\nOne.\n\nTwo.\n\n\
                      \"Internal business\", he said.",
            ]
        );
    }

    #[test]
    fn a_heading_other_than_the_front_matters_title_stays() {
        let text = "---\ntitle: A\n---\n# B\n\nBody.";
        assert_eq!(fields(text), ["A", "", "", "B\n\nBody."]);
        let text = "---\ntitle: A\n---\n# A\n\nBody.";
        assert_eq!(fields(text), ["A", "", "", "Body."]);
    }

    #[test]
    fn a_rule_is_no_front_matter() {
        assert_eq!(fields("---\nBody.\n"), ["", "", "", "Body."]);
    }
}
