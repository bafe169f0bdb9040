//! Who is compared: models as they are, models trained here, baselines, and other people's answers.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context as _, Result, bail};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng as _;
use stance_core::{Annotated, Classifier as _, Label, Statement};
use stance_eval::{Prediction, Task, below};
use stance_features::Lexicons;
use stance_models::Model;
use stance_train::{LearnerConfig, Recipe, TrainingData, train};
use vader_sentiment::SentimentIntensityAnalyzer;

use super::cost::{Cost, CpuClock, Speed};
use super::gold::{Gold, sha256};
use super::result::ModelSummary;
use super::{predictions, stem};
use crate::args::CompareArgs;
use crate::commands::train::read_lexicons;
use crate::plan::{open_artifact, read_text};

/// Statements that are classified at a time.
const BATCH: usize = 1024;

/// Compounds of VADER this far from 0 are of a pole, as its authors say (Hutto and Gilbert 2014).
const COMPOUND: f64 = 0.05;

/// The configurations of the baselines that are trained.
const BASELINES: [&str; 4] = [
    include_str!("../../../../../seeds/baselines/naive-bayes.toml"),
    include_str!("../../../../../seeds/baselines/svm.toml"),
    include_str!("../../../../../seeds/baselines/logistic.toml"),
    include_str!("../../../../../seeds/baselines/forest.toml"),
];

/// One of those compared.
pub(super) struct Contender {
    pub(super) name: String,
    /// What it is, in a line.
    pub(super) about: String,
    kind: Kind,
}

enum Kind {
    /// A model as it is.
    Artifact { origin: String, version: String, model: Box<Model>, bytes: u64, load: f64 },
    /// A model that is trained here.
    Recipe { toml: String, recipe: Box<Recipe>, lexicons: Box<Lexicons> },
    /// The class of most training statements.
    Majority,
    /// A class by the shares of the training statements.
    Prior,
    /// VADER's tone.
    Lexicon(Box<SentimentIntensityAnalyzer<'static>>),
    /// Answers from a file, one a measured row.
    File { origin: String, sha256: String, answers: Vec<Prediction> },
}

/// What a contender is to do.
pub(super) struct Work<'a> {
    pub(super) task: &'a Task,
    pub(super) train: Vec<&'a Annotated>,
    pub(super) test: Vec<&'a Annotated>,
    pub(super) seed: u64,
}

/// What came of it.
pub(super) struct Answered {
    pub(super) predictions: Vec<Prediction>,
    /// The model that answered, if one did.
    pub(super) model: Option<Model>,
    /// CPU seconds of training, if there was any.
    pub(super) training: Option<f64>,
}

/// Those whom the arguments name, and the baselines.
pub(super) fn line_up(
    args: &CompareArgs,
    task: &Task,
    trains: bool,
    tested: &[usize],
    gold: &Gold,
) -> Result<Vec<Contender>> {
    let mut contenders = Vec::new();
    for name in &args.models {
        contenders.push(if Path::new(name).extension().is_some_and(|e| e == "toml") {
            if !trains {
                bail!("{name} is to be trained, and there is no data to train on: give --train, --split, --folds or --leave-out");
            }
            let path = Path::new(name);
            let toml = read_text(path, "configuration")?;
            Contender::recipe(&toml, path.parent().unwrap_or(Path::new("")), task)
                .with_context(|| format!("configuration {name} is refused"))?
        } else {
            Contender::artifact(name)?
        });
    }
    for given in &args.predictions {
        let (name, path) = match given.split_once('=') {
            Some((name, path)) => (name.to_owned(), Path::new(path)),
            None => (stem(Path::new(given))?, Path::new(given.as_str())),
        };
        let text = read_text(path, "predictions")?;
        let ids: Vec<&str> =
            tested.iter().map(|&row| gold.rows[row].annotated.statement.id.as_str()).collect();
        let answers = predictions::read(path, &text, &ids, task)?;
        let origin = path.display().to_string();
        let kind = Kind::File { origin, sha256: sha256(text.as_bytes()), answers };
        contenders.push(Contender { name, about: "answers read from a file".to_owned(), kind });
    }
    if !args.no_baselines {
        contenders.extend(baselines(task, trains, &contenders)?);
    }
    let mut names = BTreeSet::new();
    for contender in &contenders {
        if !names.insert(&contender.name) {
            bail!("two of those compared are called {}", contender.name);
        }
    }
    if contenders.is_empty() {
        bail!("nothing to compare: name a model or leave the baselines in");
    }
    Ok(contenders)
}

