//! What the linker finds in sentences, as data, and what users may change.

use serde::Deserialize;
use stance_core::{
    Article, ArticleId, Atlas, AtlasError, Extractor, Fault, Linker, MentionRole,
    SentenceExtractor, Target, TargetId, TargetPart, roles,
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

fn moscow() -> &'static Target {
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

fn found(linker: &Linker, text: &str) -> Vec<[String; 3]> {
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
    assert!(cases.case.len() >= 80, "{} cases", cases.case.len());
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
fn a_users_file_changes_fields_and_adds_entries() {
    // given a new capital of a known country, a new person, and another alias list
    let atlas = Atlas::builtin()
        .with(
            "[[country]]\ncode = 'KZ'\ncapitals = ['Qonaev']\n\
             [[person]]\nname = 'Aru Testbay'\ncountry = 'KZ'\naliases = ['Testbay']\n\
             [[institution]]\nname = 'Ortalyq Fund'\ncountry = 'KZ'\nkind = 'company'\n",
        )
        .expect("is well-formed");
    // when
    let linker = Linker::new(&atlas, moscow()).expect("the tables agree");
    // then the old capital is gone, and the rest of the country stands
    let text = "Qonaev, not Astana, hosted Testbay of the Ortalyq Fund in Kazakhstan.";
    let expect = [
        ["Qonaev", "city", "KZ"],
        ["Testbay", "person", "KZ"],
        ["Ortalyq Fund", "institution", "KZ"],
        ["Kazakhstan", "country", "KZ"],
    ];
    assert_eq!(found(&linker, text), expect);
}

#[test]
fn another_target_is_only_another_file() {
    let target = Target::parse(
        "id = 'beijing'\ncountry = 'CN'\nnames = ['China', 'Beijing']\nadjectives = ['Chinese']\n\
         leaders = ['Xi Jinping']\nblocs = ['Belt and Road']\nrivals = ['TW']\n",
    )
    .expect("is well-formed");
    let linker = Linker::new(Atlas::builtin(), &target).expect("the tables agree");
    let text = "Moscow told China's foreign minister and the Chinese ambassador about Taiwan.";
    let expect = [
        ["Moscow", "city", "RU"],
        ["China's foreign minister", "person", "voice"],
        ["Chinese ambassador", "person", "voice"],
        ["Taiwan", "country", "rival TW"],
    ];
    assert_eq!(found(&linker, text), expect);
}

#[test]
fn what_is_wrong_with_a_users_file_is_named_with_its_line() {
    let cases = [
        ("[[country]]\ncode = 'KZ'\ncolour = 'blue'", "line 3: unknown field `colour`"),
        ("[[city]]\nname = 'Osh'", "line 1: unknown field `city`"),
        ("[[country]\ncode = 'KZ'", "line 1: "),
        ("[[country]]\ncode = 'XX'", "line 2: country XX: has no names"),
        (
            "[[country]]\ncode = 'KZ'\n[[country]]\ncode = 'KZ'",
            "line 4: country KZ: is given twice",
        ),
        (
            "[[country]]\ncode = 'KZ'\nnames = ['Kazakhstan', '']",
            "line 2: country KZ: has a name in names that is empty",
        ),
        (
            "[[country]]\ncode = 'KZ'\nnames = ['Qazaq', 'Qazaq']\ndemonyms = []",
            "line 2: country KZ: lists \"Qazaq\" twice",
        ),
        (
            "[[country]]\ncode = 'KZ'\nregions = ['atlantis']",
            "line 2: country KZ: unknown region \"atlantis\"",
        ),
        ("[[person]]\nname = 'A B'\ncountry = 'QQ'", "line 2: person A B: unknown country \"QQ\""),
        (
            "[[person]]\nname = 'A B'\norganization = 'League of Nobody'",
            "line 2: person A B: unknown organization \"League of Nobody\"",
        ),
        ("[[person]]\nname = 'A B'", "line 2: person A B: has no country"),
        (
            "[[person]]\nname = 'A B'\ncountry = 'KZ'\nambiguous = ['C']",
            "line 2: person A B: calls \"C\" ambiguous",
        ),
        (
            "[[person]]\nname = 'A B'\ncountry = 'KZ'\n\
             offices = [{ title = 'x', from = '2020', to = '2019' }]",
            "line 2: person A B: has a term that ends 2019, before it begins 2020",
        ),
        (
            "[[person]]\nname = 'A B'\ncountry = 'KZ'\noffices = [{ title = 'x', from = '2020-13' }]",
            "line 4: not a date: \"2020-13\"",
        ),
        ("[[institution]]\nname = 'I'\nkind = 'guild'", "line 3: unknown variant `guild`"),
        ("[[institution]]\nname = ' I'", "line 2: institution  I: has a name in its key"),
    ];
    for (toml, expected) in cases {
        let error = Atlas::builtin().with(toml).expect_err(toml).to_string();
        assert!(error.starts_with(expected), "{toml}\nexpected {expected}\ngot      {error}");
    }
}

#[test]
fn what_is_wrong_with_a_target_file_is_named_with_its_line() {
    let cases = [
        ("id = 'x'\ncountry = 'RU'\nnames = ['A']\nfriends = ['B']", "line 4: unknown field"),
        ("id = 'X!'\ncountry = 'RU'\nnames = ['A']", "line 1: target X!: \"X!\" is no target id"),
        ("id = 'x'\ncountry = 'RU'", "line 1: target x: has no names"),
        ("id = 'x'\ncountry = 'RU'\nnames = ['A', 'A']", "line 1: target x: lists \"A\" twice"),
        (
            "id = 'x'\ncountry = 'RU'\nnames = ['A']\nvoices = ['']",
            "line 1: target x: has a name in voices that is empty",
        ),
        ("country = 'RU'", "line 1: missing field `id`"),
    ];
    for (toml, expected) in cases {
        let error = Target::parse(toml).expect_err(toml).to_string();
        assert!(error.starts_with(expected), "{toml}\nexpected {expected}\ngot      {error}");
    }
}

#[test]
fn two_entries_with_one_name_must_both_call_it_ambiguous() {
    let claim = |ambiguous: &str| {
        let toml = format!(
            "[[person]]\nname = 'Ana Novik'\ncountry = 'KZ'\naliases = ['Novik']{ambiguous}\n\
             [[person]]\nname = 'Ivo Novik'\ncountry = 'BY'\naliases = ['Novik']{ambiguous}\n"
        );
        Linker::new(&Atlas::builtin().with(&toml).expect("is well-formed"), moscow())
    };
    let error = claim("").expect_err("one name, two people");
    let AtlasError::Shared { name, first, second } = error else { panic!("{error}") };
    assert_eq!([name, first, second], ["Novik", "person Ana Novik", "person Ivo Novik"]);
    let linker = claim("\nambiguous = ['Novik']").expect("context decides");
    assert_eq!(found(&linker, "Novik left.").len(), 0);
    assert_eq!(found(&linker, "Ivo Novik came. Novik left.")[1], ["Novik", "person", "BY"]);
}

#[test]
fn a_blank_key_is_a_fault_and_not_an_entry() {
    let error = Atlas::empty().with("[[region]]\nid = ''\nnames = ['A']").expect_err("no key");
    let AtlasError::Entry { line, fault, .. } = error else { panic!("{error}") };
    assert_eq!((line, fault), (2, Fault::Blank { field: "its key" }));
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
    let statements = SentenceExtractor::new(linker()).extract(&article);
    // then
    let ids: Vec<_> = statements.iter().map(|s| s.id.as_str()).collect();
    assert_eq!(ids, ["a#001", "a#002"]);
    assert!(statements.iter().all(|s| s.span.of(body) == Some(&*s.text)));
    assert_eq!(statements[1].context.as_deref(), Some(&*statements[0].text));
    let names: Vec<_> =
        statements[1].mentions.iter().map(|m| m.span.of(&statements[1].text)).collect();
    assert_eq!(names, [Some("Aliyev"), Some("Russian ambassador")]);
}
