//! Colors as CSS custom properties, and the style sheets made of them.

use crate::look::Look;
use crate::text::put;

/// A custom property with its value on light and on dark paper.
struct Color {
    name: &'static str,
    light: &'static str,
    dark: &'static str,
}

const fn color(name: &'static str, light: &'static str, dark: &'static str) -> Color {
    Color { name, light, dark }
}

/// The colors of pages and charts. `k` are those of looks, in their order; `on` is lettering on
/// them. Of heat, `c` are colder than the middle `h0`, `w` warmer, the fifth furthest.
const COLORS: [Color; 34] = [
    color("paper", "#ffffff", "#15181c"),
    color("ink", "#16191d", "#eceff2"),
    color("muted", "#5b626b", "#a5adb6"),
    color("grid", "#e6e8eb", "#2b3036"),
    color("axis", "#a9b0b8", "#59616a"),
    color("band", "#f3f5f7", "#1d2126"),
    color("link", "#0b57c2", "#7db4ff"),
    color("k0", "#0b62d6", "#3d8bff"),
    color("k1", "#e4500f", "#f2571a"),
    color("k2", "#12a06a", "#2fe3a4"),
    color("k3", "#a3359b", "#d280d2"),
    color("k4", "#5e4a05", "#ffd660"),
    color("k5", "#17344a", "#d3e8f4"),
    color("k6", "#868c95", "#8a8d92"),
    color("on0", "#ffffff", "#0b0d0f"),
    color("on1", "#0b0d0f", "#0b0d0f"),
    color("on2", "#0b0d0f", "#0b0d0f"),
    color("on3", "#ffffff", "#0b0d0f"),
    color("on4", "#ffffff", "#0b0d0f"),
    color("on5", "#ffffff", "#0b0d0f"),
    color("on6", "#0b0d0f", "#0b0d0f"),
    color("h0", "#f4f4f4", "#262a2f"),
    color("c1", "#dceaf6", "#26394b"),
    color("c2", "#aed0ea", "#255078"),
    color("c3", "#74b1dd", "#28689f"),
    color("c4", "#1f6cb3", "#5ea6e6"),
    color("c5", "#0a3f7d", "#a5d2fb"),
    color("w1", "#fde8d6", "#45332a"),
    color("w2", "#fbc796", "#703f1d"),
    color("w3", "#f79a55", "#a8541a"),
    color("w4", "#dd6518", "#e8853a"),
    color("w5", "#933003", "#fdbf8a"),
    color("strong", "#ffffff", "#0b0d0f"),
    color("deep", "#0b0d0f", "#0b0d0f"),
];

/// The color of lettering on a step of heat.
fn lettering(step: &str) -> &'static str {
    match step {
        "c4" | "c5" | "w5" => "strong",
        "w4" => "deep",
        _ => "ink",
    }
}

fn declarations(value: impl Fn(&Color) -> &'static str) -> String {
    COLORS.iter().fold(String::new(), |mut out, color| {
        put(&mut out, format_args!("--{}:{};", color.name, value(color)));
        out
    })
}

/// The rules of charts that a class of each look and of each step of heat needs.
fn stepped() -> String {
    let mut css = String::new();
    for look in Look::ALL {
        let k = look.index();
        put(&mut css, format_args!(".chart .k{k}{{color:var(--k{k})}}\n"));
        put(
            &mut css,
            format_args!(
                ".chart .on{k}{{fill:var(--on{k});paint-order:stroke;stroke:var(--k{k});\
                 stroke-width:7px;stroke-linejoin:round}}\n"
            ),
        );
    }
    for step in heat_steps() {
        let ink = lettering(step);
        put(&mut css, format_args!(".chart .{step} rect{{fill:var(--{step})}}\n"));
        put(&mut css, format_args!(".chart .{step} text{{fill:var(--{ink})}}\n"));
    }
    css
}

fn heat_steps() -> impl Iterator<Item = &'static str> {
    let is_step = |name: &&str| {
        let (kind, step) = name.split_at(1);
        matches!(kind, "h" | "c" | "w") && step.parse::<u8>().is_ok()
    };
    COLORS.iter().map(|color| color.name).filter(is_step)
}

