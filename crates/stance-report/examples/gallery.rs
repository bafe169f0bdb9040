//! All charts on one page, with invented numbers: `cargo run -p stance-report --example gallery`.
#![expect(clippy::print_stdout, reason = "the page is what it prints")]

use stance_core::Date;
use stance_report::{
    Axis, Block, Cell, Curve, CurveChart, CurvePoint, DotPlot, DotRow, Event, Fact, HeatCell,
    HeatMap, HeatScale, Interval, Join, Look, Number, Page, Part, Provenance, ReliabilityBin,
    ReliabilityDiagram, Section, Series, ShareRow, SharesChart, Source, Spacing, Table, TimeChart,
    TimePoint, Value, sparkline,
};

fn main() {
    print!("{}", page().to_html());
}

fn page() -> Page {
    let section = |heading: &str, blocks| Section { heading: heading.to_owned(), blocks };
    Page {
        title: "Gallery of charts".into(),
        lead: "Every chart that the pages on models and on stance over time are made of. \
               All numbers here are invented."
            .into(),
        sections: vec![
            section("In short", in_short()),
            section(
                "Models compared",
                vec![
                    Block::figure(leaderboard(), LEADERBOARD),
                    Block::figure(speed(), "Up and to the right is better."),
                    Block::figure(learning(), "How much more annotated text would help."),
                    Block::figure(
                        risk(),
                        "How many errors are left when the least sure answers are left out.",
                    ),
                    Block::figure(confusion(), "Each row adds up to 100%."),
                    Block::figure(
                        reliability(),
                        "Whether 80% sure means right four times in five.",
                    ),
                ],
            ),
            section(
                "Stance over time",
                vec![
                    Block::figure(
                        over_time(),
                        "A positive net stance: more supportive than distancing statements.",
                    ),
                    Block::figure(by_quarter(), "The same by holder and quarter."),
                    Block::figure(
                        holders(),
                        "Dots are what officials said, diamonds what was done.",
                    ),
                    Block::figure(shares(), "Rows of few statements move much by chance."),
                ],
            ),
            section("Edges", edges()),
        ],
        provenance: Provenance {
            version: format!("stance-report {}", env!("CARGO_PKG_VERSION")),
            command: "cargo run -p stance-report --example gallery > gallery.html".into(),
            sources: vec![Source {
                name: "Invented numbers".into(),
                digest: "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
                    .into(),
            }],
        },
    }
}

const LEADERBOARD: &str = "Models in one band cannot be told apart: their difference from the best \
                           of the band is within chance. Interval by bootstrap over articles.";

fn in_short() -> Vec<Block> {
    let fact = |label: &str, value: &str, more: &str| Fact {
        label: label.to_owned(),
        value: value.to_owned(),
        more: more.to_owned(),
    };
    let months = [0.42, 0.40, 0.35, 0.36, f64::NAN, 0.21, 0.12, 0.15, 0.08, -0.02, -0.05, 0.03];
    let months = months.map(Value::from);
    vec![
        Block::Facts(vec![
            fact("Statements", "48,212", "in 6,120 articles"),
            fact("Holders", "31", "countries and organizations"),
            fact("Net stance", "−0.08", "95% interval −0.10 to −0.06"),
            fact("Macro-F1", "0.63", "on 612 held-out statements"),
        ]),
        Block::Text("Net stance is the share of supportive statements less that of distancing ones, from −1 to 1.".into()),
        Block::Note(
            "Shares count statements, not people: an outlet that writes more counts more. \
             Holders with fewer than 20 statements are drawn hollow."
                .into(),
        ),
        Block::Table(Table {
            caption: "Net stance by holder, with the last twelve months as a line".into(),
            columns: ["Holder", "Net stance", "Statements", "Twelve months"].map(str::to_owned).into(),
            rows: vec![
                vec![
                    Cell::text("Kazakhstan"),
                    Cell::number(0.03, Number::Signed(2)),
                    Cell::number(3120.0, Number::Count),
                    Cell::text(sparkline(&months, Interval::new(-1.0, 1.0))),
                ],
                vec![
                    Cell::text("Armenia"),
                    Cell::number(-0.31, Number::Signed(2)),
                    Cell::number(1904.0, Number::Count),
                    Cell::text(sparkline(&months.map(|m| m.get().map(|m| m - 0.3).into()), Interval::new(-1.0, 1.0))),
                ],
                vec![
                    Cell::text("Nauru"),
                    Cell::number(f64::NAN, Number::Signed(2)),
                    Cell::number(0.0, Number::Count),
                    Cell::Empty,
                ],
            ],
        }),
    ]
}

