//! `stance explain`: what each feature adds to each label.

use std::fmt::Write as _;

use anstyle::Style;
use anyhow::{Result, bail};
use serde_json::json;
use stance_core::{Extractor as _, Label, Statement, StatementId, StatementRow};
use stance_models::Explanation;

use crate::args::{ExplainArgs, ExplainFormat, Unit};
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
    config: Config,
    globals: &Globals,
    streams: &mut Streams<'_>,
) -> Result<Outcome> {
    let model = load_model(args.model.model.or(config.model.clone()).as_deref().unwrap_or("fast"))?;
    let atlas = [config.atlas.clone(), args.model.atlas].concat();
    let target = args.model.target.or(config.target.clone());
    let extractor = build_extractor(target.as_deref(), &atlas)?;

    let statement = if args.paths.is_empty() {
        if args.statement.trim().is_empty() {
            bail!("the statement is blank, expected its text (or an id with --in)");
        }
        extractor.statement(StatementRow {
            id: "statement".to_owned(),
            article: None,
            text: args.statement,
            title: args.title,
            context: args.context,
            date: None,
        })
    } else {
        let reading = Reading::new(&args.paths, &args.input, &config)?;
        let wanted = StatementId::new(&args.statement);
        let found = reading.items(Vec::new()).find_map(|item| match (item, reading.unit()) {
            (Item::Article(article), Unit::Article) => {
                extractor.extract(&article).into_iter().find(|s| s.id == wanted)
            }
            (Item::Row(row), _) => {
                (row.id == args.statement).then(|| extractor.statement(row.into_core()))
            }
            _ => None,
        });
        match found {
            Some(statement) => statement,
            None => bail!("no statement {} in the files given with --in", args.statement),
        }
    };

    let explanation = model.explain(&statement);
    let terminal = streams.stdout_width.is_some();
    let text = match args.format.unwrap_or(ExplainFormat::Table) {
        ExplainFormat::Json => format!("{:#}\n", as_json(&statement, &explanation)),
        ExplainFormat::Table => {
            let paint = streams.stdout_paint(globals.color);
            let _ = terminal;
            as_table(&statement, &explanation, args.top.unwrap_or(TOP), paint)
        }
    };
    streams.stdout.write_all(text.as_bytes())?;
    streams.stdout.flush()?;
    Ok(Outcome::Done)
}
