//! Whole training runs of every kind of learner on a slice of the corpus: from a recipe to files
//! that answer as what was fitted.

use stance_core::{Classifier as _, Distribution, Label, SentenceExtractor, Statement, TargetId};
use stance_eval::{Purpose, read_annotated};
use stance_features::{Features, Featurizer as _, FitContext, Lexicons};
use stance_models::Artifact;
use stance_train::{Fitted, Recipe, RecipeError, SparseRows, Trained, TrainingData, train};

/// Each kind of learner, and the kind of model that it becomes.
const KINDS: [(&str, &str); 6] = [
    ("kind = 'softmax.v1'\nc = [1.0, 4.0]", "linear.v1"),
    ("kind = 'linfa-logistic.v1'", "linear.v1"),
    ("kind = 'linfa-svm.v1'", "linear.v1"),
    ("kind = 'linfa-bayes.v1'", "dense.v1"),
    ("kind = 'linfa-tree.v1'\nleaf = 5", "dense.v1"),
    ("kind = 'linfa-forest.v1'\ntrees = 8\nleaf = 3", "dense.v1"),
];

fn toml(learner: &str, calibration: &str) -> String {
    let reduction = if learner.contains("linfa") { "reduction = { components = 24 }" } else { "" };
    format!(
        "name = 'slice'\ndescription = 'A slice of the corpus.'\nlicense = 'CC0-1.0'\nseed = 7\n\
         [data]\nfiles = ['slice.jsonl']\nfolds = 2\n\
         [features]\nkind = 'ngrams.v1'\nnames = 'masked'\n\
         [learner]\n{learner}\n{reduction}\n\
         [calibration]\nkind = '{calibration}'\n"
    )
}

fn recipe(learner: &str, calibration: &str) -> Recipe {
    Recipe::parse(&toml(learner, calibration)).expect("known keys within their ranges")
}

/// The first 320 sentences of a file of articles.
fn data() -> TrainingData {
    let corpus = include_str!("../../../seeds/corpus/articles-official.jsonl");
    let lines: Vec<&str> = corpus.lines().take(320).collect();
    let extractor = SentenceExtractor::builtin(&TargetId::moscow()).expect("is embedded");
    let annotated = read_annotated(
        "slice.jsonl",
        &lines.join("\n"),
        Purpose::Train { task: "stance" },
        &extractor,
    );
    TrainingData {
        annotated: annotated.expect("is well formed"),
        splits: None,
        sha256: "0".to_owned(),
    }
}

fn run(recipe: &Recipe, data: &TrainingData) -> Trained {
    train(recipe, data, &Lexicons::builtin(), |_| {}).expect("gold for every label in every fold")
}

/// What is fitted to all of `data`, and its features' rows, without any file between.
fn fitted(recipe: &Recipe, data: &TrainingData) -> (Fitted, SparseRows) {
    let statements: Vec<&Statement> = data.annotated.iter().map(|a| &a.statement).collect();
    let lexicons = Lexicons::builtin();
    let context = FitContext { lexicons: &lexicons, sources: None };
    let featurizer = recipe.features.fit(&statements, &context).expect("statements");
    let features: Vec<_> = statements.iter().map(|s| featurizer.featurize(s)).collect();
    let rows = SparseRows::from_rows(featurizer.width(), features.iter().map(Features::iter));
    let rows = rows.expect("features are rows");
    let golds: Vec<Label> = data.annotated.iter().map(|a| a.gold).collect();
    let groups: Vec<_> = data.annotated.iter().map(|a| &a.group).collect();
    let learner = recipe.learner.clone().check().expect("checked by the recipe");
    let fitted =
        learner.only(0).fit(&rows, &golds, &groups, &Label::ALL).expect("gold for every label");
    (fitted.into_iter().next().expect("one setting"), rows)
}

#[test]
fn every_kind_becomes_files_that_answer_as_what_was_fitted() {
    let data = data();
    let statements: Vec<Statement> = data.annotated.iter().map(|a| a.statement.clone()).collect();
    for (learner, kind) in KINDS {
        // given: one setting, and answers that are not calibrated
        let recipe = recipe(&learner.replace("[1.0, 4.0]", "[4.0]"), "none");
        let (fitted, rows) = fitted(&recipe, &data);
        // when
        let artifact = run(&recipe, &data).artifact;
        let [manifest, weights, card, sets]: [(&str, Vec<u8>); 4] =
            artifact.files().try_into().expect("four files");
        let card = String::from_utf8(card.1).expect("is text");
        let read = Artifact::from_bytes(&manifest.1, weights.1, card).expect("as written");
        let read = read.with_conformal_json(&sets.1).expect("as written");
        assert!(read == artifact, "{learner} differs");
        let model = read.classifier().expect("as written");
        // then
        assert_eq!((model.kind(), read.manifest().kind.as_str()), (kind, kind), "{learner}");
        let answers = model.classify(&statements).expect("a distribution each");
        // linear weights are stored in 16 bits, the others as they are
        let most = if kind == "linear.v1" { 1e-3 } else { 1e-12 };
        for (logits, answer) in fitted.logits_of(&rows).into_iter().zip(&answers) {
            let expected = Distribution::from_logits(logits);
            for (found, expected) in answer.as_array().iter().zip(expected.as_array()) {
                assert!((found - expected).abs() < most, "{learner}: {found} {expected}");
            }
        }
        let pairs = answers.iter().zip(&data.annotated);
        let right = pairs.filter(|(answer, annotated)| answer.label() == annotated.gold).count();
        assert!(right > 2 * answers.len() / 5, "{learner}: {right} of {}", answers.len());
        assert_eq!(model.explain(&statements[0]).is_some(), kind == "linear.v1", "{learner}");
    }
}

