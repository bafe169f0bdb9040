//! Who says it, in which voice, by word or deed, on what source and date: as data, and measured on
//! annotated text.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;
use stance_core::{
    Article, ArticleId, Atlas, Attribution, Attributor, Citation, Date, Discourse, Extractor as _,
    Kind, Linker, SentenceExtractor, Statement, StatementId, StatementRow, Target, TargetId, Voice,
    kind_evidence,
};

use stance_train::{KindRow, KindTable};

/// A construction: a body, one of its sentences, and what must come out of it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    construction: String,
    body: String,
    statement: Option<usize>,
    title: Option<String>,
    article_date: Option<Date>,
    holders: Option<Vec<String>>,
    holder: Option<String>,
    office: Option<String>,
    voice: Option<Voice>,
    kind: Option<Kind>,
    quotes: Option<Vec<String>>,
    cited: Option<Vec<Citation>>,
    date: Option<Date>,
}

fn extractor() -> SentenceExtractor {
    SentenceExtractor::builtin(&TargetId::moscow()).expect("is built in")
}

fn extracted(
    extractor: &SentenceExtractor,
    body: &str,
    title: Option<&str>,
    date: Option<Date>,
) -> Vec<Statement> {
    let mut article =
        Article::new(ArticleId::new("a"), body.to_owned()).expect("a body is not blank");
    article.title = title.map(Into::into);
    article.date = date;
    extractor.extract(&article)
}

fn countries(attribution: &Attribution) -> Vec<&str> {
    attribution
        .holders
        .iter()
        .filter_map(|h| h.country.as_ref())
        .map(stance_core::CountryCode::as_str)
        .collect()
}

/// Counts of right answers by what was asked.
#[derive(Default)]
struct Tally(BTreeMap<String, (usize, usize)>);

impl Tally {
    fn count(&mut self, what: &str, right: bool) {
        let (hits, all) = self.0.entry(what.to_owned()).or_default();
        *hits += usize::from(right);
        *all += 1;
    }

    /// The share of right answers to `what`, which must be asked.
    #[expect(clippy::cast_precision_loss, reason = "counts of cases are small")]
    fn share(&self, what: &str) -> f64 {
        let (hits, all) = self.0[what];
        hits as f64 / all as f64
    }
}

/// The text of a file, by its path from the root of the workspace.
fn text(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn cases<T: for<'de> Deserialize<'de>>(path: &str) -> Vec<T> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File<T> {
        case: Vec<T>,
    }
    toml::from_str::<File<T>>(&text(path)).unwrap_or_else(|error| panic!("{path}: {error}")).case
}

/// What of `case` the program answers otherwise: the question, what it says, what was expected.
fn differences(case: &Case, found: &Statement, tally: &mut Tally) -> Vec<String> {
    let attribution = &found.attribution;
    let first = attribution.holders.first();
    let name = first.and_then(|holder| holder.name.as_deref()).map(str::to_owned);
    let office = first.and_then(|holder| holder.office.as_deref()).map(str::to_owned);
    let holders: Vec<String> = countries(attribution).iter().map(ToString::to_string).collect();
    let quotes: Vec<String> =
        attribution.quotes.iter().filter_map(|q| q.of(&found.text)).map(str::to_owned).collect();
    let mut differ = Vec::new();
    let mut ask = |what: &str, got: String, expected: Option<String>| {
        let Some(expected) = expected else { return };
        tally.count(what, got == expected);
        if got != expected {
            differ.push(format!("{what}: got {got}, expected {expected}"));
        }
    };
    ask("holders", format!("{holders:?}"), case.holders.as_ref().map(|e| format!("{e:?}")));
    ask("holder", format!("{name:?}"), case.holder.as_ref().map(|e| format!("{:?}", Some(e))));
    ask("office", format!("{office:?}"), case.office.as_ref().map(|e| format!("{:?}", Some(e))));
    ask("voice", attribution.voice.to_string(), case.voice.map(|e| e.to_string()));
    ask("kind", attribution.kind.to_string(), case.kind.map(|e| e.to_string()));
    ask("quotes", format!("{quotes:?}"), case.quotes.as_ref().map(|e| format!("{e:?}")));
    ask("cited", format!("{:?}", attribution.cited), case.cited.as_ref().map(|e| format!("{e:?}")));
    let date = |date: Date| format!("{date}");
    ask("date", attribution.date.map(date).unwrap_or_default(), case.date.map(date));
    differ
}

