use super::labels::{EndLabel, Mark, Names, end_labels, end_room};
use super::{
    Axis, Draw, FIRST_LINE, Key, Plot, Sign, chart, key, level_grid, level_label, level_ticks,
    listed, note, tick_room, upright_axis,
};
use crate::canvas::{Canvas, Fill};
use crate::chart::dots::bound_cells;
use crate::look::Look;
use crate::scale::Scale;
use crate::table::{Cell, Table};
use crate::value::{Interval, Value};

/// Curves or points over two numbers: a learning curve, risk against coverage, accuracy against
/// speed.
#[derive(Clone, Debug, PartialEq)]
pub struct CurveChart {
    /// What the chart is called.
    pub title: String,
    /// The level axis.
    pub x: Axis,
    /// The upright axis.
    pub y: Axis,
    /// What intervals are: "95% interval".
    pub interval: String,
    /// The curves.
    pub curves: Vec<Curve>,
}

/// One curve of a [`CurveChart`]. Its look is that of its place: seven differ.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// What it is.
    pub name: String,
    /// Whether a line joins its points.
    pub join: Join,
    /// The points; a line breaks where one has no data.
    pub points: Vec<CurvePoint>,
}

/// Whether a line joins the points of a [`Curve`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Join {
    /// A line joins them in their order.
    Line,
    /// Each stands alone.
    Points,
}

/// One point of a [`Curve`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CurvePoint {
    /// Where it is on the level axis.
    pub x: Value,
    /// Where it is on the upright axis.
    pub y: Value,
    /// The interval of `y`.
    pub interval: Option<Interval>,
    /// A name beside the point, if there is room.
    pub label: Option<String>,
}

impl CurvePoint {
    /// A point.
    pub fn new(x: impl Into<Value>, y: impl Into<Value>) -> Self {
        Self { x: x.into(), y: y.into(), interval: None, label: None }
    }
}

impl CurveChart {
    /// Where a point is, if it has a place on both axes.
    fn place(&self, point: &CurvePoint) -> Option<(f64, f64)> {
        let (x, y) = (point.x.get()?, point.y.get()?);
        (self.x.spacing.holds(x) && self.y.spacing.holds(y)).then_some((x, y))
    }

    fn places(&self) -> impl Iterator<Item = (f64, f64, Option<Interval>)> {
        let points = self.curves.iter().flat_map(|curve| &curve.points);
        points.filter_map(|point| {
            let interval = point.interval.filter(|it| self.y.spacing.holds(it.low()));
            self.place(point).map(|(x, y)| (x, y, interval))
        })
    }

    fn tip(&self, curve: &Curve, point: &CurvePoint) -> String {
        let name = point.label.as_ref().unwrap_or(&curve.name);
        let x = self.x.number.show_value(point.x);
        format!("{name}: {} at {x}", self.y.number.show_both(point.y, point.interval))
    }

    fn scales(&self, plot: Plot, inset: f64) -> (Scale, Scale) {
        let ticks = (plot.width() / 80.0).clamp(3.0, 8.0);
        let across = Scale::new(
            self.x.spacing,
            self.places().map(|(x, ..)| x),
            self.x.range,
            (plot.left + inset, plot.right - inset),
            ticks,
        );
        let bounds = |interval: Option<Interval>| {
            interval.into_iter().flat_map(|interval| [interval.low(), interval.high()])
        };
        let up = Scale::new(
            self.y.spacing,
            self.places().flat_map(|(_, y, interval)| bounds(interval).chain([y])),
            self.y.range,
            (plot.bottom, plot.top),
            5.0,
        );
        (across, up)
    }

