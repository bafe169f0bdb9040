use super::{
    Axis, Draw, FIRST_LINE, Key, Plot, Sign, chart, hollow_note, key, level_grid, level_label,
    level_ticks, listed, note,
};
use crate::canvas::{Anchor, Canvas, Fill, width_in};
use crate::look::Look;
use crate::scale::Scale;
use crate::table::{Cell, Table};
use crate::text::put;
use crate::value::{Interval, Number, Value, count, many};

/// Rows ranked along one axis, each a dot with its interval: a leaderboard, or holders by net
/// stance.
///
/// With a second mark in each row it is a dumbbell: a naive figure and a corrected one, or words
/// and deeds. Rows of one group share a band under the group's name. Zero has a line of its own if
/// the axis passes it.
///
/// # Examples
/// ```
/// use stance_report::{Axis, DotPlot, DotRow, Interval, Number};
/// let mut plot = DotPlot::new("Models by macro-F1", Axis::new("Macro-F1", Number::Decimal(2)));
/// let mut row = DotRow::new("fast", 0.61);
/// row.interval = Interval::new(0.58, 0.64);
/// plot.rows.push(row);
/// assert!(plot.to_svg().contains("0.61 (0.58 to 0.64)"));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct DotPlot {
    /// What the chart is called.
    pub title: String,
    /// The axis that rows are ranked on.
    pub axis: Axis,
    /// What the dots are, if there is a second one: "words".
    pub first: String,
    /// What the second dots are, if any row has one: "deeds".
    pub second: Option<String>,
    /// What intervals are: "95% bootstrap interval".
    pub interval: String,
    /// In which order rows are drawn.
    pub order: Order,
    /// Rows of fewer statements than this have hollow dots.
    pub min_n: u64,
    /// The rows.
    pub rows: Vec<DotRow>,
}

/// One row of a [`DotPlot`].
#[derive(Clone, Debug, PartialEq)]
pub struct DotRow {
    /// Whose row it is.
    pub name: String,
    /// The group whose band the row is in; groups stand in the order of their first rows.
    pub group: Option<String>,
    /// The value.
    pub value: Value,
    /// The interval of the value.
    pub interval: Option<Interval>,
    /// The second value.
    pub second: Value,
    /// How many statements the value rests on.
    pub n: Option<u64>,
}

/// In which order rows are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// By value from the highest, within groups; ties as given, no data last.
    #[default]
    Ranked,
    /// As given, within groups.
    Given,
}

impl DotPlot {
    /// A plot without rows.
    pub fn new(title: impl Into<String>, axis: Axis) -> Self {
        Self {
            title: title.into(),
            axis,
            first: String::new(),
            second: None,
            interval: "95% interval".to_owned(),
            order: Order::default(),
            min_n: 0,
            rows: Vec::new(),
        }
    }

    /// The rows as drawn, by group.
    fn groups(&self) -> Vec<(Option<&str>, Vec<&DotRow>)> {
        let mut groups: Vec<(Option<&str>, Vec<&DotRow>)> = Vec::new();
        for row in &self.rows {
            let name = row.group.as_deref();
            match groups.iter_mut().find(|(group, _)| *group == name) {
                Some((_, rows)) => rows.push(row),
                None => groups.push((name, vec![row])),
            }
        }
        if self.order == Order::Ranked {
            for (_, rows) in &mut groups {
                rows.sort_by(|a, b| b.rank().total_cmp(&a.rank()));
            }
        }
        groups
    }

    fn numbers(&self) -> impl Iterator<Item = f64> {
        self.rows.iter().flat_map(|row| {
            let interval = row.shown_interval();
            let bounds =
                interval.into_iter().flat_map(|interval| [interval.low(), interval.high()]);
            row.value.get().into_iter().chain(row.second.get()).chain(bounds)
        })
    }

    fn fill(&self, row: &DotRow) -> Fill {
        if row.n.is_some_and(|n| n < self.min_n) { Fill::Hollow } else { Fill::Solid }
    }

    /// The numbers printed beside a row.
    fn figures(&self, row: &DotRow) -> String {
        let number = self.axis.number;
        match (&self.second, row.second.get()) {
            (Some(_), Some(second)) => {
                format!("{} / {}", number.show_value(row.value), number.show(second))
            }
            _ => number.show_both(row.value, row.interval),
        }
    }

    fn tip(&self, row: &DotRow) -> String {
        let number = self.axis.number;
        let mut tip = format!("{}: {}", row.name, number.show_both(row.value, row.interval));
        if let (Some(name), Some(second)) = (&self.second, row.second.get()) {
            put(&mut tip, format_args!("; {name} {}", number.show(second)));
        }
        if let Some(n) = row.n {
            put(&mut tip, format_args!("; n = {}", count(n)));
        }
        tip
    }

