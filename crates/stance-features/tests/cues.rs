//! What cues and scopes find: the cases of `tests/cases/cues.toml`.

mod common;

use common::{fit, statement};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    text: String,
    block: String,
    has: Vec<String>,
    #[serde(default)]
    lacks: Vec<String>,
}

#[test]
fn every_case_has_its_terms_and_lacks_the_others() {
    let cases: Cases =
        toml::from_str(include_str!("../../../tests/cases/cues.toml")).expect("cases read");
    let mut faults = Vec::new();
    for case in cases.case {
        let toml = match case.block.as_str() {
            "cues" => "kind = 'cues.v1'\nemit = ['class', 'side', 'names', 'neighbors', 'speech']",
            "skeleton" => "kind = 'cues.v1'\nemit = ['skeleton']",
            "negation" => "kind = 'ngrams.v1'\nnames = 'masked'\nn = [1, 1]\ntag = 'scope'",
            other => panic!("unknown block {other}"),
        };
        let toml = format!("{toml}\nvocabulary = {{ min_count = 1 }}");
        let statement = statement(&case.text);
        let featurizer = fit(&toml, std::slice::from_ref(&statement));
        let found = featurizer.explain(&statement);
        let names: Vec<&str> = found.iter().map(|term| term.name.as_str()).collect();
        let missing: Vec<_> = case.has.iter().filter(|t| !names.contains(&t.as_str())).collect();
        let wrong: Vec<_> = case.lacks.iter().filter(|t| names.contains(&t.as_str())).collect();
        if !missing.is_empty() || !wrong.is_empty() {
            faults.push(format!(
                "{}\n  missing {missing:?}\n  wrong   {wrong:?}\n  found   {names:?}",
                case.name
            ));
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}
