use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufReader, Write as _};

use anyhow::{Context as _, Result, anyhow, bail};
use stance_eval::datasets::{
    Columns, Dataset, Fault, ImportError, ImportPlan, Imported, Importer, Slot,
};

use super::dataset;
use crate::args::DataImportArgs;
use crate::output::{OutputFile, refuse_existing};
use crate::plan::{Globals, Verbosity};
use crate::{Outcome, Streams};

pub(super) fn run(
    args: DataImportArgs,
    globals: &Globals,
    streams: &mut Streams<'_>,
) -> Result<Outcome> {
    let dataset = dataset(&args.name)?;
    let mut plan = ImportPlan::new(dataset);
    plan.columns = Columns {
        text: args.text_key,
        label: args.label_key,
        id: args.id_key,
        target: args.target_key,
        group: args.group_key,
        split: args.split_key,
    };
    if dataset != Dataset::Table && (plan.columns != Columns::default() || args.task.is_some()) {
        bail!("columns and task of {} are known; --task and --…-key are for `table`", args.name);
    }
    if let Some(task) = args.task {
        plan.labels = dataset.labels(&task);
        plan.task = task;
    }
    for (label, slot) in &args.map {
        plan.labels.put(label, *slot);
    }
    plan.split = args.split;

    refuse_existing(&args.output, args.force.into())?;
    let mut output = OutputFile::create(&args.output, args.force.into())?;
    let mut importer = Importer::new(plan);
    for path in &args.files {
        let name = path.display().to_string();
        let file = File::open(path).with_context(|| format!("cannot read {name}"))?;
        let read = importer.read(&name, BufReader::new(file), &mut |row| {
            serde_json::to_writer(&mut output, row)?;
            output.write_all(b"\n")
        });
        read.map_err(with_advice)?;
    }
    if importer.imported().rows == 0 {
        bail!("every row is left out: {}", reasons(importer.imported()).join(", "));
    }
    output.commit()?;
    if globals.verbosity > Verbosity::Quiet {
        let told = told(importer.imported(), &args.output.display().to_string());
        let license = dataset.about().license;
        writeln!(streams.stderr, "{told}license: {license}")?;
    }
    Ok(Outcome::Done)
}

/// Says how an unknown label is mapped.
fn with_advice(error: ImportError) -> anyhow::Error {
    let advice = match &error {
        ImportError::Row { fault: Fault::Label { found, .. }, .. } => Some(format!(
            "--map \"{found}=OURS\" maps it, where OURS is {}",
            Slot::NAMES.join(", ")
        )),
        ImportError::Row { fault: Fault::Column { .. }, .. } => {
            Some("--text-key, --label-key and the like name the columns of a `table`".to_owned())
        }
        _ => None,
    };
    match advice {
        Some(advice) => anyhow!("{error}; {advice}"),
        None => error.into(),
    }
}

fn told(imported: &Imported, output: &str) -> String {
    let Imported { rows, labels, splits, mentions, .. } = imported;
    let mut text = format!("{rows} rows in {output}, the target named in {mentions}\n");
    for ((label, ours), count) in labels {
        writeln!(text, "  {label} as {ours}: {count}").expect("a string takes every write");
    }
    let named = splits.iter().filter(|(split, _)| !split.is_empty());
    for (split, count) in named {
        writeln!(text, "  split {split}: {count}").expect("a string takes every write");
    }
    for reason in reasons(imported) {
        writeln!(text, "  left out, {reason}").expect("a string takes every write");
    }
    text
}

fn reasons(imported: &Imported) -> Vec<String> {
    imported.left_out.iter().map(|(why, count)| format!("{why}: {count}")).collect()
}
