use stance_core::Label;

use crate::wire::{put_count, take, take_count};
use crate::{LoadError, Projection, ShapeError};

/// What a leaf has in place of a component.
const LEAF: u32 = u32::MAX;

/// The form of [`DenseModel::Trees`](crate::DenseModel::Trees): for each label one tree or more, each of which gives
/// the share of that label among the training rows in the leaf. The logit of a label is the log
/// odds of its mean share.
#[derive(Clone, Debug, PartialEq)]
pub struct Trees {
    projection: Projection,
    trees: [Vec<Vec<Node>>; Label::COUNT],
}

/// A node of a tree, whose nodes stand in a list.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Node {
    /// Goes on at one of two other nodes, which stand later in the list.
    Split {
        /// Which component decides.
        component: usize,
        /// What it is compared with; finite.
        threshold: f64,
        /// Place of the node to go on at where the component is below the threshold.
        below: usize,
        /// Place of the node to go on at otherwise.
        above: usize,
    },
    /// The end of a walk.
    Leaf {
        /// The share of the tree's label, above 0 and below 1.
        share: f64,
    },
}

impl Node {
    /// The place and the share of the leaf that `components` fall into, from the first of `nodes`.
    ///
    /// # Panics
    /// If `nodes` are empty or one points outside of them, or components are too few; those of
    /// [`Trees`] do not.
    #[must_use]
    pub fn leaf_of(nodes: &[Self], components: &[f64]) -> (usize, f64) {
        let mut place = 0;
        loop {
            match nodes[place] {
                Self::Leaf { share } => return (place, share),
                Self::Split { component, threshold, below, above } => {
                    place = if components[component] < threshold { below } else { above };
                }
            }
        }
    }

    /// Appends the component (u32) and the threshold (f64) with both places (u32), or in place of
    /// the component [`LEAF`] and then the share (f64).
    fn write(self, out: &mut Vec<u8>) {
        match self {
            Self::Split { component, threshold, below, above } => {
                put_count(out, component);
                out.extend(threshold.to_le_bytes());
                put_count(out, below);
                put_count(out, above);
            }
            Self::Leaf { share } => {
                out.extend(LEAF.to_le_bytes());
                out.extend(share.to_le_bytes());
            }
        }
    }

    fn read(bytes: &mut &[u8]) -> Result<Self, LoadError> {
        let component = u32::from_le_bytes(take(bytes)?);
        let number = f64::from_le_bytes(take(bytes)?);
        if component == LEAF {
            return Ok(Self::Leaf { share: number });
        }
        let mut place = || take(bytes).map(|bytes| u32::from_le_bytes(bytes) as usize);
        let (below, above) = (place()?, place()?);
        Ok(Self::Split { component: component as usize, threshold: number, below, above })
    }
}

impl Trees {
    /// Puts trees together, for each label at least one, ordered as [`Label::ALL`]; a tree's first
    /// node is its root.
    ///
    /// # Errors
    /// When a label has no tree, a tree no node, or a node does not fit what [`Node`] says.
    pub fn new(
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

    pub(crate) fn logits(&self, components: &[f64]) -> [f64; Label::COUNT] {
        std::array::from_fn(|label| {
            let trees = &self.trees[label];
            let sum: f64 = trees.iter().map(|nodes| Node::leaf_of(nodes, components).1).sum();
            #[expect(clippy::cast_precision_loss, reason = "trees are far below 2^53")]
            let mean = sum / trees.len() as f64;
            libm::log(mean / (1.0 - mean))
        })
    }
    pub(crate) fn projection(&self) -> &Projection {
        &self.projection
    }

    /// Appends for each label the number of trees, and for each tree the number of nodes (u32) and
    /// the nodes.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        for trees in &self.trees {
            put_count(out, trees.len());
            for nodes in trees {
                put_count(out, nodes.len());
                for node in nodes {
                    node.write(out);
                }
            }
        }
    }

    /// Reads what [`Trees::write`] wrote, from the front of `bytes`.
    pub(crate) fn read(projection: Projection, bytes: &mut &[u8]) -> Result<Self, LoadError> {
        let mut trees: [Vec<Vec<Node>>; Label::COUNT] = Default::default();
        for trees in &mut trees {
            for _ in 0..take_count(bytes)? {
                let count = take_count(bytes)?;
                trees.push((0..count).map(|_| Node::read(bytes)).collect::<Result<_, _>>()?);
            }
        }
        Ok(Self::new(projection, trees)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HALF: Node = Node::Leaf { share: 0.5 };

    /// Trees of supportive over the one component `row[0] + 2 · row[2]`; those of the others say a half.
    fn trees(supportive: Vec<Vec<Node>>) -> Result<Trees, ShapeError> {
        let projection = Projection::new(3, vec![0, 2], vec![1.0, 2.0], vec![0.0])?;
        let one = || vec![vec![HALF]];
        Trees::new(projection, [supportive, one(), one(), one()])
    }

    fn split(component: usize, below: usize, above: usize) -> Node {
        Node::Split { component, threshold: 1.5, below, above }
    }

    #[test]
    fn trees_answer_with_the_log_odds_of_the_mean_share() {
        let (low, high) = (Node::Leaf { share: 0.2 }, Node::Leaf { share: 0.6 });
        let two = vec![vec![split(0, 1, 2), low, high], vec![Node::Leaf { share: 0.4 }]];
        let model = trees(two).expect("nodes in range");
        let below = model.logits(&[1.0]);
        assert!((below[0] - (0.3_f64 / 0.7).ln()).abs() < 1e-12);
        let above = model.logits(&[2.0]);
        assert!(above.iter().all(|logit| logit.abs() < 1e-12), "{above:?}");
    }

    #[test]
    fn trees_that_would_run_astray_are_refused() {
        let refused = |root: Node| trees(vec![vec![root, HALF]]).is_err();
        assert!(!refused(split(0, 1, 1)));
        assert!(refused(split(1, 1, 1)));
        assert!(refused(split(0, 0, 1)));
        assert!(refused(split(0, 1, 2)));
        assert!(refused(Node::Split { component: 0, threshold: f64::NAN, below: 1, above: 1 }));
        assert!(refused(Node::Leaf { share: 1.0 }));
        assert!(trees(vec![vec![]]).is_err());
        assert!(trees(vec![]).is_err());
    }

    #[test]
    fn trees_survive_writing_and_reading_unchanged() {
        let written = trees(vec![vec![split(0, 1, 2), HALF, HALF], vec![HALF]]).expect("in range");
        let mut bytes = Vec::new();
        written.write(&mut bytes);
        let mut rest = bytes.as_slice();
        let projection = written.projection.clone();
        assert_eq!(Trees::read(projection, &mut rest).expect("just written"), written);
        assert!(rest.is_empty());
    }
}
