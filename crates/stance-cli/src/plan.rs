//! What a run does: arguments and configuration merged, paths opened, models loaded.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use anstyle::{AnsiColor, Color, Style};
use anyhow::{Context as _, Result, anyhow};
use stance_core::{Atlas, AtlasError, Relevance, SentenceExtractor, Target, TargetId};
use stance_models::{Alpha, Artifact, CONFORMAL_FILE, EMBEDDED, Model, SetRule, embedded, fast};

use crate::Streams;
use crate::args::{ColorWhen, GlobalArgs};
use crate::config::Config;

/// How much is said on stderr.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verbosity {
    /// Errors only.
    Quiet,
    /// Refused input and a summary.
    Normal,
    /// Also warnings about single articles.
    Verbose,
}

/// What holds for every command.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Globals {
    pub(crate) verbosity: Verbosity,
    pub(crate) color: ColorWhen,
    pub(crate) threads: usize,
}

impl Globals {
    /// Flags win over the configuration.
    pub(crate) fn new(args: &GlobalArgs, config: &Config) -> Result<Self> {
        let verbosity = match (args.quiet, args.verbose) {
            (true, _) => Verbosity::Quiet,
            (false, true) => Verbosity::Verbose,
            (false, false) => Verbosity::Normal,
        };
        let threads = match args.threads.or(config.threads) {
            Some(threads @ 1..=1024) => usize::from(threads),
            Some(threads) => return Err(anyhow!("threads is {threads}, expected 1 to 1024")),
            None => std::thread::available_parallelism().map_or(1, usize::from),
        };
        Ok(Self { verbosity, color: args.color.or(config.color).unwrap_or_default(), threads })
    }

    /// A pool of this run's threads.
    pub(crate) fn pool(&self) -> Result<rayon::ThreadPool> {
        rayon::ThreadPoolBuilder::new()
            .num_threads(self.threads)
            .build()
            .context("cannot start the worker threads")
    }

    /// Says `message` on stderr unless told to be quiet.
    pub(crate) fn warn(&self, streams: &mut Streams<'_>, message: &str) {
        if self.verbosity > Verbosity::Quiet {
            let yellow = Style::new().fg_color(Some(Color::Ansi(AnsiColor::Yellow))).bold();
            let mark = streams.stderr_paint(self.color).paint(yellow, "warning:");
            // A lost message is no reason to lose the result.
            let _ = writeln!(streams.stderr, "{mark} {message}");
        }
    }
}

/// The artifact that `name` stands for: an embedded one, or the folder of that path.
pub(crate) fn open_artifact(name: &str) -> Result<Cow<'static, Artifact>> {
    match embedded(name) {
        Some(artifact) => Ok(Cow::Borrowed(artifact)),
        None => Ok(Cow::Owned(open_folder(name)?)),
    }
}

/// The model that `name` stands for.
pub(crate) fn load_model(name: &str) -> Result<Model> {
    if EMBEDDED.contains(&name) {
        return Ok(fast().into());
    }
    open_folder(name)?.classifier().with_context(|| format!("cannot load model {name}"))
}

/// What decides the label sets of the model that `name` stands for.
pub(crate) fn load_set_rule(name: &str, alpha: Alpha, relevance: Relevance) -> Result<SetRule> {
    let artifact = open_artifact(name)?;
    let conformal = artifact.conformal().ok_or_else(|| {
        anyhow!(
            "model {name} cannot abstain: it has no {CONFORMAL_FILE}; training it again with \
             `stance train` makes one"
        )
    })?;
    Ok(conformal.rule(alpha, relevance))
}

fn open_folder(name: &str) -> Result<Artifact> {
    let folder = Path::new(name);
    if !folder.is_dir() {
        return Err(anyhow!(
            "no model {name}: neither embedded ({}) nor a folder",
            EMBEDDED.join(", ")
        ));
    }
    Artifact::open(folder).with_context(|| format!("cannot load model {name}"))
}

/// The extractor for a target (an embedded id or a file) with the user's atlas files.
pub(crate) fn build_extractor(
    target: Option<&str>,
    atlas_files: &[PathBuf],
) -> Result<SentenceExtractor> {
    let atlas = build_atlas(atlas_files)?;
    let target = find_target(target, &atlas)?;
    SentenceExtractor::new(&atlas, &target).context("cannot build the linker")
}

/// The embedded atlas with the user's files.
pub(crate) fn build_atlas(files: &[PathBuf]) -> Result<Atlas> {
    let mut atlas = Atlas::builtin().clone();
    for path in files {
        let toml = read_text(path, "atlas")?;
        atlas = atlas.with(&toml).map_err(|error| in_file(&error, path))?;
    }
    Ok(atlas)
}

fn find_target(name: Option<&str>, atlas: &Atlas) -> Result<Target> {
    let id = name.map_or_else(|| Some(TargetId::moscow()), TargetId::new);
    if let Some(target) = id.and_then(|id| Target::builtin(&id)) {
        return Ok(target.clone());
    }
    let name = name.unwrap_or_default();
    let path = Path::new(name);
    if !path.is_file() {
        let ids: Vec<_> = Target::all_builtin().map(|target| target.id().as_str()).collect();
        return Err(anyhow!("no target {name}: neither embedded ({}) nor a file", ids.join(", ")));
    }
    let toml = read_text(path, "target")?;
    atlas.target(&toml).map_err(|error| in_file(&error, path))
}

/// The error as `FILE:LINE: message`, which names all there is to say.
fn in_file(error: &AtlasError, path: &Path) -> anyhow::Error {
    anyhow!("{}", error.in_file(&path.display().to_string()))
}

/// The text of a configuration-like file.
pub(crate) fn read_text(path: &Path, what: &str) -> Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("cannot read {what} {}", path.display()))
}
