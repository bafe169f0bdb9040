//! From the paths on the command line to the files that are read, in a fixed order.

use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use glob::MatchOptions;
use stance_io::{Compression, FileFormat, Format, RejectReason, Rejected};
use walkdir::WalkDir;

/// One file to read, or standard input.
#[derive(Debug, Clone)]
pub(crate) enum Source {
    /// A file.
    File {
        /// Where it is, as typed or found.
        path: PathBuf,
        /// What its extension or the user says.
        format: FileFormat,
        /// Size on disk, in bytes; `None` for a pipe or device.
        bytes: Option<u64>,
    },
    /// Standard input; recognized by its first bytes unless the user says what it is.
    Stdin(Option<FileFormat>),
}

impl Source {
    /// How messages name it.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::File { path, .. } => path.display().to_string(),
            Self::Stdin(_) => "-".to_owned(),
        }
    }

    /// Size in bytes, where known.
    pub(crate) fn bytes(&self) -> Option<u64> {
        match self {
            Self::File { bytes, .. } => *bytes,
            Self::Stdin(_) => None,
        }
    }
}

/// A path that gives nothing to read, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unreadable {
    /// The path as typed or found.
    pub(crate) name: String,
    /// What is wrong.
    pub(crate) reason: String,
}

impl Unreadable {
    /// As a line of the rejects.
    pub(crate) fn into_rejected(self) -> Rejected {
        let reason = RejectReason::Unreadable { found: self.reason };
        Rejected { source: self.name.into(), line: None, reason, raw: String::new() }
    }
}

/// Expands files, folders (recursive, sorted by name), glob patterns and `-`, in the order given.
///
/// Files in folders count when their extension is known; a file that is named itself must have a
/// known one unless `format` says what all are.
pub(crate) fn expand(paths: &[PathBuf], format: Option<Format>) -> Vec<Result<Source, Unreadable>> {
    let mut found = Vec::new();
    for path in paths {
        if path.as_os_str() == "-" {
            found.push(Ok(Source::Stdin(format.map(Format::plain))));
        } else if path.is_dir() {
            walk(path, format, &mut found);
        } else if path.exists() {
            found.push(file(path, format));
        } else {
            pattern(path, format, &mut found);
        }
    }
    found
}

fn file(path: &Path, format: Option<Format>) -> Result<Source, Unreadable> {
    let name = path.display().to_string();
    let by_name = FileFormat::of_path(&name);
    let format = match format {
        // What the user says of the format still leaves the compression to the name.
        Some(format) => {
            let ends = |extension| name.to_lowercase().ends_with(extension);
            let compression = match (ends(".gz"), ends(".zst")) {
                (true, _) => Compression::Gzip,
                (_, true) => Compression::Zstd,
                _ => Compression::None,
            };
            FileFormat { format, compression }
        }
        None => by_name.ok_or_else(|| {
            let reason = "unknown extension, expected .txt, .md, .html, .json, .jsonl, .ndjson, \
                          .csv, .tsv or .parquet, also with .gz or .zst (or give --input-format)";
            Unreadable { name, reason: reason.to_owned() }
        })?,
    };
    let bytes = path.metadata().ok().filter(std::fs::Metadata::is_file).map(|m| m.len());
    Ok(Source::File { path: path.to_owned(), format, bytes })
}

fn walk(folder: &Path, format: Option<Format>, found: &mut Vec<Result<Source, Unreadable>>) {
    let before = found.len();
    let hidden = |name: &std::ffi::OsStr| name.to_string_lossy().starts_with('.');
    let entries = WalkDir::new(folder)
        .follow_links(true)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| entry.depth() == 0 || !hidden(entry.file_name()));
    for entry in entries {
        match entry {
            Ok(entry) if entry.file_type().is_file() => {
                if FileFormat::of_path(&entry.path().to_string_lossy()).is_some() {
                    found.push(file(entry.path(), format));
                }
            }
            Ok(_) => {}
            Err(error) => {
                let name = error.path().unwrap_or(folder).display().to_string();
                let reason = error.io_error().map_or_else(|| error.to_string(), reason_of);
                found.push(Err(Unreadable { name, reason }));
            }
        }
    }
    if found.len() == before {
        let reason = "folder holds no file of a known format".to_owned();
        found.push(Err(Unreadable { name: folder.display().to_string(), reason }));
    }
}

