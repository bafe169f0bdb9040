//! What holds of every chart and page, whatever they are made of.

mod charts;

use std::collections::BTreeSet;

use dom_query::Document;
use sha2::{Digest as _, Sha256};
use stance_report::{
    Block, Cell, Chart, Fact, Number, Page, Provenance, Section, Source, Table, Value,
};

/// A name that tries to be markup in each way.
const HOSTILE: &str = "<script>alert(1)</script>\" onload=\"x' onclick='x ]]> --> &amp; \0\u{1b}\
                       </title></style><style>*{}</style>\u{202e}";

const ODD: [f64; 12] = [
    f64::NAN,
    f64::INFINITY,
    f64::NEG_INFINITY,
    f64::MAX,
    f64::MIN_POSITIVE,
    -0.0,
    0.0,
    1e12,
    -1e12,
    1e-300,
    0.5,
    50.0,
];

/// Data of every size and kind: none, one, some, many, odd.
fn all_charts(name: &str) -> Vec<Chart> {
    let many: Vec<f64> = (0..60).map(|at| f64::from(at * 7 % 60) / 60.0).collect();
    let some = [0.25, 0.5, 30.0, f64::NAN, 0.75];
    let sizes: [&[f64]; 6] = [&[], &[0.5], &[0.5; 4], &some, &many, &ODD];
    let charts = sizes.into_iter().flat_map(|numbers| charts::of(name, numbers));
    charts.chain(ODD.into_iter().flat_map(|number| charts::of(name, &[number]))).collect()
}

fn page_of(name: &str, charts: Vec<Chart>) -> Page {
    let text = || name.to_owned();
    let mut blocks: Vec<Block> = charts.into_iter().map(|it| Block::figure(it, text())).collect();
    blocks.push(Block::Text(text()));
    blocks.push(Block::Note(text()));
    blocks.push(Block::List(vec![text()]));
    blocks.push(Block::Facts(vec![Fact { label: text(), value: text(), more: text() }]));
    blocks.push(Block::Table(Table {
        caption: text(),
        columns: vec![text(), text(), text()],
        rows: vec![vec![
            Cell::text(name),
            Cell::text(name),
            Cell::number(f64::NAN, Number::Count),
            Cell::Empty,
        ]],
    }));
    Page {
        title: text(),
        lead: text(),
        sections: vec![Section { heading: text(), blocks }],
        provenance: Provenance {
            version: text(),
            command: text(),
            sources: vec![Source { name: text(), digest: text() }],
        },
    }
}

#[test]
fn a_picture_is_well_formed_and_has_no_broken_number() {
    for name in ["Kazakhstan", HOSTILE, ""] {
        for chart in all_charts(name) {
            let svg = chart.to_svg();
            let tree =
                roxmltree::Document::parse(&svg).unwrap_or_else(|error| panic!("{error} in {svg}"));
            for node in tree.descendants() {
                let drawn = ["d", "x", "y", "width", "height", "cx", "cy", "r", "viewBox"];
                for value in drawn.iter().filter_map(|name| node.attribute(*name)) {
                    let is_plain = value.chars().all(|c| {
                        c.is_ascii_digit()
                            || matches!(
                                c,
                                '.' | '-' | ' ' | 'M' | 'L' | 'H' | 'V' | 'Z' | 'h' | 'v'
                            )
                    });
                    assert!(is_plain && !value.is_empty(), "{value:?} in {svg}");
                }
            }
        }
    }
}

#[test]
fn a_picture_has_a_text_alternative() {
    for chart in all_charts("Kazakhstan") {
        let svg = chart.to_svg();
        let tree = roxmltree::Document::parse(&svg).expect("well-formed");
        let root = tree.root_element();
        assert_eq!(root.attribute("role"), Some("img"));
        for (attribute, element, text) in [
            ("aria-labelledby", "title", chart.title().to_owned()),
            ("aria-describedby", "desc", chart.description()),
        ] {
            let id = root.attribute(attribute).expect("an id");
            let named = root.children().find(|node| node.attribute("id") == Some(id));
            let named = named.unwrap_or_else(|| panic!("nothing has the id {id}"));
            assert_eq!((named.tag_name().name(), named.text()), (element, Some(text.as_str())));
            assert!(!text.is_empty());
        }
    }
}

