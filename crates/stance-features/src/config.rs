use serde::{Deserialize, Serialize};

/// Which features to make of a statement, each kind under a versioned name.
///
/// Read from TOML or JSON; unknown kinds and keys are errors. Checked by [`Self::check`], which
/// [`Self::fit`] runs first.
///
/// # Examples
/// ```
/// use stance_features::FeaturizerConfig;
/// let config: FeaturizerConfig = toml::from_str(r#"
///     kind = "union.v1"
///     [[parts]]
///     kind = "ngrams.v1"
///     analyzer = "word"
///     n = [1, 2]
///     [[parts]]
///     kind = "ngrams.v1"
///     analyzer = "char"
///     n = [3, 5]
///     weight = 0.5
/// "#)?;
/// config.check()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind")]
pub enum FeaturizerConfig {
    /// Runs of words or characters.
    #[serde(rename = "ngrams.v1")]
    Ngrams(NgramConfig),
    /// What the lexicons find, and where it stands to holder and target.
    #[serde(rename = "cues.v1")]
    Cues(CueConfig),
    /// Several featurizers side by side.
    #[serde(rename = "union.v1")]
    Union(UnionConfig),
}

/// Runs of words or characters, weighted by TF-IDF that is fixed at fit.
///
/// By default words 1–2 of the statement's text, as they stand, of a document frequency of at
/// least 2, with logarithmic term frequency, smooth IDF and rows of length 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NgramConfig {
    /// Which text is read.
    pub field: Field,
    /// Whether names stand as they are or masked.
    pub names: Names,
    /// What of the text counts.
    pub part: Part,
    /// Words or characters.
    pub analyzer: Analyzer,
    /// Least and greatest length of a run, in words or characters; 1 to 8.
    pub n: [usize; 2],
    /// Whether case is kept.
    pub case: Case,
    /// Whether "n't" is read as "not".
    pub contractions: Contractions,
    /// Least characters of a word, for words only; shorter ones are passed over. Default 1;
    /// scikit-learn's is 2.
    pub min_chars: usize,
    /// What is put to each word besides itself, for words only.
    pub tag: Tag,
    /// Which terms become columns.
    pub vocabulary: VocabularyConfig,
    /// How a term's count becomes its weight.
    pub weighting: Weighting,
    /// Factor on all weights; above 0. Default 1.
    pub weight: f32,
}

/// What the lexicons find, and where it stands to holder and target.
///
/// By default every feature of every class, present or absent (no TF-IDF).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CueConfig {
    /// Which text is read.
    pub field: Field,
    /// Lexicon classes to use; all when empty, the default.
    pub classes: Vec<String>,
    /// Which families of features to make. Default: all.
    pub emit: Vec<CueFamily>,
    /// Which cues become columns.
    pub vocabulary: VocabularyConfig,
    /// How a cue's count becomes its weight.
    pub weighting: Weighting,
    /// Factor on all weights; above 0. Default 1.
    pub weight: f32,
}

/// Several featurizers side by side, in order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct UnionConfig {
    /// The featurizers; at least one, nested at most four deep.
    pub parts: Vec<FeaturizerConfig>,
    /// Scaling of the whole row. Default: none.
    pub norm: Norm,
    /// Factor on all weights; above 0. Default 1.
    pub weight: f32,
}

/// Which text of a statement is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Field {
    /// The statement itself.
    #[default]
    Text,
    /// The article's title.
    Title,
    /// The sentence before.
    Context,
}

/// Whether names stand as they are or masked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Names {
    /// As they stand.
    #[default]
    Kept,
    /// Each name of a country, its people and leaders, and of the target's side, as one mask such
    /// as `<holder>` or `<target-adj>`, which counts as one word and as one character; numbers,
    /// as words, are `<num>`. Statement, title and context have each a holder of its own.
    Masked,
}

/// What of a text counts; runs do not reach across what is left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// All of it.
    #[default]
    All,
    /// Words at most five words from a name of the target; needs masked names.
    Window,
    /// Words between quotation marks.
    Quoted,
    /// Words outside quotation marks.
    Unquoted,
    /// Words in the scope of a negator or a refusal, for words only.
    Negated,
}

/// Words or characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Analyzer {
    /// Runs of letters, digits and `_`.
    #[default]
    Word,
    /// Characters within each run of non-blank ones, with one blank on either side, as
    /// scikit-learn's `char_wb`.
    Char,
}

/// Whether case is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Case {
    /// All lower case.
    #[default]
    Lower,
    /// As it stands.
    Kept,
}