fn leaderboard() -> DotPlot {
    let mut plot = DotPlot::new(
        "Models by macro-F1",
        Axis {
            range: Interval::new(0.2, 0.8),
            ..Axis::new("Macro-F1 over four labels", Number::Decimal(2))
        },
    );
    plot.interval = "95% bootstrap interval".into();
    plot.first = "corrected for chance agreement".into();
    plot.second = Some("naive".into());
    let rows = [
        ("First: tied", "accurate (fast and MiniLM together)", 0.668, 0.026, 0.701),
        ("First: tied", "MiniLM, fine-tuned", 0.659, 0.028, 0.694),
        ("First: tied", "fast", 0.641, 0.027, 0.668),
        ("Second: tied", "linear SVM over n-grams", 0.588, 0.031, 0.629),
        (
            "Second: tied",
            "fastText, bigrams, 300 dimensions, tuned for an hour",
            0.572,
            0.030,
            0.620,
        ),
        ("Second: tied", "naive Bayes", 0.551, 0.033, 0.601),
        ("Baselines", "lexicon of verbs", 0.402, 0.029, 0.455),
        ("Baselines", "always the most frequent label", 0.214, 0.0, 0.214),
    ];
    plot.rows = rows
        .map(|(group, name, value, half, naive)| DotRow {
            group: Some(group.to_owned()),
            interval: Interval::new(value - half, value + half),
            second: naive.into(),
            ..DotRow::new(name, value)
        })
        .into();
    plot
}

fn speed() -> CurveChart {
    let point = |label: &str, x: f64, y: f64, half: f64| CurvePoint {
        label: Some(label.to_owned()),
        interval: Interval::new(y - half, y + half),
        ..CurvePoint::new(x, y)
    };
    let points = |name: &str, points| Curve { name: name.to_owned(), join: Join::Points, points };
    CurveChart {
        title: "Accuracy against speed".into(),
        x: Axis {
            spacing: Spacing::Log,
            ..Axis::new("Speed on one core, statements per second", Number::Count)
        },
        y: Axis::new("Macro-F1", Number::Decimal(2)),
        interval: "95% bootstrap interval".into(),
        curves: vec![
            points(
                "linear",
                vec![
                    point("fast", 41_000.0, 0.641, 0.027),
                    point("linear SVM", 26_000.0, 0.588, 0.031),
                    point("naive Bayes", 61_000.0, 0.551, 0.033),
                    point("fastText", 70_000.0, 0.572, 0.030),
                ],
            ),
            points(
                "encoders",
                vec![
                    point("accurate", 118.0, 0.668, 0.026),
                    point("MiniLM", 124.0, 0.659, 0.028),
                    point("multilingual base", 19.0, 0.671, 0.027),
                ],
            ),
            points("baselines", vec![point("lexicon", 240_000.0, 0.402, 0.029)]),
        ],
    }
}

fn learning() -> CurveChart {
    let curve = |name: &str, low: f64, gain: f64| Curve {
        name: name.to_owned(),
        join: Join::Line,
        points: [100.0, 300.0, 1000.0, 3000.0, 10_000.0, 30_000.0]
            .into_iter()
            .zip(0_u32..)
            .map(|(rows, step)| {
                let y = low + gain * (1.0 - 0.62_f64.powi(i32::try_from(step).unwrap_or(0)));
                let half = 0.05 / f64::from(step + 1);
                CurvePoint {
                    interval: Interval::new(y - half, y + half),
                    ..CurvePoint::new(rows, y)
                }
            })
            .collect(),
    };
    CurveChart {
        title: "Learning curve".into(),
        x: Axis { spacing: Spacing::Log, ..Axis::new("Training statements", Number::Count) },
        y: Axis::new("Macro-F1", Number::Decimal(2)),
        interval: "range over five folds".into(),
        curves: vec![
            curve("with attribution", 0.31, 0.37),
            curve("n-grams alone", 0.29, 0.34),
            curve("naive Bayes", 0.30, 0.27),
        ],
    }
}

fn risk() -> CurveChart {
    let curve = |name: &str, end: f64, bend: f64| Curve {
        name: name.to_owned(),
        join: Join::Line,
        points: (1..=25)
            .map(|step| {
                let coverage = f64::from(step) / 25.0;
                CurvePoint::new(coverage, end * coverage.powf(bend))
            })
            .collect(),
    };
    CurveChart {
        title: "Risk against coverage".into(),
        x: Axis {
            range: Interval::new(0.0, 1.0),
            ..Axis::new("Share of statements answered", Number::Percent(0))
        },
        y: Axis {
            range: Interval::new(0.0, 0.4),
            ..Axis::new("Share of answers that are wrong", Number::Percent(0))
        },
        interval: String::new(),
        curves: vec![
            curve("accurate", 0.27, 1.4),
            curve("fast", 0.31, 1.2),
            curve("lexicon", 0.38, 0.35),
        ],
    }
}