    fn key(&self, canvas: &mut Canvas, y: f64) -> f64 {
        let Some(second) = &self.second else { return y };
        let sign = Sign::Marker(Fill::Solid);
        let entries = [
            Key { look: FIRST, sign, name: &self.first },
            Key { look: SECOND, sign, name: second },
        ];
        key(canvas, 0.0, y, &entries)
    }

    fn draw_row(&self, canvas: &mut Canvas, scale: &Scale, row: &DotRow, y: f64) {
        // What is printed beside the row need not be said again.
        let is_whole = row.second.get().is_none() || row.shown_interval().is_none();
        let tip = if is_whole { String::new() } else { self.tip(row) };
        canvas.colored(FIRST, &tip, |canvas| {
            if let (Some(value), Some(second)) = (row.value.get(), row.second.get()) {
                canvas.line("a", (scale.at(value), y), (scale.at(second), y));
            }
            if let Some(interval) = row.shown_interval() {
                canvas.bracket((scale.at(interval.low()), scale.at(interval.high())), y);
            }
            if let Some(second) = row.second.get() {
                canvas.colored(SECOND, "", |canvas| {
                    canvas.marker(SECOND, self.fill(row), (scale.at(second), y), 5.0);
                });
            }
            if let Some(value) = row.value.get() {
                canvas.marker(FIRST, self.fill(row), (scale.at(value), y), 5.0);
            }
        });
    }
}

const FIRST: Look = Look::Blue;
const SECOND: Look = Look::Vermillion;

impl DotRow {
    /// A row of one value.
    pub fn new(name: impl Into<String>, value: impl Into<Value>) -> Self {
        Self {
            name: name.into(),
            group: None,
            value: value.into(),
            interval: None,
            second: Value::NONE,
            n: None,
        }
    }

    fn rank(&self) -> f64 {
        self.value.get().unwrap_or(f64::NEG_INFINITY)
    }

    /// An interval without its value is not drawn.
    fn shown_interval(&self) -> Option<Interval> {
        self.interval.filter(|_| self.value.get().is_some())
    }
}

/// Where the parts of a row stand.
struct Columns {
    plot: Plot,
    name_room: f64,
    /// The right edges of figures and of n.
    figures: f64,
    /// How much room figures have.
    most: f64,
    n: Option<f64>,
    row: f64,
}

impl Columns {
    fn new(plot: &DotPlot, canvas: &Canvas, top: f64) -> Self {
        let widest = |text: &dyn Fn(&DotRow) -> String, class| {
            plot.rows.iter().map(|row| width_in(class, &text(row))).fold(0.0, f64::max)
        };
        let right = canvas.width() - 4.0;
        let most = right * if canvas.is_narrow() { 0.7 } else { 0.4 };
        let figures = widest(&|row| plot.figures(row), "").min(most);
        if canvas.is_narrow() {
            return Self {
                plot: Plot { left: 6.0, top, right: right - 2.0, bottom: top },
                name_room: right - figures - 14.0,
                figures: right,
                most,
                n: None,
                row: 42.0,
            };
        }
        let name_room = widest(&|row| row.name.clone(), "l").clamp(40.0, 220.0);
        let has_n = plot.rows.iter().any(|row| row.n.is_some());
        let n_room = if has_n { widest(&|row| shown_n(row.n), "u").max(12.0) + 16.0 } else { 0.0 };
        let figures_right = right - n_room;
        Self {
            plot: Plot {
                left: name_room + 18.0,
                top,
                right: figures_right - figures - 18.0,
                bottom: top,
            },
            name_room,
            figures: figures_right,
            most,
            n: has_n.then_some(right),
            row: 24.0,
        }
    }
}

fn shown_n(n: Option<u64>) -> String {
    n.map_or_else(|| "–".to_owned(), count)
}

impl Draw for DotPlot {
    fn title(&self) -> &str {
        &self.title
    }

    fn description(&self) -> String {
        let rows: Vec<&DotRow> = self.groups().into_iter().flat_map(|(_, rows)| rows).collect();
        let label = &self.axis.label;
        let tips = listed(rows.iter().map(|row| self.tip(row)), 12);
        let mut text = format!("Dot plot of {} rows by {label}. {tips}.", rows.len());
        if rows.len() > 12 {
            let mut known: Vec<&DotRow> =
                rows.iter().copied().filter(|row| row.value.get().is_some()).collect();
            known.sort_by(|a, b| b.rank().total_cmp(&a.rank()));
            if let (Some(first), Some(last)) = (known.first(), known.last()) {
                put(
                    &mut text,
                    format_args!(" Highest: {}. Lowest: {}.", self.tip(first), self.tip(last)),
                );
            }
        }
        text
    }

