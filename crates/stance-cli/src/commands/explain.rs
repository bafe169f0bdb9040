//! `stance explain`: what each feature adds to each label.

use std::fmt::Write as _;
use std::ops::ControlFlow;

use anstyle::Style;
use anyhow::{Result, bail};
use serde_json::{Map, json};
use stance_core::{
    Attribution, Classifier as _, CountryCode, Extractor as _, Label, Reason, SentenceExtractor,
    Span, Statement, StatementId, StatementRow, Trace,
};
use stance_models::{Explanation, LinearClassifier};
use unicode_width::UnicodeWidthStr as _;

use crate::args::{ExplainArgs, ExplainFormat};
use crate::config::Config;
use crate::plan::{Globals, build_extractor, load_model};
use crate::reading::{Item, Reading};
use crate::streams::Paint;
use crate::table::{printable, style_of};
use crate::{Outcome, Streams};

/// Features shown when nothing else is said.
const TOP: usize = 20;

pub(super) fn run(
    args: ExplainArgs,
    config: &Config,
    globals: &Globals,
    streams: &mut Streams<'_>,
) -> Result<Outcome> {
    let model = load_model(args.model.model.or(config.model.clone()).as_deref().unwrap_or("fast"))?;
    let atlas = [config.atlas.clone(), args.model.atlas].concat();
    let target = args.model.target.or(config.target.clone());
    let extractor = build_extractor(target.as_deref(), &atlas)?;

    let statement = if args.paths.is_empty() {
        let row = StatementRow {
            id: StatementId::new("statement"),
            article: None,
            text: args.statement.as_str().into(),
            context: args.context.as_deref().map(Into::into),
            title: args.title.as_deref().map(Into::into),
            target: None,
            mention: None,
            date: args.input.article_date.or(config.article_date),
            outlet: None,
            url: None,
        };
        extractor.statement(row)?
    } else {
        let reading = Reading::new(&args.paths, &args.input, config)?;
        let wanted = StatementId::new(&args.statement);
        find(&reading, &extractor, &wanted, streams)?
    };
    let Some(explanation) = model.explain(&statement) else {
        bail!(
            "model {} is of kind {}, which has no exact contributions of features: only {} has",
            model.id().name,
            model.kind(),
            LinearClassifier::KIND
        );
    };
    let text = match args.format.unwrap_or(ExplainFormat::Table) {
        ExplainFormat::Json => format!("{:#}\n", as_json(&statement, &explanation)),
        ExplainFormat::Table => {
            let paint = streams.stdout_paint(globals.color);
            as_table(&statement, &explanation, args.top.unwrap_or(TOP), paint)
        }
    };
    streams.stdout.write_all(text.as_bytes())?;
    streams.stdout.flush()?;
    Ok(Outcome::Done)
}