#[test]
fn constructions_are_attributed_as_written() {
    // given
    let extractor = extractor();
    let mut tally = Tally::default();
    let mut wrong = Vec::new();
    // when
    for case in cases::<Case>("tests/cases/attribution.toml") {
        let found = extracted(&extractor, &case.body, case.title.as_deref(), case.article_date);
        let number = case.statement.unwrap_or(found.len());
        let statement = &found[number - 1];
        for difference in differences(&case, statement, &mut tally) {
            let Case { name, construction, .. } = &case;
            wrong.push(format!("{construction}, {name}: {}\n  {difference}", statement.text));
        }
    }
    // then
    let floors = [
        ("holders", 0.93),
        ("holder", 0.83),
        ("office", 0.87),
        ("voice", 0.96),
        ("kind", 0.87),
        ("quotes", 1.0),
        ("cited", 1.0),
        ("date", 1.0),
    ];
    for (what, floor) in floors {
        let share = tally.share(what);
        assert!(share >= floor, "{what}: {share:.3}, wanted {floor}\n{}", wrong.join("\n"));
    }
}

#[test]
fn the_corpus_gives_the_embedded_table_of_kinds() {
    // given
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds/corpus");
    let entries = fs::read_dir(folder).expect("the corpus is there");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "jsonl"));
    paths.sort();
    // when
    let mut rows = Vec::new();
    for path in paths {
        let jsonl = fs::read_to_string(&path).expect("a text");
        let read = KindRow::read(&path.display().to_string(), &jsonl, &extractor());
        rows.extend(read.unwrap_or_else(|error| panic!("{error}")));
    }
    let learned = KindTable::fit(&rows).expect("the rows are of three kinds");
    // then
    let committed = text("crates/stance-core/atlas/kinds.toml");
    let made = format!("{}{learned}", KindTable::HEADER);
    let other = made.lines().zip(committed.lines()).find(|(made, committed)| made != committed);
    assert!(made == committed, "made, then committed: {other:?}");
    // and what the program answers is what the table says
    let (extractor, attributor) = (extractor(), Attributor::by_rules(Atlas::builtin()));
    for line in text("seeds/corpus/articles-world.jsonl").lines() {
        let row: serde_json::Value = serde_json::from_str(line).expect("a row");
        let body = row["text"].as_str().expect("a text");
        let found = extracted(&extractor, body, None, None);
        let ruled =
            extracted(&extractor.clone().with_attributor(attributor.clone()), body, None, None);
        let (found, ruled) = (&found[0], &ruled[0]);
        let evidence = kind_evidence(&ruled.attribution, &ruled.text, &ruled.mentions);
        let answer = learned.answer(&KindRow { evidence, kind: Kind::Speech });
        assert_eq!(found.attribution.kind, answer, "{}", found.text);
    }
}

