//! A dense model through its files: the same answers, and no bytes that panic.

use std::collections::BTreeMap;

use stance_core::{
    ArticleId, Classifier, Distribution, Label, ModelId, Statement, StatementId, TargetId,
};
use stance_features::{FeaturizerConfig, FitContext, FittedFeaturizer, Lexicons};
use stance_models::{
    Artifact, Calibration, DataSummary, DenseClassifier, DenseModel, FORMAT, FORMAT_VERSION,
    LinearClassifier, LoadError, Manifest, Model, Node, Projection, Quadratic, Trees,
};

fn statement(text: &str) -> Statement {
    let (id, article) = (StatementId::new("a#001"), ArticleId::new("a"));
    Statement::new(id, article, text.into(), TargetId::moscow())
}

/// Columns are the words "aid", "minsk", "refused" and "thanked" in some order, each present or not.
fn featurizer() -> FittedFeaturizer {
    let config: FeaturizerConfig = toml::from_str(
        "kind = 'ngrams.v1'\nn = [1, 1]\nvocabulary = { min_count = 1 }\n\
         weighting = { tf = 'binary', idf = 'none', norm = 'none' }",
    )
    .expect("a valid configuration");
    let (one, other) = (statement("Minsk thanked."), statement("Minsk refused aid."));
    let lexicons = Lexicons::builtin();
    let context = FitContext { lexicons: &lexicons, sources: None };
    config.fit(&[&one, &other], &context).expect("two statements")
}

fn projection() -> Projection {
    let matrix = vec![1.0, 0.5, -0.25, 2.0, 0.0, -1.0];
    Projection::new(4, vec![0, 1, 3], matrix, vec![0.5, 0.25]).expect("three by two")
}

fn quadratic() -> DenseModel {
    let (slopes, curvatures) = (vec![[0.5, -0.5, 1.0, 0.0]; 2], vec![[0.0, 0.25, -0.5, 0.1]; 2]);
    let quadratic = Quadratic::new(projection(), slopes, curvatures, [0.1, 0.2, 0.3, 0.4]);
    DenseModel::Quadratic(quadratic.expect("two components"))
}

fn trees() -> DenseModel {
    let split = |component| Node::Split { component, threshold: 0.5, below: 1, above: 2 };
    let tree = |low, high| vec![split(0), Node::Leaf { share: low }, Node::Leaf { share: high }];
    let other = vec![split(1), Node::Leaf { share: 0.25 }, Node::Leaf { share: 0.4 }];
    let pair = |low, high| vec![tree(low, high), other.clone()];
    let trees = [pair(0.2, 0.6), pair(0.5, 0.1), pair(0.9, 0.3), pair(0.3, 0.3)];
    DenseModel::Trees(Trees::new(projection(), trees).expect("places in range"))
}

fn manifest(kind: &str) -> Manifest {
    Manifest {
        format: FORMAT.to_owned(),
        version: FORMAT_VERSION,
        kind: kind.to_owned(),
        name: "made-up".to_owned(),
        crate_version: "0.1.0".to_owned(),
        weights_sha256: String::new(),
        labels: Label::ALL.to_vec(),
        target: "moscow".to_owned(),
        license: "MIT OR Apache-2.0".to_owned(),
        seed: 7,
        data: DataSummary {
            sha256: String::new(),
            statements: 2,
            groups: 2,
            files: 1,
            by_label: [1, 0, 1, 0],
        },
        recipe: String::new(),
        dev_scores: BTreeMap::new(),
    }
}

fn classifier(model: DenseModel) -> DenseClassifier {
    let id = ModelId { name: "made-up".into(), version: "".into() };
    let calibration = Calibration::new(1.5, [0.1, 0.0, -0.1, 0.0]).expect("positive");
    DenseClassifier::new(id, featurizer(), model, calibration).expect("four columns each")
}

/// What loading these weights as those of a dense model gives.
fn load(weights: &[u8]) -> Result<Model, LoadError> {
    let manifest = manifest(DenseClassifier::KIND);
    Artifact::new(manifest, weights.to_vec(), String::new()).classifier()
}

