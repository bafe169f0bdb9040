//! Charts of all kinds, made of any names and numbers.

use stance_core::Date;
use stance_report::{
    Axis, Chart, Curve, CurveChart, CurvePoint, DotPlot, DotRow, Event, HeatCell, HeatMap,
    HeatScale, Interval, Join, Look, Number, Order, Part, ReliabilityBin, ReliabilityDiagram,
    Series, ShareRow, SharesChart, Spacing, TimeChart, TimePoint, Value,
};

/// One chart of each kind in which every text is `name` and the numbers are `numbers`.
pub(crate) fn of(name: &str, numbers: &[f64]) -> Vec<Chart> {
    vec![
        dots(name, numbers).into(),
        times(name, numbers).into(),
        heat(name, numbers, HeatScale::Sequential(Value::NONE)).into(),
        heat(name, numbers, HeatScale::Diverging(1.0.into())).into(),
        reliability(name, numbers).into(),
        curves(name, numbers, Spacing::Linear).into(),
        curves(name, numbers, Spacing::Log).into(),
        shares(name, numbers).into(),
    ]
}

fn axis(name: &str, spacing: Spacing) -> Axis {
    Axis {
        ends: Some([name.to_owned(), name.to_owned()]),
        spacing,
        ..Axis::new(name, Number::Signed(2))
    }
}

fn count(number: f64) -> u64 {
    // As by `as`: what is no count is 0 or the largest.
    if number.is_nan() || number < 1.0 {
        0
    } else if number > 1e6 {
        u64::MAX
    } else {
        format!("{number:.0}").parse().unwrap_or(0)
    }
}

fn around(number: f64) -> Option<Interval> {
    Interval::new(number - 0.1, number + 0.1)
}

fn dots(name: &str, numbers: &[f64]) -> DotPlot {
    let rows = numbers.iter().zip(0..).map(|(&number, at)| DotRow {
        name: name.to_owned(),
        group: Some(format!("{name}{}", at % 2)),
        value: number.into(),
        interval: around(number),
        second: (-number).into(),
        n: Some(count(number)),
    });
    DotPlot {
        title: name.to_owned(),
        axis: axis(name, Spacing::Linear),
        first: name.to_owned(),
        second: Some(name.to_owned()),
        interval: name.to_owned(),
        order: Order::Ranked,
        min_n: 20,
        rows: rows.collect(),
    }
}

fn date(month: usize) -> Option<Date> {
    let year = u16::try_from(1 + month / 12).ok()?;
    Date::new(year, Some(u8::try_from(month % 12 + 1).ok()?), None)
}

fn times(name: &str, numbers: &[f64]) -> TimeChart {
    let points = numbers.iter().zip(0..).filter_map(|(&number, at)| {
        Some(TimePoint {
            date: date(at)?,
            label: Some(name.to_owned()),
            value: number.into(),
            interval: around(number),
            n: Some(count(number)),
        })
    });
    let series = Series { name: name.to_owned(), points: points.collect() };
    let events = (0..numbers.len().min(30))
        .filter_map(|at| Some(Event { date: date(at)?, label: name.to_owned() }));
    TimeChart {
        title: name.to_owned(),
        axis: axis(name, Spacing::Linear),
        interval: name.to_owned(),
        min_n: 20,
        series: vec![series.clone(), series],
        events: events.collect(),
    }
}

fn heat(name: &str, numbers: &[f64], scale: HeatScale) -> HeatMap {
    let row = numbers.iter().map(|&number| HeatCell::counted(number, count(number)));
    HeatMap {
        title: name.to_owned(),
        row_label: name.to_owned(),
        column_label: name.to_owned(),
        value_label: name.to_owned(),
        rows: vec![name.to_owned(); 3],
        columns: vec![name.to_owned(); numbers.len()],
        cells: vec![row.collect(), Vec::new()],
        scale,
        number: Number::Signed(2),
        min_n: 20,
    }
}

fn reliability(name: &str, numbers: &[f64]) -> ReliabilityDiagram {
    let bins = numbers.iter().map(|&number| ReliabilityBin {
        confidence: number.into(),
        accuracy: number.into(),
        interval: around(number),
        count: count(number),
    });
    ReliabilityDiagram { title: name.to_owned(), interval: name.to_owned(), bins: bins.collect() }
}

fn curves(name: &str, numbers: &[f64], spacing: Spacing) -> CurveChart {
    let points: Vec<CurvePoint> = numbers
        .iter()
        .map(|&number| CurvePoint {
            x: number.into(),
            y: number.into(),
            interval: around(number),
            label: Some(name.to_owned()),
        })
        .collect();
    let curve = |join| Curve { name: name.to_owned(), join, points: points.clone() };
    CurveChart {
        title: name.to_owned(),
        x: axis(name, spacing),
        y: axis(name, spacing),
        interval: name.to_owned(),
        curves: vec![curve(Join::Line), curve(Join::Points)],
    }
}

fn shares(name: &str, numbers: &[f64]) -> SharesChart {
    let parts = Look::ALL.map(|look| Part::new(name, look));
    let counts: Vec<u64> = numbers.iter().map(|&number| count(number)).collect();
    SharesChart {
        title: name.to_owned(),
        counted: name.to_owned(),
        parts: parts.into(),
        rows: vec![ShareRow { name: name.to_owned(), counts }; 2],
    }
}
