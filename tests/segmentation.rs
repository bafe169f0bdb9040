//! Where sentences begin and end.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use stance_core::{Span, sentences};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    text: String,
    sentences: Vec<String>,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The slices of `text` under its sentences.
fn slices(text: &str) -> Vec<&str> {
    sentences(text).into_iter().map(|span| span.of(text).expect("a span fits its text")).collect()
}

fn block(title: &str, lines: &[impl AsRef<str>]) -> String {
    let lines: Vec<String> =
        lines.iter().map(|line| format!("    [{}]\n", line.as_ref().escape_debug())).collect();
    format!("  {title}\n{}", lines.concat())
}

#[test]
fn every_case_is_cut_as_written() {
    // Given
    let path = root().join("tests/cases/segmentation.toml");
    let cases: Cases =
        toml::from_str(&fs::read_to_string(path).expect("the cases can be read")).expect("cases");
    assert!(cases.case.len() >= 150, "only {} cases", cases.case.len());
    // When
    let wrong: Vec<String> = cases
        .case
        .iter()
        .filter(|case| slices(&case.text) != case.sentences)
        .map(|case| {
            let got = slices(&case.text);
            format!("{}\n{}{}", case.name, block("expected", &case.sentences), block("got", &got))
        })
        .collect();
    // Then
    assert!(wrong.is_empty(), "{} cases are cut otherwise:\n\n{}", wrong.len(), wrong.join("\n"));
}

/// True positives, and what is only in `gold` or only in `got`.
#[derive(Default)]
struct Counts {
    both: usize,
    missed: usize,
    extra: usize,
}

impl Counts {
    /// Counts the ends of sentences; the end of the text is none, for nobody can miss it.
    fn of(text: &str, gold: &[usize], got: &[Span]) -> Self {
        let inner = |ends: &mut dyn Iterator<Item = usize>| -> BTreeSet<usize> {
            ends.filter(|&end| end < text.trim_end().len()).collect()
        };
        let gold = inner(&mut gold.iter().copied());
        let got = inner(&mut got.iter().map(|span| span.end()));
        Self {
            both: gold.intersection(&got).count(),
            missed: gold.difference(&got).count(),
            extra: got.difference(&gold).count(),
        }
    }
}

/// F1 of all boundaries together.
#[expect(clippy::cast_precision_loss, reason = "counts are small")]
fn boundary_f1(counts: &[Counts]) -> f64 {
    let sum = |count: fn(&Counts) -> usize| counts.iter().map(count).sum::<usize>() as f64;
    let both = sum(|counts| counts.both);
    2.0 * both / (2.0 * both + sum(|counts| counts.missed) + sum(|counts| counts.extra))
}

#[test]
fn boundary_f1_counts_missed_and_invented_boundaries() {
    // Given three sentences, the second boundary missed and one invented
    let text = "Aa. Bb. Cc dd.";
    let got = [Span::new(0, 3), Span::new(4, 10), Span::new(11, 14)];
    // When
    let f1 = boundary_f1(&[Counts::of(text, &[3, 7, 14], &got)]);
    // Then
    assert!((f1 - 0.5).abs() < 1e-12, "got {f1}");
}

/// The first of these that is there: the repository's copy, or the shared one beside it.
fn first_existing(candidates: &[&str]) -> Option<PathBuf> {
    candidates.iter().map(|path| root().join(path)).find(|path| path.exists())
}

#[test]
fn benchmark_articles_are_cut_with_a_boundary_f1_of_at_least_98_percent() {
    #[derive(Deserialize)]
    struct Article {
        body: String,
        sentences: Vec<Sentence>,
    }
    #[derive(Deserialize)]
    struct Sentence {
        text: String,
    }
    // Given
    let Some(path) =
        first_existing(&["seeds/benchmark/articles.jsonl", "../shared/eval/dev_articles.jsonl"])
    else {
        panic!("seeds/benchmark/articles.jsonl is missing");
    };
    let lines = fs::read_to_string(path).expect("the articles can be read");
    // When
    let counts: Vec<Counts> = lines
        .lines()
        .map(|line| {
            let article: Article = serde_json::from_str(line).expect("an article");
            let mut at = 0;
            let gold: Vec<usize> = article
                .sentences
                .iter()
                .map(|sentence| {
                    let found = article.body[at..].find(&sentence.text).expect("in the body");
                    at += found + sentence.text.len();
                    at
                })
                .collect();
            Counts::of(&article.body, &gold, &sentences(&article.body))
        })
        .collect();
    // Then
    assert!(!counts.is_empty());
    let f1 = boundary_f1(&counts);
    assert!(f1 >= 0.98, "boundary F1 is {f1:.4}");
}

/// How the sentences of the seed article begin.
const SEED_ARTICLE: [&str; 27] = [
    "Even before Russia",
    "And the war",
    "And based on",
    "In Kazakhstan, for",
    "In other words",
    "After the mutiny",
    "Yet, even with",
    "Earlier this year",
    "Tokayev likewise decided",
    "Only on June",
    "Additionally, similar sharp",
    "Here too, Putin",
    "It is likely",
    "Defense officials also",
    "Worse yet, commentators",
    "Political analyst E. G.",
    "He also disregarded",
    "His remarks were",
    "Such manifestations of",
    "Although Putin bailed",
    "Therefore, it is",
    "These sentiments reflect",
    "Beyond the specter",
    "Kazakhstan’s “ingratitude”",
    "By the same",
    "With every passing",
    "Source: jamestown",
];

