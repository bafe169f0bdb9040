/// How one series, or one part of a bar, looks: a color, a marker, a dash and a hatch.
///
/// Each tells it apart alone, so that a chart can be read in black and white. The colors go back to
/// those of Okabe and Ito, darkened or lightened until each pair differs in hue and in lightness
/// for readers with protanopia, deuteranopia or tritanopia, and each stands out from the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Look {
    /// Blue, circle, unbroken, plain.
    Blue,
    /// Vermillion, diamond, dashed, rising hatch.
    Vermillion,
    /// Green, square, dotted, dots.
    Green,
    /// Purple, triangle, dash-dotted, falling hatch.
    Purple,
    /// Ochre, triangle on its tip, long dashes, level hatch.
    Ochre,
    /// Slate, cross, dash and two dots, crossed hatch.
    Slate,
    /// Gray, small square on end, fine dots, plain.
    Gray,
}

impl Look {
    /// Every look, in the order in which series take them.
    pub const ALL: [Self; 7] = [
        Self::Blue,
        Self::Vermillion,
        Self::Green,
        Self::Purple,
        Self::Ochre,
        Self::Slate,
        Self::Gray,
    ];

    /// The look of the series at `index`; the eighth has that of the first.
    #[must_use]
    pub fn of_series(index: usize) -> Self {
        Self::ALL[index % Self::ALL.len()]
    }

    pub(crate) fn index(self) -> usize {
        self as usize
    }

    /// The outline of the marker around (`x`, `y`), of the same area as a circle of radius `r`.
    pub(crate) fn outline(self, x: f64, y: f64, r: f64) -> Vec<(f64, f64)> {
        let scaled = |points: &[(f64, f64)], by: f64| {
            points.iter().map(|(dx, dy)| (x + dx * r * by, y + dy * r * by)).collect()
        };
        match self {
            Self::Blue => Vec::new(), // a circle
            Self::Vermillion | Self::Gray => {
                scaled(&[(0.0, -1.0), (1.0, 0.0), (0.0, 1.0), (-1.0, 0.0)], 1.28)
            }
            Self::Green => scaled(&[(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)], 0.89),
            Self::Purple => scaled(&[(0.0, -1.15), (1.1, 0.8), (-1.1, 0.8)], 1.2),
            Self::Ochre => scaled(&[(0.0, 1.15), (1.1, -0.8), (-1.1, -0.8)], 1.2),
            Self::Slate => {
                let arm = [(-0.38, -1.1), (0.38, -1.1), (0.38, -0.38)];
                let turned =
                    |(x, y): (f64, f64), turns: usize| (0..turns).fold((x, y), |(x, y), _| (-y, x));
                let corners: Vec<(f64, f64)> =
                    (0..4).flat_map(|turns| arm.map(|corner| turned(corner, turns))).collect();
                scaled(&corners, 1.1)
            }
        }
    }

    /// What the hatch draws in a tile of 6 by 6 pixels, or nothing if the look has none.
    pub(crate) fn hatch(self) -> &'static str {
        match self {
            Self::Blue | Self::Gray => "",
            Self::Vermillion => "M-1 7L7 -1M-1 1L1 -1M5 7L7 5",
            Self::Green => "M2 3h2",
            Self::Purple => "M-1 -1L7 7M5 -1L7 1M-1 5L1 7",
            Self::Ochre => "M0 3h6",
            Self::Slate => "M0 3h6M3 0v6",
        }
    }
}
