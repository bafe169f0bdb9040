//! The model card: what a model is, made from what its training run knows.

use std::fmt::Write as _;

use stance_core::Label;
use stance_models::{Calibration, Manifest};

use crate::CrossValidation;
use crate::recipe::{HoldOut, Recipe};

/// Writes the card of a model, Markdown, after Mitchell et al. 2019, "Model Cards for Model
/// Reporting". The same run gives the same text.
pub(crate) fn card(
    recipe: &Recipe,
    manifest: &Manifest,
    scores: &CrossValidation,
    setting: &str,
    width: usize,
    calibration: &Calibration,
) -> String {
    let data = &manifest.data;
    let held_out = match recipe.data.hold_out {
        _ if recipe.data.splits.is_some() => "groups held out whole as the splits say",
        HoldOut::Group => "articles and contrast groups held out whole",
        HoldOut::Source => "whole files held out, each by one writer",
    };
    let mut out = String::new();
    let mut line = |text: std::fmt::Arguments<'_>| {
        out.write_fmt(text)
            .and_then(|()| out.write_char('\n'))
            .expect("a string takes every write");
    };
    line(format_args!("# {}\n", recipe.name));
    line(format_args!("{}\n", recipe.description.trim()));
    line(format_args!("- Kind: {}, {width} feature columns, {setting}", manifest.kind));
    line(format_args!("- Target: {}", manifest.target));
    line(format_args!("- License: {}", recipe.license));
    line(format_args!(
        "- Calibration: temperature {:.4}, bias {}",
        calibration.temperature(),
        by_label(|label| format!("{:+.4}", calibration.bias()[label.index()]))
    ));
    line(format_args!("\n## Training data\n"));
    line(format_args!(
        "{} statements in {} groups from {} files ({}); SHA-256 {}.",
        data.statements,
        data.groups,
        data.files,
        by_label(|label| data.by_label[label.index()].to_string()),
        data.sha256
    ));
    line(format_args!("\n## Held-out scores\n"));
    line(format_args!(
        "{} folds, {held_out}, seed {}; features, weights and document frequencies fitted anew \
         in each. Logits before calibration.\n",
        scores.folds.len(),
        recipe.seed
    ));
    line(format_args!(
        "| fold | statements | macro-F1, four labels | macro-F1, three stances | accuracy | log loss |"
    ));
    line(format_args!("| --- | ---: | ---: | ---: | ---: | ---: |"));
    let score = |score: Option<f64>| score.map_or("-".to_owned(), |score| format!("{score:.3}"));
    for fold in scores.folds.iter().chain([&scores.pooled]) {
        line(format_args!(
            "| {} | {} | {} | {} | {:.3} | {:.3} |",
            fold.name,
            fold.rows,
            score(fold.macro_f1),
            score(fold.macro_f1_stances),
            fold.accuracy,
            fold.log_loss
        ));
    }
    line(format_args!("\n## How to make it again\n"));
    line(format_args!("`stance train` with this recipe gives the same bytes:\n"));
    line(format_args!("```toml\n{}```", manifest.recipe));
    out
}

fn by_label(value: impl Fn(Label) -> String) -> String {
    Label::ALL.map(|label| format!("{label} {}", value(label))).join(", ")
}