#[test]
fn a_text_alternative_says_the_main_numbers() {
    let numbers = [0.25, 30.0];
    let texts: Vec<String> =
        charts::of("Serbia", &numbers).iter().map(Chart::description).collect();
    let expected = [
        "Serbia: +30.00 (+29.90 to +30.10); Serbia −30.00; n = 30",
        "highest +30.00 in Serbia",
        "Serbia, Serbia: +30.00, n = 30",
        "Serbia, Serbia: +0.25, n = 0",
        "Reliability diagram of 30 answers in 2 bins",
        "from +0.25 (+0.15 to +0.35) at +0.25 to +30.00 (+29.90 to +30.10) at +30.00",
        "from +0.25 (+0.15 to +0.35) at +0.25 to +30.00 (+29.90 to +30.10) at +30.00",
        "Serbia 0%, Serbia 100%",
    ];
    for (text, expected) in texts.iter().zip(expected) {
        assert!(text.contains(expected), "{expected:?} is not in {text:?}");
    }
}

#[test]
fn what_has_no_number_is_shown_as_no_data() {
    for chart in charts::of("Nauru", &[f64::NAN]) {
        let svg = chart.to_svg().to_lowercase();
        assert!(svg.contains("no data") || svg.contains("-none"), "{svg}");
        for odd in ["nan", "inf"] {
            assert!(!svg.replace("dominant", "").contains(&format!(">{odd}")), "{odd} in {svg}");
        }
    }
    for chart in charts::of("Nauru", &[]) {
        assert!(chart.to_svg().to_lowercase().contains("no data"), "{}", chart.to_svg());
    }
}

#[test]
fn markup_in_names_stays_text() {
    let html = page_of(HOSTILE, charts::of(HOSTILE, &[0.5, 0.1, 30.0, f64::NAN])).to_html();
    let page = Document::from(html.as_str());
    assert_eq!(page.select("script").length(), 1);
    assert_eq!(page.select("style").length(), 1);
    for node in page.select("*").nodes() {
        for attribute in node.attrs() {
            let name = attribute.name.local.to_string();
            assert!(!name.starts_with("on") && name != "style", "{name} on {}", node.html());
        }
    }
    let shown = HOSTILE.replace(['\0', '\u{1b}'], "\u{fffd}");
    assert_eq!(page.select("main h2").text().to_string(), shown);
    assert_eq!(page.select("title").first().text().to_string(), shown);
    assert_eq!(page.select("svg title").first().text().to_string(), shown);
}

#[test]
fn the_policy_allows_the_style_and_the_script_of_the_page_and_nothing_else() {
    let html = page_of("Serbia", charts::of("Serbia", &[0.5])).to_html();
    let page = Document::from(html.as_str());
    let policy = page.select("meta[http-equiv=Content-Security-Policy]").attr("content");
    let policy = policy.expect("a policy").to_string();
    assert!(policy.starts_with("default-src 'none';"), "{policy}");
    for element in ["style", "script"] {
        let text = between(&html, &format!("<{element}>"), &format!("</{element}>"));
        let digest = between(&policy, &format!("{element}-src 'sha256-"), "'");
        assert_eq!(decoded(digest), Sha256::digest(text.as_bytes()).to_vec(), "{element}");
    }
    assert!(!policy.contains("unsafe"), "{policy}");
    for attribute in ["src=", "http://", "https://", "url(", "@import"] {
        let elsewhere = html.replace("fill=\"url(#", "");
        assert!(!elsewhere.contains(attribute), "{attribute}");
    }
}

