//! stance-io
