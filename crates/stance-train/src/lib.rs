//! stance-train