#[test]
fn a_page_has_the_structure_that_assistive_technology_needs() {
    let html = page_of("Serbia", all_charts("Serbia")).to_html();
    let page = Document::from(html.as_str());
    assert_eq!(page.errors.borrow().as_slice(), &[] as &[&str]);
    let count = |selector: &str| page.select(selector).length();
    for once in
        ["html[lang=en]", "h1", "main#main", "nav", "header", "footer", "a.skip[href='#main']"]
    {
        assert_eq!(count(once), 1, "{once}");
    }
    assert_eq!(count("section[aria-labelledby] > h2[id]"), count("section"));
    assert_eq!(count("nav a"), count("main section"));
    let charts = count("figure");
    assert_eq!(charts, all_charts("").len());
    assert_eq!(count("figure > figcaption h3"), charts);
    assert_eq!(count("figure svg[role=img][aria-labelledby][aria-describedby]"), 2 * charts);
    assert_eq!(count("figure details > summary"), charts);
    assert_eq!(count("figure details table"), charts);
    assert_eq!(count("table > caption"), count("table"));
    assert_eq!(count("thead th[scope=col]"), count("thead th"));
    assert_eq!(count("tbody th[scope=row]"), count("tbody th"));
    assert_eq!(count(".scroll[role=region][tabindex='0'][aria-label]"), count(".scroll"));

    let mut ids = BTreeSet::new();
    for node in page.select("[id]").nodes() {
        let id = node.attr("id").expect("an id").to_string();
        assert!(ids.insert(id.clone()), "{id} is there twice");
    }
    for name in ["aria-labelledby", "aria-describedby"] {
        for node in page.select(&format!("[{name}]")).nodes() {
            let id = node.attr(name).expect("an id").to_string();
            assert!(ids.contains(&id), "{id} is not there");
        }
    }
    for fill in html.split("url(#").skip(1) {
        let id = fill.split(')').next().unwrap_or_default();
        assert!(ids.contains(id), "{id} is not there");
    }
}

#[test]
fn the_same_data_give_the_same_bytes() {
    let page = || page_of("Serbia", all_charts("Serbia")).to_html();
    assert_eq!(page(), page());
    let svgs = || -> Vec<String> { all_charts("Serbia").iter().map(Chart::to_svg).collect() };
    assert_eq!(svgs(), svgs());
}

#[test]
fn a_chart_has_its_numbers_as_a_table() {
    let tables: Vec<Table> =
        charts::of("Serbia", &[0.25, f64::NAN]).iter().map(Chart::table).collect();
    for table in &tables {
        assert!(table.rows.iter().all(|row| row.len() == table.columns.len()), "{table:?}");
    }
    let first = tables.first().expect("a table");
    let row = ["Name", "Group", "Serbia", "Serbia, low", "Serbia, high", "Serbia", "Statements"];
    assert_eq!(first.columns, row);
    assert_eq!(first.rows[0][2], Cell::number(0.25, Number::Signed(2)));
    assert_eq!(first.rows[1][2], Cell::Number(Value::NONE, Number::Signed(2)));
}

#[test]
fn a_short_row_of_a_table_is_filled_up_and_a_long_one_cut() {
    let table = Table {
        caption: "Two columns".into(),
        columns: vec!["a".into(), "b".into()],
        rows: vec![vec![Cell::text("x")], vec![Cell::text("y"), Cell::Empty, Cell::text("z")]],
    };
    let page = page_of("", Vec::new());
    let section = Section { heading: "t".into(), blocks: vec![Block::Table(table)] };
    let html = Page { sections: vec![section], ..page }.to_html();
    let page = Document::from(html.as_str());
    assert_eq!(page.select("tbody tr").length(), 2);
    assert_eq!(page.select("tbody th, tbody td").length(), 4);
    assert_eq!(page.select("tbody").text().to_string(), "xy");
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let (_, rest) = text.split_once(before).unwrap_or_else(|| panic!("no {before}"));
    rest.split_once(after).unwrap_or_else(|| panic!("no {after}")).0
}

