//! `stance compare`: models side by side on labeled data, and which differences are real.

mod contender;
mod cost;
mod gold;
mod html;
mod predictions;
mod protocol;
mod result;
mod run_folder;
mod text;

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use stance_core::{Annotated, Atlas, SentenceExtractor, Statement};
use stance_eval::perturb::Perturbation;
use stance_eval::{
    Bootstrap, Comparison, Confusion, CountrySwap, Item, Part, Plan, Prediction, SwapPlan, Task,
    contrast_consistency, learning_curve,
};
use stance_models::Model;

use crate::args::{CompareArgs, CompareFormat};
use crate::config::Config;
use crate::output::{refuse_existing, write_file};
use crate::plan::{Globals, Verbosity, build_atlas, build_extractor};
use crate::{Outcome, Streams};
use contender::{Answered, Contender, Work};
use gold::Gold;
use protocol::Protocol;
use result::{Compared, CurvePoint, Provenance, Robustness, Spread};

/// Resamples when nothing else is said.
const RESAMPLES: u32 = 1000;
/// Seed of resamples, draws and folds when nothing else is said.
const SEED: u64 = 7;
/// Level of the tests when nothing else is said.
const ALPHA: f64 = 0.05;
/// Seeds that a model which draws is trained with when nothing else is said.
const SEEDS: u8 = 3;
/// Other countries that a statement is retold of.
const SWAPS: usize = 5;
/// Shares of the training groups that a learning curve is drawn at.
const SHARES: [f64; 5] = [0.0625, 0.125, 0.25, 0.5, 1.0];

pub(super) fn run(
    args: &CompareArgs,
    config: Config,
    globals: &Globals,
    streams: &mut Streams<'_>,
) -> Result<Outcome> {
    let atlas = [config.atlas, args.atlas.clone()].concat();
    let extractor = build_extractor(args.target.clone().or(config.target).as_deref(), &atlas)?;
    if let Some(run) = &args.verify {
        return run_folder::verify(run, &extractor, globals, streams);
    }
    // Said before the work, not after it.
    for path in args.output.iter().chain(&args.run).chain(&args.log) {
        refuse_existing(path, args.force.into())?;
    }
    let atlas = build_atlas(&atlas)?;
    let mut session = Session { args, extractor, globals, notes: Vec::new() };
    let compared = globals.pool()?.install(|| session.compare(&atlas, streams))?;
    for note in &compared.notes {
        globals.warn(streams, note);
    }
    if let Some(folder) = &args.run {
        run_folder::write(folder, &compared, args.force.into())?;
    }
    if let Some(path) = &args.log {
        write_file(path, run_folder::log(&compared)?.as_bytes(), args.force.into())?;
    }
    let text = match CompareFormat::choose(args.format, args.output.as_deref()) {
        CompareFormat::Table => text::table(&compared),
        CompareFormat::Md => text::markdown(&compared),
        CompareFormat::Json => compared.to_json()?,
        CompareFormat::Html => html::page(&compared).to_html(),
    };
    if let Some(path) = &args.output {
        write_file(path, text.as_bytes(), args.force.into())?;
    } else {
        streams.stdout.write_all(text.as_bytes())?;
        streams.stdout.flush()?;
    }
    Ok(Outcome::Done)
}

/// What all steps of a comparison need.
struct Session<'a> {
    args: &'a CompareArgs,
    extractor: SentenceExtractor,
    globals: &'a Globals,
    notes: Vec<String>,
}

