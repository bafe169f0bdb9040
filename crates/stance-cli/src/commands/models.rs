//! `stance models`: what is embedded, and what a model's card says.

use std::io::Write as _;

use anyhow::Result;
use stance_models::{EMBEDDED, embedded};

use crate::args::ModelsArgs;
use crate::plan::open_artifact;
use crate::{Outcome, Streams};

pub(super) fn run(args: &ModelsArgs, streams: &mut Streams<'_>) -> Result<Outcome> {
    if let Some(name) = &args.model {
        let artifact = open_artifact(name)?;
        streams.stdout.write_all(artifact.card().as_bytes())?;
    } else {
        for artifact in EMBEDDED.into_iter().filter_map(embedded) {
            let manifest = artifact.manifest();
            let scores: Vec<_> =
                manifest.dev_scores.iter().map(|(name, score)| format!("{name} {score}")).collect();
            writeln!(
                streams.stdout,
                "{}  {}  {}, toward {}, embedded\n    held out, {} statements: {}",
                manifest.name,
                manifest.model_version(),
                manifest.kind,
                manifest.target,
                manifest.data.statements,
                scores.join(", "),
            )?;
        }
    }
    streams.stdout.flush()?;
    Ok(Outcome::Done)
}