/// The rules of charts, in terms of the custom properties of [`themes_css`].
pub(crate) fn chart_css() -> String {
    format!("{}{}", include_str!("chart.css"), stepped())
}

/// The custom properties: light, or dark where the reader's system or the root's `data-theme`
/// says so, and light again on paper.
pub(crate) fn themes_css() -> String {
    let (light, dark) = (declarations(|color| color.light), declarations(|color| color.dark));
    format!(
        ":root{{color-scheme:light;{light}}}\n\
         @media screen and (prefers-color-scheme:dark){{\
         :root:not([data-theme=light]){{color-scheme:dark;{dark}}}}}\n\
         @media screen{{:root[data-theme=dark]{{color-scheme:dark;{dark}}}}}\n"
    )
}

/// The style of a picture in a file of its own: light, or dark where the reader's system is, with
/// plain colors before the properties, for programs that know none.
pub(crate) fn file_css() -> String {
    let dark = declarations(|color| color.dark);
    let mut css = String::new();
    for rule in chart_css().split_inclusive('}') {
        let (head, body) = rule.split_once('{').unwrap_or((rule, ""));
        let body = body.trim_end_matches('}');
        put(&mut css, format_args!("{head}{{"));
        for declaration in body.split(';') {
            if declaration.contains("var(") {
                put(&mut css, format_args!("{};", resolved(declaration)));
            }
            put(&mut css, format_args!("{declaration};"));
        }
        css.push('}');
    }
    let light = declarations(|color| color.light);
    format!(
        ".chart{{{light}}}@media(prefers-color-scheme:dark){{.chart{{{dark}}}}}{css}",
        css = css.replace('\n', "")
    )
}

/// `declaration` with light colors in place of properties.
fn resolved(declaration: &str) -> String {
    let mut parts = declaration.split("var(--");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once(')').unwrap_or((part, ""));
        let color = COLORS.iter().find(|color| color.name == name);
        out.push_str(color.map_or("currentColor", |color| color.light));
        out.push_str(rest);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The relative luminance of a color, as WCAG 2 defines it.
    fn luminance(hex: &str) -> f64 {
        let channel = |at: usize| {
            let byte = u8::from_str_radix(&hex[at..at + 2], 16).expect("a color");
            let share = f64::from(byte) / 255.0;
            if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
    }

    fn assert_contrast(over: &str, under: &str, least: f64) {
        let find = |name: &str| COLORS.iter().find(|color| color.name == name).expect("a color");
        let (over, under) = (find(over), find(under));
        for (theme, a, b) in [("light", over.light, under.light), ("dark", over.dark, under.dark)] {
            let (a, b) = (luminance(a), luminance(b));
            let contrast = (a.max(b) + 0.05) / (a.min(b) + 0.05);
            let (over, under) = (over.name, under.name);
            assert!(contrast >= least, "{over} on {under} is {contrast:.2} in {theme}");
        }
    }

    #[test]
    fn lettering_and_marks_stand_out_from_what_is_under_them() {
        for paper in ["paper", "band"] {
            for text in ["ink", "muted", "link"] {
                assert_contrast(text, paper, 4.5);
            }
            for look in Look::ALL {
                assert_contrast(&format!("k{}", look.index()), paper, 3.0);
            }
        }
        for look in Look::ALL {
            assert_contrast(&format!("on{}", look.index()), &format!("k{}", look.index()), 4.5);
        }
        for step in heat_steps() {
            assert_contrast(lettering(step), step, 4.5);
        }
    }

    #[test]
    fn every_property_that_a_style_uses_is_a_color() {
        for css in [chart_css(), include_str!("page.css").to_owned()] {
            for used in css.split("var(--").skip(1) {
                let name = used.split(')').next().unwrap_or_default();
                assert!(COLORS.iter().any(|color| color.name == name), "{name}");
            }
        }
        assert_eq!(resolved("fill:var(--k1)"), "fill:#e4500f");
        assert_eq!(heat_steps().count(), 11);
    }
}