fn confusion() -> HeatMap {
    let labels = ["supportive", "neutral", "distancing", "irrelevant"].map(str::to_owned).to_vec();
    let cells = [
        [(0.71, 92), (0.15, 20), (0.05, 6), (0.09, 12)],
        [(0.11, 19), (0.62, 110), (0.12, 21), (0.15, 27)],
        [(0.04, 7), (0.14, 22), (0.74, 118), (0.08, 13)],
        [(0.05, 7), (0.17, 25), (0.09, 13), (0.69, 100)],
    ];
    HeatMap {
        title: "Confusion of fast".into(),
        row_label: "Gold".into(),
        column_label: "Labeled".into(),
        value_label: "Share of the row".into(),
        rows: labels.clone(),
        columns: labels,
        cells: cells.map(|row| row.map(|(share, n)| HeatCell::counted(share, n)).to_vec()).to_vec(),
        scale: HeatScale::Sequential(1.0.into()),
        number: Number::Percent(0),
        min_n: 0,
    }
}

fn reliability() -> ReliabilityDiagram {
    let bins = [
        (f64::NAN, f64::NAN, 0),
        (f64::NAN, f64::NAN, 0),
        (0.27, 0.25, 8_u32),
        (0.36, 0.33, 42),
        (0.45, 0.49, 71),
        (0.55, 0.53, 88),
        (0.65, 0.60, 96),
        (0.75, 0.70, 104),
        (0.85, 0.81, 131),
        (0.95, 0.91, 172),
    ];
    ReliabilityDiagram {
        title: "Calibration of fast on held-out articles".into(),
        interval: "95% interval".into(),
        bins: bins
            .map(|(confidence, accuracy, count)| {
                let half = 0.98 * (accuracy * (1.0 - accuracy) / f64::from(count)).sqrt() * 2.0;
                ReliabilityBin {
                    confidence: confidence.into(),
                    accuracy: accuracy.into(),
                    interval: Interval::new((accuracy - half).max(0.0), (accuracy + half).min(1.0)),
                    count: u64::from(count),
                }
            })
            .into(),
    }
}

/// A number that looks drawn at random, in [-1, 1].
fn noise(at: u32) -> f64 {
    (f64::from(at) * 12.9898).sin() * 0.7 + (f64::from(at) * 78.233).sin() * 0.3
}

fn month(index: u32) -> Option<Date> {
    let year = u16::try_from(2022 + index / 12).ok()?;
    Date::new(year, Some(u8::try_from(index % 12 + 1).ok()?), None)
}

fn over_time() -> TimeChart {
    let series = |name: &str, level: f64, slope: f64, size: u32, gap: std::ops::Range<u32>| {
        let points = (0..20).filter_map(|at| {
            let value = level + slope * f64::from(at) + 0.08 * noise(at + size);
            let n = size + at * 3 + u32::from(at % 5 == 0) * 40 - size.min(at % 7 * 9);
            let half = 1.6 / f64::from(n.max(4)).sqrt();
            let mut point = TimePoint::new(month(at)?, value);
            if gap.contains(&at) {
                point.value = Value::NONE;
                point.n = Some(0);
            } else {
                point.interval = Interval::new((value - half).max(-1.0), (value + half).min(1.0));
                point.n = Some(u64::from(n));
            }
            Some(point)
        });
        Series { name: name.to_owned(), points: points.collect() }
    };
    let event = |year, month, day, label: &str| {
        Date::new(year, Some(month), Some(day)).map(|date| Event { date, label: label.to_owned() })
    };
    TimeChart {
        title: "Net stance toward Moscow by month".into(),
        axis: Axis {
            range: Interval::new(-1.0, 1.0),
            ends: Some(["distancing".into(), "supportive".into()]),
            ..Axis::new("Net stance, −1 to 1", Number::Signed(2))
        },
        interval: "95% interval".into(),
        min_n: 20,
        series: vec![
            series("Belarus", 0.72, -0.002, 150, 0..0),
            series("Kazakhstan", 0.35, -0.014, 90, 0..0),
            series("Armenia", 0.1, -0.024, 12, 9..12),
        ],
        events: [
            event(2022, 2, 24, "Full-scale invasion of Ukraine"),
            event(2022, 9, 21, "Mobilization"),
            event(2022, 10, 12, "General Assembly vote"),
            event(2023, 6, 24, "Wagner mutiny"),
            event(2023, 7, 17, "Grain agreement ends"),
        ]
        .into_iter()
        .flatten()
        .collect(),
    }
}

