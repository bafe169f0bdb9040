//! Web pages: main text and metadata.

use dom_query::{Document, NodeRef};
use dom_smoothie::{Config, Readability};
use encoding_rs::Encoding;

use crate::columns::{Field, Fields, one_line};
use crate::guard::guarded;
use crate::html_meta;
use crate::reject::RejectReason;

/// Reads title, date, outlet, address and main text of a page.
///
/// The body is the main text as paragraphs with a blank line between, without menus, notices,
/// related links, captions and the like.
pub(crate) fn read(html: &str) -> Result<Fields, RejectReason> {
    // What a page is made of is up to strangers, and the parsers are large: see `guarded`.
    guarded(|| read_page(html)).unwrap_or(Err(RejectReason::NoArticle))
}

fn read_page(html: &str) -> Result<Fields, RejectReason> {
    if opens_too_deep(html) {
        return Err(RejectReason::NoArticle);
    }
    let page = Document::from(html);
    if is_too_deep(&page) {
        return Err(RejectReason::NoArticle);
    }
    let mut meta = html_meta::read(&page);
    let title = meta.fields.clone().take_line(Field::Title);
    remove_furniture(&page);
    let body = main_text(page, title.as_deref()).or(meta.body).ok_or(RejectReason::NoArticle)?;
    meta.fields.set(Field::Body, Some(body));
    Ok(meta.fields)
}

/// No real page nests elements deeper. What follows walks the page recursively.
const DEEPEST: usize = 256;

/// Whether tags open deeper than any real page does, by a look at the tags alone: the HTML parser
/// takes time that grows with the square of the depth.
fn opens_too_deep(html: &str) -> bool {
    // Elements that need no end tag, and those that an end tag may be left out for.
    const UNCOUNTED: &[&str] = &[
        "area", "base", "body", "br", "col", "colgroup", "dd", "dt", "embed", "head", "hr", "html",
        "img", "input", "li", "link", "meta", "option", "p", "param", "path", "source", "tbody",
        "td", "tfoot", "th", "thead", "tr", "track", "wbr",
    ];
    let mut depth = 0_usize;
    for tag in html.split('<').skip(1) {
        let (is_end, tag) = tag.strip_prefix('/').map_or((false, tag), |t| (true, t));
        let length = tag.bytes().take_while(u8::is_ascii_alphanumeric).count();
        let name = &tag[..length];
        if name.is_empty() || UNCOUNTED.iter().any(|u| u.eq_ignore_ascii_case(name)) {
            continue;
        }
        let is_closed = tag.find('>').is_some_and(|end| tag[..end].ends_with('/'));
        depth = if is_end { depth.saturating_sub(1) } else { depth + usize::from(!is_closed) };
        if depth > 4 * DEEPEST {
            return true;
        }
    }
    false
}

/// Whether elements are nested too deep to be walked recursively.
fn is_too_deep(page: &Document) -> bool {
    let mut level = vec![page.root()];
    for _ in 0..DEEPEST {
        level = level.iter().flat_map(NodeRef::children).filter(NodeRef::is_element).collect();
        if level.is_empty() {
            return false;
        }
    }
    true
}

/// What is never part of an article.
const NEVER_TEXT: &str = "nav, footer, button, figcaption, iframe, noscript, svg, select, template, \
    dialog, style, [role=navigation], [role=search], [role=dialog], [aria-modal=true]";

/// What is no part of an article unless a page puts all its text there.
const FURNITURE: &str = "aside, form, figure, body > header, [role=banner], \
    [role=complementary], [role=contentinfo], [hidden], [aria-hidden=true]";

