use serde::{Deserialize, Serialize};
use stance_core::{Classifier, ClassifyError, Distribution, Label, ModelId, Statement};
use stance_features::Featurizer;
use stance_models::Calibration;

use crate::{Projection, ShapeError};

/// What a linfa learner found, in plain numbers: it is saved, read and run without linfa.
///
/// Every kind of [`LinfaConfig`](crate::LinfaConfig) becomes one of three forms. All can be saved
/// through serde; reading one back checks all that running it relies on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "form", rename_all = "lowercase")]
pub enum DenseModel {
    /// Logits linear in the sparse row: logistic regression and linear SVM, seen through the
    /// projection.
    Linear(Linear),
    /// Logits quadratic in the components: Gaussian naive Bayes.
    Quadratic(Quadratic),
    /// Logits from the shares in the leaves of trees over the components.
    Trees(Trees),
}

/// The form of [`DenseModel::Linear`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "RawLinear")]
pub struct Linear {
    width: usize,
    coefficients: Vec<(u32, [f64; Label::COUNT])>,
    intercepts: [f64; Label::COUNT],
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLinear {
    width: usize,
    coefficients: Vec<(u32, [f64; Label::COUNT])>,
    intercepts: [f64; Label::COUNT],
}

impl TryFrom<RawLinear> for Linear {
    type Error = ShapeError;

    fn try_from(raw: RawLinear) -> Result<Self, ShapeError> {
        let RawLinear { width, coefficients, intercepts } = raw;
        if coefficients.windows(2).any(|pair| pair[0].0 >= pair[1].0)
            || coefficients.last().is_some_and(|&(column, _)| column as usize >= width)
        {
            return Err(ShapeError("columns do not ascend or are not below the width"));
        }
        check_finite(coefficients.iter().flat_map(|(_, block)| block).chain(&intercepts))?;
        Ok(Self { width, coefficients, intercepts })
    }
}

impl Linear {
    /// The linear map of `head`, four numbers for each component, and `intercepts` over it.
    pub(crate) fn through(
        projection: &Projection,
        head: &[[f64; Label::COUNT]],
        intercepts: [f64; Label::COUNT],
    ) -> Result<Self, ShapeError> {
        let (coefficients, shift) = projection.pull_back(head);
        let intercepts = std::array::from_fn(|label| intercepts[label] + shift[label]);
        RawLinear { width: projection.width(), coefficients, intercepts }.try_into()
    }

    /// Number of columns of the rows it answers.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// The columns that count, ascending, each with its coefficients ordered as [`Label::ALL`].
    #[must_use]
    pub fn coefficients(&self) -> &[(u32, [f64; Label::COUNT])] {
        &self.coefficients
    }

    /// The intercepts, ordered as [`Label::ALL`].
    #[must_use]
    pub fn intercepts(&self) -> [f64; Label::COUNT] {
        self.intercepts
    }

    fn logits(&self, columns: &[u32], weights: &[f32]) -> [f64; Label::COUNT] {
        let mut logits = self.intercepts;
        for (column, &weight) in columns.iter().zip(weights) {
            if let Ok(place) = self.coefficients.binary_search_by_key(column, |&(c, _)| c) {
                for (logit, coefficient) in logits.iter_mut().zip(self.coefficients[place].1) {
                    *logit += f64::from(weight) * coefficient;
                }
            }
        }
        logits
    }
}

/// The form of [`DenseModel::Quadratic`]: for each component a slope and a curvature.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "RawQuadratic")]
pub struct Quadratic {
    projection: Projection,
    slopes: Vec<[f64; Label::COUNT]>,
    curvatures: Vec<[f64; Label::COUNT]>,
    intercepts: [f64; Label::COUNT],
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawQuadratic {
    projection: Projection,
    slopes: Vec<[f64; Label::COUNT]>,
    curvatures: Vec<[f64; Label::COUNT]>,
    intercepts: [f64; Label::COUNT],
}

impl TryFrom<RawQuadratic> for Quadratic {
    type Error = ShapeError;

    fn try_from(raw: RawQuadratic) -> Result<Self, ShapeError> {
        Self::new(raw.projection, raw.slopes, raw.curvatures, raw.intercepts)
    }
}

impl Quadratic {
    pub(crate) fn new(
        projection: Projection,
        slopes: Vec<[f64; Label::COUNT]>,
        curvatures: Vec<[f64; Label::COUNT]>,
        intercepts: [f64; Label::COUNT],
    ) -> Result<Self, ShapeError> {
        if [slopes.len(), curvatures.len()] != [projection.components(); 2] {
            return Err(ShapeError("not one slope and one curvature a component"));
        }
        check_finite(slopes.iter().chain(&curvatures).flatten().chain(&intercepts))?;
        Ok(Self { projection, slopes, curvatures, intercepts })
    }

