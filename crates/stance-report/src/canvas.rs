use std::collections::BTreeSet;
use std::fmt::Arguments;

use crate::look::Look;
use crate::style;
use crate::text::{escape, put, shorten, width, wrap};

/// The sizes that text is set in, in pixels.
pub(crate) const SMALL: f64 = 12.0;
pub(crate) const TEXT: f64 = 13.0;
const TITLE: f64 = 17.0;

/// For how much room a chart is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Room {
    /// A column of text on a screen or on paper.
    Wide,
    /// A telephone held upright.
    Narrow,
}

impl Room {
    /// Pixels across.
    pub(crate) fn width(self) -> f64 {
        match self {
            Self::Wide => 760.0,
            Self::Narrow => 340.0,
        }
    }
}

/// Where a text stands to its point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

/// How a marker is filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fill {
    Solid,
    Hollow,
}

/// A chart being drawn: shapes are added from back to front.
pub(crate) struct Canvas {
    id: String,
    room: Room,
    width: f64,
    height: f64,
    body: String,
    hatches: BTreeSet<Look>,
    is_hatched_empty: bool,
}

impl Canvas {
    /// An empty canvas; `id` begins every id in it.
    pub(crate) fn new(id: &str, room: Room) -> Self {
        Self {
            id: id.to_owned(),
            room,
            width: room.width(),
            height: 0.0,
            body: String::new(),
            hatches: BTreeSet::new(),
            is_hatched_empty: false,
        }
    }

    pub(crate) fn room(&self) -> Room {
        self.room
    }

    pub(crate) fn is_narrow(&self) -> bool {
        self.room == Room::Narrow
    }

    pub(crate) fn width(&self) -> f64 {
        self.width
    }

    /// Makes the canvas wider than its room, which then scrolls.
    pub(crate) fn widen(&mut self, width: f64) {
        self.width = self.width.max(width);
    }

    /// Sets the height once all is drawn.
    pub(crate) fn set_height(&mut self, height: f64) {
        self.height = height;
    }

    fn put(&mut self, markup: Arguments<'_>) {
        put(&mut self.body, markup);
    }

    /// What `draw` adds as a group that shares `class` and says `tip` when it is pointed at.
    ///
    /// Tips need a pointer, which goes with a wide screen: there is none on a narrow canvas.
    pub(crate) fn group(&mut self, class: &str, tip: &str, draw: impl FnOnce(&mut Self)) {
        let has_tip = !tip.is_empty() && !self.is_narrow();
        if class.is_empty() && !has_tip {
            return draw(self);
        }
        let class = class_of(class);
        self.put(format_args!("<g{class}>"));
        if has_tip {
            self.put(format_args!("<title>{}</title>", escape(tip)));
        }
        draw(self);
        self.put(format_args!("</g>"));
    }

    /// The same in the color of `look`.
    pub(crate) fn colored(&mut self, look: Look, tip: &str, draw: impl FnOnce(&mut Self)) {
        self.group(&format!("k{}", look.index()), tip, draw);
    }

    pub(crate) fn line(&mut self, class: &str, from: (f64, f64), to: (f64, f64)) {
        let path = path(&[from, to]);
        self.put(format_args!("<path class=\"{class}\" d=\"{path}\"/>"));
    }

    /// A level line between two brackets.
    pub(crate) fn bracket(&mut self, (low, high): (f64, f64), y: f64) {
        let (low, high, y, top) = (px(low), px(high), px(y), px(y - 4.0));
        self.put(format_args!(
            "<path class=\"s\" d=\"M{low} {y}H{high}M{low} {top}v8M{high} {top}v8\"/>"
        ));
    }

    /// A line through `points`; fewer than two draw nothing.
    pub(crate) fn curve(&mut self, class: &str, points: &[(f64, f64)]) {
        if points.len() > 1 {
            let path = path(points);
            self.put(format_args!("<path class=\"{class}\" d=\"{path}\"/>"));
        }
    }

    /// The area that `points` go round; fewer than three draw nothing.
    pub(crate) fn area(&mut self, class: &str, points: &[(f64, f64)]) {
        if points.len() > 2 {
            let path = path(points);
            self.put(format_args!("<path class=\"{class}\" d=\"{path}Z\"/>"));
        }
    }

    pub(crate) fn rect(&mut self, class: &str, (x, y): (f64, f64), (width, height): (f64, f64)) {
        let (x, y, width, height) = (px(x), px(y), px(width.max(0.0)), px(height.max(0.0)));
        let class = class_of(class);
        self.put(format_args!(
            "<rect{class} x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"/>"
        ));
    }