/// Words of class names and ids that mark what is no part of an article.
const FURNITURE_WORDS: &[&str] = &[
    "ad",
    "ads",
    "advert",
    "advertisement",
    "banner",
    "breadcrumb",
    "breadcrumbs",
    "byline",
    "caption",
    "comments",
    "consent",
    "cookie",
    "cookies",
    "disclaimer",
    "gdpr",
    "menu",
    "modal",
    "newsletter",
    "outbrain",
    "paywall",
    "popup",
    "promo",
    "recirculation",
    "recommended",
    "related",
    "share",
    "sharing",
    "sidebar",
    "signup",
    "social",
    "sponsored",
    "subscribe",
    "subscription",
    "taboola",
    "tags",
    "teaser",
    "trending",
];

/// Takes out what is no part of an article by its tag, role, class or id, unless it holds most of
/// the page's text: some pages put all of it under such a name.
fn remove_furniture(page: &Document) {
    page.select(NEVER_TEXT).remove();
    let Some(body) = page.body() else { return };
    let all = body.text().len();
    let mut doomed = Vec::new();
    for node in page.select(FURNITURE).nodes() {
        doomed.push(*node);
    }
    for node in page.select("[class], [id]").nodes() {
        let name = node.node_name().unwrap_or_default();
        if matches!(&*name, "html" | "body" | "main" | "article") {
            continue;
        }
        let named = [node.attr("class"), node.attr("id")];
        let is_furniture = named.iter().flatten().any(|names| {
            names
                .split(|c: char| !c.is_ascii_alphanumeric())
                .any(|word| FURNITURE_WORDS.iter().any(|w| w.eq_ignore_ascii_case(word)))
        });
        if is_furniture {
            doomed.push(*node);
        }
    }
    for node in doomed {
        if node.text().len() * 2 < all.max(1) {
            node.remove_from_parent();
        }
    }
}

fn main_text(page: Document, title: Option<&str>) -> Option<String> {
    let config =
        Config { disable_json_ld: true, max_elements_to_parse: 200_000, ..Config::default() };
    let article = Readability::with_document(page, None, Some(config)).ok()?.parse().ok()?;
    let content = Document::fragment(article.content);
    let mut paragraphs = Paragraphs::default();
    paragraphs.walk(&content.root());
    paragraphs.close();
    let is_title = |line: &str| title.is_some_and(|t| t == line);
    let kept = paragraphs.lines.into_iter().filter(|line| !is_title(line) && !is_notice(line));
    Some(kept.collect::<Vec<_>>().join("\n\n")).filter(|text| !text.is_empty())
}

/// Whether a paragraph is a short notice of the site rather than text.
fn is_notice(line: &str) -> bool {
    const STARTS: [&str; 15] = [
        "read more",
        "read also",
        "also read",
        "see also",
        "related:",
        "related articles",
        "photo:",
        "image:",
        "advertisement",
        "subscribe to",
        "sign up for",
        "follow us",
        "share this",
        "click here",
        "we use cookies",
    ];
    let start = line.chars().take(24).collect::<String>().to_lowercase();
    line.len() <= 200 && STARTS.iter().any(|s| start.starts_with(s))
}

/// Paragraphs gathered from a tree.
#[derive(Default)]
struct Paragraphs {
    lines: Vec<String>,
    open: String,
}

impl Paragraphs {
    fn walk(&mut self, node: &NodeRef<'_>) {
        for child in node.children() {
            if child.is_text() {
                self.open.push_str(&child.text());
                continue;
            }
            let name = child.node_name().unwrap_or_default();
            match &*name {
                "script" | "style" | "noscript" | "figure" | "img" => {}
                "br" => self.line_break(),
                name if is_inline(name) => self.walk(&child),
                _ => {
                    self.close();
                    self.walk(&child);
                    self.close();
                }
            }
        }
    }

    /// A line break after a full sentence is a paragraph's end; within one it is a space.
    fn line_break(&mut self) {
        if self.open.trim_end().ends_with(['.', '!', '?', '…', '”', '"', '»', ':']) {
            self.close();
        } else {
            self.open.push(' ');
        }
    }

    fn close(&mut self) {
        let line = one_line(&self.open);
        self.open.clear();
        if !line.is_empty() {
            self.lines.push(line);
        }
    }
}

