//! A comparison as a page of charts.

use stance_eval::{Comparison, Entry, Estimate};
use stance_report::{
    Axis, Block, Cell, Curve, CurveChart, CurvePoint, DotPlot, DotRow, Fact, HeatCell, HeatMap,
    HeatScale, Interval, Join, Number, Page, Provenance, ReliabilityBin, ReliabilityDiagram,
    Section, Source, Spacing, Table, Value,
};

use super::result::Compared;
use super::text::tie_note;

/// Models whose confusion and reliability are drawn: the best.
const DRAWN: usize = 4;
/// Of a slice with more values the small ones are not drawn.
const MOST_VALUES: usize = 20;
const SCORE: Number = Number::Decimal(3);

/// The page.
pub(super) fn page(compared: &Compared) -> Page {
    let mut page = Page {
        title: format!("Models on {}", compared.data_name()),
        provenance: provenance(compared),
        ..Page::default()
    };
    let Some(comparison) = &compared.comparison else { return page };
    page.lead = format!(
        "{} models, task {}: {} statements in {} groups; {}.",
        comparison.entries.len(),
        comparison.task.name(),
        comparison.items,
        comparison.groups,
        compared.provenance.protocol
    );
    page.sections = vec![
        section("Leaderboard", leaderboard(compared, comparison)),
        section("Which differences are real", vec![Block::Table(pairs(comparison))]),
        section("Classes", classes(comparison)),
        section("Calibration", calibration(comparison)),
        section("Slices", slices(comparison)),
        section("Learning curve", curves(compared)),
        section("Rewritten statements", robustness(compared)),
        section("Cost", costs(compared)),
    ];
    page.sections.retain(|section| !section.blocks.is_empty());
    page
}

fn section(heading: &str, blocks: Vec<Block>) -> Section {
    Section { heading: heading.to_owned(), blocks }
}

fn provenance(compared: &Compared) -> Provenance {
    let from = &compared.provenance;
    let files = from
        .data
        .iter()
        .chain(&from.train)
        .map(|file| Source { name: file.name.clone(), digest: format!("SHA-256 {}", file.sha256) });
    let models = compared.models.iter().filter_map(|model| {
        Some(Source { name: model.name.clone(), digest: model.digest.clone()? })
    });
    Provenance {
        version: format!("stance {}; {}", from.version, from.machine),
        command: from.command.clone(),
        sources: files.chain(models).collect(),
    }
}

fn leaderboard(compared: &Compared, comparison: &Comparison) -> Vec<Block> {
    let mut blocks = Vec::new();
    let first = comparison.entries.iter().take_while(|entry| entry.tie == 1);
    let names: Vec<&str> = first.map(|entry| entry.name.as_str()).collect();
    if let Some(best) = comparison.entries.first() {
        let shown = |estimate: &Estimate| {
            let interval = estimate.interval.map(|i| format!("{:.3} to {:.3}", i.low, i.high));
            (SCORE.show(estimate.value), interval.unwrap_or_default())
        };
        let (macro_f1, f1_interval) = shown(&best.scores.macro_f1);
        let (accuracy, accuracy_interval) = shown(&best.scores.accuracy);
        blocks.push(Block::Facts(vec![
            fact("Best macro-F1", macro_f1, f1_interval),
            fact("Its accuracy", accuracy, accuracy_interval),
            fact("Cannot be told from the best", names.len().to_string(), names.join(", ")),
        ]));
    }
    blocks.extend(compared.notes.iter().cloned().map(Block::Note));
    let mut plot = DotPlot::new("Models by macro-F1", Axis::new("Macro-F1", SCORE));
    "95 % bootstrap interval of groups".clone_into(&mut plot.interval);
    for entry in &comparison.entries {
        let mut row = DotRow::new(entry.name.clone(), entry.scores.macro_f1.value);
        row.interval = interval(&entry.scores.macro_f1);
        row.group = Some(format!("tie group {}", entry.tie));
        plot.rows.push(row);
    }
    blocks.push(Block::figure(plot, tie_note(comparison.plan.alpha, comparison.pairs.len())));
    let columns = [
        "model",
        "tie group",
        "macro-F1",
        "accuracy",
        "kappa",
        "MCC",
        "log loss",
        "Brier",
        "ECE",
        "AURC",
    ];
    let rows = comparison.entries.iter().map(|entry| {
        let scores = &entry.scores;
        let of = scores.probabilities.as_ref();
        let mut row = vec![Cell::text(entry.name.clone()), Cell::text(entry.tie.to_string())];
        let sure = [&scores.macro_f1, &scores.accuracy, &scores.kappa, &scores.mcc];
        row.extend(sure.map(|estimate| Cell::number(estimate.value, SCORE)));
        let maybe = [
            of.map(|p| &p.log_loss),
            of.map(|p| &p.brier),
            of.map(|p| &p.ece),
            of.map(|p| &p.aurc),
        ];
        row.extend(maybe.map(|estimate| Cell::number(estimate.map(|e| e.value), SCORE)));
        row
    });
    blocks.push(table("All scores", &columns, rows.collect()));
    let whos = compared.models.iter().map(|model| format!("{}: {}", model.name, model.about));
    blocks.push(Block::List(whos.collect()));
    blocks
}