    fn draw_curve(
        &self,
        canvas: &mut Canvas,
        (across, up): (&Scale, &Scale),
        curve: &Curve,
        look: Look,
    ) {
        let at = |point: &CurvePoint| self.place(point).map(|(x, y)| (across.at(x), up.at(y)));
        let is_line = curve.join == Join::Line;
        canvas.colored(look, "", |canvas| {
            if is_line {
                let class = format!("s d{}", look.index());
                for run in curve.points.split(|point| at(point).is_none()) {
                    band(canvas, run, &at, up);
                    canvas.curve(&class, &run.iter().filter_map(at).collect::<Vec<_>>());
                }
            }
            // Along a line of many points markers would hide it.
            if is_line && curve.points.len() > 24 {
                return;
            }
            for point in &curve.points {
                let Some((x, y)) = at(point) else { continue };
                canvas.group("", &self.tip(curve, point), |canvas| {
                    if let (Join::Points, Some(interval)) = (curve.join, point.interval) {
                        canvas.line("w", (x, up.at(interval.low())), (x, up.at(interval.high())));
                    }
                    canvas.marker(look, Fill::Solid, (x, y), 4.5);
                });
            }
        });
    }

    /// The points, for their names.
    fn marks(&self, across: &Scale, up: &Scale) -> Vec<Mark<'_>> {
        let mut marks = Vec::new();
        for curve in &self.curves {
            for point in &curve.points {
                let Some((x, y)) = self.place(point) else { continue };
                let bar = point.interval.filter(|_| curve.join == Join::Points);
                marks.push(Mark {
                    at: (across.at(x), up.at(y)),
                    bar: bar.map(|bar| (up.at(bar.low()), up.at(bar.high()))),
                    name: point.label.as_deref(),
                });
            }
        }
        marks
    }

    /// The names of lines at their right ends.
    fn draw_ends(&self, canvas: &mut Canvas, plot: Plot, (across, up): (&Scale, &Scale)) {
        let ends: Vec<(usize, f64, f64)> = self
            .curves
            .iter()
            .enumerate()
            .filter_map(|(at, curve)| {
                let last = curve.points.iter().rev().find_map(|point| self.place(point))?;
                Some((at, across.at(last.0), up.at(last.1)))
            })
            .collect();
        let named: Vec<EndLabel<'_>> = ends
            .iter()
            .filter_map(|&(at, x, y)| {
                let name = self.curves.get(at)?.name.as_str();
                Some(EndLabel { name, look: Look::of_series(at), x, y })
            })
            .collect();
        end_labels(canvas, plot, &named);
    }

    /// Whether lines are named at their ends rather than by a key.
    fn names_ends(&self, canvas: &Canvas) -> bool {
        let are_lines = self.curves.iter().all(|curve| curve.join == Join::Line);
        !canvas.is_narrow() && are_lines && (2..=12).contains(&self.curves.len())
    }
}

/// The band of intervals along a run of points.
fn band(
    canvas: &mut Canvas,
    run: &[CurvePoint],
    at: &impl Fn(&CurvePoint) -> Option<(f64, f64)>,
    up: &Scale,
) {
    for part in run.split(|point| point.interval.is_none()) {
        let edge = |bound: fn(Interval) -> f64| {
            part.iter().filter_map(move |point| Some((at(point)?.0, up.at(bound(point.interval?)))))
        };
        let lower: Vec<(f64, f64)> = edge(Interval::low).collect();
        let area: Vec<(f64, f64)> = edge(Interval::high).chain(lower.into_iter().rev()).collect();
        canvas.area("i", &area);
    }
}

impl Draw for CurveChart {
    fn title(&self) -> &str {
        &self.title
    }

    fn description(&self) -> String {
        let curves = self.curves.iter().map(|curve| {
            let known = || curve.points.iter().filter(|point| self.place(point).is_some());
            match (curve.join, known().next(), known().next_back()) {
                (Join::Line, Some(first), Some(last)) => {
                    let unnamed = |point: &CurvePoint| {
                        let x = self.x.number.show_value(point.x);
                        format!("{} at {x}", self.y.number.show_both(point.y, point.interval))
                    };
                    format!("{}: from {} to {}", curve.name, unnamed(first), unnamed(last))
                }
                (Join::Points, Some(_), _) => {
                    let points: Vec<String> = known().map(|point| self.tip(curve, point)).collect();
                    listed(points.into_iter(), 20)
                }
                _ => format!("{}: no data", curve.name),
            }
        });
        let curves: Vec<String> = curves.collect();
        let (x, y) = (&self.x.label, &self.y.label);
        format!("{y} by {x}. {}.", listed(curves.into_iter(), 12))
    }