    fn logits(&self, columns: &[u32], weights: &[f32]) -> [f64; Label::COUNT] {
        let components = self.projection.project(columns, weights);
        let mut logits = self.intercepts;
        for ((x, slope), curvature) in components.iter().zip(&self.slopes).zip(&self.curvatures) {
            for ((logit, slope), curvature) in logits.iter_mut().zip(slope).zip(curvature) {
                *logit += x * (slope + x * curvature);
            }
        }
        logits
    }
}

/// The form of [`DenseModel::Trees`]: for each label the same number of trees, each of which gives
/// the share of that label among the training rows in the leaf. The logit of a label is the log
/// odds of its mean share.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "RawTrees")]
pub struct Trees {
    projection: Projection,
    /// Ordered as [`Label::ALL`]; a tree's first node is its root.
    trees: [Vec<Vec<Node>>; Label::COUNT],
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTrees {
    projection: Projection,
    trees: [Vec<Vec<Node>>; Label::COUNT],
}

/// A node of a tree.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub(crate) enum Node {
    /// Goes on at `below` where the component is below the threshold, else at `above`.
    Split { component: usize, threshold: f64, below: usize, above: usize },
    /// The share of the tree's label, above 0 and below 1.
    Leaf { share: f64 },
}

impl TryFrom<RawTrees> for Trees {
    type Error = ShapeError;

    fn try_from(raw: RawTrees) -> Result<Self, ShapeError> {
        Self::new(raw.projection, raw.trees)
    }
}

impl Trees {
    pub(crate) fn new(
        projection: Projection,
        trees: [Vec<Vec<Node>>; Label::COUNT],
    ) -> Result<Self, ShapeError> {
        if trees.iter().any(Vec::is_empty) {
            return Err(ShapeError("a label has no tree"));
        }
        for nodes in trees.iter().flatten() {
            if nodes.is_empty() {
                return Err(ShapeError("a tree has no node"));
            }
            for (place, node) in nodes.iter().enumerate() {
                let fits = match *node {
                    Node::Leaf { share } => share > 0.0 && share < 1.0,
                    Node::Split { component, threshold, below, above } => {
                        // children stand after their parent, so that every walk ends
                        component < projection.components()
                            && threshold.is_finite()
                            && [below, above].iter().all(|&c| c > place && c < nodes.len())
                    }
                };
                if !fits {
                    return Err(ShapeError("a node of a tree is out of range"));
                }
            }
        }
        Ok(Self { projection, trees })
    }

    fn logits(&self, columns: &[u32], weights: &[f32]) -> [f64; Label::COUNT] {
        let components = self.projection.project(columns, weights);
        std::array::from_fn(|label| {
            let trees = &self.trees[label];
            let sum: f64 = trees.iter().map(|nodes| leaf_of(nodes, &components).1).sum();
            #[expect(clippy::cast_precision_loss, reason = "trees are far below 2^53")]
            let mean = sum / trees.len() as f64;
            libm::log(mean / (1.0 - mean))
        })
    }
}

/// The place and the share of the leaf that `components` fall into.
pub(crate) fn leaf_of(nodes: &[Node], components: &[f64]) -> (usize, f64) {
    let mut place = 0;
    loop {
        match nodes[place] {
            Node::Leaf { share } => return (place, share),
            Node::Split { component, threshold, below, above } => {
                place = if components[component] < threshold { below } else { above };
            }
        }
    }
}

fn check_finite<'a>(mut values: impl Iterator<Item = &'a f64>) -> Result<(), ShapeError> {
    if values.all(|value| value.is_finite()) {
        Ok(())
    } else {
        Err(ShapeError("a number of the model is not finite"))
    }
}

impl DenseModel {
    /// Number of columns of the rows it answers.
    #[must_use]
    pub fn width(&self) -> usize {
        match self {
            Self::Linear(linear) => linear.width,
            Self::Quadratic(quadratic) => quadratic.projection.width(),
            Self::Trees(trees) => trees.projection.width(),
        }
    }

    /// The logits of one sparse row, whose columns ascend, ordered as [`Label::ALL`].
    #[must_use]
    pub fn logits(&self, columns: &[u32], weights: &[f32]) -> [f64; Label::COUNT] {
        match self {
            Self::Linear(linear) => linear.logits(columns, weights),
            Self::Quadratic(quadratic) => quadratic.logits(columns, weights),
            Self::Trees(trees) => trees.logits(columns, weights),
        }
    }
}

/// A [`Classifier`] of a featurizer, a [`DenseModel`] and a calibration.
#[derive(Clone, Debug)]
pub struct DenseClassifier<F> {
    id: ModelId,
    featurizer: F,
    model: DenseModel,
    calibration: Calibration,
}

impl<F: Featurizer> DenseClassifier<F> {
    /// Puts the parts together.
    ///
    /// # Errors
    /// When featurizer and model are not equally wide.
    pub fn new(
        id: ModelId,
        featurizer: F,
        model: DenseModel,
        calibration: Calibration,
    ) -> Result<Self, ShapeError> {
        if featurizer.width() != model.width() {
            return Err(ShapeError("featurizer and model are not equally wide"));
        }
        Ok(Self { id, featurizer, model, calibration })
    }
}

impl<F: Featurizer> Classifier for DenseClassifier<F> {
    fn id(&self) -> &ModelId {
        &self.id
    }