    /// A rectangle in `look`'s color and hatch.
    pub(crate) fn hatched(&mut self, look: Look, at: (f64, f64), size: (f64, f64)) {
        self.rect(&format!("f k{}", look.index()), at, size);
        if !look.hatch().is_empty() {
            self.hatches.insert(look);
            let fill = format!("{}-h{}", self.id, look.index());
            self.filled_by(&fill, at, size);
        }
    }

    /// A rectangle hatched as having no data.
    pub(crate) fn empty(&mut self, at: (f64, f64), size: (f64, f64)) {
        self.is_hatched_empty = true;
        let fill = format!("{}-none", self.id);
        self.filled_by(&fill, at, size);
    }

    fn filled_by(&mut self, id: &str, (x, y): (f64, f64), (width, height): (f64, f64)) {
        let (x, y, width, height) = (px(x), px(y), px(width.max(0.0)), px(height.max(0.0)));
        self.put(format_args!(
            "<rect fill=\"url(#{id})\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"/>"
        ));
    }

    /// `look`'s marker, of the area of a circle of radius `r`, in the color of its group.
    pub(crate) fn marker(&mut self, look: Look, fill: Fill, (x, y): (f64, f64), r: f64) {
        let class = if fill == Fill::Solid { "p" } else { "p o" };
        // The frame of a hollow marker adds to it.
        let r = if fill == Fill::Hollow { r * 0.85 } else { r };
        let r = if look == Look::Gray { r * 0.8 } else { r };
        let outline = look.outline(x, y, r);
        if outline.is_empty() {
            let (x, y, r) = (px(x), px(y), px(r));
            let class = class_of(if fill == Fill::Solid { "" } else { class });
            self.put(format_args!("<circle{class} cx=\"{x}\" cy=\"{y}\" r=\"{r}\"/>"));
        } else {
            self.area(class, &outline);
        }
    }

    /// A text in one line.
    pub(crate) fn text(&mut self, class: &str, (x, y): (f64, f64), anchor: Anchor, text: &str) {
        self.lettering(class, (x, y), anchor, text, "");
    }

    /// A text shortened to `room` pixels; pointing at it shows the whole.
    pub(crate) fn name(
        &mut self,
        class: &str,
        at: (f64, f64),
        anchor: Anchor,
        text: &str,
        room: f64,
    ) {
        let short = shorten(text, room, size_of(class));
        let whole = if short == text { "" } else { text };
        self.lettering(class, at, anchor, &short, whole);
    }

    /// A text that reads upward from (`x`, `y`), shortened to `room` pixels.
    pub(crate) fn upward(&mut self, class: &str, (x, y): (f64, f64), text: &str, room: f64) {
        let (x, y) = (px(x), px(y));
        self.put(format_args!("<g transform=\"translate({x} {y})rotate(-90)\">"));
        self.name(class, (0.0, 0.0), Anchor::Start, text, room);
        self.put(format_args!("</g>"));
    }

    fn lettering(
        &mut self,
        class: &str,
        (x, y): (f64, f64),
        anchor: Anchor,
        text: &str,
        whole: &str,
    ) {
        let anchor = match anchor {
            Anchor::Start => "",
            Anchor::Middle => "m",
            Anchor::End => "e",
        };
        let gap = if class.is_empty() || anchor.is_empty() { "" } else { " " };
        let (x, y, text) = (px(x), px(y), escape(text));
        let class = class_of(&format!("{class}{gap}{anchor}"));
        self.put(format_args!("<text{class} x=\"{x}\" y=\"{y}\">"));
        if !whole.is_empty() {
            self.put(format_args!("<title>{}</title>", escape(whole)));
        }
        self.put(format_args!("{text}</text>"));
    }

    /// Several lines from `y` down; returns the baseline after the last.
    pub(crate) fn lines(&mut self, class: &str, (x, y): (f64, f64), text: &str, room: f64) -> f64 {
        let size = size_of(class);
        wrap(text, room, size).into_iter().fold(y, |y, line| {
            self.text(class, (x, y), Anchor::Start, &line);
            y + size * 1.35
        })
    }

    /// The picture for a page whose style sheet has [`style::chart_css`].
    pub(crate) fn into_inline(self, alt: &Alt<'_>) -> Drawing {
        let is_fixed = self.width > self.room.width();
        let class = match self.room {
            _ if is_fixed => "chart fixed",
            Room::Wide => "chart wide",
            Room::Narrow => "chart narrow",
        };
        let head = alt.head(&self.id, class, (0.0, 0.0, self.width, self.height));
        Drawing { svg: format!("{head}{}{}</svg>", self.defs(), self.body), is_fixed }
    }