fn fact(label: &str, value: String, more: String) -> Fact {
    Fact { label: label.to_owned(), value, more }
}

fn table(caption: &str, columns: &[&str], rows: Vec<Vec<Cell>>) -> Block {
    let columns = columns.iter().map(|column| (*column).to_owned()).collect();
    Block::Table(Table { caption: caption.to_owned(), columns, rows })
}

fn interval(estimate: &Estimate) -> Option<Interval> {
    estimate.interval.and_then(|i| Interval::new(i.low, i.high))
}

fn pairs(comparison: &Comparison) -> Table {
    let columns = [
        "pair",
        "difference of macro-F1",
        "from",
        "to",
        "p, bootstrap and Holm",
        "p, McNemar",
        "real",
    ];
    let alpha = comparison.plan.alpha;
    let rows = comparison.pairs.iter().map(|pair| {
        let bounds = pair.difference.interval;
        vec![
            Cell::text(format!("{} − {}", pair.a, pair.b)),
            Cell::number(pair.difference.value, Number::Signed(3)),
            Cell::number(bounds.map(|i| i.low), Number::Signed(3)),
            Cell::number(bounds.map(|i| i.high), Number::Signed(3)),
            Cell::number(pair.p_holm, Number::Decimal(4)),
            Cell::number(pair.mcnemar.mid_p, Number::Decimal(4)),
            Cell::text(if pair.p_holm < alpha { "yes" } else { "no" }),
        ]
    });
    Table {
        caption: format!("All pairs; real where Holm's p is below {alpha}"),
        columns: columns.map(str::to_owned).to_vec(),
        rows: rows.collect(),
    }
}

fn classes(comparison: &Comparison) -> Vec<Block> {
    let names: Vec<String> = comparison.task.classes().iter().map(|c| c.name.clone()).collect();
    let mut blocks = vec![Block::figure(
        HeatMap {
            title: "F1 of each class".to_owned(),
            row_label: "Model".to_owned(),
            column_label: "Class".to_owned(),
            value_label: "F1".to_owned(),
            rows: comparison.entries.iter().map(|entry| entry.name.clone()).collect(),
            columns: names.clone(),
            cells: comparison
                .entries
                .iter()
                .map(|entry| entry.scores.classes.iter().map(|c| HeatCell::new(c.f1)).collect())
                .collect(),
            scale: HeatScale::Sequential(1.0.into()),
            number: Number::Decimal(2),
            min_n: 0,
        },
        "The harmonic mean of precision and recall, by class; 0 where a class is never answered.",
    )];
    for entry in comparison.entries.iter().take(DRAWN) {
        let confusion = &entry.scores.confusion;
        let cells = (0..names.len()).map(|gold| {
            let all: u64 = (0..names.len()).map(|answered| confusion.count(gold, answered)).sum();
            let cell = |answered| {
                let count = confusion.count(gold, answered);
                #[expect(clippy::cast_precision_loss, reason = "counts of statements")]
                let share = (all > 0).then(|| count as f64 / all as f64);
                HeatCell::counted(share, count)
            };
            (0..names.len()).map(cell).collect()
        });
        let map = HeatMap {
            title: format!("What {} answers", entry.name),
            row_label: "Gold".to_owned(),
            column_label: "Answered".to_owned(),
            value_label: "Share of the gold class".to_owned(),
            rows: names.clone(),
            columns: names.clone(),
            cells: cells.collect(),
            scale: HeatScale::Sequential(1.0.into()),
            number: Number::Percent(0),
            min_n: 0,
        };
        blocks.push(Block::figure(
            map,
            "Each row adds up to 100 %; right answers are on the diagonal.",
        ));
    }
    blocks
}