    fn classify(&self, batch: &[Statement]) -> Result<Vec<Distribution>, ClassifyError> {
        let answer = |statement: &Statement| {
            let row = self.featurizer.featurize(statement);
            self.calibration.distribution(self.model.logits(row.columns(), row.weights()))
        };
        Ok(batch.iter().map(answer).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROJECTION: &str = r#"{"width":3,"columns":[0,2],"matrix":[1,2],"offset":[0]}"#;

    fn trees(nodes: &str) -> Result<DenseModel, serde_json::Error> {
        let one = r#"[[{"leaf":{"share":0.5}}]]"#;
        serde_json::from_str(&format!(
            r#"{{"form":"trees","projection":{PROJECTION},"trees":[[{nodes}],{one},{one},{one}]}}"#
        ))
    }

    #[test]
    fn trees_answer_with_the_log_odds_of_the_mean_share() {
        let model = trees(
            r#"[{"split":{"component":0,"threshold":1.5,"below":1,"above":2}},
                {"leaf":{"share":0.2}},{"leaf":{"share":0.6}}],
               [{"leaf":{"share":0.4}}]"#,
        )
        .expect("nodes in range");
        let below = model.logits(&[0], &[1.0]);
        assert!((below[0] - (0.3_f64 / 0.7).ln()).abs() < 1e-12);
        let above = model.logits(&[2], &[1.0]);
        assert!(above.iter().all(|logit| logit.abs() < 1e-12), "{above:?}");
        let written = serde_json::to_string(&model).expect("plain numbers");
        assert_eq!(serde_json::from_str::<DenseModel>(&written).ok(), Some(model));
    }

    #[test]
    fn trees_that_would_run_astray_are_refused_when_read() {
        let split = |component: usize, below: usize, above: usize| {
            trees(&format!(
                r#"[{{"split":{{"component":{component},"threshold":0,"below":{below},"above":{above}}}}},
                    {{"leaf":{{"share":0.5}}}}]"#
            ))
        };
        assert!(split(0, 1, 1).is_ok());
        assert!(split(1, 1, 1).is_err());
        assert!(split(0, 0, 1).is_err());
        assert!(split(0, 1, 2).is_err());
        assert!(trees(r#"[{"leaf":{"share":1.0}}]"#).is_err());
        assert!(trees("[]").is_err());
        assert!(trees("").is_err());
    }

    #[test]
    fn linear_and_quadratic_forms_answer_what_their_numbers_say() {
        let linear: DenseModel = serde_json::from_str(
            r#"{"form":"linear","width":3,"coefficients":[[2,[1,0,-1,0]]],"intercepts":[0,1,0,0]}"#,
        )
        .expect("columns ascend");
        let expected = [2.0, 1.0, -2.0, 0.0];
        assert_eq!(
            linear.logits(&[0, 2], &[5.0, 2.0]).map(f64::to_bits),
            expected.map(f64::to_bits)
        );
        let quadratic: DenseModel = serde_json::from_str(&format!(
            r#"{{"form":"quadratic","projection":{PROJECTION},"slopes":[[1,0,0,0]],
                "curvatures":[[0,-1,0,0]],"intercepts":[0,0,0.5,0]}}"#
        ))
        .expect("one component");
        // the component is 1 · 1 + 2 · 1 = 3
        let expected = [3.0, -9.0, 0.5, 0.0];
        assert_eq!(
            quadratic.logits(&[0, 2], &[1.0, 1.0]).map(f64::to_bits),
            expected.map(f64::to_bits)
        );
    }

    #[test]
    fn numbers_that_do_not_fit_are_refused_when_read() {
        let refused = |json: &str| serde_json::from_str::<DenseModel>(json).is_err();
        let four = "[0,0,0,0]";
        assert!(refused(&format!(
            r#"{{"form":"linear","width":2,"coefficients":[[2,{four}]],"intercepts":{four}}}"#
        )));
        assert!(refused(&format!(
            r#"{{"form":"quadratic","projection":{PROJECTION},"slopes":[],"curvatures":[],"intercepts":{four}}}"#
        )));
        assert!(refused(&format!(
            r#"{{"form":"linear","width":2,"coefficients":[],"intercepts":{four},"more":1}}"#
        )));
    }
}
