//! What all charts have in common: axes, keys, and how they become pictures.

mod curves;
mod dots;
mod events;
mod heat;
mod labels;
mod reliability;
mod shares;
mod spark;
mod times;

pub use curves::{Curve, CurveChart, CurvePoint, Join};
pub use dots::{DotPlot, DotRow, Order};
pub use heat::{HeatCell, HeatMap, HeatScale};
pub use reliability::{ReliabilityBin, ReliabilityDiagram};
pub use shares::{Part, ShareRow, SharesChart};
pub use spark::sparkline;
pub use times::{Event, Series, TimeChart, TimePoint};

use crate::canvas::{Alt, Anchor, Canvas, Drawing, Fill, Room, SMALL, width_in};
use crate::look::Look;
use crate::scale::{Scale, Spacing};
use crate::table::Table;
use crate::text::put;
use crate::value::{Interval, Number};

/// One axis: what its numbers are and how they are written.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// What is measured, with its unit: "Macro-F1", "Speed, statements per second".
    pub label: String,
    /// How its numbers are written beside marks and in tables.
    pub number: Number,
    /// The least that is shown; it grows to hold the data. Without it, the ends follow the data.
    pub range: Option<Interval>,
    /// How its numbers are spaced.
    pub spacing: Spacing,
    /// What lies toward the low and the high end: `["distancing", "supportive"]`.
    pub ends: Option<[String; 2]>,
}

impl Axis {
    /// A linear axis whose ends follow the data.
    pub fn new(label: impl Into<String>, number: Number) -> Self {
        Self { label: label.into(), number, range: None, spacing: Spacing::Linear, ends: None }
    }

    /// The label of an upright axis, with what lies at its ends.
    fn upright_label(&self) -> String {
        match &self.ends {
            Some([low, high]) => format!("{} (↑ {high}, ↓ {low})", self.label),
            None => self.label.clone(),
        }
    }
}

/// A chart of any kind, as a [`Figure`](crate::Figure) holds it.
#[derive(Clone, Debug, PartialEq)]
pub enum Chart {
    /// Ranked rows with intervals.
    Dots(DotPlot),
    /// Lines over time.
    Times(TimeChart),
    /// Rows by columns.
    Heat(HeatMap),
    /// Confidence against accuracy.
    Reliability(ReliabilityDiagram),
    /// Curves and points over two numbers.
    Curves(CurveChart),
    /// Bars of shares.
    Shares(SharesChart),
}

impl Chart {
    fn as_draw(&self) -> &dyn Draw {
        match self {
            Self::Dots(chart) => chart,
            Self::Times(chart) => chart,
            Self::Heat(chart) => chart,
            Self::Reliability(chart) => chart,
            Self::Curves(chart) => chart,
            Self::Shares(chart) => chart,
        }
    }

    /// What the chart is called.
    #[must_use]
    pub fn title(&self) -> &str {
        self.as_draw().title()
    }

    /// What is read out in place of the picture: its main numbers.
    #[must_use]
    pub fn description(&self) -> String {
        self.as_draw().description()
    }

    /// The numbers drawn.
    #[must_use]
    pub fn table(&self) -> Table {
        self.as_draw().table()
    }

    /// The picture as a file of its own, as wide as a column of text.
    #[must_use]
    pub fn to_svg(&self) -> String {
        to_svg(self.as_draw())
    }

    /// The picture without its title for a page, laid out for `room`.
    pub(crate) fn drawing(&self, id: &str, room: Room) -> Drawing {
        let chart = self.as_draw();
        let mut canvas = Canvas::new(id, room);
        chart.draw(&mut canvas);
        canvas.into_inline(&Alt { title: chart.title(), description: &chart.description() })
    }
}

/// What each chart does.
pub(crate) trait Draw {
    fn title(&self) -> &str;
    fn description(&self) -> String;
    fn table(&self) -> Table;
    fn draw(&self, canvas: &mut Canvas);
}

fn to_svg(chart: &dyn Draw) -> String {
    // Charts that stand in one page have ids of their own as far as their titles differ.
    let id = chart.title().bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let mut canvas = Canvas::new(&format!("c{:08x}", id >> 32), Room::Wide);
    chart.draw(&mut canvas);
    canvas.into_file(&Alt { title: chart.title(), description: &chart.description() })
}

/// Gives a chart type its public methods and its place in [`Chart`].
macro_rules! chart {
    ($type:ident, $variant:ident) => {
        impl $type {
            /// The picture as a file of its own, as wide as a column of text.
            #[must_use]
            pub fn to_svg(&self) -> String {
                $crate::chart::to_svg(self)
            }
        }

        impl From<$type> for $crate::chart::Chart {
            fn from(chart: $type) -> Self {
                Self::$variant(chart)
            }
        }
    };
}
use chart;

/// The rectangle that data are drawn in.
#[derive(Clone, Copy, Debug)]
struct Plot {
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
}

impl Plot {
    fn width(&self) -> f64 {
        self.right - self.left
    }

    fn height(&self) -> f64 {
        self.bottom - self.top
    }

    /// Says that there is nothing to draw.
    fn say_empty(&self, canvas: &mut Canvas) {
        canvas.empty((self.left, self.top), (self.width(), self.height()));
        let middle = (f64::midpoint(self.left, self.right), f64::midpoint(self.top, self.bottom));
        canvas.text("l b halo", (middle.0, middle.1 + 4.0), Anchor::Middle, "No data");
    }
}

