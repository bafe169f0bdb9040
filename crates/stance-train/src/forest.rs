use linfa::traits::Fit as _;
use linfa_trees::{DecisionTree, TreeNode};
use ndarray::{Array1, Array2, Axis};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng as _;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use stance_core::Label;
use stance_eval::{below, shuffle};
use stance_models::{DenseModel, Node, Projection, Trees};

use crate::error::check_at_least_one;
use crate::{FitError, ReductionConfig};

/// Rows that a leaf's share is drawn toward the label's share of all rows by.
const PRIOR_ROWS: f64 = 4.0;

/// How much more the label of a tree weighs than all others together. No ratio of small numbers.
const TIE_BREAK: f64 = 1.000_271_828_182_845;

/// Settings of one decision tree a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TreeConfig {
    /// The way to components.
    pub reduction: ReductionConfig,
    /// Splits from the root to a leaf, at least 1; 6 by default.
    pub depth: usize,
    /// Least rows in a leaf, at least 1; 20 by default.
    pub leaf: u16,
}

impl Default for TreeConfig {
    fn default() -> Self {
        Self { reduction: ReductionConfig::default(), depth: 6, leaf: 20 }
    }
}

impl TreeConfig {
    pub(crate) fn check(self) -> Result<(), FitError> {
        self.reduction.check()?;
        check_at_least_one("depth", self.depth)?;
        check_at_least_one("leaf", self.leaf.into())
    }
}

/// Settings of a random forest a label.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ForestConfig {
    /// The way to components.
    pub reduction: ReductionConfig,
    /// Trees for each label, at least 1; 30 by default.
    pub trees: usize,
    /// Splits from the root to a leaf, at least 1; 10 by default.
    pub depth: usize,
    /// Least rows in a leaf, at least 1; 5 by default.
    pub leaf: u16,
    /// Share of the rows that each tree draws, with replacement, above 0 to 1; 0.7 by default.
    pub rows: f64,
    /// Share of the components that each tree sees, above 0 to 1; 0.3 by default.
    pub components: f64,
    /// Seed of the draws; 7 by default.
    pub seed: u64,
}

impl Default for ForestConfig {
    fn default() -> Self {
        Self {
            reduction: ReductionConfig::default(),
            trees: 30,
            depth: 10,
            leaf: 5,
            rows: 0.7,
            components: 0.3,
            seed: 7,
        }
    }
}

impl ForestConfig {
    pub(crate) fn check(self) -> Result<(), FitError> {
        let Self { reduction, trees, depth, leaf, rows, components, .. } = self;
        TreeConfig { reduction, depth, leaf }.check()?;
        check_at_least_one("trees", trees)?;
        for (name, found) in [("rows", rows), ("components", components)] {
            if !(found > 0.0 && found <= 1.0) {
                let expected = "a number above 0 to 1";
                return Err(FitError::Setting { name, found, expected });
            }
        }
        Ok(())
    }
}

/// Fits one tree a label to all rows.
pub(crate) fn fit_tree(
    projection: Projection,
    dense: &Array2<f64>,
    golds: &[Label],
    TreeConfig { depth, leaf, .. }: TreeConfig,
) -> Result<DenseModel, FitError> {
    let sample =
        Sample { rows: (0..dense.nrows()).collect(), components: (0..dense.ncols()).collect() };
    let trees = Label::ALL.map(|label| (label, vec![sample.clone()]));
    grow(projection, dense, golds, trees, Size { depth, leaf })
}

/// Fits a forest a label, each tree to a draw of rows and components.
pub(crate) fn fit_forest(
    projection: Projection,
    dense: &Array2<f64>,
    golds: &[Label],
    config: ForestConfig,
) -> Result<DenseModel, FitError> {
    let ForestConfig { depth, leaf, .. } = config;
    let mut rng = ChaCha8Rng::seed_from_u64(config.seed);
    let draws = Label::ALL.map(|label| {
        let samples =
            (0..config.trees).map(|_| Sample::draw(&mut rng, dense.dim(), config)).collect();
        (label, samples)
    });
    grow(projection, dense, golds, draws, Size { depth, leaf })
}

/// How large a tree may grow.
#[derive(Clone, Copy)]
struct Size {
    depth: usize,
    leaf: u16,
}

/// What one tree sees.
#[derive(Clone)]
struct Sample {
    rows: Vec<usize>,
    components: Vec<usize>,
}

