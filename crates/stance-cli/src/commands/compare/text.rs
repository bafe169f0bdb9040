//! A comparison as text: tables for a terminal, or Markdown.

use stance_eval::{Confusion, Estimate, Pair, SliceScore};

use super::result::Compared;
use crate::layout::{Layout, Markdown, Plain};

/// Tables for a terminal: what matters most.
pub(super) fn table(compared: &Compared) -> String {
    write_all(compared, &Plain, Detail::Main)
}

/// Everything, as Markdown.
pub(super) fn markdown(compared: &Compared) -> String {
    write_all(compared, &Markdown, Detail::All)
}

/// How much is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Detail {
    Main,
    All,
}

fn write_all(compared: &Compared, layout: &dyn Layout, detail: Detail) -> String {
    let mut out = String::new();
    let Some(comparison) = &compared.comparison else { return out };
    let title = format!(
        "{} models on {}: task {}, {} statements in {} groups",
        comparison.entries.len(),
        compared.data_name(),
        comparison.task.name(),
        comparison.items,
        comparison.groups
    );
    layout.title(&mut out, &title);
    leaderboard(&mut out, compared, layout);
    layout.note(&mut out, &tie_note(comparison.plan.alpha, comparison.pairs.len()));
    out.push('\n');
    let shown: Vec<&Pair> = match detail {
        Detail::All => comparison.pairs.iter().collect(),
        Detail::Main => {
            let names: Vec<&str> = comparison.entries.iter().map(|e| e.name.as_str()).collect();
            let next = |pair: &&Pair| names.windows(2).any(|two| two == [&pair.a, &pair.b]);
            comparison.pairs.iter().filter(next).collect()
        }
    };
    pairs(&mut out, &shown, comparison.plan.alpha, layout);
    classes(&mut out, compared, layout);
    slices(&mut out, compared, layout, detail);
    if detail == Detail::All {
        for entry in &comparison.entries {
            confusion(&mut out, &entry.name, &entry.scores.confusion, compared, layout);
        }
    }
    costs(&mut out, compared, layout);
    extras(&mut out, compared, layout);
    for note in &compared.notes {
        layout.note(&mut out, &format!("Mind: {note}"));
    }
    layout.note(&mut out, &provenance(compared));
    out
}

/// The rule of the tie groups, for people.
pub(super) fn tie_note(alpha: f64, pairs: usize) -> String {
    format!(
        "Models of one tie group cannot be told apart: none of them differs significantly from the \
         first of its group at {alpha} (paired bootstrap of groups, Holm's adjustment over {pairs} \
         pairs)."
    )
}

fn leaderboard(out: &mut String, compared: &Compared, layout: &dyn Layout) {
    let head = [
        "tie  model",
        "macro-F1",
        "95 % interval",
        "accuracy",
        "kappa",
        "MCC",
        "log loss",
        "ECE",
        "AURC",
    ];
    let rows: Vec<Vec<String>> = compared
        .entries()
        .iter()
        .map(|entry| {
            let scores = &entry.scores;
            let of = scores.probabilities.as_ref();
            let maybe = |estimate: Option<&Estimate>| estimate.map_or("-".to_owned(), short);
            vec![
                format!("{:>3}  {}", entry.tie, entry.name),
                short(&scores.macro_f1),
                interval(&scores.macro_f1),
                short(&scores.accuracy),
                short(&scores.kappa),
                short(&scores.mcc),
                maybe(of.map(|p| &p.log_loss)),
                maybe(of.map(|p| &p.ece)),
                maybe(of.map(|p| &p.aurc)),
            ]
        })
        .collect();
    layout.table(out, &head, &rows);
}

fn pairs(out: &mut String, pairs: &[&Pair], alpha: f64, layout: &dyn Layout) {
    if pairs.is_empty() {
        return;
    }
    let rows: Vec<Vec<String>> = pairs
        .iter()
        .map(|pair| {
            vec![
                format!("{} - {}", pair.a, pair.b),
                short(&pair.difference),
                interval(&pair.difference),
                p_value(pair.p_holm),
                p_value(pair.mcnemar.mid_p),
                if pair.p_holm < alpha { "yes" } else { "no" }.to_owned(),
            ]
        })
        .collect();
    let head = ["pair", "difference", "95 % interval", "p, Holm", "p, McNemar", "real"];
    layout.table(out, &head, &rows);
}

