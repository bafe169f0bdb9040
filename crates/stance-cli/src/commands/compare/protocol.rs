//! Which rows are trained on and which are measured on.

use anyhow::{Result, bail};
use stance_eval::{Part, given_split, group_folds, leave_one_out};

use super::gold::Gold;
use crate::args::CompareArgs;

/// The parts of a comparison. Rows are numbered through the data and then through what `--train`
/// adds.
pub(super) struct Protocol {
    pub(super) parts: Vec<Part>,
    /// What is done, for people.
    pub(super) about: String,
}

impl Protocol {
    pub(super) fn choose(args: &CompareArgs, gold: &Gold, train: &Gold, seed: u64) -> Result<Self> {
        let count = gold.rows.len();
        let groups: Vec<&str> = gold.rows.iter().map(|row| row.annotated.group.as_ref()).collect();
        let added = |part: &mut Part| part.train.extend(count..count + train.rows.len());
        let (mut parts, about) = if let Some(folds) = args.folds {
            let parts = group_folds(&groups, usize::from(folds), seed)?;
            (parts, format!("{folds} folds of whole groups, each measured on once"))
        } else if let Some(slice) = &args.leave_out {
            let values = gold.facet(slice);
            if values.iter().all(Option::is_none) {
                bail!("no row has a {slice:?} to leave out");
            }
            let parts = leave_one_out(&groups, &values)?;
            (parts, format!("each {slice} held out in turn"))
        } else if let Some(test) = &args.split {
            let splits: Vec<&str> =
                gold.facet("split").into_iter().map(Option::unwrap_or_default).collect();
            // Published splits do divide groups: that is said, and the split kept as it is.
            let ids: Vec<&str> =
                gold.rows.iter().map(|row| row.annotated.statement.id.as_str()).collect();
            let part = given_split(&ids, &splits, "train", test)?;
            (vec![part], format!("the data's own split: trained on train, measured on {test}"))
        } else {
            let part =
                Part { name: "all".to_owned(), train: Vec::new(), test: (0..count).collect() };
            let about = if train.rows.is_empty() {
                "no training data: models as they are".to_owned()
            } else {
                "trained on one set, measured on another".to_owned()
            };
            (vec![part], about)
        };
        parts.iter_mut().for_each(added);
        if args.drop_leaks {
            drop_leaks(&mut parts, gold, train);
        }
        for part in &parts {
            let own = part.train.iter().filter_map(|&row| gold.rows.get(row));
            if let Some(row) = own.clone().find(|row| row.is_measure_only()) {
                let id = &row.annotated.statement.id;
                bail!("{id} is for measuring only and would be trained on: give --train instead");
            }
        }
        let protocol = Self { parts, about };
        if args.checks.curve && (protocol.parts.len() != 1 || !protocol.trains()) {
            bail!("--curve needs one set to train on: --train or --split");
        }
        Ok(protocol)
    }

    /// Whether there is anything to train on.
    pub(super) fn trains(&self) -> bool {
        self.parts.iter().all(|part| !part.train.is_empty())
    }

    /// All rows that are measured on, ascending.
    pub(super) fn tested(&self) -> Vec<usize> {
        let mut rows: Vec<usize> = self.parts.iter().flat_map(|part| part.test.clone()).collect();
        rows.sort_unstable();
        rows
    }
}

/// Takes what is measured on out of what is trained on.
fn drop_leaks(parts: &mut [Part], gold: &Gold, train: &Gold) {
    let text = |row: usize| {
        let found = gold.rows.get(row).or_else(|| train.rows.get(row - gold.rows.len()));
        found.map(|row| &row.annotated.statement.text)
    };
    for part in parts {
        let tested: std::collections::HashSet<_> =
            part.test.iter().filter_map(|&row| text(row)).collect();
        part.train.retain(|&row| text(row).is_none_or(|text| !tested.contains(text)));
    }
}
