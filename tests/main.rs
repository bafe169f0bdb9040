//! The suite: behavior that crosses crates.

mod abstain;
mod atlas;
mod attribution;
mod bad_input;
mod bad_models;
mod classify;
mod command;
mod compare;
mod compat;
mod console;
mod datasets;
mod evaluate;
mod explain;
mod help;
mod linking;
mod outputs;
mod properties;
mod reading;
mod reproduce;
mod seeds;
mod segmentation;
mod train;