/// The statement of that id in the files read.
fn find(
    reading: &Reading,
    extractor: &SentenceExtractor,
    wanted: &StatementId,
    streams: &mut Streams<'_>,
) -> Result<Statement> {
    let mut found = None;
    let mut refused = 0_usize;
    let _ = reading.each(&mut streams.stdin, |item| {
        match item {
            Item::Article(article) => {
                found = extractor.extract(&article).into_iter().find(|s| s.id == *wanted);
            }
            Item::Row(read) if read.item.id == *wanted => {
                found = extractor.statement(read.item).ok();
            }
            Item::Refused(_) => refused += 1,
            Item::Row(_) | Item::Warning(_) => {}
        }
        if found.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    match found {
        Some(statement) => Ok(statement),
        None if refused > 0 => {
            let counted =
                if refused == 1 { "1 item was" } else { &format!("{refused} items were") };
            bail!("no statement {wanted} in the files given with --in, of which {counted} refused")
        }
        None => bail!("no statement {wanted} in the files given with --in"),
    }
}

fn as_json(statement: &Statement, explanation: &Explanation) -> serde_json::Value {
    let by_label = |values: [f64; Label::COUNT]| {
        let pairs = Label::ALL.into_iter().zip(values);
        pairs.map(|(label, value)| (label.to_string(), json!(value))).collect::<Map<_, _>>()
    };
    let terms = explanation.terms.iter().map(|term| {
        json!({
            "feature": term.feature.name,
            "space": term.feature.space,
            "value": term.feature.weight,
            "spans": term.feature.spans,
            "adds": by_label(term.logits),
        })
    });
    let Attribution { holders, voice, kind, quotes, cited, date, trace } = &statement.attribution;
    let trace = trace.iter().map(|trace| {
        json!({
            "reason": trace.reason.as_str(),
            "name": slice(statement, trace.name),
            "cue": slice(statement, trace.cue),
        })
    });
    let quotes = quotes.iter().map(|quote| slice(statement, Some(*quote)));
    json!({
        "schema": 1,
        "statement": statement.id.as_str(),
        "text": &*statement.text,
        "attribution": {
            "holders": holders,
            "voice": voice,
            "kind": kind,
            "quotes": quotes.collect::<Vec<_>>(),
            "cited": cited,
            "date": date,
            "trace": trace.collect::<Vec<_>>(),
        },
        "probabilities": by_label(*explanation.distribution.as_array()),
        "logits": by_label(explanation.logits),
        "bias": by_label(explanation.bias),
        "terms": terms.collect::<Vec<_>>(),
    })
}

/// The answer, then one line a feature: what it adds to each label.
fn as_table(statement: &Statement, explanation: &Explanation, top: usize, paint: Paint) -> String {
    const NAME: usize = 34;
    let mut out = format!("{}\n\n{}\n", printable(&statement.text), attribution(statement, paint));
    let mut line = |name: &str, values: [String; Label::COUNT], space: &str| {
        let pad = NAME.saturating_sub(name.width());
        write!(out, "{name}{:pad$}", "").expect("a string takes every write");
        for (label, value) in Label::ALL.into_iter().zip(values) {
            let cell = paint.paint(style_of(label), &format!("{value:>12}"));
            write!(out, "{cell}").expect("a string takes every write");
        }
        writeln!(out, "  {space}").expect("a string takes every write");
    };
    line("", Label::ALL.map(|label| label.to_string()), "");
    let probabilities = explanation.distribution.as_array();
    line("probability", probabilities.map(|p| format!("{p:.3}")), "");
    line("logit", explanation.logits.map(signed), "");
    line("bias", explanation.bias.map(signed), "");
    let (shown, rest) = explanation.terms.split_at(top.min(explanation.terms.len()));
    for term in shown {
        line(
            &shortened(&term.feature.name, NAME - 2),
            term.logits.map(signed),
            &term.feature.space,
        );
    }
    if !rest.is_empty() {
        let mut sum = [0.0; Label::COUNT];
        for term in rest {
            for (sum, added) in sum.iter_mut().zip(term.logits) {
                *sum += added;
            }
        }
        line(&format!("{} weaker features", rest.len()), sum.map(signed), "");
    }
    out
}

/// Who holds the statement, in which voice, by what, on what source and when: a line each, with the
/// words that it rests on.
fn attribution(statement: &Statement, paint: Paint) -> String {
    let Attribution { holders, voice, kind, quotes, cited, date, trace } = &statement.attribution;
    let mut out = String::new();
    let mut line = |name: &str, value: &str, because: Option<&Trace>| {
        let because = because.map(|trace| because_of(statement, trace)).unwrap_or_default();
        let because = paint.paint(Style::new().dimmed(), &printable(&because));
        writeln!(out, "{name:<8}{} {because}", printable(value))
            .expect("a string takes every write");
    };
    let dates =
        |trace: &&Trace| matches!(trace.reason, Reason::Dated | Reason::Cited | Reason::Article);
    let words = |trace: &&Trace| trace.reason == Reason::Words;
    let why_holder = trace.iter().find(|trace| !dates(trace) && !words(trace));
    for holder in holders {
        let country = holder.country.as_ref().map(CountryCode::as_str);
        let parts = [country, holder.name.as_deref(), holder.office.as_deref()];
        line("holder", &parts.into_iter().flatten().collect::<Vec<_>>().join(", "), why_holder);
    }
    if holders.is_empty() {
        line("holder", "-", why_holder);
    }
    line("voice", &voice.to_string(), None);
    let kind = kind.to_string();
    let mut weighed = trace.iter().filter(words).peekable();
    if weighed.peek().is_none() {
        line("kind", &kind, None);
    }
    for trace in weighed {
        line("kind", &kind, Some(trace));
    }
    for quote in quotes {
        line("quote", slice(statement, Some(*quote)).unwrap_or_default(), None);
    }
    for citation in cited {
        let date = citation.date.map(|date| format!(", {date}")).unwrap_or_default();
        line("cited", &format!("{}{date}", citation.outlet), None);
    }
    if let Some(date) = date {
        line("date", &date.to_string(), trace.iter().find(dates));
    }
    out
}

/// "'Tokayev' subject of a reporting verb: 'declared'".
fn because_of(statement: &Statement, trace: &Trace) -> String {
    let mut because = String::from("← ");
    if let Some(name) = slice(statement, trace.name) {
        write!(because, "'{name}' ").expect("a string takes every write");
    }
    because.push_str(trace.reason.as_str());
    if let Some(cue) = slice(statement, trace.cue) {
        write!(because, ": '{cue}'").expect("a string takes every write");
    }
    because
}

fn slice(statement: &Statement, span: Option<Span>) -> Option<&str> {
    span?.of(&statement.text)
}

fn signed(value: f64) -> String {
    format!("{value:+.3}")
}

/// `name` cut to `columns`, with an ellipsis where something is missing.
fn shortened(name: &str, columns: usize) -> String {
    let name = printable(name);
    if name.width() <= columns {
        return name;
    }
    name.chars().take(columns - 1).chain(['…']).collect()
}
