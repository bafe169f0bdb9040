//! Raw text in, one statement a line; the likeliest label out, a line each: the counterpart of
//! `fasttext predict`, which benches/peers times it beside.
//!
//!     cargo run --release -p stance-models --example predict [MODEL] < statements.txt > labels.txt
//!
//! `MODEL` is the folder of a model; without it the embedded one answers. A blank line is no
//! statement and has no label.

use std::io::{self, BufRead, BufWriter, Write};
use std::path::Path;

use stance_core::{
    Classifier, RowError, SentenceExtractor, Statement, StatementId, StatementRow, TargetId,
};
use stance_models::{Artifact, Model};

/// Statements that are classified together.
const BATCH: usize = 256;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let extractor = SentenceExtractor::builtin(&TargetId::moscow()).expect("is embedded");
    let model = match std::env::args_os().nth(1) {
        Some(folder) => Artifact::open(Path::new(&folder))?.classifier()?,
        None => stance_models::fast().into(),
    };
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    let mut lines = io::BufReader::with_capacity(1 << 16, io::stdin().lock());
    let (mut line, mut batch) = (String::new(), Vec::with_capacity(BATCH));
    let id = StatementId::new("line");
    loop {
        line.clear();
        let is_end = lines.read_line(&mut line)? == 0;
        match extractor.statement(row(&id, line.trim())) {
            Ok(statement) => batch.push(statement),
            Err(RowError::Blank) => {}
            Err(error) => return Err(error.into()),
        }
        if is_end || batch.len() == BATCH {
            answer(&model, &batch, &mut out)?;
            batch.clear();
        }
        if is_end {
            return Ok(out.flush()?);
        }
    }
}

fn row(id: &StatementId, text: &str) -> StatementRow {
    StatementRow {
        id: id.clone(),
        article: None,
        text: text.into(),
        context: None,
        title: None,
        target: None,
        mention: None,
        date: None,
        outlet: None,
        url: None,
    }
}

fn answer(
    model: &Model,
    batch: &[Statement],
    out: &mut impl Write,
) -> Result<(), Box<dyn std::error::Error>> {
    for distribution in model.classify(batch)? {
        writeln!(out, "{}", distribution.label())?;
    }
    Ok(())
}
