use stance_core::Date;

use super::events;
use super::labels::{EndLabel, end_labels, end_room};
use super::{
    Axis, Draw, FIRST_LINE, Key, Plot, Sign, chart, hollow_note, key, listed, note, tick_room,
    upright_axis,
};
use crate::calendar::{self, day_of, show};
use crate::canvas::{Anchor, Canvas, Fill, width_in};
use crate::chart::dots::bound_cells;
use crate::look::Look;
use crate::scale::{Scale, Spacing};
use crate::table::{Cell, Table};
use crate::text::put;
use crate::value::{Interval, Value, count, real};

/// Values of several series over time, with intervals, and with events to read them by.
///
/// A line breaks where a period has no data. Points grow with the number of statements; those of
/// too few are hollow.
#[derive(Clone, Debug, PartialEq)]
pub struct TimeChart {
    /// What the chart is called.
    pub title: String,
    /// The upright axis. It is linear.
    pub axis: Axis,
    /// What intervals are: "95% interval".
    pub interval: String,
    /// Points of fewer statements than this are hollow.
    pub min_n: u64,
    /// The series.
    pub series: Vec<Series>,
    /// Events, marked where they lie within the time of the series.
    pub events: Vec<Event>,
}

/// One series of a [`TimeChart`]. Its look is that of its place: seven differ.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Whose it is.
    pub name: String,
    /// The points, in order of time, one for each period: also for those without data.
    pub points: Vec<TimePoint>,
}

/// One period of a [`Series`].
#[derive(Clone, Debug, PartialEq)]
pub struct TimePoint {
    /// The period, or a day within it; drawn at its middle.
    pub date: Date,
    /// What the period is called, if not by its date: "2023 Q4".
    pub label: Option<String>,
    /// The value.
    pub value: Value,
    /// The interval of the value.
    pub interval: Option<Interval>,
    /// How many statements the value rests on.
    pub n: Option<u64>,
}

/// An event of a [`TimeChart`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// When it was.
    pub date: Date,
    /// What it was, in a few words.
    pub label: String,
}

impl TimePoint {
    /// A point.
    pub fn new(date: Date, value: impl Into<Value>) -> Self {
        Self { date, label: None, value: value.into(), interval: None, n: None }
    }

    fn shown_date(&self) -> String {
        self.label.clone().unwrap_or_else(|| show(self.date))
    }
}

impl TimeChart {
    fn points(&self) -> impl Iterator<Item = &TimePoint> {
        self.series.iter().flat_map(|series| &series.points)
    }

    fn tip(&self, series: &Series, point: &TimePoint) -> String {
        let value = self.axis.number.show_both(point.value, point.interval);
        let n = point.n.map_or_else(String::new, |n| format!(", n = {}", count(n)));
        format!("{}, {}: {value}{n}", series.name, point.shown_date())
    }

    fn fill(&self, point: &TimePoint) -> Fill {
        if point.n.is_some_and(|n| n < self.min_n) { Fill::Hollow } else { Fill::Solid }
    }

