//! Where in a file the value stands that a [`Fault`] is about.
//!
//! Tables are read without the positions of their values; only a file with a fault is read again
//! with them.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Fault;

/// A string of an entry, with the field that it is in and where it begins.
struct Leaf<'a> {
    field: &'a str,
    text: &'a str,
    start: usize,
}

/// Where in `toml` the value begins that `fault` finds in the entry whose key begins at `key`;
/// nothing if the entry does not hold it, as when two files make the fault together.
pub(super) fn locate(toml: &str, key: usize, fault: &Fault) -> Option<usize> {
    let document = DeTable::parse(toml).ok()?;
    let mut leaves = Vec::new();
    collect_entry(document.get_ref(), key, &mut leaves);
    find(leaves, fault)
}

/// As [`locate`], where the entry is the whole of `toml`.
pub(super) fn locate_in_root(toml: &str, fault: &Fault) -> Option<usize> {
    let document = DeTable::parse(toml).ok()?;
    let mut leaves = Vec::new();
    for (field, value) in document.get_ref() {
        collect(field.get_ref(), value, &mut leaves);
    }
    find(leaves, fault)
}

fn find(mut leaves: Vec<Leaf<'_>>, fault: &Fault) -> Option<usize> {
    leaves.sort_by_key(|leaf| leaf.start);
    let is_name = |leaf: &&Leaf<'_>| leaf.field != "ambiguous";
    let found = match fault {
        Fault::Repeated { name } => leaves.iter().filter(is_name).filter(|l| l.text == name).nth(1),
        Fault::Stray { name } => leaves.iter().find(|l| !is_name(l) && l.text == name),
        Fault::Shared { name, .. } => leaves.iter().filter(is_name).find(|l| l.text == name),
        Fault::Unknown { value, .. } => leaves.iter().find(|l| l.text == value),
        Fault::Blank { .. } => leaves.iter().find(|l| l.text.is_empty() || l.text.trim() != l.text),
        Fault::Term { to: date, .. } | Fault::Overlap { from: date, .. } => {
            let date = date.to_string();
            leaves.iter().find(|l| l.field == "offices" && l.text == date)
        }
        Fault::Twice | Fault::Missing { .. } | Fault::NoTargetId { .. } => None,
    };
    found.map(|leaf| leaf.start)
}

/// Takes in the strings of the innermost table that holds the key.
fn collect_entry<'a>(table: &'a DeTable<'_>, key: usize, leaves: &mut Vec<Leaf<'a>>) -> bool {
    let holds_key = |value: &Spanned<DeValue<'_>>| {
        matches!(value.get_ref(), DeValue::String(_)) && value.span().start == key
    };
    if table.values().any(holds_key) {
        for (field, value) in table {
            collect(field.get_ref(), value, leaves);
        }
        return true;
    }
    table.values().any(|value| match value.get_ref() {
        DeValue::Array(items) => items.iter().any(|item| match item.get_ref() {
            DeValue::Table(entry) => collect_entry(entry, key, leaves),
            _ => false,
        }),
        _ => false,
    })
}

fn collect<'a>(field: &'a str, value: &'a Spanned<DeValue<'_>>, leaves: &mut Vec<Leaf<'a>>) {
    match value.get_ref() {
        DeValue::String(text) => leaves.push(Leaf { field, text, start: value.span().start }),
        DeValue::Array(items) => items.iter().for_each(|item| collect(field, item, leaves)),
        DeValue::Table(table) => table.values().for_each(|inner| collect(field, inner, leaves)),
        _ => {}
    }
}
