//! The suite: behavior that crosses crates.

mod linking;
mod seeds;
mod segmentation;
