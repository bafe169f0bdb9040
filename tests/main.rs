//! The suite: behavior that crosses crates.

mod segmentation;
