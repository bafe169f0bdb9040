//! What users may put into the atlas and into targets, what is refused, and who held which office.

use stance_cli::Outcome;
use stance_core::{
    Article, ArticleId, Atlas, AtlasError, CountryCode, Date, Fault, Label, Linker, Pipeline,
    Record, Relevance, SentenceExtractor, Target, TargetId,
};
use stance_models::fast;

use crate::command::Folder;
use crate::linking::{found, moscow};

fn beijing() -> &'static Target {
    Target::builtin(&TargetId::new("beijing").expect("is an id")).expect("is built in")
}

fn date(text: &str) -> Date {
    text.parse().expect("is a date")
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
    let linker = Linker::new(Atlas::builtin(), beijing()).expect("the tables agree");
    let text = "Moscow told China's foreign minister and the Chinese ambassador about Taiwan. Xi \
                Jinping and Huawei were in Xinhua, not the South China Sea; Zakharova waited.";
    let expect = [
        ["Moscow", "city", "RU"],
        ["China's foreign minister", "person", "voice"],
        ["Chinese ambassador", "person", "voice"],
        ["Taiwan", "country", "rival TW"],
        ["Xi Jinping", "person", "leader"],
        ["Huawei", "institution", "company"],
        ["Xinhua", "outlet", "media"],
        ["Zakharova", "person", "RU"],
    ];
    assert_eq!(found(&linker, text), expect);
}

/// Records of an article toward the target.
fn records(target: &Target, body: &str) -> Vec<Record> {
    let extractor = SentenceExtractor::new(Atlas::builtin(), target).expect("the tables agree");
    let article = Article::new(ArticleId::new("a"), body.to_owned()).expect("is not blank");
    let labeled = Pipeline::new(extractor, fast().clone()).label(&article);
    let labeled = labeled.expect("the model classifies");
    labeled.iter().map(|labeled| Record::new(labeled, Relevance::Judged)).collect()
}

#[test]
fn a_model_answers_for_one_target_what_it_answers_for_another() {
    // given the same sentences about either target, and one about neither
    let about = |name: &str, adjective: &str, leader: &str, bloc: &str| {
        format!(
            "Astana refused to recognize {name}'s claims. Bishkek thanked {leader} for his support. \
             Kazakhstan will leave the {bloc}, {adjective} officials were told. The wheat grew."
        )
    };
    let of_moscow = about("Russia", "Russian", "Vladimir Putin", "CSTO");
    let of_beijing = about("China", "Chinese", "Xi Jinping", "SCO");
    // when each is read toward its own target, and one toward the other's
    let first = records(moscow(), &of_moscow);
    let second = records(beijing(), &of_beijing);
    let crossed = records(beijing(), &of_moscow);
    // then names are masked alike, and only the right target is seen
    assert_eq!((first.len(), second.len(), crossed.len()), (4, 4, 4));
    for (one, other) in first.iter().zip(&second) {
        assert_eq!(one.probabilities, other.probabilities, "{} / {}", one.text, other.text);
        assert_eq!((one.target.as_str(), other.target.as_str()), ("moscow", "beijing"));
    }
    assert_ne!(first[0].probabilities, crossed[0].probabilities, "{}", first[0].text);
    assert_eq!(crossed[0].target, "beijing");
}

#[test]
fn the_command_line_takes_the_second_target_by_its_id() {
    let folder = Folder::new().with("a.txt", "Minsk hailed Beijing.");
    let args = ["classify", "./a.txt", "--target", "beijing"];
    let records = folder.run(&args).ended(Outcome::Done).records();
    assert_eq!((records.len(), records[0].target.as_str()), (1, "beijing"));
}

