//! Scores as text: a table for a terminal, or Markdown.

use std::fmt::Write as _;

use stance_core::{Label, Stance};
use stance_eval::{CountrySwap, Estimate, Evaluation, LabelScores};

use crate::layout::{Layout, Markdown, Plain};

/// What was measured on what.
#[derive(Clone, Debug)]
pub(crate) struct Measured {
    /// Name and version of the model.
    pub(crate) model: String,
    /// Files of the data.
    pub(crate) data: Vec<String>,
    /// SHA-256 of the data, hexadecimal.
    pub(crate) data_sha256: String,
    /// The scores.
    pub(crate) evaluation: Evaluation,
    /// The country-swap audit, if it was asked for.
    pub(crate) audit: Option<CountrySwap>,
}

/// The scores as a table for a terminal.
pub(crate) fn table(measured: &Measured) -> String {
    write_all(measured, &Plain)
}

/// The scores as Markdown.
pub(crate) fn markdown(measured: &Measured) -> String {
    write_all(measured, &Markdown)
}

/// The scores as one JSON object.
pub(crate) fn json(measured: &Measured) -> serde_json::Value {
    let mut json = serde_json::json!({
        "schema": 1,
        "model": measured.model,
        "data": measured.data,
        "data_sha256": measured.data_sha256,
        "labels": Label::ALL,
        "evaluation": measured.evaluation,
    });
    if let Some(audit) = &measured.audit {
        json["audit"] = serde_json::json!({ "country_swap": audit });
    }
    json
}

fn write_all(measured: &Measured, layout: &dyn Layout) -> String {
    let mut out = String::new();
    let e = &measured.evaluation;
    layout.title(&mut out, &format!("{} on {}", measured.model, measured.data.join(", ")));
    let summary = [
        ("macro-F1, four labels", &e.macro_f1),
        ("macro-F1, three stances", &e.macro_f1_stances),
        ("accuracy", &e.accuracy),
        ("log loss (nats)", &e.log_loss),
        ("Brier score", &e.brier),
    ];
    let mut rows: Vec<_> = summary.into_iter().map(|(name, e)| estimate_row(name, e)).collect();
    rows.push(estimate_row(&format!("ECE, {} bins", e.bins.len()), &e.ece));
    layout.table(&mut out, &["score", "value", "95 % interval"], &rows);

    let labels = Label::ALL.into_iter().zip(&e.labels);
    let rows: Vec<_> = labels.map(|(label, scores)| label_row(label.as_str(), scores)).collect();
    layout.table(&mut out, &["four labels", "precision", "recall", "F1", "gold"], &rows);

    let stances = Stance::ALL.into_iter().zip(&e.stances);
    let rows: Vec<_> = stances.map(|(stance, scores)| label_row(stance.as_str(), scores)).collect();
    layout.table(&mut out, &["three stances", "precision", "recall", "F1", "gold"], &rows);

    let mut head = vec!["gold \\ labeled"];
    head.extend(Label::ALL.map(Label::as_str));
    let confusion = e.confusion.rows().zip(Label::ALL).map(|(row, gold)| {
        let mut cells = vec![gold.to_string()];
        cells.extend(row.iter().map(u64::to_string));
        cells
    });
    layout.table(&mut out, &head, &confusion.collect::<Vec<_>>());

    if let Some(swap) = &measured.audit {
        let share = swap.share().map(|share| format!("{:.2} %", 100.0 * share));
        let rows = [
            ("statements with a holder whose country is named", swap.statements.to_string()),
            ("told of other countries", swap.retold.to_string()),
            ("label changed", swap.changed.to_string()),
            ("share of labels changed", share.unwrap_or_default()),
            ("mean change of the label's probability", format!("{:.4}", swap.shift)),
        ];
        let rows = rows.map(|(name, value)| vec![name.to_owned(), value]);
        layout.table(&mut out, &["country swap", "value"], &rows);
    }

    let mut note = format!("{} statements in {} groups", e.statements, e.groups);
    if e.bootstrap.resamples > 0 {
        write!(
            note,
            "; intervals: {} bootstrap resamples of groups, seed {}",
            e.bootstrap.resamples, e.bootstrap.seed
        )
        .expect("a string takes every write");
    }
    write!(note, "; data SHA-256 {}", measured.data_sha256.get(..12).unwrap_or_default())
        .expect("a string takes every write");
    layout.note(&mut out, &note);
    out
}

fn estimate_row(name: &str, estimate: &Estimate) -> Vec<String> {
    let interval = estimate.interval.map(|i| format!("{:.3} to {:.3}", i.low, i.high));
    vec![name.to_owned(), format!("{:.3}", estimate.value), interval.unwrap_or_default()]
}

fn label_row(name: &str, scores: &LabelScores) -> Vec<String> {
    let mut row = vec![name.to_owned()];
    row.extend([scores.precision, scores.recall, scores.f1].map(|s| format!("{s:.3}")));
    row.push(scores.gold.to_string());
    row
}
