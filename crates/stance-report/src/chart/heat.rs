use super::{Draw, FIRST_LINE, Plot, chart, listed, note};
use crate::canvas::{Anchor, Canvas, SMALL, width_in};
use crate::table::{Cell, Table};
use crate::text::{put, wrap};
use crate::value::{NO_DATA, Number, Value, count, many, whole};

/// Rows by columns of values, each printed in a cell of its color: a confusion matrix, or holders
/// by period.
///
/// Cells without data are hatched, those of too few statements have a dashed frame and no color.
#[derive(Clone, Debug, PartialEq)]
pub struct HeatMap {
    /// What the chart is called.
    pub title: String,
    /// What rows are: "Gold".
    pub row_label: String,
    /// What columns are: "Labeled".
    pub column_label: String,
    /// What is in the cells, with its unit: "Share of gold".
    pub value_label: String,
    /// The names of the rows, from above.
    pub rows: Vec<String>,
    /// The names of the columns, from the left.
    pub columns: Vec<String>,
    /// One list a row, of one cell a column; those missing have no data, more are left out.
    pub cells: Vec<Vec<HeatCell>>,
    /// From which value to which the colors reach.
    pub scale: HeatScale,
    /// How values are written.
    pub number: Number,
    /// Cells of fewer statements than this have no color.
    pub min_n: u64,
}

/// One cell of a [`HeatMap`].
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct HeatCell {
    /// The value.
    pub value: Value,
    /// How many statements it rests on.
    pub n: Option<u64>,
}

impl HeatCell {
    /// A cell of a value.
    pub fn new(value: impl Into<Value>) -> Self {
        Self { value: value.into(), n: None }
    }

    /// A cell of a value that rests on `n` statements.
    pub fn counted(value: impl Into<Value>, n: u64) -> Self {
        Self { value: value.into(), n: Some(n) }
    }
}

/// How the colors of a [`HeatMap`] go with its values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum HeatScale {
    /// From 0 to so much; by default the largest value.
    Sequential(Value),
    /// From minus so much over zero to so much; by default the largest magnitude.
    Diverging(Value),
}

impl HeatMap {
    fn cell(&self, row: usize, column: usize) -> HeatCell {
        let cells = self.cells.get(row);
        cells.and_then(|cells| cells.get(column)).copied().unwrap_or_default()
    }

    fn all(&self) -> impl Iterator<Item = (usize, usize, HeatCell)> {
        let columns = self.columns.len();
        (0..self.rows.len()).flat_map(move |row| {
            (0..columns).map(move |column| (row, column, self.cell(row, column)))
        })
    }

    /// The value at which colors end; above zero.
    fn end(&self) -> f64 {
        let (HeatScale::Sequential(end) | HeatScale::Diverging(end)) = self.scale;
        let largest = || {
            let values = self.all().filter_map(|(.., cell)| cell.value.get());
            values.fold(0.0, |end: f64, value| end.max(value.abs()))
        };
        let end = end.get().unwrap_or_else(largest);
        if end > 0.0 { end } else { 1.0 }
    }

