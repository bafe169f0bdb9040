use std::fmt::Write as _;

use anyhow::Result;
use stance_eval::datasets::{About, Dataset};

use super::dataset;
use crate::args::{DataListArgs, ReportFormat};
use crate::table::wrap;
use crate::{Outcome, Streams};

/// Columns before what is said of a set.
const INDENT: usize = 12;

pub(super) fn run(args: &DataListArgs, streams: &mut Streams<'_>) -> Result<Outcome> {
    let sets = match &args.name {
        Some(name) => vec![dataset(name)?],
        None => Dataset::ALL.to_vec(),
    };
    let sets: Vec<About> = sets.into_iter().map(Dataset::about).collect();
    let text = match args.format.unwrap_or_default() {
        ReportFormat::Json => {
            format!("{:#}\n", serde_json::json!({ "schema": 1, "datasets": sets }))
        }
        ReportFormat::Table => {
            let width = streams.stdout_width.map_or(100, usize::from).clamp(40, 120) - INDENT;
            let texts: Vec<String> = sets.iter().map(|about| told(about, width)).collect();
            texts.join("\n")
        }
    };
    streams.stdout.write_all(text.as_bytes())?;
    streams.stdout.flush()?;
    Ok(Outcome::Done)
}

fn told(about: &About, width: usize) -> String {
    let mut text = format!("{}  {}: {}\n", about.name, about.title, about.what);
    for (name, value) in [
        ("reads", about.reads),
        ("task", about.task),
        ("labels", about.labels),
        ("license", about.license),
        ("source", about.source),
        ("cite", about.citation),
    ] {
        for (row, line) in wrap(value, width).iter().enumerate() {
            let name = if row == 0 { name } else { "" };
            writeln!(text, "    {name:<8}{line}").expect("a string takes every write");
        }
    }
    text
}
