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
use stance_core::{Annotated, SentenceExtractor};
use stance_eval::perturb::Perturbation;
use stance_eval::{
    Bootstrap, Comparison, Confusion, CountrySwap, Item, Plan, Prediction, SwapPlan, Task,
    contrast_consistency,
};
use stance_features::Lexicons;
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
/// Shares of the training groups that a learning curve is drawn at.
const SHARES: [f64; 5] = [0.0625, 0.125, 0.25, 0.5, 1.0];

pub(super) fn run(
    args: CompareArgs,
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
    let mut session = Session { args: &args, extractor, globals, notes: Vec::new() };
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

    fn compare(
        &mut self,
        atlas: &stance_core::Atlas,
        streams: &mut Streams<'_>,
    ) -> Result<Compared> {
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

        let rows: Vec<&Annotated> = gold.rows.iter().chain(&train.rows).map(|r| &r.annotated).collect();
        let tested = protocol.tested();
        let items: Vec<Item> = tested.iter().map(|&row| gold.item(row, &task)).collect();
        let contenders = contender::line_up(self.args, &task, protocol.trains(), &tested, &gold)?;
        let lexicons = Lexicons::builtin();

        let mut answers: Vec<(String, Vec<Prediction>)> = Vec::new();
        let mut compared = Compared::new(self.provenance(&gold, &train, &protocol)?);
        for contender in &contenders {
            self.say(streams, &format!("{}: {}", contender.name, contender.about));
            let work = |part: &stance_eval::Part, seed: u64| {
                let work = Work {
                    task: &task,
                    train: part.train.iter().map(|&row| rows[row]).collect(),
                    test: part.test.iter().map(|&row| rows[row]).collect(),
                    seed,
                    lexicons: &lexicons,
                };
                contender.answer(&work).with_context(|| format!("{} failed", contender.name))
            };
            let mut by_row: BTreeMap<usize, Prediction> = BTreeMap::new();
            let mut last: Option<Answered> = None;
            let mut training = None;
            for part in &protocol.parts {
                let mut answered = work(part, self.seed())?;
                let predictions = std::mem::take(&mut answered.predictions);
                by_row.extend(part.test.iter().copied().zip(predictions));
                if let Some(seconds) = answered.training {
                    *training.get_or_insert(0.0) += seconds;
                }
                last = Some(answered);
            }
            let predictions: Vec<Prediction> = by_row.into_values().collect();
            if contender.draws() {
                let spread = self.spread(&items, &predictions, &task, |seed| {
                    let mut by_row = BTreeMap::new();
                    for part in &protocol.parts {
                        let answered = work(part, seed)?.predictions;
                        by_row.extend(part.test.iter().copied().zip(answered));
                    }
                    Ok(by_row.into_values().collect())
                })?;
                compared.seeds.insert(contender.name.clone(), spread);
            }
            if self.args.curve {
                let curve = self.curve(&protocol, &rows, contender, &items, &task, &predictions, &work)?;
                compared.curves.insert(contender.name.clone(), curve);
            }
            let model = last.as_ref().and_then(|answered| answered.model.as_ref());
            let statements: Vec<_> =
                tested.iter().map(|&row| gold.rows[row].annotated.statement.clone()).collect();
            let mut cost = contender.cost(model, &statements)?;
            cost.training_cpu_seconds = training;
            compared.costs.insert(contender.name.clone(), cost);
            if let Some(model) = model {
                // One model for all items, or the checks would be of parts of the data.
                if self.args.robustness && protocol.parts.len() == 1 {
                    let found = self.robustness(model, &gold, &tested, &items, &predictions, &task)?;
                    compared.robustness.insert(contender.name.clone(), found);
                }
                if self.args.audit && task == Task::stance() && protocol.parts.len() == 1 {
                    let plan = SwapPlan { seed: self.seed(), swaps: 5 };
                    let swap =
                        CountrySwap::measure(&statements, model, &self.extractor, atlas, plan)?;
                    compared.audits.insert(contender.name.clone(), swap);
                }
            }
            let contrasts = gold.contrasts(&items, &tested);
            if !contrasts.is_empty() {
                let pick = |all: &[Prediction]| -> Vec<Prediction> {
                    contrasts.iter().map(|&place| all[place].clone()).collect()
                };
                let of: Vec<Item> = contrasts.iter().map(|&place| items[place].clone()).collect();
                let found = contrast_consistency(&of, &pick(&predictions))?;
                if found.groups > 0 {
                    compared.contrasts.insert(contender.name.clone(), found);
                }
            }
            answers.push((contender.name.clone(), predictions));
        }
        let plan = Plan {
            bootstrap: Bootstrap {
                seed: self.seed(),
                resamples: self.args.resamples.unwrap_or(RESAMPLES) as usize,
            },
            alpha: self.args.alpha.unwrap_or(ALPHA),
        };
        self.say(streams, "scores and intervals");
        compared.comparison = Some(Comparison::new(&task, &items, &answers, plan)?);
        compared.models = contenders.iter().map(Contender::summary).collect();
        compared.peak_memory_bytes = cost::peak_memory();
        compared.items = items;
        compared.answers = answers;
        compared.notes.append(&mut self.notes);
        Ok(compared)
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

    /// Scores of further seeds of a model that draws.
    fn spread(
        &self,
        items: &[Item],
        first: &[Prediction],
        task: &Task,
        mut answer: impl FnMut(u64) -> Result<Vec<Prediction>>,
    ) -> Result<Spread> {
        let mut macro_f1 = vec![macro_f1(task, items, first)];
        for offset in 1..u64::from(self.args.seeds.unwrap_or(SEEDS)) {
            macro_f1.push(self::macro_f1(task, items, &answer(self.seed() + offset)?));
        }
        Ok(Spread { macro_f1 })
    }

    /// Scores after training on a growing share of the groups.
    #[expect(clippy::too_many_arguments, reason = "the steps of one comparison, taken apart")]
    fn curve(
        &self,
        protocol: &Protocol,
        rows: &[&Annotated],
        contender: &Contender,
        items: &[Item],
        task: &Task,
        full: &[Prediction],
        work: &dyn Fn(&stance_eval::Part, u64) -> Result<Answered>,
    ) -> Result<Vec<CurvePoint>> {
        let [part] = protocol.parts.as_slice() else { return Ok(Vec::new()) };
        let groups: Vec<&str> = rows.iter().map(|row| row.group.as_ref()).collect();
        let parts = stance_eval::learning_curve(part, &groups, &SHARES, self.seed())?;
        let mut curve = Vec::new();
        for part in &parts {
            let macro_f1 = if !contender.trains() || part.train.len() == protocol.parts[0].train.len() {
                macro_f1(task, items, full)
            } else {
                macro_f1(task, items, &work(part, self.seed())?.predictions)
            };
            curve.push(CurvePoint { trained_on: part.train.len(), macro_f1 });
        }
        Ok(curve)
    }

    /// Scores on the same statements rewritten.
    fn robustness(
        &self,
        model: &Model,
        gold: &Gold,
        tested: &[usize],
        items: &[Item],
        answers: &[Prediction],
        task: &Task,
    ) -> Result<Vec<Robustness>> {
        let mut found = Vec::new();
        for perturbation in Perturbation::STANDARD {
            let mut rewritten = Vec::with_capacity(tested.len());
            for &row in tested {
                let statement = &gold.rows[row].annotated.statement;
                let text = perturbation.apply(&statement.text, self.seed());
                rewritten.push(gold::retold(statement, &text, &self.extractor));
            }
            let predictions = contender::classify(model, &rewritten, task)?;
            let pairs = predictions.iter().zip(answers);
            let changed = pairs.filter(|(new, old)| new.class != old.class).count();
            found.push(Robustness {
                rewrite: perturbation.to_string(),
                macro_f1: macro_f1(task, items, &predictions),
                changed: share(changed, items.len()),
            });
        }
        Ok(found)
    }

    fn provenance(&self, gold: &Gold, train: &Gold, protocol: &Protocol) -> Result<Provenance> {
        Ok(Provenance {
            command: self.args.to_command(),
            data: gold.files.clone(),
            train: train.files.clone(),
            protocol: protocol.about.clone(),
            trained_on: protocol.parts.iter().map(|part| part.train.len()).max().unwrap_or(0),
            seed: self.seed(),
            ..Provenance::of_this_build()
        })
    }
}

/// Macro-F1 of answers alone.
fn macro_f1(task: &Task, items: &[Item], answers: &[Prediction]) -> Option<f64> {
    let mut confusion = Confusion::new(task.classes().len());
    for (item, answer) in items.iter().zip(answers) {
        confusion.add(item.gold, answer.class);
    }
    confusion.macro_f1()
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