    fn table(&self) -> Table {
        let first =
            if self.first.is_empty() { self.axis.label.clone() } else { self.first.clone() };
        let has_groups = self.rows.iter().any(|row| row.group.is_some());
        let has_interval = self.rows.iter().any(|row| row.interval.is_some());
        let has_n = self.rows.iter().any(|row| row.n.is_some());
        let number = self.axis.number;
        let mut columns = vec!["Name".to_owned()];
        columns.extend(has_groups.then(|| "Group".to_owned()));
        columns.push(first);
        columns.extend(has_interval.then(|| format!("{}, low", self.interval)));
        columns.extend(has_interval.then(|| format!("{}, high", self.interval)));
        columns.extend(self.second.clone());
        columns.extend(has_n.then(|| "Statements".to_owned()));
        let rows = self.groups().into_iter().flat_map(|(_, rows)| rows).map(|row| {
            let mut cells = vec![Cell::text(&row.name)];
            if has_groups {
                cells.push(Cell::text(row.group.as_deref().unwrap_or_default()));
            }
            cells.push(Cell::number(row.value, number));
            if has_interval {
                cells.extend(bound_cells(row.interval, number));
            }
            if self.second.is_some() {
                cells.push(Cell::number(row.second, number));
            }
            if has_n {
                cells.push(row.n.map_or(Cell::Empty, Cell::count));
            }
            cells
        });
        Table { caption: self.title.clone(), rows: rows.collect(), columns }
    }

    fn draw(&self, canvas: &mut Canvas) {
        const HEAD: f64 = 24.0;
        let groups = self.groups();
        let has_top_axis = self.rows.len() > 15;
        let key_end = self.key(canvas, FIRST_LINE);
        let ticks_on_top = if has_top_axis { key_end } else { key_end - 6.0 };
        let top = if has_top_axis { key_end + 8.0 } else { key_end - FIRST_LINE + 4.0 };
        let top = if canvas.is_narrow() { top } else { top.max(22.0) };

        let mut columns = Columns::new(self, canvas, top);
        let heads = many(groups.iter().filter(|(name, _)| name.is_some()).count());
        columns.plot.bottom = top + heads * HEAD + many(self.rows.len().max(1)) * columns.row;
        let plot = columns.plot;
        let ticks = if canvas.is_narrow() { 4.0 } else { plot.width() / 80.0 };
        let ends = (plot.left + 6.0, plot.right - 6.0);
        let scale =
            Scale::new(self.axis.spacing, self.numbers(), self.axis.range, ends, ticks.min(8.0));

        let mut y = top;
        for (at, (name, rows)) in groups.iter().enumerate() {
            let height = many(rows.len()) * columns.row + if name.is_some() { HEAD } else { 0.0 };
            if name.is_some() && at % 2 == 0 {
                canvas.rect("band", (0.0, y), (canvas.width(), height));
            }
            y += height;
        }
        level_grid(canvas, plot, &scale);
        if has_top_axis {
            level_ticks(canvas, &self.axis, &scale, ticks_on_top + 2.0);
        }
        if let Some(n) = columns.n {
            canvas.text("u", (n, top - 8.0), Anchor::End, "n");
        }
        if self.rows.is_empty() {
            plot.say_empty(canvas);
        }

        let mut y = top;
        for (name, rows) in &groups {
            if let Some(name) = name {
                let room = canvas.width() - 12.0;
                canvas.name("b u halo", (4.0, y + 16.0), Anchor::Start, name, room);
                y += HEAD;
            }
            for row in rows {
                let narrow = canvas.is_narrow();
                let base = if narrow { y + 15.0 } else { y + columns.row / 2.0 + 4.0 };
                let halo = if narrow { "l halo" } else { "l" };
                canvas.name(halo, (4.0, base), Anchor::Start, &row.name, columns.name_room);
                let class = match (row.value.get(), narrow) {
                    (None, _) => "u",
                    (_, true) => "halo",
                    (_, false) => "",
                };
                let figures = self.figures(row);
                canvas.name(class, (columns.figures, base), Anchor::End, &figures, columns.most);
                if let Some(n) = columns.n {
                    canvas.text("u", (n, base), Anchor::End, &shown_n(row.n));
                }
                let line = if narrow { y + 27.0 } else { y + columns.row / 2.0 };
                self.draw_row(canvas, &scale, row, line);
                y += columns.row;
            }
        }

        level_ticks(canvas, &self.axis, &scale, plot.bottom + 16.0);
        let mut y = level_label(canvas, plot, &self.axis, plot.bottom + 36.0);
        let mut notes = Vec::new();
        if self.rows.iter().any(|row| row.shown_interval().is_some()) {
            notes.push(format!("Lines and brackets: {}.", self.interval));
        }
        if self.rows.iter().any(|row| self.fill(row) == Fill::Hollow) {
            notes.push(hollow_note(self.min_n));
        }
        if !notes.is_empty() {
            y = note(canvas, y + 4.0, &notes.join(" "));
        }
        canvas.set_height(y - 8.0);
    }
}

/// The bounds of an interval as two cells.
pub(super) fn bound_cells(interval: Option<Interval>, number: Number) -> [Cell; 2] {
    interval.map_or([Cell::Empty, Cell::Empty], |interval| {
        [Cell::number(interval.low(), number), Cell::number(interval.high(), number)]
    })
}

chart!(DotPlot, Dots);
