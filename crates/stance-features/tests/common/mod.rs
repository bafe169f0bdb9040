//! Statements written with their names marked.

use stance_core::{
    ArticleId, CountryCode, EntityKind, Mention, Span, Statement, StatementId, TargetId, TargetPart,
};
use stance_features::{FeaturizerConfig, FitContext, FittedFeaturizer, Lexicons};

/// The statement of a text in which names stand as `{KZ Astana}`, `{target Moscow}`,
/// `{target-adj Russian}` or `{rival Kyiv}`.
pub(crate) fn statement(marked: &str) -> Statement {
    let mut text = String::new();
    let mut mentions = Vec::new();
    let mut rest = marked;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, behind) = after.split_once('}').expect("a closing brace");
        let (owner, name) = name.split_once(' ').expect("an owner and a name");
        text.push_str(before);
        mentions.push(mention(owner, name, text.len()));
        text.push_str(name);
        rest = behind;
    }
    text.push_str(rest);
    let (id, article) = (StatementId::new("s"), ArticleId::new("a"));
    let statement = Statement::new(id, article, text.into(), TargetId::moscow());
    Statement { mentions: mentions.into(), ..statement }
}

fn mention(owner: &str, name: &str, start: usize) -> Mention {
    let (country, target, kind) = match owner {
        "target" => ("RU", Some(TargetPart::Name), EntityKind::Country),
        "target-adj" => ("RU", Some(TargetPart::Adjective), EntityKind::Demonym),
        "rival" => ("UA", None, EntityKind::Country),
        code => (code, None, EntityKind::Country),
    };
    Mention {
        span: Span::new(start, start + name.len()),
        kind,
        name: name.into(),
        country: Some(CountryCode::new(country)),
        target,
        domestic: country == "RU",
        rival: owner == "rival",
    }
}

/// Fits the TOML configuration on `statements` with the lexicons of the crate.
pub(crate) fn fit(toml: &str, statements: &[Statement]) -> FittedFeaturizer {
    let config: FeaturizerConfig = toml::from_str(toml).expect("a configuration");
    let context = FitContext { lexicons: &Lexicons::builtin(), sources: None };
    config.fit(statements, &context).expect("fits")
}
