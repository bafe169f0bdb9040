use super::{Draw, FIRST_LINE, Key, Sign, chart, key, listed};
use crate::canvas::{Anchor, Canvas, width_in};
use crate::look::Look;
use crate::table::{Cell, Table};
use crate::value::{NO_DATA, Number, count, real};

/// Rows of counts as bars of equal length, cut in shares.
///
/// # Examples
/// ```
/// use stance_report::{Look, Part, ShareRow, SharesChart};
/// let chart = SharesChart {
///     title: "Statements by stance".into(),
///     counted: "statements".into(),
///     parts: vec![Part::new("supportive", Look::Vermillion), Part::new("distancing", Look::Blue)],
///     rows: vec![ShareRow { name: "Serbia".into(), counts: vec![30, 10] }],
/// };
/// assert!(chart.to_svg().contains("75%"));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct SharesChart {
    /// What the chart is called.
    pub title: String,
    /// What is counted: "statements".
    pub counted: String,
    /// The parts, from the left.
    pub parts: Vec<Part>,
    /// The rows, from above.
    pub rows: Vec<ShareRow>,
}

/// One part of each bar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// What it is.
    pub name: String,
    /// How it looks; gray goes with what is neutral.
    pub look: Look,
}

impl Part {
    /// A part.
    pub fn new(name: impl Into<String>, look: Look) -> Self {
        Self { name: name.into(), look }
    }
}

/// One bar of a [`SharesChart`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShareRow {
    /// Whose bar it is.
    pub name: String,
    /// How many of each part: one count a part; those missing are zero, more are left out.
    pub counts: Vec<u64>,
}

const SHARE: Number = Number::Percent(0);

impl SharesChart {
    fn counts<'a>(&'a self, row: &'a ShareRow) -> impl Iterator<Item = (&'a Part, u64)> {
        let counts = row.counts.iter().copied().chain(std::iter::repeat(0));
        self.parts.iter().zip(counts)
    }

    fn total(&self, row: &ShareRow) -> u64 {
        self.counts(row).fold(0, |total, (_, count)| total.saturating_add(count))
    }

    fn tip(&self, row: &ShareRow) -> String {
        let total = self.total(row);
        if total == 0 {
            return format!("{}: {NO_DATA}", row.name);
        }
        let shares = self
            .counts(row)
            .map(|(part, n)| format!("{} {}", part.name, SHARE.show(real(n) / real(total))));
        let shares = shares.collect::<Vec<_>>().join(", ");
        format!("{}: {shares} of {} {}", row.name, count(total), self.counted)
    }

    fn draw_bar(&self, canvas: &mut Canvas, row: &ShareRow, at: (f64, f64), size: (f64, f64)) {
        let total = real(self.total(row));
        canvas.group("", &self.tip(row), |canvas| {
            if total == 0.0 {
                canvas.empty(at, size);
                let middle = (at.0 + size.0 / 2.0, at.1 + size.1 / 2.0 + 4.0);
                canvas.text("halo", middle, Anchor::Middle, NO_DATA);
                return;
            }
            let mut x = at.0;
            for (part, n) in self.counts(row).filter(|(_, n)| *n > 0) {
                let share = real(n) / total;
                let wide = share * size.0;
                canvas.hatched(part.look, (x, at.1), ((wide - 1.0).max(0.5), size.1));
                let text = SHARE.show(share);
                if width_in("b", &text) + 8.0 <= wide {
                    let class = format!("b on{}", part.look.index());
                    let middle = (x + wide / 2.0, at.1 + size.1 / 2.0 + 4.0);
                    canvas.text(&class, middle, Anchor::Middle, &text);
                }
                x += wide;
            }
        });
    }
}

impl Draw for SharesChart {
    fn title(&self) -> &str {
        &self.title
    }

    fn description(&self) -> String {
        let rows = listed(self.rows.iter().map(|row| self.tip(row)), 12);
        format!("Bars of shares, {} rows. {rows}.", self.rows.len())
    }

    fn table(&self) -> Table {
        let mut columns = vec!["Name".to_owned()];
        for part in &self.parts {
            columns.push(part.name.clone());
            columns.push(format!("{}, share", part.name));
        }
        columns.push(format!("All {}", self.counted));
        let rows = self.rows.iter().map(|row| {
            let total = self.total(row);
            let mut cells = vec![Cell::text(&row.name)];
            for (_, n) in self.counts(row) {
                cells.push(Cell::count(n));
                // 0 / 0 is no data.
                cells.push(Cell::number(real(n) / real(total), Number::Percent(1)));
            }
            cells.push(Cell::count(total));
            cells
        });
        Table { caption: self.title.clone(), rows: rows.collect(), columns }
    }

    fn draw(&self, canvas: &mut Canvas) {
        let narrow = canvas.is_narrow();
        let right = canvas.width() - 1.0;
        let keys: Vec<Key<'_>> = self
            .parts
            .iter()
            .map(|part| Key { look: part.look, sign: Sign::Box, name: &part.name })
            .collect();
        let mut y = key(canvas, 0.0, FIRST_LINE, &keys) - 4.0;
        let totals: Vec<String> = self.rows.iter().map(|row| count(self.total(row))).collect();
        let n_room = totals.iter().map(|n| width_in("u", n)).fold(10.0, f64::max);
        let names = self.rows.iter().map(|row| width_in("l", &row.name));
        let name_room =
            if narrow { right - n_room - 12.0 } else { names.fold(40.0, f64::max).min(220.0) };
        let (left, end) =
            if narrow { (0.0, right) } else { (name_room + 12.0, right - n_room - 12.0) };
        canvas.text("u", (right, y + 4.0), Anchor::End, "n");
        y += 10.0;
        for (row, total) in self.rows.iter().zip(&totals) {
            let (base, bar, step) =
                if narrow { (y + 14.0, y + 19.0, 44.0) } else { (y + 16.5, y + 2.0, 26.0) };
            canvas.name("l", (0.0, base), Anchor::Start, &row.name, name_room);
            canvas.text("u", (right, base), Anchor::End, total);
            self.draw_bar(canvas, row, (left, bar), (end - left, 20.0));
            y += step;
        }
        if self.rows.is_empty() {
            canvas.empty((0.0, y), (right, 60.0));
            canvas.text("l b halo", (right / 2.0, y + 34.0), Anchor::Middle, "No data");
            y += 60.0;
        }
        y += 10.0;
        for share in [0.0, 0.25, 0.5, 0.75, 1.0] {
            let x = left + (end - left) * share;
            let anchor = match share {
                0.0 => Anchor::Start,
                1.0 => Anchor::End,
                _ => Anchor::Middle,
            };
            canvas.line("a", (x, y - 8.0), (x, y - 4.0));
            canvas.text("u", (x, y + 8.0), anchor, &SHARE.show(share));
        }
        let label = format!("Share of {}", self.counted);
        let y = canvas.lines("u", (left, y + 26.0), &label, right - left);
        canvas.set_height(y - 8.0);
    }
}

chart!(SharesChart, Shares);