fn classes(out: &mut String, compared: &Compared, layout: &dyn Layout) {
    let Some(comparison) = &compared.comparison else { return };
    let names: Vec<String> =
        comparison.task.classes().iter().map(|class| format!("F1 {}", class.name)).collect();
    let mut head = vec!["model"];
    head.extend(names.iter().map(String::as_str));
    let rows: Vec<Vec<String>> = comparison
        .entries
        .iter()
        .map(|entry| {
            let mut row = vec![entry.name.clone()];
            row.extend(entry.scores.classes.iter().map(|class| format!("{:.3}", class.f1)));
            row
        })
        .collect();
    layout.table(out, &head, &rows);
}

/// The slices of the first model, or of all.
fn slices(out: &mut String, compared: &Compared, layout: &dyn Layout, detail: Detail) {
    let entries = match detail {
        Detail::All => compared.entries(),
        Detail::Main => compared.entries().get(..1).unwrap_or_default(),
    };
    for entry in entries {
        let several = |slice: &SliceScore| {
            entry.slices.iter().filter(|other| other.slice == slice.slice).count() > 1
        };
        let shown = entry.slices.iter().filter(|slice| several(slice));
        let (large, small): (Vec<_>, Vec<_>) = shown.partition(|slice| !slice.small);
        let mut rows: Vec<Vec<String>> = large.iter().map(|slice| slice_row(slice)).collect();
        if detail == Detail::All {
            rows.extend(small.iter().map(|slice| slice_row(slice)));
        }
        if rows.is_empty() {
            continue;
        }
        let first = format!("{}, slice", entry.name);
        let head = [
            first.as_str(),
            "n",
            "groups",
            "accuracy",
            "95 % interval",
            "macro-F1",
            "95 % interval",
        ];
        layout.table(out, &head, &rows);
        if detail == Detail::Main && !small.is_empty() {
            let note = format!(
                "{} slices of fewer than {} statements or {} groups are not shown: too small to say \
                 anything.",
                small.len(),
                stance_eval::SMALL_ITEMS,
                stance_eval::SMALL_GROUPS
            );
            layout.note(out, &note);
            out.push('\n');
        }
    }
}

fn slice_row(slice: &SliceScore) -> Vec<String> {
    let mark = if slice.small { " (too small)" } else { "" };
    vec![
        format!("{}: {}{mark}", slice.slice, slice.value),
        slice.n.to_string(),
        slice.groups.to_string(),
        short(&slice.accuracy),
        interval(&slice.accuracy),
        slice.macro_f1.as_ref().map_or("-".to_owned(), short),
        slice.macro_f1.as_ref().map_or(String::new(), interval),
    ]
}

fn confusion(
    out: &mut String,
    name: &str,
    confusion: &Confusion,
    compared: &Compared,
    layout: &dyn Layout,
) {
    let Some(comparison) = &compared.comparison else { return };
    let classes: Vec<&str> = comparison.task.classes().iter().map(|c| c.name.as_str()).collect();
    let first = format!("{name}: gold \\ answered");
    let mut head = vec![first.as_str()];
    head.extend(&classes);
    let rows: Vec<Vec<String>> = classes
        .iter()
        .enumerate()
        .map(|(gold, class)| {
            let mut row = vec![(*class).to_owned()];
            row.extend(
                (0..classes.len()).map(|answered| confusion.count(gold, answered).to_string()),
            );
            row
        })
        .collect();
    layout.table(out, &head, &rows);
}

fn costs(out: &mut String, compared: &Compared, layout: &dyn Layout) {
    let rows: Vec<Vec<String>> = compared
        .entries()
        .iter()
        .filter_map(|entry| Some((&entry.name, compared.costs.get(&entry.name)?)))
        .filter(|(_, cost)| cost.speed.is_some())
        .map(|(name, cost)| {
            let speed = |of: fn(&super::cost::Speed) -> f64| {
                cost.speed.as_ref().map_or("-".to_owned(), |speed| format!("{:.0}", of(speed)))
            };
            let seconds = |s: Option<f64>| s.map_or("-".to_owned(), |s| format!("{s:.2}"));
            vec![
                name.clone(),
                speed(|s| s.median),
                format!("{} to {}", speed(|s| s.slowest), speed(|s| s.fastest)),
                seconds(cost.training_cpu_seconds),
                seconds(cost.load_seconds),
                cost.bytes.map_or("-".to_owned(), megabytes),
            ]
        })
        .collect();
    if !rows.is_empty() {
        let head = ["cost", "statements/s", "spread", "training, CPU s", "load, s", "size, MB"];
        layout.table(out, &head, &rows);
    }
}

