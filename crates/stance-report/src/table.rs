use crate::text::{escape, put};
use crate::value::{NO_DATA, Number, Value};

/// A table: as data under a chart, or on its own.
///
/// The first cell of a row names it. Rows shorter than the columns are filled up with empty cells,
/// what is longer is cut off.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// What the table holds, in a line.
    pub caption: String,
    /// The names of the columns, with units.
    pub columns: Vec<String>,
    /// The rows, from above.
    pub rows: Vec<Vec<Cell>>,
}

/// What a cell of a [`Table`] holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// A text.
    Text(String),
    /// A number and how it is written; sorted as it is written.
    Number(Value, Number),
    /// Nothing.
    Empty,
}

impl Cell {
    /// A text cell.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A number cell; what is not finite is "no data".
    pub fn number(value: impl Into<Value>, number: Number) -> Self {
        Self::Number(value.into(), number)
    }

    /// A count.
    pub(crate) fn count(n: u64) -> Self {
        Self::Number(crate::value::real(n).into(), Number::Count)
    }
}

impl Table {
    /// Writes the table as HTML, in a region that scrolls where it is wider than the page.
    pub(crate) fn write(&self, out: &mut String) {
        let caption = escape(&self.caption);
        put(
            out,
            format_args!(
                "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"Table: {caption}\">\
             <table><caption>{caption}</caption><thead><tr>"
            ),
        );
        for (at, column) in self.columns.iter().enumerate() {
            let class = if self.is_numeric(at) { " class=\"n\"" } else { "" };
            put(out, format_args!("<th scope=\"col\"{class}>{}</th>", escape(column)));
        }
        out.push_str("</tr></thead><tbody>");
        if self.rows.is_empty() {
            let columns = self.columns.len().max(1);
            put(
                out,
                format_args!("<tr><td class=\"t none\" colspan=\"{columns}\">{NO_DATA}</td></tr>"),
            );
        }
        for row in &self.rows {
            out.push_str("<tr>");
            for at in 0..self.columns.len() {
                write_cell(out, at, row.get(at).unwrap_or(&Cell::Empty));
            }
            out.push_str("</tr>");
        }
        out.push_str("</tbody></table></div>");
    }

    fn is_numeric(&self, column: usize) -> bool {
        self.rows.iter().any(|row| matches!(row.get(column), Some(Cell::Number(..))))
    }
}

/// Cells hold numbers unless their class says that they hold text.
fn write_cell(out: &mut String, at: usize, cell: &Cell) {
    let (open, close) = if at == 0 { ("<th scope=\"row\"", "</th>") } else { ("<td", "</td>") };
    out.push_str(open);
    match cell {
        Cell::Text(text) if at == 0 => put(out, format_args!(">{}", escape(text))),
        Cell::Text(text) => put(out, format_args!(" class=\"t\">{}", escape(text))),
        Cell::Number(value, number) => {
            let class = if value.get().is_some() { "" } else { " class=\"none\"" };
            put(out, format_args!("{class}>{}", number.show_value(*value)));
        }
        Cell::Empty => out.push('>'),
    }
    out.push_str(close);
}
