//! `explain`: what each feature adds, exactly.

use serde_json::Value;
use stance_cli::Outcome;

use crate::command::{Console, Folder};

const LABELS: [&str; 4] = ["supportive", "neutral", "distancing", "irrelevant"];
const TEXT: &str = "Astana refused Moscow's request and did not send troops.";

fn explained(folder: &Folder, args: &[&str]) -> Value {
    let args = [&["explain", "--format", "json"], args].concat();
    serde_json::from_str(&folder.run(&args).ended(Outcome::Done).stdout).expect("one JSON object")
}

fn number(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

#[test]
fn terms_and_bias_sum_to_the_logits_and_these_give_the_probabilities() {
    let why = explained(
        &Folder::new(),
        &[TEXT, "--title", "Astana declines", "--context", "A note came."],
    );
    let terms = why["terms"].as_array().expect("terms");
    assert!(terms.len() > 10, "{}", terms.len());
    let mut exponentials = Vec::new();
    for label in LABELS {
        let added: f64 = terms.iter().map(|term| number(&term["adds"][label])).sum();
        let logit = number(&why["logits"][label]);
        assert!((number(&why["bias"][label]) + added - logit).abs() < 1e-9, "{label}");
        exponentials.push(logit.exp());
    }
    let total: f64 = exponentials.iter().sum();
    for (label, exponential) in LABELS.into_iter().zip(exponentials) {
        assert!(
            (exponential / total - number(&why["probabilities"][label])).abs() < 1e-9,
            "{label}"
        );
    }
}

#[test]
fn the_strongest_terms_come_first_and_their_spans_lie_in_the_text() {
    let why = explained(&Folder::new(), &[TEXT]);
    let terms = why["terms"].as_array().expect("terms");
    let spread = |term: &Value| {
        let adds = LABELS.map(|label| number(&term["adds"][label]));
        let top = adds.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        top - adds.iter().copied().fold(f64::INFINITY, f64::min)
    };
    assert!(terms.windows(2).all(|pair| spread(&pair[0]) >= spread(&pair[1])));
    for span in terms.iter().flat_map(|term| term["spans"].as_array().expect("spans")) {
        let at = |key: &str| usize::try_from(span[key].as_u64().expect("an offset")).expect("fits");
        assert!(TEXT.get(at("start")..at("end")).is_some(), "{span}");
    }
}

#[test]
fn a_statement_is_found_by_its_id_and_explained_as_it_was_classified() {
    let folder = Folder::new().with("b.txt", "Wheat grew.").with(
        "a.txt",
        "Astana declines\n\nDate: 2023-06-24\n\nA note came from Moscow. Astana refused it.\n",
    );
    let records = folder.run(&["classify", "./a.txt"]).ended(Outcome::Done).records();
    let record = records.last().expect("two statements");
    assert_eq!(record.statement, "a#002");
    let why = explained(&folder, &["a#002", "--in", "./b.txt", "--in", "./a.txt"]);
    assert_eq!((&why["statement"], &why["text"]), (&"a#002".into(), &"Astana refused it.".into()));
    for (label, kept) in LABELS.into_iter().zip(record.probabilities.to_array()) {
        assert!((number(&why["probabilities"][label]) - kept).abs() < 1e-5, "{label}");
    }
    let rows = "{\"id\":\"s9\",\"text\":\"Minsk agreed.\"}\n";
    let folder = folder.with("rows.jsonl", rows);
    let why = explained(&folder, &["s9", "--in", "./rows.jsonl", "--unit", "statement"]);
    assert_eq!(why["text"], "Minsk agreed.");
}

#[test]
fn an_id_that_is_not_there_is_an_error_that_counts_what_was_refused() {
    let folder = Folder::new().with("a.txt", "Minsk agreed.").with("b.txt", " ");
    let ran = folder.run(&["explain", "a#009", "--in", "./a.txt"]).ended(Outcome::Failed);
    assert_eq!(ran.stderr, "error: no statement a#009 in the files given with --in\n");
    let args = ["explain", "a#009", "--in", "./a.txt", "--in", "./b.txt"];
    let ran = folder.run(&args).ended(Outcome::Failed);
    assert!(ran.stderr.contains("1 item was refused"), "{}", ran.stderr);
    let ran = folder.run(&["explain", "  "]).ended(Outcome::Failed);
    assert_eq!(ran.stderr, "error: statement has no text\n");
}

#[test]
fn the_table_shows_the_strongest_features_and_sums_the_rest() {
    let folder = Folder::new();
    let why = explained(&folder, &[TEXT]);
    let terms = why["terms"].as_array().expect("terms").len();
    let table = folder.run(&["explain", TEXT, "--top", "3"]).ended(Outcome::Done).stdout;
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines[0], TEXT);
    let head = lines.iter().position(|line| line.starts_with("probability ")).expect("a table");
    for label in LABELS {
        let value = format!("{:.3}", number(&why["probabilities"][label]));
        assert!(lines[head].contains(&value), "{table}");
    }
    assert!(lines[head + 1].starts_with("logit "), "{table}");
    assert!(lines[head + 2].starts_with("bias "), "{table}");
    assert_eq!(lines.len(), head + 3 + 3 + 1, "{table}");
    let rest = lines[head + 6];
    assert!(rest.starts_with(&format!("{} weaker features ", terms - 3)), "{table}");
    let whole = folder.run(&["explain", TEXT, "--top", "100000"]).ended(Outcome::Done).stdout;
    assert_eq!(whole.lines().count(), head + 3 + terms);
    let by_default = folder.run(&["explain", TEXT]).ended(Outcome::Done).stdout;
    assert_eq!(by_default.lines().count(), head + 3 + 20 + 1, "{by_default}");
}

#[test]
fn an_explanation_says_who_holds_the_statement_and_why() {
    // given
    let text =
        "Tokayev declared that he \u{201c}fully supported\u{201d} Putin (Astana Times, June 25).";
    let folder = Folder::new();
    let dated = [text, "--article-date", "2023-07-05"];
    // when
    let table = folder.run(&[&["explain"], &dated[..]].concat()).ended(Outcome::Done).stdout;
    let why = explained(&folder, &dated);
    // then
    for line in [
        "holder  KZ, Kassym-Jomart Tokayev, president",
        "'Tokayev' subject of a reporting verb: 'declared'",
        "voice   holder",
        "quote   fully supported",
        "cited   Astana Times, 2023-06-25",
        "date    2023-06-25",
    ] {
        assert!(table.contains(line), "{line}\n{table}");
    }
    let attribution = &why["attribution"];
    assert_eq!(attribution["holders"][0]["country"], "KZ");
    assert_eq!(attribution["trace"][0]["cue"], "declared");
    assert_eq!(attribution["quotes"][0], "fully supported");
}

#[test]
fn a_terminal_gets_color() {
    let console = Console { stdout_width: Some(120), ..Console::default() };
    let ran = Folder::new().run_on(console, &["explain", TEXT]).ended(Outcome::Done);
    assert!(ran.stdout.contains("\u{1b}["), "{}", ran.stdout);
    let ran = Folder::new().run(&["explain", TEXT]).ended(Outcome::Done);
    assert!(!ran.stdout.contains('\u{1b}'), "{}", ran.stdout);
}