/// The decimals with which the ticks of `scale` are written.
fn tick_number(axis: &Axis, scale: &Scale) -> Number {
    axis.number.for_step(scale.step())
}

/// How wide the ticks of an upright axis are.
fn tick_room(axis: &Axis, scale: &Scale) -> f64 {
    let number = tick_number(axis, scale);
    let widths = scale.ticks().iter().map(|&tick| width_in("u", &number.show(tick)));
    widths.fold(0.0, f64::max) + 8.0
}

/// Grid lines and ticks of an upright axis.
fn upright_axis(canvas: &mut Canvas, plot: Plot, axis: &Axis, scale: &Scale) {
    let number = tick_number(axis, scale);
    for &tick in scale.ticks() {
        let y = scale.at(tick);
        canvas.line("g", (plot.left, y), (plot.right, y));
        canvas.text("u", (plot.left - 7.0, y + 4.0), Anchor::End, &number.show(tick));
    }
    if let Some(zero) = scale.zero() {
        canvas.line("z", (plot.left, zero), (plot.right, zero));
    }
}

/// Grid lines of a level axis.
fn level_grid(canvas: &mut Canvas, plot: Plot, scale: &Scale) {
    for &tick in scale.ticks() {
        let x = scale.at(tick);
        canvas.line("g", (x, plot.top), (x, plot.bottom));
    }
    if let Some(zero) = scale.zero() {
        canvas.line("z", (zero, plot.top), (zero, plot.bottom));
    }
}

/// Numbers of a level axis on the baseline `y`, as many as have room.
fn level_ticks(canvas: &mut Canvas, axis: &Axis, scale: &Scale, y: f64) {
    let number = tick_number(axis, scale);
    let mut free = f64::NEG_INFINITY;
    for &tick in scale.ticks() {
        let number = if axis.spacing == Spacing::Log { axis.number.for_step(tick) } else { number };
        let (x, text) = (scale.at(tick), number.show(tick));
        let half = width_in("u", &text) / 2.0;
        let x = x.clamp(half.min(canvas.width() / 2.0), (canvas.width() - half).max(half));
        if x - half >= free {
            canvas.text("u", (x, y), Anchor::Middle, &text);
            free = x + half + 6.0;
        }
    }
}

/// The label of a level axis, with what lies at its ends; returns the baseline after it.
fn level_label(canvas: &mut Canvas, plot: Plot, axis: &Axis, y: f64) -> f64 {
    let Some([low, high]) = &axis.ends else {
        return canvas.lines("u", (plot.left, y), &axis.label, plot.width());
    };
    let (low, high) = (format!("← {low}"), format!("{high} →"));
    let half = plot.width() / 2.0 - 8.0;
    canvas.name("b", (plot.left, y), Anchor::Start, &low, half);
    canvas.name("b", (plot.right, y), Anchor::End, &high, half);
    canvas.lines("u", (plot.left, y + 17.0), &axis.label, plot.width())
}

/// One entry of a key.
struct Key<'a> {
    look: Look,
    sign: Sign,
    name: &'a str,
}

/// What stands before a name in a key.
#[derive(Clone, Copy)]
enum Sign {
    Marker(Fill),
    Line,
    Box,
}

/// A key from the baseline `y` down; returns the baseline after it.
fn key(canvas: &mut Canvas, x: f64, y: f64, entries: &[Key<'_>]) -> f64 {
    const SIGN: f64 = 30.0;
    let right = canvas.width();
    let (mut at, mut y) = (x, y);
    for Key { look, sign, name } in entries {
        let sign_width = if matches!(sign, Sign::Line) { SIGN } else { SIGN - 10.0 };
        let wide = sign_width + width_in("l", name).min(right - x - sign_width);
        if at > x && at + wide > right {
            (at, y) = (x, y + 20.0);
        }
        let middle = (at + sign_width / 2.0 - 3.0, y - 4.5);
        canvas.colored(*look, "", |canvas| match sign {
            Sign::Marker(fill) => canvas.marker(*look, *fill, middle, 5.0),
            Sign::Line => {
                let class = format!("s d{}", look.index());
                canvas.line(&class, (at, middle.1), (at + sign_width - 6.0, middle.1));
                canvas.marker(*look, Fill::Solid, middle, 4.5);
            }
            Sign::Box => canvas.hatched(*look, (at, y - 11.0), (14.0, 13.0)),
        });
        let room = right - at - sign_width;
        canvas.name("l", (at + sign_width, y), Anchor::Start, name, room);
        at += wide + 18.0;
    }
    if entries.is_empty() { y } else { y + 20.0 }
}

/// A note below a chart; returns the baseline after it.
fn note(canvas: &mut Canvas, y: f64, text: &str) -> f64 {
    let room = canvas.width();
    canvas.lines("u", (0.0, y), text, room)
}

/// What a hollow mark means, if one is drawn.
fn hollow_note(min_n: u64) -> String {
    format!("Hollow: fewer than {} statements.", crate::value::count(min_n))
}

/// The names of `entries`, those beyond `most` as a number.
fn listed(entries: impl ExactSizeIterator<Item = String>, most: usize) -> String {
    let left = entries.len().saturating_sub(most);
    let mut text = entries.take(most).collect::<Vec<_>>().join("; ");
    if left > 0 {
        put(&mut text, format_args!("; and {left} more"));
    }
    text
}

/// The baseline of a first line of text under the top edge.
const FIRST_LINE: f64 = SMALL + 2.0;