#[test]
fn a_text_without_a_known_name_still_gives_records() {
    let folder = Folder::new().with("a.txt", "The old man sat down. Nobody came.");
    let records = folder.run(&["classify", "./a.txt"]).ended(Outcome::Done).records();
    assert_eq!(records.len(), 2);
    let likeliest = |record: &Record| {
        let of_labels = record.probabilities.to_array();
        let top = of_labels.into_iter().fold(0.0, f64::max);
        Label::ALL[of_labels.iter().position(|p| *p >= top).expect("the top")]
    };
    assert!(records.iter().all(|record| likeliest(record) == Label::Irrelevant));
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
            "line 3: country KZ: has a name in names that is empty",
        ),
        (
            "[[country]]\ncode = 'KZ'\nnames = ['Qazaq', 'Qazaq']\ndemonyms = []",
            "line 3: country KZ: lists \"Qazaq\" twice",
        ),
        (
            "[[country]]\ncode = 'KZ'\nregions = ['atlantis']",
            "line 3: country KZ: unknown region \"atlantis\"",
        ),
        ("[[person]]\nname = 'A B'\ncountry = 'QQ'", "line 3: person A B: unknown country \"QQ\""),
        (
            "[[person]]\nname = 'A B'\norganization = 'League of Nobody'",
            "line 3: person A B: unknown organization \"League of Nobody\"",
        ),
        ("[[person]]\nname = 'A B'", "line 2: person A B: has no country"),
        (
            "[[person]]\nname = 'A B'\ncountry = 'KZ'\nambiguous = ['C']",
            "line 4: person A B: calls \"C\" ambiguous",
        ),
        (
            "[[person]]\nname = 'A B'\ncountry = 'KZ'\n\
             offices = [{ title = 'x', from = '2020', to = '2019' }]",
            "line 4: person A B: has a term that ends 2019, before it begins 2020",
        ),
        (
            "[[person]]\nname = 'A B'\ncountry = 'KZ'\noffices = [{ title = 'x', from = '2020-13' }]",
            "line 4: not a date: \"2020-13\"",
        ),
        ("[[institution]]\nname = 'I'\nkind = 'guild'", "line 3: unknown variant `guild`"),
        ("[[institution]]\nname = ' I'", "line 2: institution  I: has a name in its key"),
        (
            "[[person]]\nname = 'A B'\ncountry = 'KZ'\naliases = [\n'B',\n'C',\n'B',\n]",
            "line 7: person A B: lists \"B\" twice",
        ),
        (
            "[[person]]\nname = 'A Putin'\ncountry = 'KZ'\naliases = ['Putin']",
            "line 4: person A Putin: \"Putin\" also names person Vladimir Putin, and not both",
        ),
        (
            "[[institution]]\nname = 'Minsk'\ncountry = 'BY'",
            "line 2: institution Minsk: \"Minsk\" also names country BY, and not both call",
        ),
        (
            "[[person]]\nname = 'A B'\ncountry = 'KZ'\noffices = [\n\
             { title = 'mayor', from = '2001', to = '2005' },\n\
             { title = 'mayor', from = '2003', to = '2007' },\n]",
            "line 6: person A B: is mayor from 2003, during the term of A B from 2001",
        ),
        (
            "[[person]]\nname = 'A B'\ncountry = 'KZ'\n\
             offices = [{ title = 'president', from = '2020-05', to = '2020-07' }]",
            "line 4: person A B: is president from 2020-05, during the term of Kassym-Jomart Tokayev \
             from 2019-03-20",
        ),
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
        ("id = 'x'\ncountry = 'RU'\nnames = ['A', 'A']", "line 3: target x: lists \"A\" twice"),
        (
            "id = 'x'\ncountry = 'RU'\nnames = ['A']\nvoices = ['']",
            "line 4: target x: has a name in voices that is empty",
        ),
        ("country = 'RU'", "line 1: missing field `id`"),
        (
            "id = 'x'\ncountry = 'RU'\nnames = [\n'A',\n]\nvoices = [\n'A',\n]",
            "line 7: target x: lists \"A\" twice",
        ),
        ("id = 'x'\ncountry = 'XX'\nnames = ['A']", "line 2: target x: unknown country \"XX\""),
        (
            "id = 'x'\ncountry = 'RU'\nnames = ['A']\nrivals = ['UA',\n'XX']",
            "line 5: target x: unknown rival \"XX\"",
        ),
        (
            "id = 'x'\ncountry = 'RU'\nnames = ['A']\nrival_regions = ['mars']",
            "line 4: target x: unknown rival region \"mars\"",
        ),
    ];
    for (toml, expected) in cases {
        let error = Atlas::builtin().target(toml).expect_err(toml).to_string();
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
        Atlas::builtin().with(&toml)
    };
    let error = claim("").expect_err("one name, two people");
    let AtlasError::Entry { line, entry, fault } = error else { panic!("{error}") };
    let shared = Fault::Shared { name: "Novik".to_owned(), other: "person Ivo Novik".to_owned() };
    assert_eq!((line, entry.as_str(), fault), (4, "person Ana Novik", shared));
    let atlas = claim("\nambiguous = ['Novik']").expect("context decides");
    let linker = Linker::new(&atlas, moscow()).expect("are few enough");
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
fn faults_of_files_are_told_with_file_and_line_and_end_the_program_in_order() {
    let good = "[[person]]\nname = 'Ana Novik'\ncountry = 'KZ'\naliases = ['Novik']\n";
    let same = "[[person]]\nname = 'Ivo Novik'\ncountry = 'BY'\n\naliases = [\n  'Novik',\n]\n";
    let cases = [
        ("--atlas", "x = 1\n", "./bad.toml:1: unknown field `x`, expected one of `country`"),
        ("--atlas", same, "./bad.toml:6: person Ivo Novik: \"Novik\" also names person Ana Novik"),
        ("--atlas", "\n[[person]\n", "./bad.toml:2: "),
        ("--target", "id = 'x'\n", "./bad.toml:1: missing field `country`"),
        (
            "--target",
            "id = 'x'\ncountry = 'KZ'\nnames = ['A']\nvoices = ['B', 'A']\n",
            "./bad.toml:4: target x: lists \"A\" twice",
        ),
    ];
    for (flag, bad, message) in cases {
        let folder = Folder::new().with("a.txt", "Minsk agreed.");
        let folder = folder.with("good.toml", good).with("bad.toml", bad);
        let args = ["classify", "./a.txt", "--atlas", "./good.toml", flag, "./bad.toml"];
        let ran = folder.run(&args).ended(Outcome::Failed);
        assert!(ran.stderr.contains(message), "{}", ran.stderr);
        assert_eq!(ran.stdout, "");
    }
}