fn calibration(comparison: &Comparison) -> Vec<Block> {
    let drawn: Vec<&Entry> = comparison
        .entries
        .iter()
        .filter(|entry| entry.scores.probabilities.is_some())
        .take(DRAWN)
        .collect();
    let mut blocks: Vec<Block> = drawn
        .iter()
        .filter_map(|entry| {
            let scores = entry.scores.probabilities.as_ref()?;
            let bins = scores.bins.iter().map(|bin| {
                let some =
                    |value: f64| if bin.count > 0 { Value::from(value) } else { Value::NONE };
                ReliabilityBin {
                    confidence: some(bin.confidence),
                    accuracy: some(bin.accuracy),
                    interval: None,
                    count: bin.count,
                }
            });
            let diagram = ReliabilityDiagram {
                title: format!("Reliability of {}", entry.name),
                interval: String::new(),
                bins: bins.collect(),
            };
            let caption = format!(
                "Confidence against the share of right answers; expected calibration error {:.3}.",
                scores.ece.value
            );
            Some(Block::figure(diagram, caption))
        })
        .collect();
    let curves = drawn.iter().filter_map(|entry| {
        let scores = entry.scores.probabilities.as_ref()?;
        let points = scores.risk_coverage.iter().map(|p| CurvePoint::new(p.coverage, p.risk));
        Some(Curve { name: entry.name.clone(), join: Join::Line, points: points.collect() })
    });
    let chart = CurveChart {
        title: "Errors among the surest answers".to_owned(),
        x: Axis::new("Share of statements answered, surest first", Number::Percent(0)),
        y: Axis::new("Share of wrong answers", Number::Percent(0)),
        interval: String::new(),
        curves: curves.collect(),
    };
    if !chart.curves.is_empty() {
        blocks.push(Block::figure(
            chart,
            "A model that knows what it does not know starts low and rises.",
        ));
    }
    blocks
}

fn slices(comparison: &Comparison) -> Vec<Block> {
    let Some(best) = comparison.entries.first() else { return Vec::new() };
    let mut names: Vec<&str> = best.slices.iter().map(|slice| slice.slice.as_str()).collect();
    names.dedup();
    let mut blocks = Vec::new();
    for name in names {
        let values: Vec<_> = best.slices.iter().filter(|slice| slice.slice == name).collect();
        if values.len() < 2 {
            continue;
        }
        // Of many values those that say something; of few all.
        let (all, many) = (values.len(), values.len() > MOST_VALUES);
        let values: Vec<_> = values.into_iter().filter(|slice| !many || !slice.small).collect();
        let left_out = match all - values.len() {
            0 => String::new(),
            count => format!(" {count} small ones are left out."),
        };
        if values.is_empty() {
            continue;
        }
        let mut plot =
            DotPlot::new(format!("{} by {name}", best.name), Axis::new("Accuracy", SCORE));
        plot.min_n = stance_eval::SMALL_ITEMS as u64;
        "95 % bootstrap interval of groups".clone_into(&mut plot.interval);
        for slice in values {
            let mark = if slice.small { " (too small)" } else { "" };
            let mut row = DotRow::new(format!("{}{mark}", slice.value), slice.accuracy.value);
            row.n = Some(slice.n as u64);
            row.interval = if slice.small { None } else { interval(&slice.accuracy) };
            plot.rows.push(row);
        }
        let caption = format!(
            "Slices of fewer than {} statements or {} groups are hollow or marked, without interval: too small \
             to say anything.{left_out}",
            stance_eval::SMALL_ITEMS,
            stance_eval::SMALL_GROUPS
        );
        blocks.push(Block::figure(plot, caption));
    }
    blocks
}