    /// The class of a value's color.
    fn step(&self, value: f64, end: f64) -> &'static str {
        const COLD: [&str; 6] = ["h0", "c1", "c2", "c3", "c4", "c5"];
        const WARM: [&str; 6] = ["h0", "w1", "w2", "w3", "w4", "w5"];
        let share = (value / end).clamp(-1.0, 1.0);
        let steps = match self.scale {
            HeatScale::Sequential(_) => COLD,
            HeatScale::Diverging(_) if share < 0.0 => COLD,
            HeatScale::Diverging(_) => WARM,
        };
        let share =
            if matches!(self.scale, HeatScale::Sequential(_)) { share.max(0.0) } else { share };
        steps.get(whole((share.abs() * 5.0).round())).copied().unwrap_or("h0")
    }

    fn tip(&self, (row, column, cell): (usize, usize, HeatCell)) -> String {
        let name = |names: &[String], at: usize| names.get(at).cloned().unwrap_or_default();
        let value = self.number.show_value(cell.value);
        let n = cell.n.map_or_else(String::new, |n| format!(", n = {}", count(n)));
        format!("{}, {}: {value}{n}", name(&self.rows, row), name(&self.columns, column))
    }

    fn is_small(&self, cell: HeatCell) -> bool {
        cell.n.is_some_and(|n| n < self.min_n)
    }

    fn draw_cell(
        &self,
        canvas: &mut Canvas,
        cell: (usize, usize, HeatCell),
        (x, y): (f64, f64),
        (wide, high): (f64, f64),
        end: f64,
    ) {
        let (at, size) = ((x + 0.5, y + 0.5), (wide - 1.0, high - 1.0));
        let middle = (x + wide / 2.0, y + high / 2.0 + 4.0);
        let text = self.number.show_value(cell.2.value);
        let value = cell.2.value.get().filter(|_| !self.is_small(cell.2));
        let class = value.map_or("", |value| self.step(value, end));
        canvas.group(class, &self.tip(cell), |canvas| match cell.2.value.get() {
            None => canvas.empty(at, size),
            Some(_) if self.is_small(cell.2) => {
                canvas.rect("box", (x + 1.5, y + 1.5), (wide - 3.0, high - 3.0));
                canvas.text("u", middle, Anchor::Middle, &text);
            }
            Some(_) => {
                canvas.rect("", at, size);
                canvas.text("", middle, Anchor::Middle, &text);
            }
        });
    }

    /// The scale of colors; returns the baseline after it.
    fn draw_scale(&self, canvas: &mut Canvas, y: f64, end: f64) -> f64 {
        let (steps, low): (i32, f64) = match self.scale {
            HeatScale::Sequential(_) => (6, 0.0),
            HeatScale::Diverging(_) => (11, -end),
        };
        let width = if canvas.is_narrow() { 16.0 } else { 22.0 };
        let share = |step: i32| low + (end - low) * f64::from(step) / f64::from(steps - 1);
        let (low, high) = (self.number.show(low), self.number.show(end));
        let left = width_in("u", &low) + 6.0;
        canvas.text("u", (0.0, y + 11.0), Anchor::Start, &low);
        for step in 0..steps {
            canvas.group(self.step(share(step), end), "", |canvas| {
                canvas.rect("", (left + f64::from(step) * width, y), (width, 14.0));
            });
        }
        let right = left + f64::from(steps) * width + 6.0;
        canvas.text("u", (right, y + 11.0), Anchor::Start, &high);
        let has = |wanted: &dyn Fn(HeatCell) -> bool| self.all().any(|(.., cell)| wanted(cell));
        let mut y = y + 32.0;
        let mut signs = Vec::new();
        if has(&|cell| cell.value.get().is_none()) {
            signs.push((false, NO_DATA.to_owned()));
        }
        if has(&|cell| cell.value.get().is_some() && self.is_small(cell)) {
            signs.push((true, format!("fewer than {} statements", count(self.min_n))));
        }
        let mut x = 0.0;
        for (is_small, text) in &signs {
            let (at, size) = ((x, y - 11.0), (20.0, 14.0));
            if *is_small {
                canvas.rect("box", at, size);
            } else {
                canvas.empty(at, size);
            }
            canvas.text("u", (x + 26.0, y), Anchor::Start, text);
            x += 26.0 + width_in("u", text) + 20.0;
        }
        if !signs.is_empty() {
            y += 20.0;
        }
        note(canvas, y, &self.value_label)
    }
}

/// How the names of columns are set.
enum Heads {
    Lines(Vec<Vec<String>>),
    Upward(f64),
}

impl Heads {
    fn new(columns: &[String], cell: f64) -> Self {
        let lines: Vec<Vec<String>> =
            columns.iter().map(|name| wrap(name, cell - 4.0, SMALL)).collect();
        let is_whole = |(lines, name): (&Vec<String>, &String)| {
            lines.len() <= 3 && !lines.iter().any(|line| line.ends_with('…') && !name.contains('…'))
        };
        if lines.iter().zip(columns).all(is_whole) {
            return Self::Lines(lines);
        }
        let longest = columns.iter().map(|name| width_in("", name)).fold(0.0, f64::max);
        Self::Upward(longest.min(110.0))
    }

    fn height(&self) -> f64 {
        match self {
            Self::Lines(lines) => lines.iter().map(Vec::len).max().map_or(0.0, |n| many(n) * 15.0),
            Self::Upward(room) => *room + 2.0,
        }
    }
}

impl Draw for HeatMap {
    fn title(&self) -> &str {
        &self.title
    }

