use crate::config::{
    Analyzer, CueConfig, FeaturizerConfig, Names, NgramConfig, Part, Tag, UnionConfig,
    VocabularyConfig,
};

/// How deep unions may stand in unions.
const MAX_DEPTH: usize = 4;

/// The error of a configuration that cannot be meant.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// A union of nothing.
    #[error("union has no parts")]
    Empty,
    /// Unions in unions, too many.
    #[error("unions are nested deeper than {MAX_DEPTH}")]
    Depth,
    /// Lengths of runs that are none.
    #[error("n is {found:?}, expected two ascending numbers from 1 to 8")]
    Lengths {
        /// What was found.
        found: [usize; 2],
    },
    /// A factor that is no positive number.
    #[error("weight is {found}, expected a number above 0")]
    Weight {
        /// What was found.
        found: f32,
    },
    /// Hash bits out of range.
    #[error("hash_bits is {found}, expected 8 to 30")]
    HashBits {
        /// What was found.
        found: u32,
    },
    /// A setting that goes only with another.
    #[error("{setting} needs {needed}")]
    Needs {
        /// What was set.
        setting: &'static str,
        /// What it needs.
        needed: &'static str,
    },
    /// A cue block that makes no features.
    #[error("emit names no family of cues")]
    NoFamily,
    /// A lexicon class that the lexicons lack.
    #[error("lexicons have no class {name:?}")]
    UnknownClass {
        /// The class.
        name: String,
    },
}

impl FeaturizerConfig {
    /// Checks what types do not: ranges, and settings that go only together.
    ///
    /// # Errors
    /// The first fault found, in the order of the parts.
    pub fn check(&self) -> Result<(), ConfigError> {
        self.check_at(0)
    }

    fn check_at(&self, depth: usize) -> Result<(), ConfigError> {
        match self {
            Self::Ngrams(config) => check_ngrams(config),
            Self::Cues(config) => check_cues(config),
            Self::Union(config) => check_union(config, depth),
        }
    }
}

fn check_union(config: &UnionConfig, depth: usize) -> Result<(), ConfigError> {
    check_weight(config.weight)?;
    if config.parts.is_empty() {
        return Err(ConfigError::Empty);
    }
    if depth == MAX_DEPTH {
        return Err(ConfigError::Depth);
    }
    config.parts.iter().try_for_each(|part| part.check_at(depth + 1))
}

fn check_ngrams(config: &NgramConfig) -> Result<(), ConfigError> {
    check_weight(config.weight)?;
    check_vocabulary(&config.vocabulary)?;
    let [least, greatest] = config.n;
    if least == 0 || least > greatest || greatest > 8 {
        return Err(ConfigError::Lengths { found: config.n });
    }
    let needs = |setting, needed| Err(ConfigError::Needs { setting, needed });
    if config.names == Names::Kept {
        if config.part == Part::Window {
            return needs("part = \"window\"", "names = \"masked\"");
        }
        if config.tag == Tag::Side {
            return needs("tag = \"side\"", "names = \"masked\"");
        }
    }
    if config.analyzer == Analyzer::Char {
        if config.tag != Tag::None {
            return needs("tag", "analyzer = \"word\"");
        }
        if config.part == Part::Negated {
            return needs("part = \"negated\"", "analyzer = \"word\"");
        }
        if config.min_chars > 1 {
            return needs("min_chars", "analyzer = \"word\"");
        }
    }
    Ok(())
}

fn check_cues(config: &CueConfig) -> Result<(), ConfigError> {
    check_weight(config.weight)?;
    check_vocabulary(&config.vocabulary)?;
    if config.emit.is_empty() { Err(ConfigError::NoFamily) } else { Ok(()) }
}

fn check_vocabulary(config: &VocabularyConfig) -> Result<(), ConfigError> {
    match config.hash_bits {
        Some(found) if !(8..=30).contains(&found) => Err(ConfigError::HashBits { found }),
        _ => Ok(()),
    }
}

fn check_weight(found: f32) -> Result<(), ConfigError> {
    if found.is_finite() && found > 0.0 { Ok(()) } else { Err(ConfigError::Weight { found }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(toml: &str) -> ConfigError {
        let config: FeaturizerConfig = toml::from_str(toml).expect("well-formed");
        config.check().expect_err("refused")
    }

    #[test]
    fn settings_that_cannot_be_meant_are_refused() {
        assert_eq!(error("kind = 'union.v1'"), ConfigError::Empty);
        assert_eq!(error("kind = 'ngrams.v1'\nn = [3, 2]"), ConfigError::Lengths { found: [3, 2] });
        assert!(matches!(error("kind = 'ngrams.v1'\nweight = nan"), ConfigError::Weight { .. }));
        assert!(matches!(error("kind = 'ngrams.v1'\npart = 'window'"), ConfigError::Needs { .. }));
        assert!(matches!(
            error("kind = 'ngrams.v1'\nanalyzer = 'char'\ntag = 'negation'"),
            ConfigError::Needs { .. }
        ));
        assert_eq!(
            error("kind = 'ngrams.v1'\nvocabulary = { hash_bits = 40 }"),
            ConfigError::HashBits { found: 40 }
        );
        assert_eq!(error("kind = 'cues.v1'\nemit = []"), ConfigError::NoFamily);
    }

    #[test]
    fn unknown_keys_and_kinds_are_refused() {
        for toml in [
            "kind = 'ngrams.v2'",
            "kind = 'ngrams.v1'\nngram_range = [1, 2]",
            "kind = 'ngrams.v1'\nweighting = { idf = 'smooth', sublinear = true }",
            "kind = 'union.v1'\nparts = [{ kind = 'cues.v1', lexicon = 'x' }]",
        ] {
            assert!(toml::from_str::<FeaturizerConfig>(toml).is_err(), "{toml}");
        }
    }
}