/// Whether "n't" is read as "not".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Contractions {
    /// "didn't" is "did not", "cannot" is "can not".
    #[default]
    Expanded,
    /// As they stand: "didn't" is "didn" and "t".
    Kept,
}

/// What is put to a word besides itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tag {
    /// Nothing.
    #[default]
    None,
    /// `NOT_` in the scope of a negator (Pang, Lee & Vaithyanathan 2002).
    Negation,
    /// `NOT_` as above and `MAY_` in the scope of a modal.
    Scope,
    /// Before or after the first name of the target; needs masked names.
    Side,
}

/// A family of cue features.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CueFamily {
    /// Each class found, tagged `NOT_` or `MAY_` in such a scope.
    Class,
    /// Each class found, with its side of the target and whether it is near.
    Side,
    /// Pairs of classes in order.
    Pair,
    /// Which masks occur, the order of holder and target and their distance.
    Names,
    /// Words at most four from each name of the target, with their side; next to it, as such.
    Neighbors,
    /// Runs of one to three of the sentence's masks and classes in order.
    Skeleton,
    /// Whether a reporting verb stands next to a name, and next to whose.
    Speech,
    /// Voice, kind and holders as attributed, the verb that the holder is the subject of, and the
    /// classes found in the target's voice.
    Attribution,
}

impl Field {
    /// The word used in configurations.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Title => "title",
            Self::Context => "context",
        }
    }
}

impl CueFamily {
    /// All families.
    pub const ALL: [Self; 8] = [
        Self::Class,
        Self::Side,
        Self::Pair,
        Self::Names,
        Self::Neighbors,
        Self::Skeleton,
        Self::Speech,
        Self::Attribution,
    ];
}

/// Which terms become columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct VocabularyConfig {
    /// Least number of statements a term stands in. Default 2.
    pub min_count: u32,
    /// Least number of files, each one writer's, a term stands in. Default 1.
    pub min_sources: u32,
    /// Most columns; the terms of most statements stay, ties by fingerprint. Default: no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_features: Option<u32>,
    /// With a value, 8 to 30, terms are hashed to 2 to that power buckets, and the buckets that
    /// occur are the columns. Default: each term its own column.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hash_bits: Option<u32>,
}

/// How a term's count in a statement becomes its weight.
///
/// After Salton & Buckley, *Term-weighting approaches in automatic text retrieval* (1988), with the
/// smoothing of scikit-learn's `TfidfTransformer`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Weighting {
    /// Of the count in the statement. Default: `log`.
    pub tf: Tf,
    /// Of the number of statements at fit. Default: `smooth`.
    pub idf: Idf,
    /// Scaling of the block's row. Default: `l2`.
    pub norm: Norm,
}

/// Weight by count in the statement.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tf {
    /// 1 + ln(count): scikit-learn's `sublinear_tf`.
    #[default]
    Log,
    /// The count.
    Raw,
    /// 1.
    Binary,
}

/// Weight by the number of statements `df` of all `n` at fit that hold the term.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Idf {
    /// ln((1 + n) / (1 + df)) + 1.
    #[default]
    Smooth,
    /// The square root of `smooth`.
    Sqrt,
    /// 1.
    None,
}

/// Scaling of a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Norm {
    /// As it is.
    #[default]
    None,
    /// To Euclidean length 1; a row of zeros stays.
    L2,
}

impl Default for NgramConfig {
    fn default() -> Self {
        Self {
            field: Field::Text,
            names: Names::Kept,
            part: Part::All,
            analyzer: Analyzer::Word,
            n: [1, 2],
            case: Case::Lower,
            contractions: Contractions::Expanded,
            min_chars: 1,
            tag: Tag::None,
            vocabulary: VocabularyConfig::default(),
            weighting: Weighting::default(),
            weight: 1.0,
        }
    }
}

impl Default for CueConfig {
    fn default() -> Self {
        Self {
            field: Field::Text,
            classes: Vec::new(),
            emit: CueFamily::ALL.to_vec(),
            vocabulary: VocabularyConfig::default(),
            weighting: Weighting { tf: Tf::Binary, idf: Idf::None, norm: Norm::None },
            weight: 1.0,
        }
    }
}

impl Default for UnionConfig {
    fn default() -> Self {
        Self { parts: Vec::new(), norm: Norm::None, weight: 1.0 }
    }
}

impl Default for VocabularyConfig {
    fn default() -> Self {
        Self { min_count: 2, min_sources: 1, max_features: None, hash_bits: None }
    }
}

impl Default for Weighting {
    fn default() -> Self {
        Self { tf: Tf::Log, idf: Idf::Smooth, norm: Norm::L2 }
    }
}