fn is_inline(name: &str) -> bool {
    const INLINE: &[&str] = &[
        "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn",
        "em", "font", "i", "ins", "kbd", "label", "mark", "q", "s", "samp", "small", "span",
        "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
    ];
    INLINE.contains(&name)
}

/// The encoding that a page's first kilobytes declare.
pub(crate) fn declared_encoding(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(4096)]).to_ascii_lowercase();
    let after = |key: &str| head.find(key).map(|at| &head[at + key.len()..]);
    let rest = after("charset=").or_else(|| after("<?xml ").and_then(|_| after("encoding=")))?;
    let label = rest.trim_start_matches(['"', '\'', ' ']);
    let end = label.find(|c: char| !c.is_ascii_alphanumeric() && !"-_:".contains(c));
    Encoding::for_label(&label.as_bytes()[..end.unwrap_or(label.len())])
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r#"<!doctype html><html><head><title>Tashkent stays out | Steppe Wire</title>
<meta property="og:title" content="Tashkent stays out"></head><body class="has-newsletter">
<header><a href="/">Steppe Wire</a></header>
<nav><ul><li><a href="/a">World</a></li><li><a href="/b">Business</a></li></ul></nav>
<div id="cookie-banner">We use cookies. <button>Accept</button></div>
<main><article><h1>Tashkent stays out</h1>
<figure><img src="p.jpg"><figcaption>The president in May.</figcaption></figure>
<p>TASHKENT, June 24 — The <a href="/m">Defense Ministry</a> denied on Saturday that it had planned
to send troops, and said that the country does not interfere in the affairs of others.</p>
<p>“It is an internal business,” the president told his caller, according to his press service.
He thanked him for the call, and named no date for a visit that had been due in July.</p>
<div class="related-links"><h3>Related</h3><ul><li><a href="/c">Astana says no</a></li></ul></div>
<p>Read more: <a href="/d">What Bishkek thinks</a></p>
<p>Analysts in the capital called it the plainest refusal in years.<br>None expected it to last.</p>
<div class="newsletter-box"><p>Get our newsletter every morning.</p></div>
</article></main><footer>© Steppe Wire</footer></body></html>"#;

    #[test]
    fn the_main_text_is_left_without_furniture() {
        let mut fields = read(PAGE).expect("an article");
        assert_eq!(
            fields.take(Field::Body).as_deref(),
            Some(
                "TASHKENT, June 24 — The Defense Ministry denied on Saturday that it had planned \
                 to send troops, and said that the country does not interfere in the affairs of \
                 others.\n\n\
                 “It is an internal business,” the president told his caller, according to his \
                 press service. He thanked him for the call, and named no date for a visit that \
                 had been due in July.\n\n\
                 Analysts in the capital called it the plainest refusal in years.\n\n\
                 None expected it to last."
            )
        );
        assert_eq!(fields.take(Field::Title).as_deref(), Some("Tashkent stays out"));
    }

    #[test]
    fn a_page_without_text_is_refused() {
        for page in ["", "<html><body></body></html>", "<nav><a href=/>Home</a></nav>"] {
            assert!(matches!(read(page), Err(RejectReason::NoArticle)), "{page}");
        }
    }

    #[test]
    fn a_page_nested_absurdly_deep_is_refused() {
        let page = format!("{}text{}", "<div>".repeat(50_000), "</div>".repeat(50_000));
        assert!(matches!(read(&page), Err(RejectReason::NoArticle)));
    }

    #[test]
    fn the_encoding_is_declared_in_any_of_three_ways() {
        let cases = [
            ("<meta charset=\"windows-1251\">", Some("windows-1251")),
            ("<META content='text/html; charset=KOI8-R'>", Some("KOI8-R")),
            ("<?xml version='1.0' encoding='utf-8'?>", Some("UTF-8")),
            ("<p>x", None),
        ];
        for (page, expected) in cases {
            let found = declared_encoding(page.as_bytes()).map(Encoding::name);
            assert_eq!(found, expected, "{page}");
        }
    }
}