    fn description(&self) -> String {
        let (rows, columns) = (self.rows.len(), self.columns.len());
        let mut known: Vec<(usize, usize, HeatCell)> =
            self.all().filter(|(.., cell)| cell.value.get().is_some()).collect();
        let unknown = rows * columns - known.len();
        let mut text = format!(
            "Table of {rows} rows ({}) by {columns} columns ({}); {}.",
            self.row_label, self.column_label, self.value_label
        );
        if rows * columns <= 25 {
            let cells =
                listed(self.all().map(|cell| self.tip(cell)).collect::<Vec<_>>().into_iter(), 25);
            put(&mut text, format_args!(" {cells}."));
            return text;
        }
        known.sort_by(|a, b| rank(a.2).total_cmp(&rank(b.2)));
        if let (Some(low), Some(high)) = (known.first(), known.last()) {
            put(
                &mut text,
                format_args!(" Lowest: {}. Highest: {}.", self.tip(*low), self.tip(*high)),
            );
        }
        if unknown > 0 {
            put(&mut text, format_args!(" No data in {unknown} cells."));
        }
        text
    }

    fn table(&self) -> Table {
        let has_n = self.all().any(|(.., cell)| cell.n.is_some());
        let mut columns = vec![self.row_label.clone()];
        for name in &self.columns {
            columns.push(name.clone());
            columns.extend(has_n.then(|| format!("{name}, n")));
        }
        let rows = self.rows.iter().enumerate().map(|(row, name)| {
            let mut cells = vec![Cell::text(name)];
            for column in 0..self.columns.len() {
                let cell = self.cell(row, column);
                cells.push(Cell::number(cell.value, self.number));
                if has_n {
                    cells.push(cell.n.map_or(Cell::Empty, Cell::count));
                }
            }
            cells
        });
        Table { caption: self.title.clone(), rows: rows.collect(), columns }
    }

    fn draw(&self, canvas: &mut Canvas) {
        let narrow = canvas.is_narrow();
        let names = self.rows.iter().map(|name| width_in("l", name)).fold(20.0, f64::max);
        let names = names
            .min(if narrow { 104.0 } else { 200.0 })
            .max(width_in("b", &self.row_label).min(104.0));
        let texts = self.all().map(|(.., cell)| {
            cell.value.get().map_or(0.0, |value| width_in("", &self.number.show(value)))
        });
        let least = texts.fold(26.0, f64::max) + 8.0;
        let columns = many(self.columns.len().max(1));
        let left = names + 10.0;
        let wide = ((canvas.width() - left) / columns).min(110.0).max(least);
        canvas.widen(left + wide * columns);
        let heads = Heads::new(&self.columns, wide);
        let high = 28.0;
        let end = self.end();

        canvas.name(
            "b",
            (left, FIRST_LINE),
            Anchor::Start,
            &self.column_label,
            canvas.width() - left,
        );
        let top = FIRST_LINE + 10.0 + heads.height();
        canvas.name("b", (0.0, top - 6.0), Anchor::Start, &self.row_label, names);
        for (column, name) in self.columns.iter().enumerate() {
            let middle = left + wide * (many(column) + 0.5);
            match &heads {
                Heads::Lines(lines) => {
                    let lines = lines.get(column).map_or(&[][..], Vec::as_slice);
                    for (at, line) in lines.iter().rev().enumerate() {
                        let at = (middle, top - 6.0 - many(at) * 15.0);
                        canvas.text("", at, Anchor::Middle, line);
                    }
                }
                Heads::Upward(room) => canvas.upward("", (middle + 4.0, top - 5.0), name, *room),
            }
        }
        for (row, name) in self.rows.iter().enumerate() {
            let base = top + many(row) * high + high / 2.0 + 4.0;
            canvas.name("l", (0.0, base), Anchor::Start, name, names);
        }
        for cell in self.all() {
            let at = (left + many(cell.1) * wide, top + many(cell.0) * high);
            self.draw_cell(canvas, cell, at, (wide, high), end);
        }
        let mut bottom = top + many(self.rows.len()) * high;
        if self.rows.is_empty() || self.columns.is_empty() {
            let right = canvas.width();
            Plot { left: 0.0, top: bottom, right, bottom: bottom + 60.0 }.say_empty(canvas);
            bottom += 60.0;
        }
        let y = self.draw_scale(canvas, bottom + 14.0, end);
        canvas.set_height(y - 8.0);
    }
}

fn rank(cell: HeatCell) -> f64 {
    cell.value.get().unwrap_or(f64::NEG_INFINITY)
}

chart!(HeatMap, Heat);
