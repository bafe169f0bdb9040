//! Charts as inline SVG, and self-contained HTML pages around them.
//!
//! It draws, and knows nothing of models or records: commands that compare models and that report
//! stance over time hand it numbers and names. Pictures are written by hand and not by a plotting
//! library: text stays text, colors are CSS custom properties so that light, dark and print need no
//! redrawing, each mark can say what it is, and a chart is laid out anew for a narrow screen.
//!
//! * [`DotPlot`]: ranked rows with intervals; with a second mark, dumbbells.
//! * [`TimeChart`]: lines over time with intervals and events.
//! * [`HeatMap`]: rows by columns with values printed.
//! * [`ReliabilityDiagram`]: confidence against accuracy.
//! * [`CurveChart`]: learning curves, risk against coverage, accuracy against speed.
//! * [`SharesChart`]: bars cut in shares.
//! * [`sparkline`]: a line of text for a terminal.
//! * [`Page`]: one HTML file of sections, [`Figure`]s and [`Table`]s.
//!
//! Each chart is data in public fields and has `to_svg`, a picture in a file of its own. Numbers
//! that are not finite are no data, by [`Value`] and [`Interval`], and drawn as such. Every name
//! is escaped. The same data give the same bytes.
//!
//! ```
//! use stance_report::{Axis, Block, DotPlot, DotRow, Interval, Number, Page, Section};
//! let mut models = DotPlot::new("Models by macro-F1", Axis::new("Macro-F1", Number::Decimal(2)));
//! models.rows = vec![DotRow::new("fast", 0.61), DotRow::new("majority", 0.17)];
//! models.rows[0].interval = Interval::new(0.58, 0.64);
//! let page = Page {
//!     title: "Leaderboard".into(),
//!     sections: vec![Section {
//!         heading: "Scores".into(),
//!         blocks: vec![Block::figure(models, "Higher is better.")],
//!     }],
//!     ..Page::default()
//! };
//! assert!(page.to_html().starts_with("<!DOCTYPE html>"));
//! ```
//!
//! It computes no scores, opens no file and draws no maps.
#![warn(clippy::disallowed_methods)]

mod calendar;
mod canvas;
mod chart;
mod look;
mod page;
mod scale;
mod style;
mod table;
mod text;
mod value;

pub use chart::{
    Axis, Chart, Curve, CurveChart, CurvePoint, DotPlot, DotRow, Event, HeatCell, HeatMap,
    HeatScale, Join, Order, Part, ReliabilityBin, ReliabilityDiagram, Series, ShareRow,
    SharesChart, TimeChart, TimePoint, sparkline,
};
pub use look::Look;
pub use page::{Block, Fact, Figure, Page, Provenance, Section, Source};
pub use scale::Spacing;
pub use table::{Cell, Table};
pub use value::{Interval, Number, Value};