#[test]
fn moscow_is_heard_where_it_speaks() {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Heard {
        id: String,
        voice: Voice,
    }
    #[derive(Deserialize)]
    struct Row {
        id: String,
        text: String,
        title: Option<String>,
        context: Option<String>,
    }
    // given
    let gold: BTreeMap<String, Voice> = cases::<Heard>("tests/cases/voice.toml")
        .into_iter()
        .map(|heard| (heard.id, heard.voice))
        .collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds/corpus");
    let extractor = extractor();
    let (mut both, mut heard, mut spoken, mut rows) = (0_u32, 0_u32, 0_u32, 0);
    // when
    for entry in fs::read_dir(folder).expect("the corpus is there") {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|extension| extension != "jsonl") {
            continue;
        }
        for line in fs::read_to_string(path).expect("a text").lines() {
            let row: Row = serde_json::from_str(line).expect("a row");
            let Some(&voice) = gold.get(&row.id) else { continue };
            let statement = extractor
                .statement(StatementRow {
                    id: StatementId::new(&row.id),
                    article: None,
                    text: row.text.into(),
                    context: row.context.map(Into::into),
                    title: row.title.map(Into::into),
                    target: None,
                    mention: None,
                    date: None,
                    outlet: None,
                    url: None,
                })
                .expect("a row has text");
            let found = statement.attribution.voice == Voice::Target;
            rows += 1;
            heard += u32::from(found);
            spoken += u32::from(voice == Voice::Target);
            both += u32::from(found && voice == Voice::Target);
        }
    }
    // then
    let (precision, recall) =
        (f64::from(both) / f64::from(heard), f64::from(both) / f64::from(spoken));
    assert_eq!(rows, gold.len(), "every row is in the corpus");
    assert!(precision >= 0.9, "precision {precision:.3}: {both} of {heard}");
    assert!(recall >= 0.85, "recall {recall:.3}: {both} of {spoken}");
}

#[test]
fn no_sentence_takes_long_whatever_stands_in_it() {
    // given
    let target = Target::builtin(&TargetId::moscow()).expect("is built in");
    let linker = Linker::new(Atlas::builtin(), target).expect("is built in");
    let attributor = Attributor::new(Atlas::builtin());
    let pieces = [
        ",",
        "that ",
        "who ",
        "said ",
        "Tokayev said ",
        "Tokayev and ",
        "Tokayev, ",
        "his ",
        "he said that ",
        "the minister said, ",
        "Ivan Petrov, ",
        "Ab Cd said ",
        "“",
        "” ",
        "“a” ",
        "‘",
        "'a ",
        "'a' ",
        "\" ",
        "(",
        "(a) ",
        "[(",
        "(a, ",
        "(see A.kz; ",
        "(A.kz, June 24; A.kz) ",
        "June 24, ",
        "in 2020 ",
        "has been said by ",
        "the countries of ",
        "of in ",
        "according to ",
        "it is it is ",
        "- ",
        "…",
        "\u{301}",
        "\u{a0}",
    ];
    for piece in pieces {
        let text = piece.repeat(60_000);
        let mentions = linker.link(&text);
        let mut discourse = Discourse::new("2023-07-05".parse().ok());
        // when
        for _ in 0..2 {
            let found = attributor.attribute(&mut discourse, &text, &mentions);
            // then
            assert!(found.quotes.iter().all(|quote| quote.of(&text).is_some()), "{piece}");
        }
    }
}

#[test]
fn no_text_makes_attribution_panic() {
    // given texts of the corpus, each as characters
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds/corpus");
    let path = folder.join("articles-central-asia.jsonl");
    let lines = fs::read_to_string(path).expect("is there");
    let mut texts: Vec<Vec<char>> = Vec::new();
    for line in lines.lines().take(400) {
        let row: serde_json::Value = serde_json::from_str(line).expect("a row");
        texts.push(row["text"].as_str().expect("a text").chars().collect());
    }
    let marks: Vec<char> = "\"'“”‘’«»„()[],;:.!?-–—…/@ \n\u{a0}\u{301}é的’s".chars().collect();
    let extractor = extractor();
    let mut state = 7_u64;
    let mut next = |below: usize| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).expect("31 bits") % below
    };
    // when pieces of them are put together with marks between and amid
    for round in 0..3_000 {
        let mut body = String::from("A");
        for _ in 0..=next(6) {
            let text = &texts[next(texts.len())];
            let (from, len) = (next(text.len()), next(60));
            for letter in text[from..].iter().take(len) {
                body.push(*letter);
                if next(12) == 0 {
                    body.push(marks[next(marks.len())]);
                }
            }
            body.push(marks[next(marks.len())]);
        }
        let date = if round % 2 == 0 { "2023-07-05".parse().ok() } else { None };
        let statements = extracted(&extractor, &body, None, date);
        // then every span is one of the text
        for statement in statements {
            let Attribution { quotes, trace, .. } = &statement.attribution;
            let spans = trace.iter().flat_map(|trace| [trace.name, trace.cue]).flatten();
            for span in spans.chain(quotes.iter().copied()) {
                assert!(span.of(&statement.text).is_some(), "{span:?} of {:?}", statement.text);
            }
        }
    }
}

