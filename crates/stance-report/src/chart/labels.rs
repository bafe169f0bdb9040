//! Names beside what they name, so that none meets another or could be read as another's.

use super::Plot;
use crate::canvas::{Anchor, Canvas, Fill, width_in};
use crate::look::Look;

/// Boxes that labels take up, so that the next one finds a place beside them: left, top, right,
/// bottom.
#[derive(Default)]
pub(super) struct Taken(Vec<[f64; 4]>);

impl Taken {
    pub(super) fn is_free(&self, [left, top, right, bottom]: [f64; 4]) -> bool {
        let meets = |other: &[f64; 4]| {
            left < other[2] && other[0] < right && top < other[3] && other[1] < bottom
        };
        !self.0.iter().any(meets)
    }

    pub(super) fn take(&mut self, place: [f64; 4]) {
        self.0.push(place);
    }
}

/// A point, its upright line if it has one, and its name if it has one.
pub(super) struct Mark<'a> {
    pub(super) at: (f64, f64),
    pub(super) bar: Option<(f64, f64)>,
    pub(super) name: Option<&'a str>,
}

/// The names of points beside them; numbers and a key where names have no room.
pub(super) struct Names<'a> {
    marks: Vec<Mark<'a>>,
    are_numbers: bool,
    /// Where the name of each mark begins, on its baseline.
    places: Vec<Option<(f64, f64)>>,
}

impl<'a> Names<'a> {
    /// Finds places within `plot`.
    pub(super) fn new(marks: Vec<Mark<'a>>, plot: Plot) -> Self {
        let mut marks = marks;
        marks.sort_by(|a, b| a.at.0.total_cmp(&b.at.0));
        let mut names = Self { marks, are_numbers: false, places: Vec::new() };
        names.places = names.places_in(plot);
        if names
            .marks
            .iter()
            .zip(&names.places)
            .any(|(mark, place)| mark.name.is_some() && place.is_none())
        {
            names.are_numbers = true;
            names.places = names.places_in(plot);
        }
        names
    }

    /// What is written beside each mark.
    fn texts(&self) -> Vec<Option<String>> {
        let mut number = 0_u32;
        let text = |mark: &Mark<'_>| {
            let name = mark.name?;
            number += 1;
            Some(if self.are_numbers { number.to_string() } else { name.to_owned() })
        };
        self.marks.iter().map(text).collect()
    }

    fn places_in(&self, plot: Plot) -> Vec<Option<(f64, f64)>> {
        let mut taken = Taken::default();
        for Mark { at: (x, y), bar, .. } in &self.marks {
            taken.take([x - 6.0, y - 6.0, x + 6.0, y + 6.0]);
            if let Some((low, high)) = bar {
                taken.take([x - 1.5, high.min(*low), x + 1.5, low.max(*high)]);
            }
        }
        let texts = self.texts();
        let place = |(mark, text): (&Mark<'_>, &Option<String>)| {
            let wide = width_in("", text.as_deref()?);
            let place = beside(mark.at, wide).into_iter().find(|&(x, y)| {
                let place = [x - 1.0, y - 11.0, x + wide + 1.0, y + 4.0];
                let is_inside = place[0] >= plot.left
                    && place[1] >= plot.top - 4.0
                    && place[2] <= plot.right
                    && place[3] <= plot.bottom;
                is_inside && taken.is_free(place) && self.is_nearest(mark, place)
            });
            if let Some((x, y)) = place {
                taken.take([x - 1.0, y - 11.0, x + wide + 1.0, y + 4.0]);
            }
            place
        };
        self.marks.iter().zip(&texts).map(place).collect()
    }

    /// Whether no mark is nearer to `place` than the one whose name is there.
    fn is_nearest(&self, mark: &Mark<'_>, place: [f64; 4]) -> bool {
        let own = distance(mark.at, place);
        self.marks
            .iter()
            .all(|other| std::ptr::eq(other, mark) || distance(other.at, place) > own + 0.5)
    }

    pub(super) fn draw(&self, canvas: &mut Canvas) {
        for (text, place) in self.texts().iter().zip(&self.places) {
            if let (Some(text), Some(at)) = (text, place) {
                let class = if self.are_numbers { "b halo" } else { "halo" };
                canvas.text(class, *at, Anchor::Start, text);
            }
        }
    }

    /// Says what the numbers mean, from the baseline `y` down; returns the baseline after that.
    pub(super) fn draw_key(&self, canvas: &mut Canvas, y: f64) -> f64 {
        if !self.are_numbers {
            return y;
        }
        let (mut x, mut y, right) = (0.0, y, canvas.width());
        let named = self.marks.iter().filter_map(|mark| mark.name);
        for (name, number) in named.zip(1_u32..) {
            let number = number.to_string();
            let sign = width_in("b", &number) + 5.0;
            let wide = (sign + width_in("", name)).min(right);
            if x > 0.0 && x + wide > right {
                (x, y) = (0.0, y + 17.0);
            }
            canvas.text("b", (x, y), Anchor::Start, &number);
            canvas.name("", (x + sign, y), Anchor::Start, name, right - x - sign);
            x += wide + 14.0;
        }
        y + 19.0
    }

    /// How many names are not drawn.
    pub(super) fn left_out(&self) -> usize {
        let is_left_out = |(mark, place): &(&Mark<'_>, &Option<(f64, f64)>)| {
            mark.name.is_some() && place.is_none()
        };
        self.marks.iter().zip(&self.places).filter(is_left_out).count()
    }
}

