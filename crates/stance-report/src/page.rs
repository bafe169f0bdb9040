use sha2::{Digest as _, Sha256};

use crate::canvas::{Drawing, Room};
use crate::chart::Chart;
use crate::style::{chart_css, themes_css};
use crate::table::Table;
use crate::text::{escape, put};

/// A page of charts and tables in one HTML file that needs nothing else: no network, no fonts, no
/// script but its own.
///
/// It follows the reader's light or dark theme and has a button to choose, prints in light colors,
/// and reads on a telephone: each chart is in it twice, laid out for a narrow and for a wide
/// column. A content security policy allows the page's one style sheet and one script by their
/// digests, so that markup which got into it would not run; all texts are escaped besides.
///
/// # Examples
/// ```
/// use stance_report::{Block, Page, Provenance, Section};
/// let page = Page {
///     title: "Stance in June".into(),
///     lead: "What 12 outlets said.".into(),
///     sections: vec![Section {
///         heading: "Overview".into(),
///         blocks: vec![Block::Text("Nothing <new>.".into())],
///     }],
///     provenance: Provenance::default(),
/// };
/// assert!(page.to_html().contains("<p>Nothing &lt;new&gt;.</p>"));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// The title, of the window too.
    pub title: String,
    /// What the page says, in a sentence or two.
    pub lead: String,
    /// The sections.
    pub sections: Vec<Section>,
    /// What made the page, and out of what.
    pub provenance: Provenance,
}

/// A part of a [`Page`] under a heading, which the list of contents names.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Section {
    /// The heading.
    pub heading: String,
    /// What is under it.
    pub blocks: Vec<Block>,
}

/// What a [`Section`] is made of. Texts are plain, not markup.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// A paragraph.
    Text(String),
    /// A paragraph set apart: what to mind when reading the rest.
    Note(String),
    /// A list.
    List(Vec<String>),
    /// Headline numbers side by side.
    Facts(Vec<Fact>),
    /// A chart with its data.
    Figure(Box<Figure>),
    /// A table.
    Table(Table),
}

impl Block {
    /// A chart under `caption`, with its data as a table below.
    pub fn figure(chart: impl Into<Chart>, caption: impl Into<String>) -> Self {
        Self::Figure(Box::new(Figure { chart: chart.into(), caption: caption.into() }))
    }
}

/// A chart in a [`Page`].
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// The chart; its title is the figure's heading.
    pub chart: Chart,
    /// What to see in it, and how to read it.
    pub caption: String,
}

/// A headline number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fact {
    /// What it is.
    pub label: String,
    /// The number, as it is shown.
    pub value: String,
    /// What goes with it: its interval, what it is out of.
    pub more: String,
}

/// What made a [`Page`], in its footer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Provenance {
    /// The program and its version.
    pub version: String,
    /// The command that made the page.
    pub command: String,
    /// What it was made of.
    pub sources: Vec<Source>,
}

/// A file, model or data set that a [`Page`] was made of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Source {
    /// What it is: "records.jsonl".
    pub name: String,
    /// Its digest, or what else says which one it is.
    pub digest: String,
}

const SCRIPT: &str = include_str!("page.js");

impl Page {
    /// The page as one HTML file; the same page gives the same bytes.
    #[must_use]
    pub fn to_html(&self) -> String {
        let style = format!("{}{}{}", themes_css(), include_str!("page.css"), chart_css());
        let (title, lead) = (escape(&self.title), escape(&self.lead));
        let mut out = format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
             style-src '{}'; script-src '{}'; base-uri 'none'; form-action 'none'\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n\
             <meta name=\"description\" content=\"{lead}\">\n<title>{title}</title>\n\
             <style>{style}</style>\n</head>\n<body>\n\
             <a class=\"skip\" href=\"#main\">Skip to content</a>\n<div class=\"page\">\n\
             <header>\n<button id=\"theme\" type=\"button\" hidden></button>\n<h1>{title}</h1>\n",
            source_of(&style),
            source_of(SCRIPT),
        );
        if !self.lead.is_empty() {
            put(&mut out, format_args!("<p class=\"lead\">{lead}</p>\n"));
        }
        out.push_str("</header>\n");
        self.write_contents(&mut out);
        out.push_str("<main id=\"main\" tabindex=\"-1\">\n");
        let mut figures = 0;
        for (section, number) in self.sections.iter().zip(1..) {
            put(
                &mut out,
                format_args!(
                    "<section aria-labelledby=\"s{number}\">\n<h2 id=\"s{number}\">{}</h2>\n",
                    escape(&section.heading)
                ),
            );
            for block in &section.blocks {
                write_block(&mut out, block, &mut figures);
                out.push('\n');
            }
            out.push_str("</section>\n");
        }
        out.push_str("</main>\n");
        self.provenance.write(&mut out);
        put(&mut out, format_args!("</div>\n<script>{SCRIPT}</script>\n</body>\n</html>\n"));
        out
    }

    fn write_contents(&self, out: &mut String) {
        out.push_str("<nav aria-labelledby=\"contents\"><h2 id=\"contents\">Contents</h2><ol>");
        for (section, number) in self.sections.iter().zip(1..) {
            let heading = escape(&section.heading);
            put(out, format_args!("<li><a href=\"#s{number}\">{heading}</a></li>"));
        }
        out.push_str("</ol></nav>\n");
    }
}

