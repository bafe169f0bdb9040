use super::{
    Axis, Draw, FIRST_LINE, Plot, chart, level_grid, level_label, level_ticks, listed, note,
    tick_room, upright_axis,
};
use crate::canvas::{Anchor, Canvas, Fill};
use crate::chart::dots::bound_cells;
use crate::look::Look;
use crate::scale::{Scale, Spacing};
use crate::table::{Cell, Table};
use crate::text::put;
use crate::value::{Interval, Number, Value, count, many, real};

/// Confidence against accuracy by bins, and how many answers are in each.
///
/// Points under the line of identity are answers that the model is surer of than it should be.
#[derive(Clone, Debug, PartialEq)]
pub struct ReliabilityDiagram {
    /// What the chart is called.
    pub title: String,
    /// What intervals are: "95% interval".
    pub interval: String,
    /// The bins, of equal width from 0 to 1, ascending; empty ones among them.
    pub bins: Vec<ReliabilityBin>,
}

/// One bin of a [`ReliabilityDiagram`].
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ReliabilityBin {
    /// The mean confidence, in [0, 1].
    pub confidence: Value,
    /// The share of right answers, in [0, 1].
    pub accuracy: Value,
    /// The interval of the accuracy.
    pub interval: Option<Interval>,
    /// How many answers there are.
    pub count: u64,
}

impl ReliabilityBin {
    /// Both shares, if they are shares.
    fn point(&self) -> Option<(f64, f64)> {
        let point = (self.confidence.get()?, self.accuracy.get()?);
        let is_share = |share: f64| (0.0..=1.0).contains(&share);
        (is_share(point.0) && is_share(point.1)).then_some(point)
    }

    fn tip(&self) -> String {
        let shown = |value: f64| SHARE.show(value);
        match self.point() {
            Some((confidence, accuracy)) => format!(
                "confidence {}, accuracy {}, {} answers",
                shown(confidence),
                shown(accuracy),
                count(self.count)
            ),
            None => format!("no data, {} answers", count(self.count)),
        }
    }
}

const SHARE: Number = Number::Decimal(2);

impl ReliabilityDiagram {
    fn draw_diagram(&self, canvas: &mut Canvas, plot: Plot) {
        let range = Interval::new(0.0, 1.0);
        let axis = Axis { range, ..Axis::new("Accuracy", SHARE) };
        let none = std::iter::empty;
        let ends = (plot.left, plot.right);
        let across = Scale::new(Spacing::Linear, none(), range, ends, 5.0);
        let up = Scale::new(Spacing::Linear, none(), range, (plot.bottom, plot.top), 5.0);
        level_grid(canvas, plot, &across);
        upright_axis(canvas, plot, &axis, &up);
        canvas.line("a", (plot.left, plot.bottom), (plot.right, plot.bottom));
        canvas.line("ref", (plot.left, plot.bottom), (plot.right, plot.top));
        if self.bins.iter().all(|bin| bin.point().is_none()) {
            plot.say_empty(canvas);
        }
        let points: Vec<(f64, f64)> = self
            .bins
            .iter()
            .filter_map(ReliabilityBin::point)
            .map(|(confidence, accuracy)| (across.at(confidence), up.at(accuracy)))
            .collect();
        canvas.colored(LOOK, "", |canvas| {
            canvas.curve("s", &points);
            for bin in &self.bins {
                let Some((confidence, accuracy)) = bin.point() else { continue };
                let (x, y) = (across.at(confidence), up.at(accuracy));
                canvas.group("", &bin.tip(), |canvas| {
                    if let Some(interval) = bin.interval {
                        canvas.line("w", (x, up.at(interval.low())), (x, up.at(interval.high())));
                    }
                    canvas.marker(LOOK, Fill::Solid, (x, y), 5.0);
                });
            }
        });
    }

    fn draw_counts(&self, canvas: &mut Canvas, plot: Plot) {
        let axis = Axis::new("Answers", Number::Count);
        let counts = self.bins.iter().map(|bin| real(bin.count)).chain([0.0, 1.0]);
        let up = Scale::new(
            Spacing::Linear,
            counts,
            None,
            (plot.bottom, plot.top),
            (plot.height() / 50.0).max(2.0),
        );
        upright_axis(canvas, plot, &axis, &up);
        let wide = plot.width() / many(self.bins.len().max(1));
        canvas.colored(Look::Gray, "", |canvas| {
            for (at, bin) in self.bins.iter().enumerate().filter(|(_, bin)| bin.count > 0) {
                let (x, top) = (plot.left + many(at) * wide, up.at(real(bin.count)));
                canvas.group("", &bin.tip(), |canvas| {
                    canvas.rect("f", (x + 1.0, top), (wide - 2.0, plot.bottom - top));
                });
            }
        });
        canvas.line("a", (plot.left, plot.bottom), (plot.right, plot.bottom));
    }

