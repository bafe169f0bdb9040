//! Titles, tables and notes as text: for a terminal, or as Markdown.

use std::fmt::Write as _;

/// How the lines of a table are put together.
pub(crate) trait Layout {
    fn title(&self, out: &mut String, text: &str);
    fn table(&self, out: &mut String, head: &[&str], rows: &[Vec<String>]);
    fn note(&self, out: &mut String, text: &str);
}

/// Aligned columns for a terminal.
pub(crate) struct Plain;

impl Layout for Plain {
    fn title(&self, out: &mut String, text: &str) {
        out.push_str(text);
        out.push_str("\n\n");
    }

    fn table(&self, out: &mut String, head: &[&str], rows: &[Vec<String>]) {
        let mut widths: Vec<usize> = head.iter().map(|cell| cell.len()).collect();
        for row in rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.len());
            }
        }
        let mut line = |cells: &mut dyn Iterator<Item = &str>| {
            let mut text = String::new();
            for (column, (cell, &width)) in cells.zip(&widths).enumerate() {
                // Names to the left, numbers to the right.
                if column == 0 {
                    write!(text, "{cell:<width$}").expect("a string takes every write");
                } else {
                    write!(text, "  {cell:>width$}").expect("a string takes every write");
                }
            }
            out.push_str(text.trim_end());
            out.push('\n');
        };
        line(&mut head.iter().copied());
        for row in rows {
            line(&mut row.iter().map(String::as_str));
        }
        out.push('\n');
    }

    fn note(&self, out: &mut String, text: &str) {
        out.push_str(text);
        out.push('\n');
    }
}

/// Markdown.
pub(crate) struct Markdown;

impl Layout for Markdown {
    fn title(&self, out: &mut String, text: &str) {
        writeln!(out, "## {text}\n").expect("a string takes every write");
    }

    fn table(&self, out: &mut String, head: &[&str], rows: &[Vec<String>]) {
        writeln!(out, "| {} |", head.join(" | ")).expect("a string takes every write");
        let rule = head.iter().enumerate().map(|(i, _)| if i == 0 { "---" } else { "---:" });
        writeln!(out, "| {} |", rule.collect::<Vec<_>>().join(" | ")).expect("a string");
        for row in rows {
            writeln!(out, "| {} |", row.join(" | ")).expect("a string takes every write");
        }
        out.push('\n');
    }

    fn note(&self, out: &mut String, text: &str) {
        writeln!(out, "{text}").expect("a string takes every write");
    }
}
