//! stance-features