impl Session<'_> {
    fn seed(&self) -> u64 {
        self.args.seed.unwrap_or(SEED)
    }

    /// Says what is being done, for people who wait.
    fn say(&self, streams: &mut Streams<'_>, text: &str) {
        if self.globals.verbosity > Verbosity::Quiet {
            // A lost message is no reason to lose the result.
            let _ = writeln!(streams.stderr, "{text}");
        }
    }

    fn compare(&mut self, atlas: &Atlas, streams: &mut Streams<'_>) -> Result<Compared> {
        let gold = Gold::read(&self.args.data, &self.extractor, None)?;
        let task = gold.task(self.args.task.as_deref())?;
        let gold = gold.of_task(&task, &mut self.notes).sampled(self.args.sample, self.seed())?;
        let train = match self.args.train.as_slice() {
            [] => Gold::default(),
            paths => Gold::read(paths, &self.extractor, Some(&task))?
                .of_task(&task, &mut self.notes)
                .sampled(self.args.sample_train, self.seed())?,
        };
        let protocol = Protocol::choose(self.args, &gold, &train, self.seed())?;
        self.warn_of_leaks(&gold, &train, &protocol);

        let tested = protocol.tested();
        let contenders = contender::line_up(self.args, &task, protocol.trains(), &tested, &gold)?;
        let ground = Ground {
            rows: gold.rows.iter().chain(&train.rows).map(|row| &row.annotated).collect(),
            items: tested.iter().map(|&row| gold.item(row, &task)).collect(),
            statements: tested.iter().map(|&r| gold.rows[r].annotated.statement.clone()).collect(),
            task,
            gold: &gold,
            tested,
            protocol: &protocol,
            atlas,
        };
        let mut compared = Compared::new(self.provenance(&gold, &train, &protocol));
        for contender in &contenders {
            self.say(streams, &format!("{}: {}", contender.name, contender.about));
            let predictions = self.enter(contender, &ground, &mut compared)?;
            compared.answers.push((contender.name.clone(), predictions));
        }
        let plan = Plan {
            bootstrap: Bootstrap {
                seed: self.seed(),
                resamples: self.args.resamples.unwrap_or(RESAMPLES) as usize,
            },
            alpha: self.args.alpha.unwrap_or(ALPHA),
        };
        self.say(streams, "scores and intervals");
        let Ground { task, items, .. } = ground;
        compared.comparison = Some(Comparison::new(&task, &items, &compared.answers, plan)?);
        compared.models = contenders.iter().map(Contender::summary).collect();
        compared.peak_memory_bytes = cost::peak_memory();
        compared.items = items;
        compared.notes.append(&mut self.notes);
        Ok(compared)
    }

    /// Lets one contender answer, and adds what it costs and what else is asked of it.
    fn enter(
        &self,
        contender: &Contender,
        ground: &Ground<'_>,
        compared: &mut Compared,
    ) -> Result<Vec<Prediction>> {
        let Ground { items, statements, protocol, .. } = ground;
        let (predictions, model, training) = ground.answers(contender, self.seed())?;
        let name = || contender.name.clone();
        if contender.draws() {
            let mut spread = vec![ground.macro_f1(&predictions)];
            for offset in 1..u64::from(self.args.seeds.unwrap_or(SEEDS)) {
                let (predictions, ..) = ground.answers(contender, self.seed() + offset)?;
                spread.push(ground.macro_f1(&predictions));
            }
            compared.seeds.insert(name(), Spread { macro_f1: spread });
        }
        if self.args.checks.curve {
            let curve = ground.curve(contender, &predictions, self.seed())?;
            compared.curves.insert(name(), curve);
        }
        let mut cost = contender.cost(model.as_ref(), statements)?;
        cost.training_cpu_seconds = training;
        compared.costs.insert(name(), cost);
        // One model for all items, or the checks would be of parts of the data.
        if let Some(model) = model.as_ref().filter(|_| protocol.parts.len() == 1) {
            if self.args.checks.robustness {
                let found = self.robustness(model, ground, &predictions)?;
                compared.robustness.insert(name(), found);
            }
            if self.args.checks.audit && ground.task == Task::stance() {
                let plan = SwapPlan { seed: self.seed(), swaps: SWAPS };
                let (extractor, atlas) = (&self.extractor, ground.atlas);
                let swap = CountrySwap::measure(statements, model, extractor, atlas, plan)?;
                compared.audits.insert(name(), swap);
            }
        }
        let contrasts = ground.gold.contrasts(items, &ground.tested);
        let of: Vec<Item> = contrasts.iter().map(|&place| items[place].clone()).collect();
        let answers: Vec<Prediction> =
            contrasts.iter().map(|&place| predictions[place].clone()).collect();
        let found = contrast_consistency(&of, &answers)?;
        if found.groups > 0 {
            compared.contrasts.insert(name(), found);
        }
        Ok(predictions)
    }

    fn warn_of_leaks(&mut self, gold: &Gold, train: &Gold, protocol: &Protocol) {
        let leaks = gold::leaks(gold, train, protocol);
        if leaks.texts > 0 {
            self.notes.push(format!(
                "{} of {} measured statements also stand in the training data: scores are too good \
                 (--drop-leaks leaves those out of training)",
                leaks.texts, leaks.of
            ));
        }
        if leaks.groups > 0 {
            self.notes.push(format!(
                "{} groups have statements both trained and measured on: scores are too good",
                leaks.groups
            ));
        }
    }

    /// Scores on the same statements rewritten.
    fn robustness(
        &self,
        model: &Model,
        ground: &Ground<'_>,
        answers: &[Prediction],
    ) -> Result<Vec<Robustness>> {
        let mut found = Vec::new();
        for perturbation in Perturbation::STANDARD {
            let rewritten: Vec<Statement> = ground
                .statements
                .iter()
                .map(|statement| {
                    let text = perturbation.apply(&statement.text, self.seed());
                    gold::retold(statement, &text, &self.extractor)
                })
                .collect();
            let predictions = contender::classify(model, &rewritten, &ground.task)?;
            let pairs = predictions.iter().zip(answers);
            let changed = pairs.filter(|(new, old)| new.class != old.class).count();
            found.push(Robustness {
                rewrite: perturbation.to_string(),
                macro_f1: ground.macro_f1(&predictions),
                changed: share(changed, answers.len()),
            });
        }
        Ok(found)
    }

    fn provenance(&self, gold: &Gold, train: &Gold, protocol: &Protocol) -> Provenance {
        Provenance {
            command: self.args.to_command(),
            data: gold.files.clone(),
            train: train.files.clone(),
            protocol: protocol.about.clone(),
            trained_on: protocol.parts.iter().map(|part| part.train.len()).max().unwrap_or(0),
            seed: self.seed(),
            ..Provenance::of_this_build()
        }
    }
}