fn write_block(out: &mut String, block: &Block, figures: &mut u32) {
    match block {
        Block::Text(text) => put(out, format_args!("<p>{}</p>", escape(text))),
        Block::Note(text) => put(out, format_args!("<p class=\"note\">{}</p>", escape(text))),
        Block::List(items) => {
            out.push_str("<ul>");
            for item in items {
                put(out, format_args!("<li>{}</li>", escape(item)));
            }
            out.push_str("</ul>");
        }
        Block::Facts(facts) => {
            out.push_str("<dl class=\"facts\">");
            for fact in facts {
                let (label, value) = (escape(&fact.label), escape(&fact.value));
                put(out, format_args!("<div><dt>{label}</dt><dd class=\"value\">{value}</dd>"));
                if !fact.more.is_empty() {
                    put(out, format_args!("<dd class=\"more\">{}</dd>", escape(&fact.more)));
                }
                out.push_str("</div>");
            }
            out.push_str("</dl>");
        }
        Block::Figure(figure) => {
            *figures += 1;
            figure.write(out, *figures);
        }
        Block::Table(table) => table.write(out),
    }
}

impl Figure {
    fn write(&self, out: &mut String, number: u32) {
        let title = escape(self.chart.title());
        put(out, format_args!("<figure id=\"f{number}\"><figcaption><h3>{title}</h3>"));
        if !self.caption.is_empty() {
            put(out, format_args!("<p>{}</p>", escape(&self.caption)));
        }
        out.push_str("</figcaption><div class=\"fit\">");
        for (room, class, end) in [(Room::Wide, "at-wide", 'w'), (Room::Narrow, "at-narrow", 'n')] {
            let Drawing { svg, is_fixed } = self.chart.drawing(&format!("f{number}{end}"), room);
            if is_fixed {
                put(
                    out,
                    format_args!(
                        "<div class=\"{class} scroll\" role=\"region\" tabindex=\"0\" \
                         aria-label=\"Chart, scrolls sideways: {title}\">{svg}</div>"
                    ),
                );
            } else {
                put(out, format_args!("<div class=\"{class}\">{svg}</div>"));
            }
        }
        put(
            out,
            format_args!(
                "</div><details><summary>Data as table<span class=\"vh\">: {title}</span></summary>"
            ),
        );
        self.chart.table().write(out);
        out.push_str("</details></figure>");
    }
}

impl Provenance {
    fn write(&self, out: &mut String) {
        out.push_str("<footer>\n<h2>How this page was made</h2>\n<dl>");
        if !self.version.is_empty() {
            put(out, format_args!("<dt>Version</dt><dd>{}</dd>", escape(&self.version)));
        }
        if !self.command.is_empty() {
            let command = escape(&self.command);
            put(out, format_args!("<dt>Command</dt><dd><code>{command}</code></dd>"));
        }
        for source in &self.sources {
            let (name, digest) = (escape(&source.name), escape(&source.digest));
            put(out, format_args!("<dt>{name}</dt><dd><code>{digest}</code></dd>"));
        }
        out.push_str("</dl>\n</footer>\n");
    }
}

/// How a content security policy names an inline style sheet or script.
fn source_of(text: &str) -> String {
    format!("sha256-{}", base64(&Sha256::digest(text.as_bytes())))
}

fn base64(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let bits = (0..3).fold(0, |bits, at| bits << 8 | usize::from(*chunk.get(at).unwrap_or(&0)));
        for at in 0..4 {
            let sign = SIGNS[bits >> (18 - 6 * at) & 63];
            out.push(if at <= chunk.len() { char::from(sign) } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_rfc_4648() {
        let cases =
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")];
        for (bytes, text) in cases {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
    }
}