fn pattern(path: &Path, format: Option<Format>, found: &mut Vec<Result<Source, Unreadable>>) {
    let name = path.display().to_string();
    let unreadable = |reason: &str| Unreadable { name: name.clone(), reason: reason.to_owned() };
    if !name.contains(['*', '?', '[']) {
        found.push(Err(unreadable("no such file or folder")));
        return;
    }
    let options = MatchOptions { require_literal_leading_dot: true, ..MatchOptions::new() };
    match glob::glob_with(&name, options) {
        Err(error) => found.push(Err(unreadable(&format!("malformed pattern: {error}")))),
        Ok(matches) => {
            let before = found.len();
            for hit in matches {
                match hit {
                    Ok(path) if path.is_dir() => walk(&path, format, found),
                    Ok(path) => found.push(file(&path, format)),
                    Err(error) => found.push(Err(Unreadable {
                        name: error.path().display().to_string(),
                        reason: reason_of(error.error()),
                    })),
                }
            }
            if found.len() == before {
                found.push(Err(unreadable("no file matches the pattern")));
            }
        }
    }
}

/// The words for an error of the operating system, without its number.
pub(crate) fn reason_of(error: &io::Error) -> String {
    let text = error.to_string();
    let plain = text.split(" (os error").next().unwrap_or(&text);
    let mut chars = plain.chars();
    let first = chars.next().map(|c| c.to_lowercase().to_string()).unwrap_or_default();
    first + chars.as_str()
}

/// A reader that counts the bytes that went through it, for the progress bar.
pub(crate) struct CountingReader<R> {
    inner: R,
    count: Arc<AtomicU64>,
}

impl<R> CountingReader<R> {
    /// Counts into `count`.
    pub(crate) fn new(inner: R, count: Arc<AtomicU64>) -> Self {
        Self { inner, count }
    }
}

impl<R: Read> Read for CountingReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.count.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

impl<R: Seek> Seek for CountingReader<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.inner.seek(to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(found: &[Result<Source, Unreadable>]) -> Vec<String> {
        let name = |f: &Result<Source, Unreadable>| match f {
            Ok(source) => source.name().rsplit('/').next().unwrap_or_default().to_owned(),
            Err(unreadable) => format!("! {}", unreadable.reason),
        };
        found.iter().map(name).collect()
    }

    #[test]
    fn folders_are_read_in_sorted_order_without_hidden_or_unknown_files() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for name in ["b.txt", "a.jsonl.gz", ".hidden.txt", "notes.doc", "sub/c.md"] {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().expect("inside")).expect("made");
            std::fs::write(path, "text").expect("written");
        }
        let found = expand(&[folder.path().to_owned()], None);
        assert_eq!(names(&found), ["a.jsonl.gz", "b.txt", "c.md"]);
        let glob = expand(&[folder.path().join("*.txt")], None);
        assert_eq!(names(&glob), ["b.txt"]);
    }

    #[test]
    fn what_cannot_be_read_says_why_and_does_not_stop_the_rest() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (good, odd) = (folder.path().join("a.txt"), folder.path().join("a.doc"));
        std::fs::write(&good, "text").expect("written");
        std::fs::write(&odd, "text").expect("written");
        let missing = folder.path().join("missing.txt");
        let found = names(&expand(&[missing, odd, folder.path().join("*.zip"), good], None));
        assert_eq!(found[0], "! no such file or folder");
        assert!(found[1].starts_with("! unknown extension"), "{}", found[1]);
        assert_eq!(found[2], "! no file matches the pattern");
        assert_eq!(found[3], "a.txt");
    }
}
