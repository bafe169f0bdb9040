use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs `read`, and returns `None` if it panics.
///
/// Bytes from strangers must not end a batch. Our own readers do not panic, but two that they
/// stand on, `parquet` with its records and `dom_smoothie` with its DOM, index and unwrap in many
/// places on what a damaged file says. What `read` touches is thrown away by the caller after a
/// panic, so that nothing half changed is seen.
pub(crate) fn guarded<T>(read: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(read)).ok()
}
