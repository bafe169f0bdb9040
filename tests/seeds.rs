//! The starter data is what its documents say.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use stance_core::Label;

fn seeds() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds")
}

/// One row of the corpus, as far as these tests need it.
struct Row {
    file: String,
    id: String,
    group: String,
    article: Option<String>,
    label: Label,
    text: String,
}

fn corpus() -> Vec<Row> {
    let mut paths: Vec<PathBuf> = fs::read_dir(seeds().join("corpus"))
        .expect("is committed")
        .map(|entry| entry.expect("a file").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "jsonl"))
        .collect();
    paths.sort();
    let mut rows = Vec::new();
    for path in paths {
        let file = path.file_stem().expect("a name").to_string_lossy().into_owned();
        for line in fs::read_to_string(&path).expect("UTF-8").lines() {
            let row: Value = serde_json::from_str(line).expect("one object a line");
            let field = |name: &str| row[name].as_str().map(ToOwned::to_owned);
            rows.push(Row {
                file: file.clone(),
                id: field("id").expect("an id"),
                group: field("group").expect("a group"),
                article: field("article"),
                label: field("label").expect("a label").parse().expect("one of the four"),
                text: field("text").expect("a text"),
            });
        }
    }
    rows
}

#[test]
fn ids_and_texts_of_the_corpus_are_unique() {
    let (mut ids, mut texts) = (BTreeSet::new(), BTreeSet::new());
    for row in corpus() {
        assert!(ids.insert(row.id.clone()), "id {} stands twice", row.id);
        assert!(texts.insert(row.text.to_lowercase()), "text of {} stands twice", row.id);
        assert!(!row.text.trim().is_empty(), "{} is blank", row.id);
    }
}

#[test]
fn the_datasheet_counts_what_is_there() {
    #[derive(Default)]
    struct Count {
        rows: usize,
        articles: BTreeSet<String>,
        groups: BTreeSet<String>,
        labels: [usize; Label::COUNT],
    }
    let mut counts: BTreeMap<String, Count> = BTreeMap::new();
    for row in corpus() {
        for name in [row.file.as_str(), "**all**"] {
            let count = counts.entry(name.to_owned()).or_default();
            count.rows += 1;
            count.articles.extend(row.article.clone());
            count.groups.insert(row.group.clone());
            count.labels[row.label.index()] += 1;
        }
    }
    let sheet = fs::read_to_string(seeds().join("corpus/DATASHEET.md")).expect("is committed");
    for (file, count) in &counts {
        let line = sheet
            .lines()
            .find(|line| line.starts_with(&format!("| {file} |")))
            .unwrap_or_else(|| panic!("the datasheet has no row for {file}"));
        let said: Vec<String> = line
            .split('|')
            .skip(2)
            .map(|cell| cell.replace(['*', ',', ' '], ""))
            .take(7)
            .map(|cell| if cell.is_empty() { "0".to_owned() } else { cell })
            .collect();
        let counted = [count.rows, count.articles.len(), count.groups.len()];
        let counted: Vec<String> =
            counted.iter().chain(&count.labels).map(ToString::to_string).collect();
        assert_eq!(said, counted, "{file}");
    }
}

#[test]
fn the_folds_follow_from_the_rows_as_the_readme_says() {
    type Cell<'a> = (&'a str, usize);
    let rows = corpus();
    let mut groups: BTreeMap<&str, BTreeMap<Cell<'_>, usize>> = BTreeMap::new();
    for row in &rows {
        let cells = groups.entry(&row.group).or_default();
        *cells.entry((&row.file, row.label.index())).or_default() += 1;
    }
    let mut order: Vec<_> = groups.iter().collect();
    order.sort_by_key(|(name, cells)| (usize::MAX - cells.values().sum::<usize>(), **name));
    let mut held: [BTreeMap<Cell<'_>, usize>; 5] = Default::default();
    let mut sizes = [0; 5];
    let mut folds: BTreeMap<&str, usize> = BTreeMap::new();
    for (name, cells) in order {
        let overlap = |fold: usize| -> usize {
            cells.iter().map(|(cell, n)| n * held[fold].get(cell).unwrap_or(&0)).sum()
        };
        let fold = (0..5)
            .min_by_key(|&fold| (overlap(fold), sizes[fold], fold))
            .expect("there are five folds");
        folds.insert(name, fold);
        for (cell, n) in cells {
            *held[fold].entry(*cell).or_default() += n;
            sizes[fold] += n;
        }
    }
    let written: String = std::iter::once("group\tfold\n".to_owned())
        .chain(folds.iter().map(|(group, fold)| format!("{group}\t{fold}\n")))
        .collect();
    let committed = fs::read_to_string(seeds().join("splits/folds.tsv")).expect("is committed");
    assert!(committed == written, "seeds/splits/folds.tsv is not what the rows give");
}
