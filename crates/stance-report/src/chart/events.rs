//! Marks of events over a chart of time, so that no label meets another or a mark's line.

use super::labels::Taken;
use crate::canvas::{Anchor, Canvas, Room, TEXT, width_in};
use crate::text::shorten;
use crate::value::many;

/// How the events of a chart are marked.
pub(crate) struct Flags {
    kind: Kind,
    /// Where each flag stands: its left edge and its lane from above; none if there is no room.
    places: Vec<Option<(f64, usize)>>,
    lanes: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Each has its label.
    Labels,
    /// Each has a number, which a list under the chart explains.
    Numbers,
}

const LANE: f64 = 17.0;
const MOST_ROOM: f64 = 190.0;
const NUMBER: f64 = 18.0;

impl Flags {
    /// Finds places for the flags of `marks`, events at their pixels, ascending.
    pub(crate) fn new(marks: &[(f64, &str)], room: Room, (left, right): (f64, f64)) -> Self {
        let labels = Self::place(marks, Kind::Labels, (left, right));
        let is_placed = labels.places.iter().all(Option::is_some);
        if room == Room::Wide && is_placed && labels.lanes <= 4 {
            return labels;
        }
        Self::place(marks, Kind::Numbers, (left, right))
    }

    fn place(marks: &[(f64, &str)], kind: Kind, (left, right): (f64, f64)) -> Self {
        const LANES: usize = 6;
        let mut taken = Taken::default();
        let bottom = many(LANES) * LANE;
        let places: Vec<Option<(f64, usize)>> = marks
            .iter()
            .map(|&(x, label)| {
                let (wide, starts) = match kind {
                    Kind::Labels => {
                        let wide = width_in("", &shorten(label, MOST_ROOM, 12.0));
                        (wide, [x + 4.0, x - 4.0 - wide])
                    }
                    Kind::Numbers => (NUMBER, [x, x - NUMBER]),
                };
                let options = (0..LANES).flat_map(|lane| starts.map(|start| (start, lane)));
                let fits = |&(start, lane): &(f64, usize)| {
                    let top = many(lane) * LANE;
                    let line = [x - 1.0, top, x + 1.0, bottom];
                    let flag = [start, top, start + wide, top + LANE];
                    let is_inside = match kind {
                        Kind::Labels => start >= left && start + wide <= right,
                        Kind::Numbers => true,
                    };
                    is_inside && taken.is_free(flag) && taken.is_free(line)
                };
                let place = options.into_iter().find(fits);
                if let Some((start, lane)) = place {
                    let top = many(lane) * LANE;
                    taken.take([start - 3.0, top, start + wide + 3.0, top + LANE]);
                    taken.take([x - 1.0, top, x + 1.0, bottom]);
                }
                place
            })
            .collect();
        let lanes = places.iter().flatten().map(|(_, lane)| lane + 1).max().unwrap_or(0);
        Self { kind, places, lanes }
    }

    /// How high the flags stand over the plot.
    pub(crate) fn height(&self) -> f64 {
        many(self.lanes) * LANE
    }

    pub(crate) fn draw(&self, canvas: &mut Canvas, marks: &[(f64, &str)], top: f64, bottom: f64) {
        for (at, (&(x, label), place)) in marks.iter().zip(&self.places).enumerate() {
            canvas.group("", label, |canvas| {
                let Some((start, lane)) = *place else {
                    return canvas.line("ev", (x, top), (x, bottom));
                };
                let y = top - self.height() + many(lane) * LANE;
                canvas.line("ev", (x, y), (x, bottom));
                if self.kind == Kind::Labels {
                    canvas.name("", (start, y + 11.0), Anchor::Start, label, MOST_ROOM);
                } else {
                    canvas.rect("tag", (start, y), (NUMBER, LANE - 2.0));
                    let middle = (start + NUMBER / 2.0, y + 11.5);
                    canvas.text("b", middle, Anchor::Middle, &(at + 1).to_string());
                }
            });
        }
    }

    /// Explains the numbers; returns the baseline after that.
    pub(crate) fn draw_key(&self, canvas: &mut Canvas, events: &[(String, &str)], y: f64) -> f64 {
        if self.kind == Kind::Labels || events.is_empty() {
            return y;
        }
        let room = canvas.width() - 24.0;
        events.iter().zip(1..).fold(y, |y, ((date, label), number)| {
            canvas.text("b", (0.0, y), Anchor::Start, &number.to_string());
            canvas.lines("l", (24.0, y), &format!("{date}: {label}"), room).max(y + TEXT)
        }) + 4.0
    }
}