/// Where a name of a width may begin beside a point, the best place first.
fn beside((x, y): (f64, f64), wide: f64) -> [(f64, f64); 12] {
    [
        (x + 9.0, y + 4.0),
        (x - 9.0 - wide, y + 4.0),
        (x + 7.0, y - 8.0),
        (x + 7.0, y + 17.0),
        (x - 7.0 - wide, y - 8.0),
        (x - 7.0 - wide, y + 17.0),
        (x - wide / 2.0, y - 12.0),
        (x - wide / 2.0, y + 20.0),
        (x + 5.0, y - 20.0),
        (x + 5.0, y + 29.0),
        (x - 5.0 - wide, y - 20.0),
        (x - 5.0 - wide, y + 29.0),
    ]
}

/// How far a point is from a box.
fn distance((x, y): (f64, f64), [left, top, right, bottom]: [f64; 4]) -> f64 {
    (x - x.max(left).min(right)).hypot(y - y.max(top).min(bottom))
}

/// The name of a line, at its right end.
pub(super) struct EndLabel<'a> {
    pub(super) name: &'a str,
    pub(super) look: Look,
    pub(super) x: f64,
    pub(super) y: f64,
}

/// How much room the names at the ends of lines take.
pub(super) fn end_room<'a>(names: impl Iterator<Item = &'a str>) -> f64 {
    names.map(|name| width_in("l", name)).fold(0.0, f64::max).min(170.0) + 34.0
}

/// Writes names at the ends of lines, moved apart, each with its marker.
pub(super) fn end_labels(canvas: &mut Canvas, plot: Plot, ends: &[EndLabel<'_>]) {
    let mut wanted: Vec<(f64, usize)> = ends.iter().map(|end| end.y).zip(0..).collect();
    spread(&mut wanted, 17.0, (plot.top, plot.bottom));
    for (y, at) in wanted {
        let Some(end) = ends.get(at) else { continue };
        let x = plot.right + 8.0;
        canvas.line("a", (end.x + 6.0, end.y), (x, y));
        canvas.colored(end.look, "", |canvas| {
            canvas.marker(end.look, Fill::Solid, (x + 8.0, y), 4.5);
        });
        let room = canvas.width() - x - 18.0;
        canvas.name("l", (x + 18.0, y + 4.5), Anchor::Start, end.name, room);
    }
}

/// Moves `wanted` positions apart to at least `gap`, within `low` to `high` if they fit; the order
/// is kept.
fn spread(wanted: &mut [(f64, usize)], gap: f64, (low, high): (f64, f64)) {
    wanted.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let mut free = low;
    for (at, _) in wanted.iter_mut() {
        *at = at.max(free);
        free = *at + gap;
    }
    let mut free = high;
    for (at, _) in wanted.iter_mut().rev() {
        *at = at.min(free);
        free = *at - gap;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLOT: Plot = Plot { left: 0.0, top: 0.0, right: 300.0, bottom: 200.0 };

    fn names<'a>(points: &[(f64, f64, &'a str)]) -> Names<'a> {
        let mark = |&(x, y, name)| Mark { at: (x, y), bar: None, name: Some(name) };
        Names::new(points.iter().map(mark).collect(), PLOT)
    }

    #[test]
    fn a_name_stands_nearest_to_its_own_point() {
        let names =
            names(&[(20.0, 100.0, "other"), (110.0, 102.0, "close"), (114.0, 108.0, "closer")]);
        for ((mark, text), place) in names.marks.iter().zip(names.texts()).zip(&names.places) {
            let (x, y) = place.expect("a place");
            let wide = width_in("", &text.expect("a text"));
            assert!(names.is_nearest(mark, [x - 1.0, y - 11.0, x + wide + 1.0, y + 4.0]));
        }
    }

    #[test]
    fn names_without_room_become_numbers_with_a_key() {
        let near = names(&[(100.0, 100.0, "a"), (200.0, 100.0, "b")]);
        assert!(!near.are_numbers && near.left_out() == 0);
        let long = "a name that is by far too long for the whole of this plot";
        let far = names(&[(100.0, 100.0, long), (200.0, 100.0, "b")]);
        assert!(far.are_numbers && far.left_out() == 0);
        assert_eq!(far.texts(), [Some("1".to_owned()), Some("2".to_owned())]);
    }

    #[test]
    fn ends_are_moved_apart_and_kept_within_the_plot() {
        let mut ends = [(50.0, 0), (52.0, 1), (199.0, 2), (198.0, 3)];
        spread(&mut ends, 17.0, (0.0, 200.0));
        let order: Vec<usize> = ends.iter().map(|(_, at)| *at).collect();
        assert_eq!(order, [0, 1, 3, 2]);
        assert!(ends.windows(2).all(|pair| pair[1].0 - pair[0].0 >= 17.0 - 1e-9), "{ends:?}");
        assert!(ends.iter().all(|(y, _)| (0.0..=200.0).contains(y)), "{ends:?}");
    }
}
