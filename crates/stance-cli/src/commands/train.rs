//! `stance train`: from a recipe to a model's folder.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use sha2::{Digest as _, Sha256};
use stance_eval::{Purpose, Splits, read_annotated};
use stance_features::Lexicons;
use stance_train::{DataConfig, Recipe, TrainStep, TrainingData, Trial, train};

use crate::args::TrainArgs;
use crate::output::{refuse_existing, write_file};
use crate::plan::{Globals, Verbosity, build_extractor, read_text};
use crate::{Outcome, Streams};

pub(super) fn run(
    args: &TrainArgs,
    globals: &Globals,
    streams: &mut Streams<'_>,
) -> Result<Outcome> {
    let toml = read_text(&args.recipe, "recipe")?;
    let recipe = Recipe::parse(&toml)
        .with_context(|| format!("recipe {} is refused", args.recipe.display()))?;
    // Said before the work, not after it.
    refuse_existing(&args.output, args.force.into())?;
    let folder = args.recipe.parent().unwrap_or(Path::new(""));
    let lexicons = read_lexicons(folder, &recipe.data.lexicons)?;
    let data = read_data(folder, &recipe.data, &recipe.task)?;

    let say = globals.verbosity > Verbosity::Quiet;
    let stderr = &mut streams.stderr;
    // A lost message is no reason to lose the model.
    let mut message = |text: String| {
        if say {
            let _ = writeln!(stderr, "{text}");
        }
    };
    message(format!("{}: {} statements", recipe.name, data.annotated.len()));
    let trained = globals.pool()?.install(|| {
        train(&recipe, &data, &lexicons, |step| match step {
            TrainStep::Fold { number, of } => message(format!("fold {number} of {of} scored")),
            TrainStep::Final { width, setting } => {
                message(format!("fitting {width} columns, {setting}"));
            }
            _ => {}
        })
    })?;

    fs::create_dir_all(&args.output)
        .with_context(|| format!("cannot make {}", args.output.display()))?;
    for (name, bytes) in trained.artifact.files() {
        write_file(&args.output.join(name), &bytes, args.force.into())?;
    }
    for trial in &trained.trials {
        writeln!(streams.stdout, "{}", held_out(trial))?;
    }
    let manifest = trained.artifact.manifest();
    writeln!(
        streams.stdout,
        "{} {} in {}",
        manifest.name,
        manifest.model_version(),
        args.output.display()
    )?;
    streams.stdout.flush()?;
    Ok(Outcome::Done)
}

fn held_out(Trial { setting, scores }: &Trial) -> String {
    let score = |score: Option<f64>| score.map_or("-".to_owned(), |score| format!("{score:.4}"));
    format!(
        "{setting}: held out macro-F1 {} (four labels) {} (three stances), log loss {:.4}",
        score(scores.pooled.macro_f1),
        score(scores.pooled.macro_f1_stances),
        scores.pooled.log_loss
    )
}

/// The built-in lexicons with those of `files`, which lie in `folder`.
pub(super) fn read_lexicons(folder: &Path, files: &[String]) -> Result<Lexicons> {
    let mut lexicons = Lexicons::builtin();
    for file in files {
        let path = folder.join(file);
        let own = Lexicons::parse(&read_text(&path, "lexicon")?)
            .with_context(|| format!("lexicon {} is refused", path.display()))?;
        lexicons = lexicons.overlaid(own);
    }
    Ok(lexicons)
}

/// Reads the files that the patterns name, in the order of their names.
fn read_data(folder: &Path, config: &DataConfig, task: &str) -> Result<TrainingData> {
    let mut paths: Vec<PathBuf> = Vec::new();
    for pattern in &config.files {
        // Only the recipe's own words are a pattern, not the folder it happens to lie in.
        let full = Path::new(&glob::Pattern::escape(&folder.to_string_lossy())).join(pattern);
        let before = paths.len();
        for path in glob::glob(&full.to_string_lossy())
            .with_context(|| format!("malformed pattern {pattern}"))?
        {
            paths.push(path?);
        }
        if paths.len() == before {
            bail!("no file matches {}", folder.join(pattern).display());
        }
    }
    paths.sort_by(|a, b| a.file_name().cmp(&b.file_name()).then_with(|| a.cmp(b)));
    paths.dedup();
    let extractor = build_extractor(None, &[])?;
    let mut digest = Sha256::new();
    let mut annotated = Vec::new();
    for path in paths {
        let text = read_text(&path, "data")?;
        digest.update(text.as_bytes());
        // The file's own name: where the folder lies must not change the model.
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        annotated.extend(read_annotated(&name, &text, Purpose::Train { task }, &extractor)?);
    }
    let splits = match &config.splits {
        None => None,
        Some(file) => {
            let path = folder.join(file);
            let parsed = Splits::parse(&read_text(&path, "splits")?);
            Some(parsed.with_context(|| format!("splits {} are malformed", path.display()))?)
        }
    };
    Ok(TrainingData { annotated, splits, sha256: format!("{:x}", digest.finalize()) })
}