#[test]
#[expect(clippy::print_stderr, reason = "a fresh clone lacks the article, and should say so")]
fn the_seed_article_is_26_sentences_and_a_source_line() {
    // Given
    let Some(path) = first_existing(&["../shared/seed-article.txt"]) else {
        eprintln!("skipped: ../shared/seed-article.txt is not there");
        return;
    };
    let text = fs::read_to_string(path).expect("the seed article can be read");
    // When
    let got = slices(&text);
    // Then
    let begins: Vec<String> = got
        .iter()
        .enumerate()
        .map(|(index, sentence)| {
            let length = SEED_ARTICLE.get(index).map_or(20, |begin| begin.chars().count());
            sentence.chars().take(length).collect()
        })
        .collect();
    assert!(
        begins == SEED_ARTICLE,
        "\n{}{}",
        block("expected", &SEED_ARTICLE),
        block("got", &begins)
    );
}

/// What texts for the properties are put together from.
const PIECES: [&str; 64] = [
    "A",
    "a",
    "Б",
    "ж",
    "5",
    "24",
    ".",
    ".",
    ".",
    "!",
    "?",
    "…",
    "...",
    "。",
    " ",
    " ",
    " ",
    "\n",
    "\n\n",
    "\r\n",
    "\r",
    "\t",
    "\u{a0}",
    "\u{200b}",
    "\u{feff}",
    "\u{2028}",
    "\u{2029}",
    "\u{c}",
    "(",
    ")",
    "[",
    "]",
    "[1]",
    "\"",
    "“",
    "”",
    "«",
    "»",
    "'",
    "-",
    "— ",
    "—",
    "•",
    "* ",
    "# ",
    "1. ",
    "| ",
    "> ",
    "Gen.",
    "U.S.",
    "a.m.",
    "Feb.",
    "г.",
    "т. д.",
    "Russia",
    "The ",
    "said",
    "(TASS, 5)",
    "🎉",
    "👨‍👩‍👧",
    "e\u{301}",
    "MOSCOW, ",
    "/TASS/",
    "kun.uz",
];

/// Numbers that look random, from `seed` (xorshift64*).
fn numbers(mut seed: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        seed ^= seed >> 12;
        seed ^= seed << 25;
        seed ^= seed >> 27;
        usize::try_from(seed.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33).ok()
    })
}

fn assert_properties(text: &str) {
    let mut last = 0;
    for span in sentences(text) {
        let gap = text.get(last..span.start()).expect("spans ascend on character boundaries");
        assert!(gap.trim().is_empty(), "{gap:?} is in no sentence of {text:?}");
        let sentence = span.of(text).expect("a span fits its text");
        assert!(!sentence.is_empty(), "an empty sentence in {text:?}");
        assert_eq!(sentence, sentence.trim(), "white space at the ends in {text:?}");
        last = span.end();
    }
    assert!(text[last..].trim().is_empty(), "{:?} is in no sentence of {text:?}", &text[last..]);
}

#[test]
fn sentences_cover_every_visible_character_of_any_text_once() {
    // Given texts of up to 30 pieces, the same in every run
    let mut numbers = numbers(7);
    for _ in 0..50_000 {
        let length = numbers.next().expect("numbers never end") % 30;
        let text: String =
            numbers.by_ref().take(length).map(|number| PIECES[number % PIECES.len()]).collect();
        // When, then
        assert_properties(&text);
    }
}

#[test]
fn a_sentence_cut_again_stays_whole_in_plain_prose() {
    let text = "Astana refused. \"Why not?\" he asked. The U.S. Senate met on Feb. 24.";
    for sentence in slices(text) {
        assert_eq!(slices(sentence), [sentence]);
    }
}

/// Text that repeats one hostile unit up to 1 MB. Were any rule to look back or ahead without a
/// bound, that would take many minutes instead of a moment.
#[test]
fn large_texts_of_one_hostile_unit_are_cut_in_linear_time() {
    let units = [
        "a",
        "word ",
        "Word ",
        ".",
        ". ",
        "a. ",
        "A. ",
        "A.",
        "(",
        "( ",
        ". (",
        "(a. ",
        "(1)... ",
        "(1). ",
        "\"",
        ". \"",
        "?\" Name ",
        "[",
        ". [1]",
        "\n",
        "a\n",
        "- ",
        "- a\n",
        "\r\n\r\n",
        "🎉 ",
        "! 🎉 ",
        "\u{200b}",
        ".\u{200b} ",
        "MOSCOW ",
        "MOSCOW, 5 ",
        "Gen. ",
        "U.S. Russia ",
        "1. ",
        ": 1. ",
        "— ",
        ". — ",
        "г. ",
        "т. д. ",
        "… ",
        "a.m. ",
        "я",
        "Я. ",
        ".)",
        "。",
        " ",
    ];
    for unit in units {
        let text = unit.repeat(1_000_000 / unit.len());
        assert_properties(&text);
        let tail = format!("{text} 5");
        assert_properties(&tail);
    }
}