    /// From and to which day the series reach.
    fn days(&self) -> (f64, f64) {
        let days = self.points().map(|point| day_of(point.date));
        let (first, last) =
            days.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), day| (a.min(day), b.max(day)));
        if first > last {
            return (0.0, 1.0);
        }
        let pad = ((last - first) * 0.02).max(1.0);
        (first - pad, last + pad)
    }

    /// The events within the time of the series, in order.
    fn shown_events(&self) -> Vec<&Event> {
        let (first, last) = self.days();
        let mut events: Vec<&Event> = self
            .events
            .iter()
            .filter(|event| (first..=last).contains(&day_of(event.date)))
            .collect();
        events.sort_by(|a, b| day_of(a.date).total_cmp(&day_of(b.date)));
        events
    }

    fn up(&self, plot: Plot) -> Scale {
        let numbers = self.points().filter(|point| point.value.get().is_some()).flat_map(|point| {
            let bounds = point.interval.into_iter().flat_map(|it| [it.low(), it.high()]);
            point.value.get().into_iter().chain(bounds)
        });
        let ends = (plot.bottom, plot.top);
        Scale::new(Spacing::Linear, numbers, self.axis.range, ends, 5.0)
    }

    fn radius(&self, point: &TimePoint) -> f64 {
        let most = self.points().filter_map(|point| point.n).max().map_or(1.0, real).max(1.0);
        point.n.map_or(4.0, |n| 2.4 + 3.4 * (real(n) / most).sqrt())
    }

    fn draw_series(
        &self,
        canvas: &mut Canvas,
        (across, up): (&dyn Fn(Date) -> f64, &Scale),
        series: &Series,
        look: Look,
    ) {
        let at = |point: &TimePoint| point.value.get().map(|v| (across(point.date), up.at(v)));
        let class = format!("s d{}", look.index());
        let narrower = if canvas.is_narrow() { 0.7 } else { 1.0 };
        canvas.colored(look, "", |canvas| {
            for run in series.points.split(|point| point.value.get().is_none()) {
                draw_intervals(canvas, (across, up), run);
                canvas.curve(&class, &run.iter().filter_map(at).collect::<Vec<_>>());
            }
            for point in &series.points {
                let Some(place) = at(point) else { continue };
                let r = self.radius(point) * narrower;
                canvas.group("", &self.tip(series, point), |canvas| {
                    canvas.marker(look, self.fill(point), place, r);
                });
            }
        });
    }

    fn notes(&self) -> String {
        let known = || self.points().filter(|point| point.value.get().is_some());
        let mut notes = Vec::new();
        if known().any(|point| point.interval.is_some()) {
            notes.push(format!("Bands and upright lines: {}.", self.interval));
        }
        if known().any(|point| point.n.is_some()) {
            notes.push("Points grow with the number of statements.".to_owned());
        }
        if known().any(|point| self.fill(point) == Fill::Hollow) {
            notes.push(hollow_note(self.min_n));
        }
        if self.points().any(|point| point.value.get().is_none()) {
            notes.push("Lines break where there is no data.".to_owned());
        }
        notes.join(" ")
    }
}

/// The band of intervals along a run of points; a point with an interval between two without has
/// an upright line.
fn draw_intervals(
    canvas: &mut Canvas,
    (across, up): (&dyn Fn(Date) -> f64, &Scale),
    run: &[TimePoint],
) {
    for part in run.split(|point| point.interval.is_none()) {
        let edge = |bound: fn(Interval) -> f64| {
            part.iter()
                .filter_map(move |point| Some((across(point.date), up.at(bound(point.interval?)))))
        };
        let area: Vec<(f64, f64)> = edge(Interval::low).chain(edge(Interval::high)).collect();
        if let [low, high] = area[..] {
            canvas.line("w", low, high);
        }
        let lower: Vec<(f64, f64)> = edge(Interval::low).collect();
        let area = edge(Interval::high).chain(lower.into_iter().rev());
        canvas.area("i", &area.collect::<Vec<_>>());
    }
}

impl Draw for TimeChart {
    fn title(&self) -> &str {
        &self.title
    }

    fn description(&self) -> String {
        let series = self.series.iter().map(|series| {
            let known = || series.points.iter().filter(|point| point.value.get().is_some());
            let at = |point: &TimePoint| {
                format!("{} in {}", self.axis.number.show_value(point.value), point.shown_date())
            };
            let (Some(first), Some(last)) = (known().next(), known().next_back()) else {
                return format!("{}: no data", series.name);
            };
            let value = |point: &&TimePoint| point.value.get().unwrap_or_default();
            let low = known().min_by(|a, b| value(a).total_cmp(&value(b))).unwrap_or(first);
            let high = known().max_by(|a, b| value(a).total_cmp(&value(b))).unwrap_or(first);
            let unknown = series.points.len() - known().count();
            let gaps = if unknown > 0 {
                format!(", {unknown} periods without data")
            } else {
                String::new()
            };
            format!(
                "{}: {}, {}; lowest {}, highest {}{gaps}",
                series.name,
                at(first),
                at(last),
                at(low),
                at(high)
            )
        });
        let series: Vec<String> = series.collect();
        let mut text =
            format!("Lines of {} over time. {}.", self.axis.label, listed(series.into_iter(), 10));
        let events: Vec<String> = self
            .shown_events()
            .into_iter()
            .map(|event| format!("{}, {}", show(event.date), event.label))
            .collect();
        if !events.is_empty() {
            put(&mut text, format_args!(" Events: {}.", listed(events.into_iter(), 12)));
        }
        text
    }