/// Base64 the other way round.
fn decoded(text: &str) -> Vec<u8> {
    let sign = |c: char| match c {
        'A'..='Z' => u32::from(c) - u32::from('A'),
        'a'..='z' => u32::from(c) - u32::from('a') + 26,
        '0'..='9' => u32::from(c) - u32::from('0') + 52,
        '+' => 62,
        '/' => 63,
        other => panic!("{other} is no sign of base64"),
    };
    let signs: Vec<u32> = text.trim_end_matches('=').chars().map(sign).collect();
    let bits = signs.iter().flat_map(|sign| (0..6).rev().map(move |at| sign >> at & 1));
    let bits: Vec<u32> = bits.collect();
    bits.chunks_exact(8)
        .map(|byte| u8::try_from(byte.iter().fold(0, |byte, bit| byte << 1 | bit)).expect("a byte"))
        .collect()
}

/// Where a text stands: left, right, baseline.
fn extent(node: roxmltree::Node<'_, '_>) -> Option<(f64, f64, f64)> {
    let number = |name| node.attribute(name).and_then(|text| text.parse::<f64>().ok());
    let (x, y) = (number("x")?, number("y")?);
    let text = node.children().filter(roxmltree::Node::is_text).filter_map(|child| child.text());
    // Five pixels a character is somewhat less than what most texts take.
    let wide = text.flat_map(str::chars).map(|_| 5.0).sum::<f64>();
    let class = |name| node.attribute("class").is_some_and(|it| it.split(' ').any(|c| c == name));
    let left = match (class("m"), class("e")) {
        (true, _) => x - wide / 2.0,
        (_, true) => x - wide,
        _ => x,
    };
    Some((left, left + wide, y))
}

#[test]
fn no_text_meets_another_or_leaves_the_picture_whether_narrow_or_wide() {
    let many: Vec<f64> = (0..60).map(|at| f64::from(at * 7 % 60) / 60.0).collect();
    let long = "Parliamentary Assembly of the Collective Security Treaty Organization";
    let sizes: [&[f64]; 5] = [&[], &[0.5], &[0.1, 0.6, f64::NAN, 0.9], &[0.5; 9], &many];
    for name in ["Laos", long] {
        let charts = sizes.into_iter().flat_map(|numbers| charts::of(name, numbers));
        let html = page_of("", charts.collect()).to_html();
        for svg in html.split("<svg ").skip(1) {
            let svg = format!("<svg {}</svg>", svg.split("</svg>").next().unwrap_or_default());
            let tree = roxmltree::Document::parse(&svg).expect("well-formed");
            let size =
                |name| tree.root_element().attribute(name).and_then(|it| it.parse::<f64>().ok());
            let (width, height) = (size("width").expect("width"), size("height").expect("height"));
            let turned = |node: &roxmltree::Node<'_, '_>| {
                node.ancestors().any(|node| node.attribute("transform").is_some())
            };
            let texts =
                tree.descendants().filter(|node| node.has_tag_name("text") && !turned(node));
            let texts: Vec<(f64, f64, f64)> = texts.filter_map(extent).collect();
            for (at, a) in texts.iter().enumerate() {
                let is_inside = a.0 >= -1.0 && a.1 <= width + 1.0 && a.2 >= 8.0 && a.2 <= height;
                assert!(is_inside, "{a:?} is outside {width} by {height} in {svg}");
                for b in texts.iter().skip(at + 1) {
                    let meets = a.0 + 1.0 < b.1 && b.0 + 1.0 < a.1 && (a.2 - b.2).abs() < 9.0;
                    assert!(!meets, "{a:?} meets {b:?} in {svg}");
                }
            }
        }
    }
}