#[test]
fn who_takes_over_an_office_for_one_in_a_users_file_ends_the_term_before() {
    // given a successor, and somebody who shares an office that several hold
    let atlas = Atlas::builtin()
        .with(
            "[[person]]\nname = 'Aru Testbay'\ncountry = 'KZ'\n\
             offices = [{ title = 'president', from = '2029-03-20' }]\n\
             [[person]]\nname = 'Ivo Testbay'\ncountry = 'KZ'\n\
             offices = [{ title = 'deputy foreign minister', from = '2029' }]\n",
        )
        .expect("is a succession");
    // then
    let kazakhstan = CountryCode::new("KZ");
    let president = |at| Some(atlas.holder_of(&kazakhstan, "president", at)?.name.as_str());
    assert_eq!(president(Some(date("2029-03-19"))), Some("Kassym-Jomart Tokayev"));
    assert_eq!(president(Some(date("2029-03-20"))), Some("Aru Testbay"));
    assert_eq!(president(Some(date("2029"))), Some("Aru Testbay"));
    assert_eq!(president(None), Some("Aru Testbay"));
    let tokayev = atlas.person("Kassym-Jomart Tokayev").expect("is known");
    assert_eq!(atlas.office_on(tokayev, Some(date("2030-01-01"))), None);
    let before = Atlas::builtin().person("Kassym-Jomart Tokayev").expect("is known");
    assert!(Atlas::builtin().office_on(before, Some(date("2030-01-01"))).is_some());
}

#[test]
fn an_office_is_the_one_held_on_the_day_the_month_or_the_year() {
    let atlas = Atlas::builtin();
    let cases = [
        ("Kassym-Jomart Tokayev", Some("2001-06-01"), Some("prime minister")),
        ("Kassym-Jomart Tokayev", Some("2012"), None),
        ("Kassym-Jomart Tokayev", Some("2019-03-20"), Some("president")),
        ("Kassym-Jomart Tokayev", Some("2019"), Some("president")),
        ("Dmitry Medvedev", Some("2012-05-07"), Some("president")),
        ("Dmitry Medvedev", Some("2012-05-09"), Some("prime minister")),
        ("Vladimir Putin", Some("2010-01"), Some("prime minister")),
        ("Vladimir Putin", None, Some("president")),
        ("Jens Stoltenberg", Some("2012-01-01"), Some("prime minister")),
        ("Jens Stoltenberg", Some("2020"), Some("secretary general")),
        ("Angela Merkel", Some("2023-01-01"), None),
        ("Angela Merkel", None, Some("chancellor")),
    ];
    for (name, on, title) in cases {
        let person = atlas.person(name).expect(name);
        let office = atlas.office_on(person, on.map(date)).map(|office| office.title.as_str());
        assert_eq!(office, title, "{name} {on:?}");
    }
}

