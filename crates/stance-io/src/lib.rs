//! Articles and statements out of bytes in many formats, and records back into bytes.
//!
//! Apart from its neighbors so that the command stays small and a library user needs no files: this
//! crate takes readers, writers and names, and never opens anything itself. What a row or page
//! means is decided here; which files are read is decided by the caller.
//!
//! * [`FileFormat`], [`Format`], [`Compression`]: told by a path's extensions or a stream's head.
//! * [`ArticleReader`], [`StatementReader`]: iterators over one source, in bounded memory.
//! * [`ReadOptions`], [`ColumnMap`]: which keys and columns are what, and defaults.
//! * [`Rejected`], [`Warning`]: what was refused or odd, where, and why.
//! * [`IdRegistry`]: ids unique within a batch.
//! * [`RecordWriter`], [`RecordReader`]: labeled statements to and from JSON lines, CSV, TSV, Parquet.
//!
//! # The body
//! Spans count bytes of the body *as read*: after decoding to UTF-8, and
//! * of a text, all that follows its header lines, line ends as they are;
//! * of Markdown and HTML, plain text with a blank line between paragraphs;
//! * of a row, the string as it is, or its list of paragraphs with a blank line between.
//!
//! # Examples
//! ```
//! use stance_io::{ArticleReader, FileFormat, ReadOptions};
//! let path = "seeds/no.txt";
//! let bytes = "Astana declines\n\nDate: June 24, 2023\n\nASTANA — It declined.\n".as_bytes();
//! let format = FileFormat::of_path(path).expect("a known extension");
//! for read in ArticleReader::new(path, bytes, format, ReadOptions::articles()) {
//!     let article = read?.item;
//!     assert_eq!(article.id().as_str(), "no");
//!     assert_eq!(article.title.as_deref(), Some("Astana declines"));
//!     assert_eq!(article.date, "2023-06-24".parse().ok());
//!     assert_eq!(article.body(), "ASTANA — It declined.\n");
//! }
//! # Ok::<(), stance_io::Rejected>(())
//! ```
//!
//! Does not fetch pages, walk folders, or cut sentences.
#![warn(clippy::disallowed_methods)]

mod columns;
mod dates;
mod encoding;
mod format;
mod guard;
mod html;
mod html_meta;
mod ids;
mod input;
mod item;
mod json;
mod markdown;
mod parquet_rows;
mod parquet_writer;
mod reader;
mod record_columns;
mod record_reader;
mod record_writer;
mod reject;
mod table;
mod text;

pub use columns::{ColumnMap, Field};
pub use dates::parse_date;
pub use encoding::TextEncoding;
pub use format::{Compression, FileFormat, Format};
pub use ids::IdRegistry;
pub use item::{IdOrigin, Item, ReadItem};
pub use reader::{ArticleReader, ItemReader, ReadOptions, StatementReader};
pub use record_reader::RecordReader;
pub use record_writer::{RecordWriter, WriteError};
pub use reject::{MAX_RAW_BYTES, RejectReason, Rejected, Warning};
