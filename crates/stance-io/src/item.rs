use std::sync::Arc;

use serde::Serialize;
use stance_core::{Article, ArticleId, Date, StatementId, StatementRow, TargetId};

use crate::columns::{Field, Fields};
use crate::dates::parse_date;
use crate::reader::ReadOptions;
use crate::reject::{RejectReason, Warning};

/// An article or statement as read, with where it stood.
#[derive(Clone, Debug)]
pub struct ReadItem<T> {
    /// The article or statement.
    pub item: T,
    /// Name of the file or stream.
    pub source: Arc<str>,
    /// Line it begins at, from 1, where the format has lines; the row's number in Parquet; `None`
    /// in a file of one article.
    pub line: Option<u64>,
    /// Where the id comes from.
    pub id_origin: IdOrigin,
    /// What was odd about it.
    pub warnings: Vec<Warning>,
}

/// Where an id comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdOrigin {
    /// The item came with it.
    Given,
    /// Made of the source's stem and the row's number.
    Derived,
}

/// What an item is made from, besides its fields.
pub(crate) struct Origin<'a> {
    pub(crate) options: &'a ReadOptions,
    pub(crate) stem: &'a str,
    /// The row's number from 1; `None` in a file of one article.
    pub(crate) number: Option<u64>,
}

/// What rows are read as. Sealed: only [`Article`] and [`StatementRow`] are.
pub trait Item: sealed::Sealed {}

pub(crate) mod sealed {
    use super::{Fields, IdOrigin, Origin, RejectReason, Warning};

    pub trait Sealed: Sized {
        #[doc(hidden)]
        const NEEDS_ROWS: bool;

        #[doc(hidden)]
        #[expect(private_interfaces, reason = "sealed: nobody outside can name or call it")]
        fn from_fields(
            fields: Fields,
            origin: &Origin<'_>,
            warnings: &mut Vec<Warning>,
        ) -> Result<(Self, IdOrigin), RejectReason>;

        #[doc(hidden)]
        fn id(&self) -> &str;

        #[doc(hidden)]
        #[must_use]
        fn with_id(self, id: &str) -> Self;

        /// The item as one JSON object, for a rejects file.
        #[doc(hidden)]
        fn to_json(&self) -> String;
    }
}

impl Item for Article {}
impl Item for StatementRow {}

/// Takes the id out of `fields`, or makes one.
fn id(fields: &mut Fields, origin: &Origin<'_>) -> (String, IdOrigin) {
    match (fields.take_line(Field::Id), origin.number) {
        (Some(id), _) => (id, IdOrigin::Given),
        (None, None) => (origin.stem.to_owned(), IdOrigin::Derived),
        (None, Some(number)) => (format!("{}-{number}", origin.stem), IdOrigin::Derived),
    }
}

fn body(fields: &mut Fields, origin: &Origin<'_>) -> Result<String, RejectReason> {
    fields.take(Field::Body).ok_or_else(|| {
        if fields.has_blank_body() {
            RejectReason::Blank
        } else {
            let expected = origin.options.columns.names(Field::Body).to_vec();
            RejectReason::NoText { found: Vec::new(), expected }
        }
    })
}

fn date(fields: &mut Fields, origin: &Origin<'_>, warnings: &mut Vec<Warning>) -> Option<Date> {
    let read = fields.take_line(Field::Date).and_then(|text| {
        let date = parse_date(&text);
        if date.is_none() {
            warnings.push(Warning::UnknownDate { found: text.chars().take(40).collect() });
        }
        date
    });
    read.or(origin.options.date)
}

fn line(fields: &mut Fields, field: Field) -> Option<Arc<str>> {
    fields.take_line(field).map(Into::into)
}

#[expect(private_interfaces, reason = "sealed: nobody outside can name or call it")]
impl sealed::Sealed for Article {
    const NEEDS_ROWS: bool = false;

    fn from_fields(
        mut fields: Fields,
        origin: &Origin<'_>,
        warnings: &mut Vec<Warning>,
    ) -> Result<(Self, IdOrigin), RejectReason> {
        let (id, id_origin) = id(&mut fields, origin);
        let body = body(&mut fields, origin)?;
        let mut article = Self::new(ArticleId::new(&id), body).map_err(|_| RejectReason::Blank)?;
        article.title = line(&mut fields, Field::Title);
        article.date = date(&mut fields, origin, warnings);
        article.outlet = line(&mut fields, Field::Outlet).or_else(|| origin.options.outlet.clone());
        article.url = line(&mut fields, Field::Url);
        Ok((article, id_origin))
    }

    fn id(&self) -> &str {
        self.id().as_str()
    }

    fn with_id(self, id: &str) -> Self {
        Self::with_id(self, ArticleId::new(id))
    }

    fn to_json(&self) -> String {
        #[derive(Serialize)]
        struct Raw<'a> {
            id: &'a str,
            #[serde(skip_serializing_if = "Option::is_none")]
            title: Option<&'a str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            date: Option<Date>,
            #[serde(skip_serializing_if = "Option::is_none")]
            outlet: Option<&'a str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            url: Option<&'a str>,
            body: &'a str,
        }
        let raw = Raw {
            id: self.id().as_str(),
            title: self.title.as_deref(),
            date: self.date,
            outlet: self.outlet.as_deref(),
            url: self.url.as_deref(),
            body: self.body(),
        };
        serde_json::to_string(&raw).unwrap_or_default()
    }
}

#[expect(private_interfaces, reason = "sealed: nobody outside can name or call it")]
impl sealed::Sealed for StatementRow {
    const NEEDS_ROWS: bool = true;

    fn from_fields(
        mut fields: Fields,
        origin: &Origin<'_>,
        warnings: &mut Vec<Warning>,
    ) -> Result<(Self, IdOrigin), RejectReason> {
        let (id, id_origin) = id(&mut fields, origin);
        let text = body(&mut fields, origin)?;
        let target = match fields.take_line(Field::Target) {
            None => None,
            Some(word) => {
                let target = TargetId::new(&word.to_lowercase());
                Some(target.ok_or_else(|| RejectReason::Shape {
                    what: "target".to_owned(),
                    found: format!("{:?}", word.chars().take(40).collect::<String>()),
                    expected: "letters a to z, digits and `-`",
                })?)
            }
        };
        let article = fields.take_line(Field::Article);
        let row = Self {
            id: StatementId::new(&id),
            article: Some(ArticleId::new(article.as_deref().unwrap_or(origin.stem))),
            text: text.trim().into(),
            context: line(&mut fields, Field::Context),
            title: line(&mut fields, Field::Title),
            target,
            mention: None,
            date: date(&mut fields, origin, warnings),
            outlet: line(&mut fields, Field::Outlet).or_else(|| origin.options.outlet.clone()),
            url: line(&mut fields, Field::Url),
        };
        Ok((row, id_origin))
    }

    fn id(&self) -> &str {
        self.id.as_str()
    }

    fn with_id(self, id: &str) -> Self {
        Self { id: StatementId::new(id), ..self }
    }

    fn to_json(&self) -> String {
        let object = serde_json::json!({
            "id": self.id.as_str(),
            "text": &*self.text,
            "context": self.context.as_deref(),
            "title": self.title.as_deref(),
            "target": self.target.as_ref().map(TargetId::as_str),
            "date": self.date,
        });
        object.to_string()
    }
}