    fn table(&self) -> Table {
        let has_interval = self.points().any(|point| point.interval.is_some());
        let has_n = self.points().any(|point| point.n.is_some());
        let mut columns: Vec<String> =
            vec!["Period".into(), "Series".into(), self.axis.label.clone()];
        if has_interval {
            columns.extend(["low", "high"].map(|end| format!("{}, {end}", self.interval)));
        }
        columns.extend(has_n.then(|| "Statements".to_owned()));
        let rows = self.series.iter().flat_map(|series| {
            series.points.iter().map(move |point| {
                let number = self.axis.number;
                // Dates as in ISO 8601 are sorted by time.
                let period = point.label.clone().unwrap_or_else(|| point.date.to_string());
                let mut cells = vec![
                    Cell::text(period),
                    Cell::text(&series.name),
                    Cell::number(point.value, number),
                ];
                if has_interval {
                    cells.extend(bound_cells(point.interval, number));
                }
                if has_n {
                    cells.push(point.n.map_or(Cell::Empty, Cell::count));
                }
                cells
            })
        });
        Table { caption: self.title.clone(), rows: rows.collect(), columns }
    }

    fn draw(&self, canvas: &mut Canvas) {
        let room = canvas.width();
        let label = self.axis.upright_label();
        let mut y = canvas.lines("u", (0.0, FIRST_LINE), &label, room) + 4.0;
        let names_ends = !canvas.is_narrow() && (2..=12).contains(&self.series.len());
        if !names_ends && self.series.len() > 1 {
            let entries: Vec<Key<'_>> = self
                .series
                .iter()
                .zip(0..)
                .map(|(series, at)| Key {
                    look: Look::of_series(at),
                    sign: Sign::Line,
                    name: &series.name,
                })
                .collect();
            y = key(canvas, 0.0, y + 4.0, &entries);
        }
        let height = if canvas.is_narrow() { 230.0 } else { 280.0 };
        let guess = Plot { left: 0.0, top: 0.0, right: room, bottom: height };
        let left = tick_room(&self.axis, &self.up(guess));
        let names = self.series.iter().map(|series| series.name.as_str());
        let right = room - if names_ends { end_room(names) } else { 10.0 };

        let (first, last) = self.days();
        let across = |day: f64| left + 8.0 + (day - first) / (last - first) * (right - left - 16.0);
        let shown = self.shown_events();
        let marks: Vec<(f64, &str)> =
            shown.iter().map(|event| (across(day_of(event.date)), event.label.as_str())).collect();
        let flags = events::Flags::new(&marks, canvas.room(), (left, room));
        let top = y - 8.0 + flags.height();
        let plot = Plot { left, top, right, bottom: top + height };
        let up = self.up(plot);

        upright_axis(canvas, plot, &self.axis, &up);
        flags.draw(canvas, &marks, plot.top, plot.bottom);
        canvas.line("a", (plot.left, plot.bottom), (plot.right, plot.bottom));
        if self.points().all(|point| point.value.get().is_none()) {
            plot.say_empty(canvas);
        }
        let at = |date: Date| across(day_of(date));
        for (series, place) in self.series.iter().zip(0..) {
            self.draw_series(canvas, (&at, &up), series, Look::of_series(place));
        }
        if names_ends {
            let ends: Vec<EndLabel<'_>> = self
                .series
                .iter()
                .zip(0..)
                .filter_map(|(series, place)| {
                    let last = series.points.iter().rfind(|p| p.value.get().is_some())?;
                    let (x, y) = (at(last.date), up.at(last.value.get()?));
                    Some(EndLabel { name: &series.name, look: Look::of_series(place), x, y })
                })
                .collect();
            end_labels(canvas, plot, &ends);
        }
        if self.points().next().is_some() {
            let most = plot.width() / 66.0;
            for (day, text) in calendar::ticks(first, last, most) {
                let x = across(day);
                canvas.line("a", (x, plot.bottom), (x, plot.bottom + 5.0));
                let half = width_in("u", &text) / 2.0;
                let x = x.min(room - half).max(half);
                canvas.text("u", (x, plot.bottom + 19.0), Anchor::Middle, &text);
            }
        }
        let mut y = plot.bottom + 40.0;
        let dated: Vec<(String, &str)> =
            shown.iter().map(|event| (show(event.date), event.label.as_str())).collect();
        y = flags.draw_key(canvas, &dated, y);
        let notes = self.notes();
        if !notes.is_empty() {
            y = note(canvas, y, &notes);
        }
        canvas.set_height(y - 8.0);
    }
}

chart!(TimeChart, Times);