fn baselines(task: &Task, trains: bool, given: &[Contender]) -> Result<Vec<Contender>> {
    let of = if trains { "the training data" } else { "the data itself" };
    let simple = |name: &str, about: String, kind| Contender { name: name.to_owned(), about, kind };
    let mut baselines = vec![
        simple("majority", format!("always the most frequent class of {of}"), Kind::Majority),
        simple("random", format!("a class drawn by its share of {of}"), Kind::Prior),
        simple(
            "vader",
            "tone by VADER's lexicon, taken for stance: what not to use".to_owned(),
            Kind::Lexicon(Box::new(SentimentIntensityAnalyzer::new())),
        ),
    ];
    if trains {
        for toml in BASELINES {
            baselines.push(Contender::recipe(toml, Path::new(""), task)?);
        }
    }
    baselines.push(Contender::artifact("fast")?);
    // Those that were named are not named again.
    baselines.retain(|baseline| given.iter().all(|contender| contender.name != baseline.name));
    Ok(baselines)
}

impl Contender {
    fn artifact(name: &str) -> Result<Self> {
        let start = Instant::now();
        let artifact = open_artifact(name)?;
        let model = artifact.classifier().with_context(|| format!("cannot load model {name}"))?;
        let load = start.elapsed().as_secs_f64();
        let manifest = artifact.manifest();
        let bytes = artifact.files().iter().map(|(_, bytes)| bytes.len() as u64).sum();
        Ok(Self {
            name: manifest.name.clone(),
            about: format!("{}, as it is", manifest.kind),
            kind: Kind::Artifact {
                origin: name.to_owned(),
                version: manifest.model_version(),
                model: Box::new(model),
                bytes,
                load,
            },
        })
    }

    /// One that is trained as `toml` says; the lexicons that it names lie in `folder`.
    fn recipe(toml: &str, folder: &Path, task: &Task) -> Result<Self> {
        let mut recipe = Recipe::parse(toml)?;
        task.name().clone_into(&mut recipe.task);
        Ok(Self {
            name: recipe.name.clone(),
            about: format!("trained here: {}", recipe.description.trim()),
            kind: Kind::Recipe {
                toml: toml.to_owned(),
                lexicons: Box::new(read_lexicons(folder, &recipe.data.lexicons)?),
                recipe: Box::new(recipe),
            },
        })
    }

    /// Whether it is trained here.
    pub(super) fn trains(&self) -> bool {
        matches!(self.kind, Kind::Recipe { .. } | Kind::Majority | Kind::Prior)
    }

    /// Whether another seed gives other answers.
    pub(super) fn draws(&self) -> bool {
        match &self.kind {
            Kind::Prior => true,
            Kind::Recipe { recipe, .. } => {
                matches!(recipe.learner, LearnerConfig::Svm(_) | LearnerConfig::Forest(_))
            }
            _ => false,
        }
    }

    /// Who it is, for the record of the run.
    pub(super) fn summary(&self) -> ModelSummary {
        let (origin, digest, configuration) = match &self.kind {
            Kind::Artifact { origin, version, .. } => (Some(origin), Some(version.clone()), None),
            Kind::Recipe { toml, .. } => (None, Some(sha256(toml.as_bytes())), Some(toml.clone())),
            Kind::File { origin, sha256, .. } => (Some(origin), Some(sha256.clone()), None),
            Kind::Majority | Kind::Prior | Kind::Lexicon(_) => (None, None, None),
        };
        ModelSummary {
            name: self.name.clone(),
            about: self.about.clone(),
            kind: match &self.kind {
                Kind::Artifact { .. } => "artifact",
                Kind::Recipe { .. } => "configuration",
                Kind::File { .. } => "predictions",
                Kind::Majority | Kind::Prior | Kind::Lexicon(_) => "baseline",
            }
            .to_owned(),
            origin: origin.cloned(),
            digest,
            configuration,
        }
    }

    /// Trains on what is to be trained on, where it trains, and answers the rest.
    pub(super) fn answer(&self, work: &Work<'_>) -> Result<Answered> {
        let Work { task, test, .. } = work;
        let plain = |predictions| Answered { predictions, model: None, training: None };
        Ok(match &self.kind {
            Kind::Artifact { model, .. } => {
                let statements: Vec<Statement> = test.iter().map(|a| a.statement.clone()).collect();
                let predictions = classify(model, &statements, task)?;
                Answered { predictions, model: Some((**model).clone()), training: None }
            }
            Kind::Recipe { recipe, lexicons, .. } => {
                let clock = CpuClock::start();
                let model = trained(recipe, lexicons, work)?;
                let training = clock.seconds();
                let statements: Vec<Statement> = test.iter().map(|a| a.statement.clone()).collect();
                let predictions = classify(&model, &statements, task)?;
                Answered { predictions, model: Some(model), training }
            }
            Kind::Majority => {
                let shares = shares(work);
                let most = Prediction::of_probabilities(shares);
                plain(vec![most; test.len()])
            }
            Kind::Prior => {
                let shares = shares(work);
                let mut rng = ChaCha8Rng::seed_from_u64(work.seed);
                plain(test.iter().map(|_| drawn(&mut rng, &shares)).collect())
            }
            Kind::Lexicon(analyzer) => {
                let answers = test.iter().map(|row| by_tone(analyzer, &row.statement.text, task));
                plain(answers.collect())
            }
            Kind::File { answers, .. } => plain(answers.clone()),
        })
    }

