//! stance-models