    /// The picture as a file of its own, with its title above and its style inside.
    pub(crate) fn into_file(self, alt: &Alt<'_>) -> String {
        const PAD: f64 = 12.0;
        let title = wrap(alt.title, self.width / 1.07, TITLE);
        let above = title.iter().fold(PAD, |above, _| above + TITLE * 1.3);
        let view = (-PAD, -above - PAD, self.width + 2.0 * PAD, self.height + above + 2.0 * PAD);
        let mut paper = Self::new(&self.id, self.room);
        paper.rect("paper", (view.0, view.1), (view.2, view.3));
        for (line, at) in title.iter().zip(1_u32..) {
            let y = f64::from(at) * TITLE * 1.3 - above;
            paper.text("t", (0.0, y), Anchor::Start, line);
        }
        let head = alt.head(&self.id, "chart", view);
        let head = head.replacen("<svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"", 1);
        let css = style::file_css();
        let (defs, under, body) = (self.defs(), paper.body, self.body);
        format!("{head}<style>{css}</style>{defs}{under}{body}</svg>\n")
    }

    fn defs(&self) -> String {
        let mut defs = String::new();
        let id = &self.id;
        for look in &self.hatches {
            let (index, tile) = (look.index(), look.hatch());
            put(
                &mut defs,
                format_args!(
                    "<pattern id=\"{id}-h{index}\" width=\"6\" height=\"6\" \
                 patternUnits=\"userSpaceOnUse\"><path class=\"hatch\" d=\"{tile}\"/></pattern>"
                ),
            );
        }
        if self.is_hatched_empty {
            put(
                &mut defs,
                format_args!(
                    "<pattern id=\"{id}-none\" width=\"6\" height=\"6\" \
                 patternUnits=\"userSpaceOnUse\"><path class=\"none\" \
                 d=\"M-1 7L7 -1M-1 1L1 -1M5 7L7 5\"/></pattern>"
                ),
            );
        }
        if defs.is_empty() { defs } else { format!("<defs>{defs}</defs>") }
    }
}

/// A drawn chart, for a page.
pub(crate) struct Drawing {
    pub(crate) svg: String,
    /// Whether it is wider than its room and must scroll.
    pub(crate) is_fixed: bool,
}

/// What is read out in place of a picture.
pub(crate) struct Alt<'a> {
    pub(crate) title: &'a str,
    pub(crate) description: &'a str,
}

impl Alt<'_> {
    fn head(&self, id: &str, class: &str, (x, y, width, height): (f64, f64, f64, f64)) -> String {
        let (x, y, width, height) = (px(x), px(y), px(width), px(height));
        let (title, description) = (escape(self.title), escape(self.description));
        format!(
            "<svg class=\"{class}\" role=\"img\" \
             viewBox=\"{x} {y} {width} {height}\" width=\"{width}\" height=\"{height}\" \
             aria-labelledby=\"{id}-t\" aria-describedby=\"{id}-d\">\
             <title id=\"{id}-t\">{title}</title><desc id=\"{id}-d\">{description}</desc>"
        )
    }
}

/// The size that a class of text is set in.
fn size_of(class: &str) -> f64 {
    if class.split(' ').any(|class| class == "l") { TEXT } else { SMALL }
}

/// How wide `text` is in a class.
pub(crate) fn width_in(class: &str, text: &str) -> f64 {
    let bold = if class.split(' ').any(|class| class == "b") { 1.07 } else { 1.0 };
    width(text, size_of(class)) * bold
}

/// A coordinate, to a tenth of a pixel.
fn px(at: f64) -> String {
    let tenths = (at * 10.0).round() / 10.0;
    if tenths.is_finite() && tenths != 0.0 { tenths.to_string() } else { "0".to_owned() }
}

fn class_of(class: &str) -> String {
    if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") }
}

fn path(points: &[(f64, f64)]) -> String {
    let mut path = String::with_capacity(points.len() * 12);
    let mut last = (String::new(), String::new());
    for (at, (x, y)) in points.iter().enumerate() {
        let next = (px(*x), px(*y));
        match at {
            0 => put(&mut path, format_args!("M{} {}", next.0, next.1)),
            _ if next.1 == last.1 => put(&mut path, format_args!("H{}", next.0)),
            _ if next.0 == last.0 => put(&mut path, format_args!("V{}", next.1)),
            _ => put(&mut path, format_args!("L{} {}", next.0, next.1)),
        }
        last = next;
    }
    path
}