    fn table(&self) -> Table {
        let points =
            || self.curves.iter().flat_map(|curve| curve.points.iter().map(move |p| (curve, p)));
        let has_interval = points().any(|(_, point)| point.interval.is_some());
        let has_label = points().any(|(_, point)| point.label.is_some());
        let mut columns = vec!["Curve".to_owned()];
        columns.extend(has_label.then(|| "Point".to_owned()));
        columns.extend([self.x.label.clone(), self.y.label.clone()]);
        if has_interval {
            columns.extend(["low", "high"].map(|end| format!("{}, {end}", self.interval)));
        }
        let rows = points().map(|(curve, point)| {
            let mut cells = vec![Cell::text(&curve.name)];
            if has_label {
                cells.push(Cell::text(point.label.as_deref().unwrap_or_default()));
            }
            cells.push(Cell::number(point.x, self.x.number));
            cells.push(Cell::number(point.y, self.y.number));
            if has_interval {
                cells.extend(bound_cells(point.interval, self.y.number));
            }
            cells
        });
        Table { caption: self.title.clone(), rows: rows.collect(), columns }
    }

    fn draw(&self, canvas: &mut Canvas) {
        let label = self.y.upright_label();
        let room = canvas.width();
        let mut y = canvas.lines("u", (0.0, FIRST_LINE), &label, room) + 4.0;
        let names_ends = self.names_ends(canvas);
        if !names_ends && self.curves.len() > 1 {
            let entries: Vec<Key<'_>> = self
                .curves
                .iter()
                .zip(0..)
                .map(|(curve, at)| {
                    let is_line = curve.join == Join::Line;
                    let sign = if is_line { Sign::Line } else { Sign::Marker(Fill::Solid) };
                    Key { look: Look::of_series(at), sign, name: &curve.name }
                })
                .collect();
            y = key(canvas, 0.0, y + 4.0, &entries);
        }
        let top = y - 4.0;
        let bottom = top + if canvas.is_narrow() { 230.0 } else { 290.0 };
        let guess = Plot { left: 0.0, top, right: room, bottom };
        let left = tick_room(&self.y, &self.scales(guess, 8.0).1);
        let ends =
            if names_ends { end_room(self.curves.iter().map(|c| c.name.as_str())) } else { 6.0 };
        let plot = Plot { left, right: room - ends, ..guess };
        let (across, up) = self.scales(plot, 8.0);

        level_grid(canvas, plot, &across);
        upright_axis(canvas, plot, &self.y, &up);
        canvas.line("a", (plot.left, plot.bottom), (plot.right, plot.bottom));
        if self.places().next().is_none() {
            plot.say_empty(canvas);
        }
        for (curve, at) in self.curves.iter().zip(0..) {
            self.draw_curve(canvas, (&across, &up), curve, Look::of_series(at));
        }
        if names_ends {
            self.draw_ends(canvas, plot, (&across, &up));
        }
        let names = Names::new(self.marks(&across, &up), plot);
        names.draw(canvas);

        level_ticks(canvas, &self.x, &across, plot.bottom + 17.0);
        let mut y = level_label(canvas, plot, &self.x, plot.bottom + 37.0);
        y = names.draw_key(canvas, y + 4.0);
        let mut notes = Vec::new();
        if self.places().any(|(.., interval)| interval.is_some()) {
            notes.push(format!("Bands and upright lines: {}.", self.interval));
        }
        if names.left_out() > 0 {
            let left_out = names.left_out();
            notes.push(format!("Without room for a name: {left_out}; the table has all."));
        }
        if !notes.is_empty() {
            y = note(canvas, y, &notes.join(" "));
        }
        canvas.set_height(y - 8.0);
    }
}

chart!(CurveChart, Curves);
