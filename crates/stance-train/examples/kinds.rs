//! Prints the table of words that stance-core tells kinds by, learned from annotated statements:
//!
//!     cargo run --release -p stance-train --example kinds -- seeds/corpus/*.jsonl \\
//!         > crates/stance-core/atlas/kinds.toml
//!
//! With `--held-out` as the first argument it prints instead how often the kind is told right of files
//! that were not learned from, a third of them at a time, by rules and by weights.

use std::error::Error;
use std::fs;
use std::io::Write as _;

use stance_core::{SentenceExtractor, TargetId};
use stance_train::{KindRow, KindTable};

fn main() -> Result<(), Box<dyn Error>> {
    let mut files: Vec<String> = std::env::args().skip(1).collect();
    let held_out = files.first().is_some_and(|first| first == "--held-out");
    files.drain(..usize::from(held_out));
    files.sort();
    let extractor = SentenceExtractor::builtin(&TargetId::moscow()).expect("is built in");
    let mut read = Vec::new();
    for file in &files {
        read.push(KindRow::read(file, &fs::read_to_string(file)?, &extractor)?);
    }
    let mut out = std::io::stdout().lock();
    if !held_out {
        write!(out, "{}{}", KindTable::HEADER, KindTable::fit(&read.concat())?)?;
        return Ok(());
    }
    let (mut by_rules, mut by_weights, mut rows) = (0, 0, 0);
    for fold in 0..3 {
        let part = |held: bool| -> Vec<KindRow> {
            let files = read.iter().enumerate().filter(|(at, _)| (at % 3 == fold) == held);
            files.flat_map(|(_, rows)| rows.clone()).collect()
        };
        let table = KindTable::fit(&part(false))?;
        for row in part(true) {
            rows += 1;
            by_weights += usize::from(table.answer(&row) == row.kind);
            by_rules += usize::from(row.by_rules() == Some(row.kind));
        }
    }
    writeln!(out, "of {rows}: rules {by_rules}, weights {by_weights}")?;
    Ok(())
}