#[expect(clippy::cast_precision_loss, reason = "counts of statements")]
fn curves(compared: &Compared) -> Vec<Block> {
    let curves: Vec<Curve> = compared
        .curves
        .iter()
        .map(|(name, curve)| Curve {
            name: name.clone(),
            join: Join::Line,
            points: curve
                .iter()
                .map(|p| CurvePoint::new(p.trained_on as f64, p.macro_f1))
                .collect(),
        })
        .collect();
    if curves.is_empty() {
        return Vec::new();
    }
    let mut x = Axis::new("Statements trained on", Number::Count);
    x.spacing = Spacing::Log;
    let chart = CurveChart {
        title: "Macro-F1 by size of the training data".to_owned(),
        x,
        y: Axis::new("Macro-F1", SCORE),
        interval: String::new(),
        curves,
    };
    vec![Block::figure(
        chart,
        "Nested random subsets of groups; models that are not trained here are level.",
    )]
}

fn robustness(compared: &Compared) -> Vec<Block> {
    let Some(first) = compared.robustness.values().next() else { return Vec::new() };
    let map = HeatMap {
        title: "Macro-F1 on rewritten statements".to_owned(),
        row_label: "Rewrite".to_owned(),
        column_label: "Model".to_owned(),
        value_label: "Macro-F1".to_owned(),
        rows: first.iter().map(|found| found.rewrite.clone()).collect(),
        columns: compared.robustness.keys().cloned().collect(),
        cells: (0..first.len())
            .map(|place| {
                let found = compared.robustness.values();
                found.map(|found| HeatCell::new(found[place].macro_f1)).collect()
            })
            .collect(),
        scale: HeatScale::Sequential(1.0.into()),
        number: Number::Decimal(2),
        min_n: 0,
    };
    vec![Block::figure(
        map,
        "The same statements with typos, in other letters, cut short, with other quotes.",
    )]
}

#[expect(clippy::cast_precision_loss, reason = "sizes for people")]
fn costs(compared: &Compared) -> Vec<Block> {
    let columns = [
        "model",
        "statements a second",
        "slowest run",
        "fastest run",
        "training, CPU seconds",
        "load, seconds",
        "size, MB",
    ];
    let measured = compared.entries().iter().filter_map(|entry| {
        let cost = compared.costs.get(&entry.name).filter(|cost| cost.speed.is_some())?;
        Some((entry, cost))
    });
    let rows: Vec<Vec<Cell>> = measured
        .clone()
        .map(|(entry, cost)| {
            let speed = cost.speed;
            vec![
                Cell::text(entry.name.clone()),
                Cell::number(speed.map(|s| s.median), Number::Count),
                Cell::number(speed.map(|s| s.slowest), Number::Count),
                Cell::number(speed.map(|s| s.fastest), Number::Count),
                Cell::number(cost.training_cpu_seconds, Number::Decimal(2)),
                Cell::number(cost.load_seconds, Number::Decimal(2)),
                Cell::number(cost.bytes.map(|b| b as f64 / 1e6), Number::Decimal(1)),
            ]
        })
        .collect();
    if rows.is_empty() {
        return Vec::new();
    }
    let mut x = Axis::new("Statements a second, one thread", Number::Count);
    x.spacing = Spacing::Log;
    let points = measured.filter_map(|(entry, cost)| {
        let mut point = CurvePoint::new(cost.speed?.median, entry.scores.macro_f1.value);
        point.interval = interval(&entry.scores.macro_f1);
        point.label = Some(entry.name.clone());
        Some(point)
    });
    let chart = CurveChart {
        title: "Macro-F1 against speed".to_owned(),
        x,
        y: Axis::new("Macro-F1", SCORE),
        interval: "95 % bootstrap interval of groups".to_owned(),
        curves: vec![Curve {
            name: "models".to_owned(),
            join: Join::Points,
            points: points.collect(),
        }],
    };
    vec![
        Block::figure(
            chart,
            "Names in the statements were found before; warmed up, the median of several runs.",
        ),
        table("What answering costs", &columns, rows),
    ]
}
