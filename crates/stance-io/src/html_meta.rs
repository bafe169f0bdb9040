//! What a web page says about itself: JSON-LD, `meta`, `link`, `time` and `title`.

use dom_query::Document;
use serde_json::Value;

use crate::columns::{Field, Fields, one_line};
use crate::dates::parse_date;

/// Metadata of a page, and the article's text where the metadata repeat it.
pub(crate) struct Meta {
    pub(crate) fields: Fields,
    pub(crate) body: Option<String>,
}

/// Reads the metadata of `page`; of several sources JSON-LD is believed first.
pub(crate) fn read(page: &Document) -> Meta {
    let linked: Vec<Value> = page
        .select("script[type='application/ld+json']")
        .iter()
        .filter_map(|s| parse(&s.text()))
        .collect();
    let article = linked.iter().find_map(find_article);
    let own = |key: &str| article.and_then(|a| text_of(a.get(key)?));
    let outlet = article
        .and_then(|a| a.get("publisher"))
        .and_then(|publisher| name_of(publisher).or_else(|| name_by_id(&linked, publisher)))
        .or_else(|| meta(page, &["og:site_name", "application-name", "dc.publisher"]));
    let title = own("headline")
        .or_else(|| meta(page, &["og:title", "twitter:title", "dc.title"]))
        .or_else(|| text_at(page, "h1"))
        .or_else(|| text_at(page, "title"));
    let mut fields = Fields::default();
    fields.set(Field::Title, title.map(|t| without_site(&t, outlet.as_deref())));
    fields.set(Field::Date, date(page, own("datePublished").or_else(|| own("dateCreated"))));
    fields.set(Field::Outlet, outlet);
    fields.set(Field::Url, url(page, article));
    let body = own("articleBody").filter(|text| !text.trim().is_empty());
    Meta { fields, body }
}

/// Parses JSON-LD as pages have it: in comments, with raw line breaks in strings.
fn parse(script: &str) -> Option<Value> {
    let script = script.trim().trim_start_matches("<!--").trim_end_matches("-->");
    let script = script.trim().trim_start_matches("//<![CDATA[").trim_end_matches("//]]>");
    let script = script.trim().trim_end_matches(';');
    serde_json::from_str(script).ok().or_else(|| {
        let mended: String = script.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        serde_json::from_str(&mended).ok()
    })
}

/// The first object of an article's type, through arrays and `@graph`.
fn find_article(value: &Value) -> Option<&Value> {
    match value {
        Value::Array(values) => values.iter().find_map(find_article),
        Value::Object(object) => {
            let is_article = object.get("@type").is_some_and(|kind| match kind {
                Value::String(kind) => is_article_type(kind),
                Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).any(is_article_type),
                _ => false,
            });
            if is_article {
                return Some(value);
            }
            ["@graph", "mainEntity", "mainEntityOfPage"]
                .into_iter()
                .find_map(|key| object.get(key).and_then(find_article))
        }
        _ => None,
    }
}

fn is_article_type(kind: &str) -> bool {
    kind.ends_with("Article") || matches!(kind, "BlogPosting" | "LiveBlogPosting" | "Report")
}

/// A string, or the first of a list.
fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Array(values) => values.first().and_then(text_of),
        _ => None,
    }
}

fn name_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Object(object) => object.get("name").and_then(text_of),
        Value::Array(values) => values.first().and_then(name_of),
        _ => None,
    }
}

/// The name of the object that `reference` points to by its `@id`.
fn name_by_id(linked: &[Value], reference: &Value) -> Option<String> {
    let id = reference.get("@id")?;
    let graphs = linked.iter().filter_map(|v| v.get("@graph").and_then(Value::as_array)).flatten();
    graphs.chain(linked).filter(|v| v.get("@id") == Some(id)).find_map(name_of)
}

/// The content of the first `meta` that has one of `names`, in the order of `names`.
fn meta(page: &Document, names: &[&str]) -> Option<String> {
    let metas = page.select("meta[content]");
    names.iter().find_map(|name| {
        metas.nodes().iter().find_map(|node| {
            let keys = ["property", "name", "itemprop"].map(|key| node.attr(key));
            let is_it = keys.iter().flatten().any(|key| key.trim().eq_ignore_ascii_case(name));
            let content = node.attr("content").filter(|c| is_it && !c.trim().is_empty())?;
            Some(one_line(&content))
        })
    })
}

fn text_at(page: &Document, selector: &str) -> Option<String> {
    Some(one_line(&page.select_single(selector).text())).filter(|text| !text.is_empty())
}