    /// What answering costs; `model` is the one that answered `statements`.
    pub(super) fn cost(&self, model: Option<&Model>, statements: &[Statement]) -> Result<Cost> {
        let mut cost = Cost::default();
        if let Kind::Artifact { bytes, load, .. } = &self.kind {
            cost.load_seconds = Some(*load);
            cost.bytes = Some(*bytes);
        }
        if let Some(model) = model {
            cost.bytes = cost.bytes.or(Some(model.to_bytes().len() as u64));
            cost.speed = Some(Speed::measure(statements, |batch| {
                model.classify(batch)?;
                Ok(())
            })?);
        } else if let Kind::Lexicon(analyzer) = &self.kind {
            cost.speed = Some(Speed::measure(statements, |batch| {
                for statement in batch {
                    compound(analyzer, &statement.text);
                }
                Ok(())
            })?);
        }
        Ok(cost)
    }
}

/// The answers of a model to statements, as classes of a task.
pub(super) fn classify(
    model: &Model,
    statements: &[Statement],
    task: &Task,
) -> Result<Vec<Prediction>> {
    let mut predictions = Vec::with_capacity(statements.len());
    for batch in statements.chunks(BATCH) {
        predictions.extend(model.classify(batch)?.iter().map(|answer| task.predict(answer)));
    }
    Ok(predictions)
}

fn trained(recipe: &Recipe, lexicons: &Lexicons, work: &Work<'_>) -> Result<Model> {
    let mut recipe = recipe.clone();
    recipe.seed = work.seed;
    match &mut recipe.learner {
        LearnerConfig::Svm(config) => config.seed = work.seed,
        LearnerConfig::Forest(config) => config.seed = work.seed,
        _ => {}
    }
    let annotated: Vec<Annotated> = work.train.iter().map(|row| (*row).clone()).collect();
    let ids: Vec<&str> = work.train.iter().map(|row| row.statement.id.as_str()).collect();
    let sha256 = sha256(ids.join("\n").as_bytes());
    let data = TrainingData { annotated, splits: None, sha256 };
    let trained = train(&recipe, &data, lexicons, |_| {})?;
    Ok(trained.artifact.classifier()?)
}

/// The share of each class in what is trained on, or where there is nothing, in what is measured.
#[expect(clippy::cast_precision_loss, reason = "counts of statements")]
fn shares(work: &Work<'_>) -> Vec<f64> {
    let rows = if work.train.is_empty() { &work.test } else { &work.train };
    let mut counts = vec![0_usize; work.task.classes().len()];
    for row in rows {
        if let Some(class) = work.task.class_of(row.gold) {
            counts[class] += 1;
        }
    }
    let total: usize = counts.iter().sum();
    counts.into_iter().map(|count| count as f64 / total.max(1) as f64).collect()
}

fn drawn(rng: &mut ChaCha8Rng, shares: &[f64]) -> Prediction {
    const STEPS: usize = 1 << 30;
    #[expect(clippy::cast_precision_loss, reason = "below 2^30")]
    let mut draw = below(rng, STEPS) as f64 / STEPS as f64;
    let class = shares
        .iter()
        .position(|share| {
            draw -= share;
            draw < 0.0
        })
        .unwrap_or(shares.len() - 1);
    Prediction { class, probabilities: Some(shares.to_vec()) }
}

fn by_tone(analyzer: &SentimentIntensityAnalyzer<'_>, text: &str, task: &Task) -> Prediction {
    let compound = compound(analyzer, text);
    let label = if compound >= COMPOUND {
        Label::Supportive
    } else if compound <= -COMPOUND {
        Label::Distancing
    } else {
        Label::Neutral
    };
    Prediction::of_class(task.class_of(label).unwrap_or_default())
}

fn compound(analyzer: &SentimentIntensityAnalyzer<'_>, text: &str) -> f64 {
    analyzer.polarity_scores(text).get("compound").copied().unwrap_or_default()
}
