/// What a key of a JSON object, a CSV column or a Parquet column is read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// The row's id.
    Id,
    /// The article's body, or the statement's text.
    Body,
    /// Headline.
    Title,
    /// Date of publication.
    Date,
    /// Who published it.
    Outlet,
    /// Where it stands on the web.
    Url,
    /// The sentence before a statement.
    Context,
    /// Id of what the stance is toward.
    Target,
    /// Id of the article that a statement stands in.
    Article,
}

impl Field {
    /// All fields, in index order.
    pub const ALL: [Self; 9] = [
        Self::Id,
        Self::Body,
        Self::Title,
        Self::Date,
        Self::Outlet,
        Self::Url,
        Self::Context,
        Self::Target,
        Self::Article,
    ];

    fn index(self) -> usize {
        self as usize
    }
}

/// Which names of keys and columns stand for which [`Field`].
///
/// Names are matched whole, without regard to ASCII case. Where a row has several of a field's
/// names, the one listed first that is not blank wins.
///
/// # Examples
/// ```
/// use stance_io::{ColumnMap, Field};
/// let columns = ColumnMap::articles().with(Field::Body, "plaintext");
/// assert_eq!(columns.names(Field::Body), ["plaintext"]);
/// assert_eq!(columns.names(Field::Title), ["title", "headline"]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnMap {
    names: [Vec<String>; Field::ALL.len()],
}

const ARTICLE_TEXT: &[&str] = &[
    "body",
    "text",
    "content",
    "article",
    "maintext",
    "articlebody",
    "article_text",
    "full_text",
    "fulltext",
    "paragraphs",
];
const STATEMENT_TEXT: &[&str] = &["text", "statement", "sentence", "body", "content"];

impl ColumnMap {
    /// The default names for rows that are articles.
    #[must_use]
    pub fn articles() -> Self {
        Self::of(&["id", "article_id", "uuid", "guid"], ARTICLE_TEXT, &[])
    }

    /// The default names for rows that are statements already cut.
    #[must_use]
    pub fn statements() -> Self {
        Self::of(&["id", "statement_id"], STATEMENT_TEXT, &["article", "article_id"])
    }

    fn of(id: &[&str], text: &[&str], article: &[&str]) -> Self {
        let names = Field::ALL.map(|field| match field {
            Field::Id => id,
            Field::Body => text,
            Field::Title => &["title", "headline"],
            Field::Date => &[
                "date",
                "published",
                "published_at",
                "publishedat",
                "publish_date",
                "date_publish",
                "date_published",
                "datepublished",
                "publication_date",
                "pubdate",
                "pub_date",
                "created_at",
            ],
            Field::Outlet => {
                &["outlet", "source", "publisher", "publication", "source_name", "domain"]
            }
            Field::Url => &["url", "link", "canonical_url"],
            Field::Context => &["context"],
            Field::Target => &["target"],
            Field::Article => article,
        });
        Self { names: names.map(|list| list.iter().map(|&name| name.to_owned()).collect()) }
    }

    /// The same map with `name` as the only name of `field`; it is no longer a name of others.
    #[must_use]
    pub fn with(mut self, field: Field, name: &str) -> Self {
        for names in &mut self.names {
            names.retain(|n| !n.eq_ignore_ascii_case(name));
        }
        self.names[field.index()] = vec![name.to_owned()];
        self
    }

    /// The names of `field`, the preferred one first.
    #[must_use]
    pub fn names(&self, field: Field) -> &[String] {
        &self.names[field.index()]
    }

    /// The field that `name` stands for and its rank among the field's names, 0 for the preferred.
    pub(crate) fn find(&self, name: &str) -> Option<(Field, usize)> {
        Field::ALL.into_iter().find_map(|field| {
            let mut names = self.names(field).iter();
            names.position(|n| n.eq_ignore_ascii_case(name)).map(|rank| (field, rank))
        })
    }
}

/// The fields found in one row, as text; blank ones count as absent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Fields {
    has_blank_body: bool,
    values: [Option<(usize, String)>; Field::ALL.len()],
}

impl Fields {
    /// Whether a value under a name of `rank` would be kept.
    pub(crate) fn wants(&self, field: Field, rank: usize) -> bool {
        self.values[field.index()].as_ref().is_none_or(|(held, _)| rank <= *held)
    }

    /// Keeps `value` unless it is blank or a better name has given one.
    pub(crate) fn put(&mut self, field: Field, rank: usize, value: String) {
        if value.trim().is_empty() {
            self.has_blank_body |= field == Field::Body;
        } else if self.wants(field, rank) {
            self.values[field.index()] = Some((rank, value));
        }
    }

    /// Keeps `value`, if there is one, as under the field's preferred name.
    pub(crate) fn set(&mut self, field: Field, value: Option<String>) {
        if let Some(value) = value {
            self.put(field, 0, value);
        }
    }

    /// Whether there was a body with nothing in it.
    pub(crate) fn has_blank_body(&self) -> bool {
        self.has_blank_body
    }

    /// Takes the value of `field` as it is.
    pub(crate) fn take(&mut self, field: Field) -> Option<String> {
        self.values[field.index()].take().map(|(_, value)| value)
    }

    /// Takes the value of `field` on one line: white space is one space, none at the ends.
    pub(crate) fn take_line(&mut self, field: Field) -> Option<String> {
        self.take(field).map(|value| one_line(&value))
    }
}

/// `text` with every run of white space as one space, none at the ends.
pub(crate) fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mapped_name_replaces_the_defaults_and_leaves_its_old_field() {
        let columns = ColumnMap::articles().with(Field::Title, "text");
        assert_eq!(columns.find("TEXT"), Some((Field::Title, 0)));
        assert_eq!(columns.find("title"), None);
        assert_eq!(columns.find("body"), Some((Field::Body, 0)));
    }

    #[test]
    fn the_better_name_wins_unless_it_is_blank() {
        let mut fields = Fields::default();
        fields.put(Field::Body, 1, "from text".to_owned());
        fields.put(Field::Body, 0, "  ".to_owned());
        assert_eq!(fields.clone().take(Field::Body).as_deref(), Some("from text"));
        fields.put(Field::Body, 0, "from body".to_owned());
        fields.put(Field::Body, 2, "from content".to_owned());
        assert_eq!(fields.take(Field::Body).as_deref(), Some("from body"));
    }
}