/// The first date that is understood, else the first that is there.
fn date(page: &Document, linked: Option<String>) -> Option<String> {
    const NAMES: [&str; 16] = [
        "article:published_time",
        "og:published_time",
        "datepublished",
        "date",
        "pubdate",
        "publishdate",
        "publish_date",
        "publish-date",
        "published_time",
        "dc.date",
        "dc.date.issued",
        "dcterms.date",
        "dcterms.created",
        "sailthru.date",
        "parsely-pub-date",
        "article.published",
    ];
    let metas = NAMES.iter().filter_map(|name| meta(page, &[name]));
    let times = page.select("[itemprop=datePublished], time[pubdate], article time, time");
    let times = times.nodes().iter().map(|node| {
        node.attr("datetime").map_or_else(|| one_line(&node.text()), |d| d.to_string())
    });
    let candidates: Vec<String> =
        linked.into_iter().chain(metas).chain(times).filter(|c| !c.trim().is_empty()).collect();
    let understood = candidates.iter().find(|c| parse_date(c).is_some());
    understood.or(candidates.first()).cloned()
}

/// The page's own address: canonical link, `OpenGraph` or JSON-LD; absolute ones only.
fn url(page: &Document, article: Option<&Value>) -> Option<String> {
    let canonical = page.select_single("link[rel~=canonical]").attr("href").map(|h| h.to_string());
    let open_graph = || meta(page, &["og:url"]);
    let linked = || {
        let article = article?;
        let main = article.get("mainEntityOfPage");
        let main = main.and_then(|m| text_of(m).or_else(|| text_of(m.get("@id")?)));
        main.or_else(|| text_of(article.get("url")?))
    };
    let is_absolute = |u: &String| u.starts_with("https://") || u.starts_with("http://");
    canonical
        .filter(is_absolute)
        .or_else(|| open_graph().filter(is_absolute))
        .or_else(|| linked().filter(is_absolute))
}

/// `title` without ` | Site` or ` - Site` at its end.
fn without_site(title: &str, site: Option<&str>) -> String {
    let title = one_line(title);
    let Some((head, tail)) = [" | ", " — ", " – ", " - "].iter().find_map(|s| title.rsplit_once(s))
    else {
        return title;
    };
    let is_site = site.is_some_and(|s| s.eq_ignore_ascii_case(tail.trim()));
    if (is_site || title.contains(" | ")) && !head.trim().is_empty() {
        head.trim().to_owned()
    } else {
        title
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(head: &str) -> [String; 4] {
        let page = Document::from(format!("<html><head>{head}</head><body><p>x</p></body></html>"));
        let mut fields = read(&page).fields;
        [Field::Title, Field::Date, Field::Outlet, Field::Url]
            .map(|f| fields.take(f).unwrap_or_default())
    }

    #[test]
    fn json_ld_is_read_through_graphs_and_references() {
        let head = r##"<script type="application/ld+json">{"@context":"https://schema.org","@graph":[
            {"@type":"WebPage","@id":"#page"},
            {"@type":"Organization","@id":"#org","name":"Steppe Wire"},
            {"@type":["NewsArticle"],"headline":"Tashkent stays
            out","datePublished":"2023-06-24T23:30:00+05:00","publisher":{"@id":"#org"},
            "mainEntityOfPage":{"@id":"https://steppe.example/1"}}]}</script>"##;
        assert_eq!(
            fields(head),
            [
                "Tashkent stays out",
                "2023-06-24T23:30:00+05:00",
                "Steppe Wire",
                "https://steppe.example/1",
            ]
        );
    }

    #[test]
    fn malformed_json_ld_leaves_the_other_metadata() {
        let head = r#"<script type="application/ld+json">{"@type":"NewsArticle",</script>
            <meta property="og:title" content="No"><meta name="DC.date" content="24 June 2023">
            <meta property="og:site_name" content="Kun"><link rel="canonical" href="https://k.example/">"#;
        assert_eq!(fields(head), ["No", "24 June 2023", "Kun", "https://k.example/"]);
    }

    #[test]
    fn an_unreadable_date_gives_way_to_a_readable_one() {
        let head = r#"<title>A - B</title><meta name="date" content="today">
            <meta name="pubdate" content="2023-06-24"><link rel="canonical" href="/rel">"#;
        assert_eq!(fields(head), ["A - B", "2023-06-24", "", ""]);
    }

    #[test]
    fn the_sites_name_is_cut_off_the_title() {
        let head = r#"<title>No to war games - Kun.uz</title>
            <meta property="og:site_name" content="Kun.uz">"#;
        assert_eq!(fields(head)[0], "No to war games");
        assert_eq!(fields("<title>No | Anything</title>")[0], "No");
    }
}
