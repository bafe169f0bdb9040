//! What is read from and written to bytes, through the public interface alone.

mod bad_input;
mod damage;
mod encodings;
mod formats;
mod records;
mod samples;