    /// How wide the counts' ticks are.
    fn count_room(&self) -> f64 {
        let counts = self.bins.iter().map(|bin| real(bin.count));
        let scale = Scale::new(Spacing::Linear, counts, None, (1.0, 0.0), 5.0);
        tick_room(&Axis::new("", Number::Count), &scale).max(34.0)
    }
}

const LOOK: Look = Look::Blue;

impl Draw for ReliabilityDiagram {
    fn title(&self) -> &str {
        &self.title
    }

    fn description(&self) -> String {
        let answers = self.bins.iter().fold(0_u64, |sum, bin| sum.saturating_add(bin.count));
        let bins: Vec<String> =
            self.bins.iter().filter(|bin| bin.count > 0).map(ReliabilityBin::tip).collect();
        format!(
            "Reliability diagram of {} answers in {} bins, with the line of identity. {}.",
            count(answers),
            self.bins.len(),
            listed(bins.into_iter(), 20)
        )
    }

    fn table(&self) -> Table {
        let has_interval = self.bins.iter().any(|bin| bin.interval.is_some());
        let mut columns: Vec<String> =
            ["Bin", "Mean confidence", "Accuracy"].map(str::to_owned).into();
        if has_interval {
            columns.extend(["low", "high"].map(|end| format!("{}, {end}", self.interval)));
        }
        columns.push("Answers".to_owned());
        let width = 1.0 / many(self.bins.len().max(1));
        let rows = self.bins.iter().enumerate().map(|(at, bin)| {
            let (low, high) = (many(at) * width, many(at + 1) * width);
            let mut cells = vec![
                Cell::text(format!("{}–{}", SHARE.show(low), SHARE.show(high))),
                Cell::number(bin.confidence, SHARE),
                Cell::number(bin.accuracy, SHARE),
            ];
            if has_interval {
                cells.extend(bound_cells(bin.interval, SHARE));
            }
            cells.push(Cell::count(bin.count));
            cells
        });
        Table { caption: self.title.clone(), rows: rows.collect(), columns }
    }

    fn draw(&self, canvas: &mut Canvas) {
        const TOP: f64 = FIRST_LINE + 12.0;
        let narrow = canvas.is_narrow();
        let room = self.count_room();
        let left = if narrow { room } else { 34.0 };
        let side = if narrow { canvas.width() - left - 10.0 } else { 360.0 };
        let plot = Plot { left, top: TOP, right: left + side, bottom: TOP + side };
        canvas.text("u", (0.0, FIRST_LINE), Anchor::Start, "Accuracy");
        self.draw_diagram(canvas, plot);

        let counts = if narrow {
            let top = plot.bottom + 34.0;
            Plot { top, bottom: top + 80.0, ..plot }
        } else {
            let left = plot.right + 40.0 + room;
            Plot { left, right: canvas.width() - 12.0, ..plot }
        };
        let label =
            if narrow { (0.0, counts.top - 12.0) } else { (counts.left - room, FIRST_LINE) };
        canvas.text("u", label, Anchor::Start, "Answers in the bin");
        self.draw_counts(canvas, counts);

        let range = Interval::new(0.0, 1.0);
        let axis = Axis { range, ..Axis::new("Confidence, mean of the bin", SHARE) };
        let across = |plot: Plot| {
            let ends = (plot.left, plot.right);
            Scale::new(Spacing::Linear, std::iter::empty(), range, ends, 5.0)
        };
        if !narrow {
            level_ticks(canvas, &axis, &across(plot), plot.bottom + 16.0);
            level_label(canvas, plot, &axis, plot.bottom + 36.0);
        }
        level_ticks(canvas, &axis, &across(counts), counts.bottom + 16.0);
        let label = if narrow { axis } else { Axis { label: "Confidence".to_owned(), ..axis } };
        let y = level_label(canvas, counts, &label, counts.bottom + 36.0);
        let mut text = "Dashed: confidence equals accuracy; points below are too sure.".to_owned();
        if self.bins.iter().any(|bin| bin.interval.is_some() && bin.point().is_some()) {
            put(&mut text, format_args!(" Upright lines: {}.", self.interval));
        }
        let y = note(canvas, y + 4.0, &text);
        canvas.set_height(y - 8.0);
    }
}

chart!(ReliabilityDiagram, Reliability);
