//! The suite: behavior that crosses crates.