#[test]
fn every_kind_gives_the_same_bytes_on_any_number_of_threads() {
    let data = data();
    for (learner, _) in KINDS {
        let recipe = recipe(learner, "temperature.v1");
        let with = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
            pool.expect("a pool").install(|| run(&recipe, &data).artifact.files())
        };
        assert!(with(1) == with(3), "{learner} differs");
    }
}

#[test]
fn every_kind_is_calibrated_on_held_out_answers_and_says_so_in_its_card() {
    let data = data();
    for (learner, kind) in KINDS {
        let trained = run(&recipe(learner, "vector.v1"), &data);
        let taken = &trained.trials[trained.taken];
        let card = trained.artifact.card();
        let line = format!("feature columns, {}\n", taken.setting);
        assert!(card.contains(&format!("- Kind: {kind}, ")) && card.contains(&line), "{card}");
        assert!(!card.contains("- Calibration: temperature 1.0000, bias supportive +0.0000"));
        assert_eq!(taken.scores.logits.len(), data.annotated.len(), "each held out once");
        // the recipe in the card gives the same model
        let recipe = &trained.artifact.manifest().recipe;
        let again = run(&Recipe::parse(recipe).expect("as written"), &data);
        assert!(again.artifact == trained.artifact, "{learner} differs");
    }
}

#[test]
fn of_several_settings_the_one_with_the_lowest_held_out_log_loss_is_taken() {
    let trained = run(&recipe("kind = 'softmax.v1'\nc = [0.01, 1.0]", "none"), &data());
    let settings: Vec<&str> = trained.trials.iter().map(|t| t.setting.as_str()).collect();
    assert_eq!(settings, ["C = 0.01", "C = 1"]);
    let loss = |trial: usize| trained.trials[trial].scores.pooled.log_loss;
    assert!(loss(trained.taken) <= loss(1 - trained.taken));
}

#[test]
fn learners_with_unknown_keys_or_values_out_of_range_are_refused() {
    let refused = |learner: &str| Recipe::parse(&toml(learner, "none")).expect_err(learner);
    for learner in [
        "kind = 'linfa-forest.v2'",
        "kind = 'linfa-forest.v1'\nc = 1.0",
        "kind = 'linfa-bayes.v1'\nsmooth = 1e-3",
        "kind = 'softmax.v1'",
        "kind = 'softmax.v1'\nc = [1.0]\nrows = 5",
    ] {
        assert!(matches!(refused(learner), RecipeError::Malformed(_)), "{learner}");
    }
    for learner in [
        "kind = 'softmax.v1'\nc = []",
        "kind = 'softmax.v1'\nc = [1.0, -1.0]",
        "kind = 'softmax.v1'\nc = [1.0]\nlabel_smoothing = 1.0",
        "kind = 'softmax.v1'\nc = [1.0]\nclass_weights = { given = [1.0, 1.0, 0.0, 1.0] }",
        "kind = 'linfa-tree.v1'\ndepth = 0",
        "kind = 'linfa-svm.v1'\nrows = 3",
    ] {
        assert!(matches!(refused(learner), RecipeError::Learner(_)), "{learner}");
    }
}

/// The example of docs/training.md.
#[test]
fn a_linfa_model_of_ones_own_over_the_features_of_a_recipe_is_a_classifier() {
    use linfa::traits::Fit as _;
    use linfa_trees::DecisionTree;
    use ndarray::{Array1, Array2};
    use stance_core::ModelId;
    use stance_train::linfa::LinfaClassifier;

    let data = data();
    let recipe = recipe("kind = 'softmax.v1'\nc = [1.0]", "none");
    let statements: Vec<&Statement> = data.annotated.iter().map(|a| &a.statement).collect();
    let golds: Vec<Label> = data.annotated.iter().map(|a| a.gold).collect();

    let context = FitContext { lexicons: &Lexicons::builtin(), sources: None };
    let featurizer = recipe.features.fit(&statements, &context).expect("statements");
    let width = featurizer.width();
    let row = move |statement: &Statement| {
        let mut dense = Array1::zeros(width);
        for (column, weight) in featurizer.featurize(statement).iter() {
            dense[column as usize] = f64::from(weight);
        }
        dense
    };
    let mut rows = Array2::zeros((statements.len(), width));
    for (mut to, statement) in rows.rows_mut().into_iter().zip(&statements) {
        to.assign(&row(statement));
    }
    let indices: Array1<usize> = golds.iter().map(|gold| gold.index()).collect();
    let params = DecisionTree::params().max_depth(Some(8));
    let model = params.fit(&linfa::Dataset::new(rows, indices)).expect("rows and golds");

    let id = ModelId { name: "my-tree".into(), version: "1".into() };
    let classifier = LinfaClassifier::<_, _, Array1<usize>>::new(id, model, width, row);
    let statements: Vec<Statement> = statements.into_iter().cloned().collect();
    let answers = classifier.classify(&statements).expect("labels");
    let right = answers.iter().zip(&golds).filter(|(answer, gold)| answer.label() == **gold);
    assert!(right.count() > answers.len() / 3);
}