impl Sample {
    fn draw(
        rng: &mut ChaCha8Rng,
        (rows, components): (usize, usize),
        config: ForestConfig,
    ) -> Self {
        let drawn = (0..share_of(config.rows, rows)).map(|_| below(rng, rows)).collect();
        let mut seen: Vec<usize> = (0..components).collect();
        shuffle(rng, &mut seen);
        seen.truncate(share_of(config.components, components));
        seen.sort_unstable();
        Self { rows: drawn, components: seen }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a share of a count is one"
)]
fn share_of(share: f64, count: usize) -> usize {
    ((share * count as f64).ceil() as usize).clamp(1, count)
}

fn grow(
    projection: Projection,
    dense: &Array2<f64>,
    golds: &[Label],
    samples: [(Label, Vec<Sample>); Label::COUNT],
    size: Size,
) -> Result<DenseModel, FitError> {
    let mut trees: [Vec<Vec<Node>>; Label::COUNT] = Default::default();
    for (label, samples) in samples {
        trees[label.index()] = samples
            .par_iter()
            .map(|sample| grow_tree(dense, golds, label, sample, size))
            .collect::<Result<_, _>>()?;
    }
    let trees = Trees::new(projection, trees)
        .map_err(|source| FitError::learner("linfa's decision tree", &source))?;
    Ok(DenseModel::Trees(trees))
}

/// The share of a label that no row asks for.
const NEVER_SHARE: f64 = 1e-12;

/// Fits one tree that tells `label` from the others.
///
/// Two labels, because linfa sums over hash maps in random order: two numbers sum to the same in
/// either, four would not, and two fits to the same rows would differ. Weights balance them, so
/// that a rare label does not lose every leaf and with it all splits to linfa's pruning.
#[expect(clippy::cast_precision_loss, reason = "rows are far below 2^53")]
fn grow_tree(
    dense: &Array2<f64>,
    golds: &[Label],
    label: Label,
    sample: &Sample,
    size: Size,
) -> Result<Vec<Node>, FitError> {
    let seen = dense.select(Axis(0), &sample.rows).select(Axis(1), &sample.components);
    let targets: Array1<bool> = sample.rows.iter().map(|&row| golds[row] == label).collect();
    let of_label = targets.iter().filter(|target| **target).count();
    if of_label == 0 && !golds.contains(&label) {
        return Ok(vec![Node::Leaf { share: NEVER_SHARE }]);
    }
    let share = of_label as f64 / targets.len() as f64;
    let balanced = |target: &bool| {
        // a hair off balance, because linfa lets the hash map decide between equals
        let (count, off) =
            if *target { (of_label, TIE_BREAK) } else { (targets.len() - of_label, 1.0) };
        #[expect(clippy::cast_possible_truncation, reason = "linfa's weights are f32")]
        let weight = (off * targets.len() as f64 / (2 * count) as f64) as f32;
        weight
    };
    let weights: Array1<f32> = targets.iter().map(balanced).collect();
    let dataset = linfa::Dataset::new(seen, targets.clone()).with_weights(weights);
    let fitted = DecisionTree::<f64, bool>::params()
        .max_depth(Some(size.depth))
        .min_weight_split(2.0 * f32::from(size.leaf))
        .min_weight_leaf(f32::from(size.leaf))
        .fit(&dataset)
        .map_err(|source| FitError::learner("linfa's decision tree", &source))?;
    let mut nodes = Vec::new();
    copy(fitted.root_node(), &sample.components, &mut nodes);
    // linfa keeps only the likelier label of a leaf: count the rows again
    let mut counts = vec![(0.0, 0.0); nodes.len()];
    for (&row, target) in sample.rows.iter().zip(&targets) {
        let (place, _) = Node::leaf_of(&nodes, &dense.row(row).to_vec());
        counts[place].0 += f64::from(u8::from(*target));
        counts[place].1 += 1.0;
    }
    // never 0 or 1, even where the drawn rows have one label alone
    let share = share.clamp(1e-3, 1.0 - 1e-3);
    for (node, (right, all)) in nodes.iter_mut().zip(counts) {
        if let Node::Leaf { share: leaf } = node {
            *leaf = (right + PRIOR_ROWS * share) / (all + PRIOR_ROWS);
        }
    }
    Ok(nodes)
}

/// Appends `node` and what is under it, and returns its place; shares are still to be counted.
fn copy(node: &TreeNode<f64, bool>, components: &[usize], nodes: &mut Vec<Node>) -> usize {
    let place = nodes.len();
    nodes.push(Node::Leaf { share: 0.5 });
    if let [Some(left), Some(right)] = node.children()[..] {
        let (component, threshold, _) = node.split();
        let below = copy(left, components, nodes);
        let above = copy(right, components, nodes);
        nodes[place] = Node::Split { component: components[component], threshold, below, above };
    }
    place
}
