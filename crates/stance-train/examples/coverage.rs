//! Measures label sets: how often they hold the gold label, and how many are a single label.
//!
//!     cargo run --release -p stance-train --example coverage -- seeds/fast.toml seeds/corpus/*.jsonl
//!     cargo run --release -p stance-train --example coverage -- seeds/benchmark/*.jsonl
//!
//! With a recipe first, a third of the files at a time is held out from a whole training run on the
//! others, and answered. Without one the embedded model answers each file.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use stance_core::{
    Annotated, Classifier, Distribution, Label, Relevance, SentenceExtractor, TargetId,
};
use stance_eval::{Purpose, group_folds, read_annotated};
use stance_features::Lexicons;
use stance_models::{Alpha, Conformal, embedded, fast};
use stance_train::{Recipe, TrainingData, train};

const LEVELS: [f64; 4] = [0.3, 0.2, 0.1, 0.05];

/// What sets of one level did.
#[derive(Clone, Default)]
struct Tally {
    rows: [usize; Label::COUNT],
    covered: [usize; Label::COUNT],
    labels: usize,
    singles: usize,
    right: usize,
    /// Rows and covered rows of each file.
    files: BTreeMap<Arc<str>, (usize, usize)>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut files: Vec<String> = std::env::args().skip(1).collect();
    let is_recipe = files
        .first()
        .is_some_and(|first| Path::new(first).extension().is_some_and(|e| e == "toml"));
    let recipe = is_recipe.then(|| files.remove(0));
    files.sort();
    let extractor = SentenceExtractor::builtin(&TargetId::moscow()).expect("is built in");
    let mut out = std::io::stdout().lock();
    let Some(recipe) = recipe else {
        let conformal = embedded("fast").and_then(|fast| fast.conformal()).expect("is embedded");
        for file in &files {
            let rows =
                read_annotated(file, &fs::read_to_string(file)?, Purpose::Measure, &extractor)?;
            let mut tallies = vec![Tally::default(); LEVELS.len()];
            tally(&mut tallies, conformal, &fast(), &rows)?;
            write!(out, "{file}\n{}", table(&tallies))?;
        }
        return Ok(());
    };
    let recipe = Recipe::parse(&fs::read_to_string(recipe)?)?;
    let mut annotated = Vec::new();
    for file in &files {
        annotated.extend(read_annotated(
            file,
            &fs::read_to_string(file)?,
            Purpose::Train { task: "stance" },
            &extractor,
        )?);
    }
    let sources: Vec<_> = annotated.iter().map(|a| &a.source).collect();
    let mut tallies = vec![Tally::default(); LEVELS.len()];
    for fold in group_folds(&sources, 3, recipe.seed)? {
        let held_out: Vec<Annotated> =
            fold.test.iter().map(|&row| annotated[row].clone()).collect();
        let seen = |a: &Annotated| held_out.iter().all(|held_out| held_out.group != a.group);
        let rest = fold.train.iter().map(|&row| &annotated[row]).filter(|a| seen(a));
        let data = TrainingData {
            annotated: rest.cloned().collect(),
            splits: None,
            sha256: String::new(),
        };
        let artifact = train(&recipe, &data, &Lexicons::builtin(), |_| {})?.artifact;
        let conformal = artifact.conformal().expect("training makes one");
        tally(&mut tallies, conformal, &artifact.classifier()?, &held_out)?;
    }
    write!(out, "{} files held out\n{}", files.len(), table(&tallies))?;
    Ok(())
}

fn tally(
    tallies: &mut [Tally],
    conformal: &Conformal,
    model: &impl Classifier,
    rows: &[Annotated],
) -> Result<(), Box<dyn Error>> {
    let statements: Vec<_> = rows.iter().map(|row| row.statement.clone()).collect();
    let answers: Vec<Distribution> = model.classify(&statements)?;
    for (tally, level) in tallies.iter_mut().zip(LEVELS) {
        let alpha = Alpha::new(level).expect("between 0 and 1");
        let rule = conformal.rule(alpha, Relevance::Judged);
        for (row, answer) in rows.iter().zip(&answers) {
            let set = rule.set(answer);
            let is_covered = usize::from(set.contains(row.gold));
            let file = tally.files.entry(Arc::clone(&row.source)).or_default();
            *file = (file.0 + 1, file.1 + is_covered);
            tally.rows[row.gold.index()] += 1;
            tally.covered[row.gold.index()] += is_covered;
            tally.labels += set.len();
            tally.singles += usize::from(set.single().is_some());
            tally.right += usize::from(set.single() == Some(row.gold));
        }
    }
    Ok(())
}

fn table(tallies: &[Tally]) -> String {
    let mut text = format!("| alpha | coverage | {} |", Label::ALL.map(Label::as_str).join(" | "));
    text += " labels a set | single | right of single | least, most of a file |\n";
    text += &["|", &" ---: |".repeat(6 + Label::COUNT), "\n"].concat();
    for (tally, level) in tallies.iter().zip(LEVELS) {
        let rows = tally.rows.iter().sum();
        let by_label = tally.rows.iter().zip(tally.covered);
        let by_label: Vec<_> = by_label.map(|(rows, covered)| share(covered, *rows)).collect();
        let mut files: Vec<_> = tally.files.values().map(|f| share(f.1, f.0)).collect();
        files.sort();
        let ends = [files.first(), files.last()].map(|end| end.map_or("", String::as_str));
        let row = format!(
            "| {level} | {} | {} | {} | {} | {} | {} |\n",
            share(tally.covered.iter().sum(), rows),
            by_label.join(" | "),
            share(tally.labels, rows),
            share(tally.singles, rows),
            share(tally.right, tally.singles),
            ends.join(", ")
        );
        text += &row;
    }
    text
}

#[expect(clippy::cast_precision_loss, reason = "rows are far below 2^53")]
fn share(part: usize, of: usize) -> String {
    format!("{:.3}", part as f64 / of as f64)
}