fn extras(out: &mut String, compared: &Compared, layout: &dyn Layout) {
    let score = |score: Option<f64>| score.map_or("-".to_owned(), |score| format!("{score:.3}"));
    if !compared.seeds.is_empty() {
        let rows: Vec<Vec<String>> = compared
            .seeds
            .iter()
            .map(|(name, spread)| {
                vec![
                    name.clone(),
                    spread.macro_f1.iter().map(|&f1| score(f1)).collect::<Vec<_>>().join(" "),
                ]
            })
            .collect();
        layout.table(out, &["models that draw", "macro-F1 by seed"], &rows);
    }
    if !compared.contrasts.is_empty() {
        let rows: Vec<Vec<String>> = compared
            .contrasts
            .iter()
            .map(|(name, found)| {
                let share = found.share.as_ref();
                vec![
                    name.clone(),
                    format!("{} of {}", found.right, found.groups),
                    share.map_or("-".to_owned(), short),
                    share.map_or(String::new(), interval),
                ]
            })
            .collect();
        let head = ["contrast groups wholly right", "groups", "share", "95 % interval"];
        layout.table(out, &head, &rows);
    }
    if let Some(curve) = compared.curves.values().next() {
        let sizes: Vec<String> = curve.iter().map(|p| p.trained_on.to_string()).collect();
        let mut head = vec!["macro-F1, trained on"];
        head.extend(sizes.iter().map(String::as_str));
        let rows: Vec<Vec<String>> = compared
            .curves
            .iter()
            .map(|(name, curve)| {
                let mut row = vec![name.clone()];
                row.extend(curve.iter().map(|point| score(point.macro_f1)));
                row
            })
            .collect();
        layout.table(out, &head, &rows);
    }
    if let Some(first) = compared.robustness.values().next() {
        let names: Vec<&str> = compared.robustness.keys().map(String::as_str).collect();
        let mut head = vec!["rewritten: macro-F1 (answers changed)"];
        head.extend(&names);
        let rows: Vec<Vec<String>> = first
            .iter()
            .enumerate()
            .map(|(place, rewrite)| {
                let mut row = vec![rewrite.rewrite.clone()];
                row.extend(compared.robustness.values().map(|found| {
                    let found = &found[place];
                    format!("{} ({:.1} %)", score(found.macro_f1), 100.0 * found.changed)
                }));
                row
            })
            .collect();
        layout.table(out, &head, &rows);
    }
    if !compared.audits.is_empty() {
        let rows: Vec<Vec<String>> = compared
            .audits
            .iter()
            .map(|(name, swap)| {
                let share = swap.share().map(|share| format!("{:.2} %", 100.0 * share));
                vec![
                    name.clone(),
                    swap.retold.to_string(),
                    swap.changed.to_string(),
                    share.unwrap_or_default(),
                ]
            })
            .collect();
        layout.table(out, &["country swap", "retold", "label changed", "share"], &rows);
    }
}

/// What the numbers rest on.
fn provenance(compared: &Compared) -> String {
    let p = &compared.provenance;
    let trained = match p.trained_on {
        0 => String::new(),
        count => format!(" ({count} statements)"),
    };
    let plan = compared.comparison.as_ref().map(|comparison| comparison.plan.bootstrap);
    let resamples = plan.map_or(0, |bootstrap| bootstrap.resamples);
    let digests: Vec<String> =
        p.data.iter().map(|file| format!("{} {}", file.name, &file.sha256[..12])).collect();
    format!(
        "stance {}; {}{trained}; intervals: {resamples} bootstrap resamples of groups, seed {}; speed: one \
         thread, names found before; peak memory of the run {}; {}; SHA-256 {}",
        p.version,
        p.protocol,
        p.seed,
        compared.peak_memory_bytes.map_or("unknown".to_owned(), |b| format!("{} MB", megabytes(b))),
        p.machine,
        digests.join(", ")
    )
}

fn short(estimate: &Estimate) -> String {
    format!("{:.3}", estimate.value)
}

fn interval(estimate: &Estimate) -> String {
    estimate.interval.map(|i| format!("{:.3} to {:.3}", i.low, i.high)).unwrap_or_default()
}

fn p_value(p: f64) -> String {
    if p < 0.001 { "< .001".to_owned() } else { format!("{p:.3}") }
}

#[expect(clippy::cast_precision_loss, reason = "a size for people")]
fn megabytes(bytes: u64) -> String {
    format!("{:.1}", bytes as f64 / 1e6)
}
