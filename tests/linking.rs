//! What the linker finds in sentences, as data.

use serde::Deserialize;
use stance_core::{
    Article, ArticleId, Atlas, Extractor, Linker, MentionRole, SentenceExtractor, Target, TargetId,
    TargetPart, roles,
};

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
    /// Slice, kind, side: the part of the target, or `rival`, or the country, or `-`.
    expect: Vec<[String; 3]>,
}

pub(crate) fn moscow() -> &'static Target {
    Target::builtin(&TargetId::moscow()).expect("is built in")
}

fn linker() -> Linker {
    Linker::new(Atlas::builtin(), moscow()).expect("the built-in tables agree")
}

/// The value as it is written in files.
fn word(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value).expect("serializes") {
        serde_json::Value::String(word) => word,
        other => other.to_string(),
    }
}

/// Slice, kind and side of each mention.
pub(crate) fn found(linker: &Linker, text: &str) -> Vec<[String; 3]> {
    let row = |mention: &stance_core::Mention| {
        let slice = mention.span.of(text).expect("the span fits the text").to_owned();
        let country = mention.country.as_ref().map_or("-", |code| code.as_str());
        let side = match (&mention.target, mention.rival) {
            (Some(part), _) => word(part),
            (None, true) => format!("rival {country}"),
            (None, false) => country.to_owned(),
        };
        [slice, word(&mention.kind), side]
    };
    linker.link(text).iter().map(row).collect()
}

#[test]
fn names_are_found_and_read_as_the_cases_say() {
    let cases: Cases = toml::from_str(include_str!("cases/linking.toml")).expect("is well-formed");
    assert!(cases.case.len() >= 120, "{} cases", cases.case.len());
    let linker = linker();
    let mut wrong = Vec::new();
    for case in &cases.case {
        let got = found(&linker, &case.text);
        if got != case.expect {
            let Case { name, text, expect } = case;
            wrong.push(format!("{name}\n  {text}\n  expected {expect:?}\n  got      {got:?}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn any_bytes_read_as_text_give_spans_that_fit_and_ascend() {
    let linker = linker();
    let pieces = [
        "Moscow",
        "Россия",
        "’s",
        "'",
        " ",
        "\n",
        "\u{a0}",
        "Georgia",
        "-",
        "İ",
        "ß",
        "\u{301}",
        "Russian",
        "foreign",
        "minister",
        "of",
        ",",
        "🚀",
        "\u{0}",
        "St.",
        "Kazakh",
        "s",
        "TASHKENT",
    ];
    // A linear congruential generator: the same texts in each run.
    let mut state = 7u64;
    let mut next = |below: usize| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).expect("fits") % below
    };
    for _ in 0..3000 {
        let mixed: String = (0..next(25)).map(|_| pieces[next(pieces.len())]).collect();
        let bytes: Vec<u8> =
            (0..next(60)).map(|_| u8::try_from(next(256)).expect("fits")).collect();
        for text in [mixed, String::from_utf8_lossy(&bytes).into_owned()] {
            let mut end = 0;
            for mention in linker.link(&text) {
                assert!(mention.span.of(&text).is_some(), "{text:?}");
                assert!(end <= mention.span.start() && !mention.span.is_empty(), "{text:?}");
                end = mention.span.end();
            }
        }
    }
}

#[test]
fn roles_tell_the_holder_from_the_target_its_rivals_and_the_rest() {
    use MentionRole::{Bloc, Holder, Other, Rival, RivalBloc, Target, Unmasked};
    let linker = linker();
    let cases: [(&str, &[MentionRole]); 7] = [
        (
            "Astana told Moscow that Kazakhstan and China differ.",
            &[Holder, Target(TargetPart::Name), Holder, Other],
        ),
        ("Russia thanked Minsk.", &[Target(TargetPart::Name), Holder]),
        ("Ukraine and Estonia rebuked Russia.", &[Rival, Holder, Target(TargetPart::Name)]),
        ("Kyiv rebuked Russia.", &[Holder, Target(TargetPart::Name)]),
        ("Russia shelled Kharkiv.", &[Target(TargetPart::Name), Rival]),
        (
            "Central Asia left NATO and the CSTO alone.",
            &[Bloc, RivalBloc, Target(TargetPart::Bloc)],
        ),
        ("Navalny told Reuters about Serbia.", &[Unmasked, Unmasked, Holder]),
    ];
    for (text, expected) in cases {
        assert_eq!(roles(&linker.link(text)), expected, "{text}");
    }
}

#[test]
fn statements_of_an_article_are_its_sentences_with_their_names() {
    // given a full name in one sentence, a shared surname in another, and a row of stars
    let body = "Azerbaijani President Ilham Aliyev flew in.\n\n* * *\n\nAliyev met the Russian \
                ambassador.";
    let article = Article::new(ArticleId::new("a"), body.to_owned()).expect("is not blank");
    // when
    let statements =
        SentenceExtractor::builtin(&TargetId::moscow()).expect("is built in").extract(&article);
    // then
    let ids: Vec<_> = statements.iter().map(|s| s.id.as_str()).collect();
    assert_eq!(ids, ["a#001", "a#002"]);
    assert!(statements.iter().all(|s| s.span.of(body) == Some(&*s.text)));
    assert_eq!(statements[1].context.as_deref(), Some(&*statements[0].text));
    let names: Vec<_> =
        statements[1].mentions.iter().map(|m| m.span.of(&statements[1].text)).collect();
    assert_eq!(names, [Some("Aliyev"), Some("Russian ambassador")]);
}

#[test]
fn a_shared_surname_is_whose_title_or_full_name_stands_before_it() {
    let linker = linker();
    let cases: [(&str, &[&str]); 6] = [
        ("President Japarov arrived.", &["Sadyr Japarov"]),
        ("Prime Minister Japarov arrived.", &["Akylbek Japarov"]),
        ("President Aliyev arrived.", &["Ilham Aliyev"]),
        (
            "Sadyr Japarov met Akylbek Japarov. Japarov smiled.",
            &["Sadyr Japarov", "Akylbek Japarov", "Akylbek Japarov"],
        ),
        (
            "Akylbek Japarov met Sadyr Japarov. Prime Minister Japarov smiled.",
            &["Akylbek Japarov", "Sadyr Japarov", "Akylbek Japarov"],
        ),
        ("A vice-president Japarov and Japarov are nobody known.", &[]),
    ];
    for (text, expected) in cases {
        let mentions = linker.link(text);
        let names: Vec<&str> = mentions.iter().map(|mention| &*mention.name).collect();
        assert_eq!(names, expected, "{text}");
    }
}