fn by_quarter() -> HeatMap {
    let rows = [
        "Belarus",
        "Kazakhstan",
        "Kyrgyzstan",
        "Uzbekistan",
        "Armenia",
        "Moldova",
        "Collective Security Treaty Organization",
    ];
    let columns: Vec<String> =
        (0..8).map(|at| format!("{} Q{}", 2022 + at / 4, at % 4 + 1)).collect();
    let cells = (0_u32..7).map(|row| {
        let level = 0.75 - 0.2 * f64::from(row) + if row == 6 { 1.2 } else { 0.0 };
        (0_u32..8)
            .map(|column| match (row * 10 + column) % 13 {
                12 => HeatCell::default(),
                kind => {
                    let value = level - 0.02 * f64::from(column) + 0.15 * noise(row * 31 + column);
                    let n = if kind == 5 { 9 } else { 40 + u64::from(column) * 7 };
                    HeatCell::counted(value.clamp(-1.0, 1.0), n)
                }
            })
            .collect()
    });
    HeatMap {
        title: "Net stance by holder and quarter".into(),
        row_label: "Holder".into(),
        column_label: "Quarter".into(),
        value_label: "Net stance: blue is distancing, orange is supportive".into(),
        rows: rows.map(str::to_owned).into(),
        columns,
        cells: cells.collect(),
        scale: HeatScale::Diverging(1.0.into()),
        number: Number::Signed(2),
        min_n: 20,
    }
}

fn holders() -> DotPlot {
    let mut plot = DotPlot::new(
        "Words and deeds",
        Axis {
            range: Interval::new(-1.0, 1.0),
            ends: Some(["distancing".into(), "supportive".into()]),
            ..Axis::new("Net stance, −1 to 1", Number::Signed(2))
        },
    );
    plot.first = "words".into();
    plot.second = Some("deeds".into());
    plot.min_n = 20;
    let rows = [
        ("Belarus", 0.74, 0.81, 812),
        ("Serbia", 0.31, 0.02, 540),
        ("Hungary", 0.22, 0.10, 611),
        ("Kazakhstan", 0.12, -0.18, 930),
        ("India", 0.18, 0.35, 702),
        ("Türkiye", 0.05, 0.21, 655),
        ("Armenia", -0.28, -0.41, 388),
        ("Moldova", -0.62, -0.55, 290),
        ("Mongolia", 0.09, 0.15, 14),
        ("Nauru", f64::NAN, f64::NAN, 0),
    ];
    plot.rows = rows
        .map(|(name, words, deeds, n)| DotRow {
            second: deeds.into(),
            n: Some(n),
            ..DotRow::new(name, words)
        })
        .into();
    plot
}

fn shares() -> SharesChart {
    let row =
        |name: &str, counts: [u64; 4]| ShareRow { name: name.to_owned(), counts: counts.into() };
    SharesChart {
        title: "Statements by stance".into(),
        counted: "statements".into(),
        parts: vec![
            Part::new("distancing", Look::Blue),
            Part::new("neutral", Look::Gray),
            Part::new("supportive", Look::Vermillion),
            Part::new("not sure", Look::Purple),
        ],
        rows: vec![
            row("Speech", [412, 604, 388, 71]),
            row("Deed", [198, 96, 251, 20]),
            row("Commentary", [870, 411, 214, 96]),
            row("Statements reported by state media of third countries", [3, 2, 9, 0]),
            row("Readout", [0, 0, 0, 0]),
        ],
    }
}

fn edges() -> Vec<Block> {
    let mut many = DotPlot::new(
        "Sixty holders",
        Axis {
            range: Interval::new(-1.0, 1.0),
            ..Axis::new("Net stance, −1 to 1", Number::Signed(2))
        },
    );
    many.rows = (0..60)
        .map(|at| {
            let value = 0.9 * noise(at * 7 + 3);
            let half = 0.05 + 0.1 * noise(at).abs();
            DotRow {
                interval: Interval::new((value - half).max(-1.0), (value + half).min(1.0)),
                ..DotRow::new(format!("Holder {}", at + 1), value)
            }
        })
        .collect();
    let mut one = DotPlot::new("One row", Axis::new("Macro-F1", Number::Decimal(2)));
    one.rows = vec![DotRow { interval: Interval::new(0.58, 0.64), ..DotRow::new("fast", 0.61) }];
    let empty = TimeChart {
        title: "No data".into(),
        axis: Axis::new("Net stance, −1 to 1", Number::Signed(2)),
        interval: String::new(),
        min_n: 0,
        series: Vec::new(),
        events: Vec::new(),
    };
    vec![
        Block::figure(one, "A single row takes no more room than it needs."),
        Block::figure(empty, "A chart without data says so."),
        Block::figure(many, "Long charts name their axis above and below."),
    ]
}