/// What all contenders meet on.
struct Ground<'a> {
    task: Task,
    gold: &'a Gold,
    /// All rows: those of the data, then those to train on.
    rows: Vec<&'a Annotated>,
    protocol: &'a Protocol,
    /// The rows that are measured on.
    tested: Vec<usize>,
    items: Vec<Item>,
    statements: Vec<Statement>,
    atlas: &'a Atlas,
}

impl Ground<'_> {
    fn answer(&self, contender: &Contender, part: &Part, seed: u64) -> Result<Answered> {
        let rows = |rows: &[usize]| rows.iter().map(|&row| self.rows[row]).collect();
        let work =
            Work { task: &self.task, train: rows(&part.train), test: rows(&part.test), seed };
        contender.answer(&work).with_context(|| format!("{} failed", contender.name))
    }

    /// The answers to all items, the model of the last part, and the CPU seconds of training.
    fn answers(
        &self,
        contender: &Contender,
        seed: u64,
    ) -> Result<(Vec<Prediction>, Option<Model>, Option<f64>)> {
        let mut by_row: BTreeMap<usize, Prediction> = BTreeMap::new();
        let (mut model, mut training) = (None, None);
        for part in &self.protocol.parts {
            let answered = self.answer(contender, part, seed)?;
            by_row.extend(part.test.iter().copied().zip(answered.predictions));
            if let Some(seconds) = answered.training {
                *training.get_or_insert(0.0) += seconds;
            }
            model = answered.model;
        }
        Ok((by_row.into_values().collect(), model, training))
    }

    /// Scores after training on a growing share of the groups.
    fn curve(
        &self,
        contender: &Contender,
        full: &[Prediction],
        seed: u64,
    ) -> Result<Vec<CurvePoint>> {
        let [whole] = self.protocol.parts.as_slice() else { return Ok(Vec::new()) };
        let groups: Vec<&str> = self.rows.iter().map(|row| row.group.as_ref()).collect();
        let parts = learning_curve(whole, &groups, &SHARES, seed)?;
        let point = |part: &Part| {
            let macro_f1 = if !contender.trains() || part.train.len() == whole.train.len() {
                self.macro_f1(full)
            } else {
                // So few groups may not have every class, or not enough to be split into folds.
                let answered = self.answer(contender, part, seed).ok();
                answered.and_then(|answered| self.macro_f1(&answered.predictions))
            };
            CurvePoint { trained_on: part.train.len(), macro_f1 }
        };
        Ok(parts.iter().map(point).collect())
    }

    /// Macro-F1 of answers alone.
    fn macro_f1(&self, answers: &[Prediction]) -> Option<f64> {
        let mut confusion = Confusion::new(self.task.classes().len());
        for (item, answer) in self.items.iter().zip(answers) {
            confusion.add(item.gold, answer.class);
        }
        confusion.macro_f1()
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of statements")]
fn share(count: usize, of: usize) -> f64 {
    if of == 0 { 0.0 } else { count as f64 / of as f64 }
}

/// The last part of a path, for names of models.
fn stem(path: &Path) -> Result<String> {
    match path.file_stem().and_then(|stem| stem.to_str()) {
        Some(stem) => Ok(stem.to_owned()),
        None => bail!("{} has no name", path.display()),
    }
}