/// A sentence of the benchmark's articles, as far as attribution is asked.
#[derive(Deserialize)]
struct Sentence {
    text: String,
    label: String,
    country: Option<String>,
}

#[derive(Deserialize)]
struct BenchmarkArticle {
    id: String,
    title: String,
    date: Date,
    body: String,
    sentences: Vec<Sentence>,
}

#[test]
fn the_benchmark_articles_are_attributed_to_whom_people_say() {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Annotation {
        article: String,
        sentence: usize,
        kind: Option<Kind>,
        #[serde(rename = "voice")]
        _voice: Voice,
    }
    // given
    let kinds: BTreeMap<(String, usize), Option<Kind>> =
        cases::<Annotation>("tests/cases/benchmark-kinds.toml")
            .into_iter()
            .map(|a| ((a.article, a.sentence), a.kind))
            .collect();
    let extractor = extractor();
    let mut tally = Tally::default();
    // when
    for line in text("seeds/benchmark/articles.jsonl").lines() {
        let article: BenchmarkArticle = serde_json::from_str(line).expect("an article");
        let found = extracted(&extractor, &article.body, Some(&article.title), Some(article.date));
        for (at, sentence) in article.sentences.iter().enumerate() {
            if sentence.label == "irrelevant" {
                continue;
            }
            let statement = found
                .iter()
                .find(|found| found.text.contains(&sentence.text))
                .unwrap_or_else(|| panic!("{} is cut: {}", article.id, sentence.text));
            let attribution = &statement.attribution;
            if let Some(country) = sentence.country.as_deref().filter(|code| *code != "region") {
                tally.count("holder", countries(attribution).first() == Some(&country));
            }
            if let Some(kind) = kinds[&(article.id.clone(), at + 1)] {
                tally.count("kind", attribution.kind == kind);
            }
        }
    }
    // then
    assert!(tally.share("holder") >= 0.84, "holder {:.3}", tally.share("holder"));
    assert!(tally.share("kind") >= 0.78, "kind {:.3}", tally.share("kind"));
}

#[test]
fn the_seed_article_is_attributed_and_its_sources_are_dated() {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Annotation {
        statement: usize,
        holders: Vec<String>,
        voice: Voice,
        kind: Kind,
        cited: Vec<Citation>,
    }
    // given the model case, which is beside the repository
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/seed-article.txt");
    let Ok(body) = fs::read_to_string(path) else { return };
    let date = "2023-07-05".parse().ok();
    // when
    let found = extracted(&extractor(), &body, None, date);
    // then
    let mut tally = Tally::default();
    let mut citations = 0;
    for gold in cases::<Annotation>("tests/cases/seed-article.toml") {
        let attribution = &found[gold.statement - 1].attribution;
        assert_eq!(attribution.cited, gold.cited, "statement {}", gold.statement);
        citations += gold.cited.len();
        tally.count("holder", countries(attribution) == gold.holders);
        tally.count("kind", attribution.kind == gold.kind);
        tally.count("voice", attribution.voice == gold.voice);
    }
    assert_eq!(citations, 12);
    assert!(tally.share("holder") >= 0.85, "holder {:.3}", tally.share("holder"));
    assert!(tally.share("kind") >= 0.65, "kind {:.3}", tally.share("kind"));
    assert!(tally.share("voice") >= 0.70, "voice {:.3}", tally.share("voice"));
}
