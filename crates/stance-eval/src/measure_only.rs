use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::LazyLock;

use sha2::{Digest as _, Sha256};

/// One digest a line; lines that begin with `#` are comments.
const LIST: &str = include_str!("../../../seeds/benchmark/MEASURE-ONLY");

static DIGESTS: LazyLock<BTreeSet<&str>> =
    LazyLock::new(|| LIST.lines().filter(|line| !line.starts_with('#')).collect());

/// Whether `text` is a sentence of the committed benchmark, which is never trained on.
///
/// Case, spaces, punctuation and all that is not ASCII make no difference, and neither does the
/// file that the text was read from: the digests of all sentences are compiled in.
///
/// # Examples
/// ```
/// assert!(!stance_eval::is_measure_only("Astana refused the request."));
/// ```
#[must_use]
pub fn is_measure_only(text: &str) -> bool {
    DIGESTS.contains(digest(text).as_str())
}

/// SHA-256 of the ASCII letters and digits of `text` in lower case, in hexadecimal.
fn digest(text: &str) -> String {
    let letters: Vec<u8> = text
        .bytes()
        .filter(u8::is_ascii_alphanumeric)
        .map(|byte| byte.to_ascii_lowercase())
        .collect();
    Sha256::digest(letters).iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("writing to a string does not fail");
        hex
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sentence_of_the_benchmark_is_recognized_however_it_is_spaced_and_cased() {
        let statements = include_str!("../../../seeds/benchmark/statements.jsonl");
        let articles = include_str!("../../../seeds/benchmark/articles.jsonl");
        let mut seen = BTreeSet::new();
        for line in statements.lines().chain(articles.lines()) {
            let row: serde_json::Value = serde_json::from_str(line).expect("the benchmark is JSON");
            assert_eq!(row["use"], "measure");
            let sentences = row["sentences"].as_array().cloned().unwrap_or_else(|| vec![row]);
            for sentence in sentences {
                let text = sentence["text"].as_str().expect("every sentence has a text");
                assert!(is_measure_only(text), "not listed: {text}");
                assert!(is_measure_only(&format!(
                    "  {} ",
                    text.to_ascii_uppercase().replace(' ', "\n")
                )));
                seen.insert(digest(text));
            }
        }
        assert_eq!(seen.len(), DIGESTS.len(), "the list holds exactly the benchmark's sentences");
    }

    #[test]
    fn no_sentence_of_another_origin_is_recognized() {
        for text in ["", "Astana refused the request.", LIST] {
            assert!(!is_measure_only(text), "listed: {text}");
        }
    }
}