fn answers(model: &impl Classifier) -> Vec<Distribution> {
    let batch = ["Minsk thanked.", "Minsk refused aid.", "Nothing known."].map(statement);
    model.classify(&batch).expect("a distribution each")
}

#[test]
fn a_model_answers_the_same_after_its_files_were_written_and_read() {
    for made in [quadratic(), trees()] {
        let before = classifier(made.clone());
        let artifact =
            Artifact::new(manifest(DenseClassifier::KIND), before.to_bytes(), String::new());
        let [manifest, weights, _]: [(&str, Vec<u8>); 3] =
            artifact.files().try_into().expect("three files without label sets");
        // when
        let read = Artifact::from_bytes(&manifest.1, weights.1, String::new()).expect("as written");
        let model = read.classifier().expect("as written");
        // then
        let expected = answers(&before);
        assert_eq!(answers(&model), expected);
        assert!(expected[0] != expected[1], "answers depend on the statement");
        assert_eq!(model.kind(), "dense.v1");
        assert_eq!(*model.id().version, read.manifest().model_version());
        assert_eq!(model.to_bytes(), before.to_bytes());
        assert!(model.explain(&statement("Minsk thanked.")).is_none());
        let Model::Dense(dense) = &model else { panic!("{model:?} is not dense") };
        assert_eq!(dense.model(), &made);
    }
}

#[test]
fn weights_cut_off_anywhere_or_followed_by_more_are_an_error() {
    for model in [quadratic(), trees()] {
        let whole = classifier(model).to_bytes();
        assert!(load(&whole).is_ok());
        for end in 0..whole.len() {
            assert!(load(&whole[..end]).is_err(), "cut off at {end} of {}", whole.len());
        }
        let longer = [whole.as_slice(), &[0]].concat();
        assert!(matches!(load(&longer), Err(LoadError::Malformed(_))));
    }
}

#[test]
fn no_changed_byte_of_the_weights_panics() {
    for model in [quadratic(), trees()] {
        let whole = classifier(model).to_bytes();
        for at in 0..whole.len() {
            for change in [0x01, 0x02, 0x7f, 0x80, 0xff] {
                let mut changed = whole.clone();
                changed[at] ^= change;
                // A change that still fits gives another model, which must answer.
                if let Ok(model) = load(&changed) {
                    assert_eq!(answers(&model).len(), 3);
                }
            }
        }
    }
}

#[test]
fn counts_far_beyond_the_bytes_are_refused() {
    let whole = classifier(trees()).to_bytes();
    // width, kept columns and components stand after the label and the featurizer with its length
    let projection = 8 + 8 + featurizer().to_bytes().len();
    for at in [projection + 4, projection + 8] {
        let mut changed = whole.clone();
        changed[at..at + 4].copy_from_slice(&u32::MAX.to_le_bytes());
        assert!(matches!(load(&changed), Err(LoadError::Malformed(_))));
    }
}

#[test]
fn weights_of_another_kind_than_the_manifest_says_are_refused() {
    let weights = classifier(trees()).to_bytes();
    let load =
        |kind: &str| Artifact::new(manifest(kind), weights.clone(), String::new()).classifier();
    assert!(matches!(load(LinearClassifier::KIND), Err(LoadError::Malformed(_))));
    let error = load("forest.v9").expect_err("nobody knows it");
    assert_eq!(
        error.to_string(),
        r#"model kind is "forest.v9", this build runs "linear.v1" and "dense.v1""#
    );
}

#[test]
fn a_model_of_another_width_than_the_featurizer_is_refused() {
    let id = ModelId { name: "made-up".into(), version: "".into() };
    let wide = Projection::new(5, vec![0], vec![1.0], vec![0.0]).expect("one by one");
    let quadratic = Quadratic::new(wide, vec![[0.0; 4]], vec![[0.0; 4]], [0.0; 4]).expect("fits");
    let model = DenseModel::Quadratic(quadratic);
    assert!(DenseClassifier::new(id, featurizer(), model, Calibration::default()).is_err());
}
