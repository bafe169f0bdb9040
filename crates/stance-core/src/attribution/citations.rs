//! Inline citations: "(Akorda.kz, June 24)", "(see EDM, November 9, 2022; Kun.uz, June 26)".

use std::sync::Arc;

use super::dates;
use crate::{Date, EntityKind, Mention};

/// A source that a text cites for what it says.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Citation {
    /// The outlet as written: a name or an address.
    pub outlet: Arc<str>,
    /// When it appeared; a date without a year is that of the year up to the article's date.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub date: Option<Date>,
}

/// Longest name of an outlet, in bytes.
const LONGEST: usize = 120;

/// What may stand before the outlet.
const LEADS: [&str; 8] = [
    "see also ",
    "see, for example, ",
    "see, e.g., ",
    "see ",
    "cf. ",
    "e.g., ",
    "via ",
    "source: ",
];

/// Reads the bytes `start..end` of `text`, what stands between two brackets, as citations; appends
/// them to `out` and says whether it is nothing else.
pub(super) fn read(
    text: &str,
    start: usize,
    end: usize,
    mentions: &[Mention],
    article: Option<Date>,
    out: &mut Vec<Citation>,
) -> bool {
    let before = out.len();
    let mut from = start;
    for part in text[start..end].split(';') {
        let at = from + (part.len() - part.trim_start().len());
        from += part.len() + 1;
        let previous = out[before..].last().map(|citation| Arc::clone(&citation.outlet));
        let Some(citation) = citation(part.trim(), at, mentions, article, previous) else {
            out.truncate(before);
            return false;
        };
        out.push(citation);
    }
    out.len() > before
}

fn citation(
    part: &str,
    at: usize,
    mentions: &[Mention],
    article: Option<Date>,
    previous: Option<Arc<str>>,
) -> Option<Citation> {
    let lead = LEADS
        .iter()
        .find(|lead| part.get(..lead.len()).is_some_and(|start| start.eq_ignore_ascii_case(lead)));
    let lead = lead.map_or(0, |lead| lead.len());
    let (part, at) = (&part[lead..], at + lead);
    // The date begins at the first piece between commas that reads as one.
    let mut split = None;
    for (comma, _) in std::iter::once((0, "")).chain(part.match_indices(',')) {
        let from = comma + usize::from(comma > 0);
        if let Some(written) = dates::written(part[from..].trim()) {
            split = Some((comma, written));
            break;
        }
    }
    let date = split.and_then(|(_, written)| written.resolved(article));
    let outlet = split.map_or(part, |(comma, _)| &part[..comma]).trim();
    if outlet.is_empty() {
        let outlet = previous?;
        return split.map(|_| Citation { outlet, date });
    }
    if outlet.len() > LONGEST {
        return None;
    }
    let named = mentions.get(mentions.partition_point(|m| m.span.start() < at));
    let named = named.filter(|m| m.span.start() < at + outlet.len());
    let whole = named.filter(|m| m.span.start() == at && m.span.len() == outlet.len());
    let is_outlet = named.is_some_and(|m| m.kind == EntityKind::Outlet);
    let is_place = whole.is_some_and(|m| {
        matches!(m.kind, EntityKind::Country | EntityKind::City | EntityKind::Region)
    });
    let begins = outlet.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit() || c == '@');
    let plausible = if split.is_some() {
        (begins || is_address(outlet)) && !is_place
    } else {
        is_address(outlet) || (is_outlet && outlet.split(' ').count() <= 5)
    };
    plausible.then(|| Citation { outlet: outlet.into(), date })
}

/// Whether `outlet` is an address on the web: a host with a top-level domain, perhaps with a path.
fn is_address(outlet: &str) -> bool {
    let bare = outlet.trim_start_matches("https://").trim_start_matches("http://");
    let host = bare.split('/').next().unwrap_or(bare);
    let Some((name, domain)) = host.rsplit_once('.') else { return false };
    let letters = |c: char| c.is_alphanumeric() || c == '-' || c == '.';
    !name.is_empty()
        && name.chars().all(letters)
        && (2..=10).contains(&domain.len())
        && domain.chars().all(char::is_alphabetic)
}