#[test]
fn an_office_leads_to_its_holder_by_each_of_its_names() {
    let atlas = Atlas::builtin();
    let cases = [
        ("KZ", "foreign minister", Some("2023-06"), Some("Murat Nurtleu")),
        ("KZ", "Minister of Foreign Affairs", Some("2008-06"), Some("Marat Tazhin")),
        ("KZ", "leader", Some("2018"), Some("Nursultan Nazarbayev")),
        ("AM", "leader", Some("2023-09"), Some("Nikol Pashinyan")),
        ("AM", "president", Some("2010"), Some("Serzh Sargsyan")),
        ("DE", "leader", Some("2015"), Some("Angela Merkel")),
        ("GB", "premier", Some("2017-01-01"), Some("Theresa May")),
        ("GB", "Defence Secretary", Some("2022-02-24"), Some("Ben Wallace")),
        ("US", "top diplomat", Some("2022"), Some("Antony Blinken")),
        ("KG", "president", Some("2020-12"), Some("Talant Mamytov")),
        ("abkhazia", "leader", Some("2022"), Some("Aslan Bzhania")),
        ("CN", "Foreign Minister", Some("2023-02"), Some("Qin Gang")),
        ("NO", "secretary general", Some("2020"), None),
        ("KZ", "president", Some("1980"), None),
        ("XX", "president", None, None),
    ];
    for (country, title, on, name) in cases {
        let holder = atlas.holder_of(&CountryCode::new(country), title, on.map(date));
        assert_eq!(holder.map(|p| p.name.as_str()), name, "{country} {title} {on:?}");
    }
    let officer =
        |body, title| Some(atlas.officer_of(body, title, Some(date("2023-06")))?.name.as_str());
    assert_eq!(
        officer("North Atlantic Treaty Organization", "secretary general"),
        Some("Jens Stoltenberg")
    );
    assert_eq!(officer("EU", "president of the European Council"), Some("Charles Michel"));
    assert_eq!(officer("Nobody", "secretary general"), None);
}

#[test]
fn a_citation_leads_to_its_outlet_by_name_or_site() {
    let atlas = Atlas::builtin();
    let cases = [
        ("Akorda.kz", Some("Akorda.kz")),
        ("akorda.kz", Some("Akorda.kz")),
        ("24.kg", Some("24.kg")),
        ("Astana Times", Some("Astana Times")),
        ("The Astana Times", Some("Astana Times")),
        ("https://astanatimes.com/2023/06/x/", Some("Astana Times")),
        ("eng.akorda.kz", Some("Akorda.kz")),
        ("TASS", Some("TASS")),
        ("Kazakhstan", None),
        ("com", None),
        ("", None),
        (".", None),
        ("https://", None),
    ];
    for (cited, name) in cases {
        assert_eq!(atlas.outlet(cited).map(|outlet| outlet.name.as_str()), name, "{cited}");
    }
}

/// The first days of the months of 2000 to 2025 on which the country has no holder of the office.
fn months_without(country: &CountryCode, title: &str) -> Vec<Date> {
    let months = (2000..2026).flat_map(|year| (1..=12).map(move |month| (year, month)));
    months
        .filter_map(|(year, month)| Date::new(year, Some(month), Some(1)))
        .filter(|day| Atlas::builtin().holder_of(country, title, Some(*day)).is_none())
        .collect()
}

#[test]
fn leaders_since_2000_are_known_for_the_region_and_most_of_the_world() {
    let atlas = Atlas::builtin();
    let in_region =
        |country: &stance_core::Country| country.regions.iter().any(|r| r == "post-soviet");
    let (region, world): (Vec<_>, Vec<_>) = atlas.countries().iter().partition(|c| in_region(c));
    assert_eq!(region.len(), 19, "fifteen states and four territories");
    for country in region {
        let unknown = months_without(&country.code, "head of state");
        // Nagorno-Karabakh was dissolved; two months are between presidents.
        let allowed = if country.code.as_str() == "nagorno-karabakh" { 40 } else { 2 };
        assert!(unknown.len() <= allowed, "{}: {unknown:?}", country.code);
    }
    let known = world.iter().filter(|country| {
        let titles = ["head of state", "head of government"];
        titles.iter().any(|title| months_without(&country.code, title).len() <= 2)
    });
    assert!(known.count() >= 85);
}

#[test]
fn outlets_are_known_with_their_site_country_and_owner() {
    let outlets = Atlas::builtin().institutions().iter().filter(|body| {
        body.kind == stance_core::InstitutionKind::Media
            && body.domain.is_some()
            && body.country.is_some()
            && body.state.is_some()
    });
    assert!(outlets.count() >= 400);
}
