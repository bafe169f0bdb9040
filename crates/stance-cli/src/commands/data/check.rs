use std::fmt::Write as _;
use std::fs::File;
use std::io::BufReader;

use anyhow::{Context as _, Result};
use stance_core::Label;
use stance_eval::datasets::{Check, CheckPlan, Checker, Finding, SplitBy};

use crate::args::{DataCheckArgs, ReportFormat};
use crate::table::printable;
use crate::{Outcome, Streams};

pub(super) fn run(args: &DataCheckArgs, streams: &mut Streams<'_>) -> Result<Outcome> {
    let usual = CheckPlan::default();
    let mut checker = Checker::new(CheckPlan {
        similarity: args.similarity.unwrap_or(usual.similarity),
        seed: args.seed.unwrap_or(usual.seed),
        split_by: if args.split_by_file { SplitBy::File } else { SplitBy::Row },
        examples: args.examples.map_or(usual.examples, usize::from),
    });
    for path in &args.files {
        let name = path.display().to_string();
        let file = File::open(path).with_context(|| format!("cannot read {name}"))?;
        checker.read(&name, BufReader::new(file))?;
    }
    let check = checker.finish();
    let text = match args.format.unwrap_or_default() {
        ReportFormat::Table => told(&check),
        ReportFormat::Json => {
            let mut json = serde_json::to_value(&check)?;
            json["schema"] = 1.into();
            json["sound"] = check.is_sound().into();
            format!("{json:#}\n")
        }
    };
    streams.stdout.write_all(text.as_bytes())?;
    streams.stdout.flush()?;
    Ok(if check.is_sound() { Outcome::Done } else { Outcome::Incomplete })
}

fn told(check: &Check) -> String {
    let mut text = String::new();
    let mut line = |line: String| writeln!(text, "{line}").expect("a string takes every write");
    let Check { rows, texts, groups, similarity, seed, .. } = check;
    line(format!("{rows} rows, {texts} texts, {groups} groups; files: {}", check.files.len()));
    let tasks = check.tasks.iter().map(|(task, count)| format!("{} {count}", printable(task)));
    line(format!("task: {}", tasks.collect::<Vec<_>>().join(", ")));
    let countries = &check.countries;
    if !countries.is_empty() {
        let mut most: Vec<_> = countries.iter().collect();
        most.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        let shown =
            most.iter().take(10).map(|(name, count)| format!("{} {count}", printable(name)));
        let shown = shown.collect::<Vec<_>>().join(", ");
        let more = if most.len() > 10 { ", …" } else { "" };
        line(format!("countries: {}: {shown}{more}", countries.len()));
    }
    let labels = Label::ALL.map(|label| format!("{label:>12}")).concat();
    let width = check.splits.keys().map(|split| split.chars().count()).max().unwrap_or(0).max(16);
    line(format!("\n{:<width$}{:>10}{labels}", "split", "rows"));
    for (split, counts) in &check.splits {
        let labels = Label::ALL.map(|label| {
            format!("{:>12}", counts.labels.get(label.as_str()).copied().unwrap_or_default())
        });
        line(format!("{:<width$}{:>10}{}", printable(split), counts.rows, labels.concat()));
    }
    line(format!("\n{:<52}{:>8}{:>8}  rows by split", "finding", "sets", "rows"));
    let near = format!("near-duplicates (similarity {similarity}, seed {seed})");
    let findings: [(&str, &Finding); 7] = [
        ("the same id", &check.duplicate_ids),
        ("the same text and target", &check.duplicate_texts),
        ("… with another label: a conflict", &check.conflicts),
        (&near, &check.near_duplicates),
        ("the same text in several splits: a leak", &check.leaks.texts),
        ("near-duplicates in several splits: a leak", &check.leaks.near_duplicates),
        ("the same group in several splits: a leak", &check.leaks.groups),
    ];
    for (name, finding) in findings {
        let splits = finding.by_split.iter().filter(|(split, _)| split.as_str() != "-");
        let splits = splits.map(|(split, count)| format!("{} {count}", printable(split)));
        let splits = splits.collect::<Vec<_>>().join(", ");
        let row = format!("{name:<52}{:>8}{:>8}  {splits}", finding.sets, finding.rows);
        line(row.trim_end().to_owned());
    }
    for (name, finding) in findings.into_iter().filter(|(_, finding)| finding.sets > 0) {
        if finding.examples.is_empty() {
            continue;
        }
        line(format!("\n{name}:"));
        for set in &finding.examples {
            for (at, place) in set.iter().enumerate() {
                let bullet = if at == 0 { "-" } else { " " };
                let split = place.split.as_deref().map(|split| format!("{split}, "));
                let split = split.unwrap_or_default();
                let place = format!("{}:{} {}", place.file, place.line, place.id)
                    + &format!(" ({split}{})", place.label);
                line(format!("  {bullet} {}", printable(&place)));
            }
        }
    }
    line(String::new());
    line(if check.is_sound() {
        "nothing wrong: no id stands twice, no labels conflict, nothing leaks".to_owned()
    } else {
        "wrong: an id stands twice, labels conflict, or something leaks".to_owned()
    });
    text
}
