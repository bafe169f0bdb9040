//! `stance evaluate`: scores of one model on annotated data.

use std::fs;

use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};
use stance_core::Classifier as _;
use stance_eval::{Answer, Bootstrap, CountrySwap, Evaluation, Purpose, SwapPlan, read_annotated};

use crate::args::{EvaluateArgs, ScoreFormat};
use crate::config::Config;
use crate::output::write_file;
use crate::plan::{Globals, build_atlas, build_extractor, load_model};
use crate::scores::{self, Measured};
use crate::{Outcome, Streams};

/// Resamples when nothing else is said.
const RESAMPLES: u32 = 1000;
/// Seed of the resamples when nothing else is said.
const SEED: u64 = 7;
/// Statements that are classified at a time.
const BATCH: usize = 1024;

pub(super) fn run(
    args: EvaluateArgs,
    config: Config,
    globals: &Globals,
    streams: &mut Streams<'_>,
) -> Result<Outcome> {
    let model = load_model(&args.model)?;
    let atlas = [config.atlas, args.atlas].concat();
    let extractor = build_extractor(args.target.or(config.target).as_deref(), &atlas)?;

    let mut digest = Sha256::new();
    let mut annotated = Vec::new();
    let mut data = Vec::new();
    for path in &args.data {
        let name = path.display().to_string();
        let text = fs::read_to_string(path).with_context(|| format!("cannot read {name}"))?;
        digest.update(text.as_bytes());
        annotated.extend(read_annotated(&name, &text, Purpose::Measure, &extractor)?);
        data.push(name);
    }
    let (statements, gold): (Vec<_>, Vec<_>) =
        annotated.into_iter().map(|a| (a.statement, (a.gold, a.group))).unzip();
    let mut distributions = Vec::with_capacity(statements.len());
    for batch in statements.chunks(BATCH) {
        distributions.extend(model.classify(batch)?);
    }
    let answers: Vec<_> = gold
        .iter()
        .zip(distributions)
        .map(|((gold, group), distribution)| Answer { gold: *gold, distribution, group })
        .collect();
    let bootstrap = Bootstrap {
        seed: args.seed.unwrap_or(SEED),
        resamples: args.resamples.unwrap_or(RESAMPLES) as usize,
    };
    let evaluation = Evaluation::new(&answers, bootstrap)?;
    let macro_f1 = evaluation.macro_f1.value;
    let audit = match args.audit {
        None => None,
        Some(swaps) => {
            let plan = SwapPlan { seed: bootstrap.seed, swaps: usize::from(swaps) };
            let atlas = build_atlas(&atlas)?;
            Some(CountrySwap::measure(&statements, &model, &extractor, &atlas, plan)?)
        }
    };
    let measured = Measured {
        model: model.id().to_string(),
        data,
        data_sha256: format!("{:x}", digest.finalize()),
        evaluation,
        audit,
    };

    let text = match args.format.unwrap_or(ScoreFormat::Table) {
        ScoreFormat::Table => scores::table(&measured),
        ScoreFormat::Md => scores::markdown(&measured),
        ScoreFormat::Json => format!("{:#}\n", scores::json(&measured)),
    };
    if let Some(path) = &args.output {
        write_file(path, text.as_bytes(), args.force.into())?;
    } else {
        streams.stdout.write_all(text.as_bytes())?;
        streams.stdout.flush()?;
    }
    if let Some(gate) = args.min_macro_f1.filter(|&gate| macro_f1 < gate) {
        globals.warn(streams, &format!("macro-F1 is {macro_f1:.3}, the gate is {gate}"));
        return Ok(Outcome::Incomplete);
    }
    Ok(Outcome::Done)
}
