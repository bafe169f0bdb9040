//! Files that are written: never over an existing one without `--force`, whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

/// Whether existing files may be replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Overwrite {
    /// An existing file is an error.
    Refuse,
    /// An existing file is replaced (`--force`).
    Replace,
}

impl From<bool> for Overwrite {
    fn from(force: bool) -> Self {
        if force { Self::Replace } else { Self::Refuse }
    }
}

/// A file that appears under its name when [`OutputFile::commit`] is called, and not before.
#[derive(Debug)]
pub(crate) struct OutputFile {
    path: PathBuf,
    /// Where the bytes go until the commit; `None` for a device or pipe, which has no "whole".
    partial: Option<PathBuf>,
    writer: BufWriter<File>,
}

impl OutputFile {
    /// Opens a file beside `path` to be renamed later.
    pub(crate) fn create(path: &Path, overwrite: Overwrite) -> Result<Self> {
        let message = || format!("cannot write {}", path.display());
        if path.metadata().is_ok_and(|found| !found.is_file() && !found.is_dir()) {
            let file = OpenOptions::new().write(true).open(path).with_context(message)?;
            let writer = BufWriter::new(file);
            return Ok(Self { path: path.to_owned(), partial: None, writer });
        }
        refuse_existing(path, overwrite)?;
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(format!(".partial-{}", std::process::id()));
        let partial = path.with_file_name(name);
        let file =
            OpenOptions::new().write(true).create_new(true).open(&partial).with_context(message)?;
        let writer = BufWriter::new(file);
        Ok(Self { path: path.to_owned(), partial: Some(partial), writer })
    }

    /// Flushes and moves the file to its name.
    pub(crate) fn commit(mut self) -> Result<()> {
        let message = || format!("cannot write {}", self.path.display());
        self.writer.flush().with_context(message)?;
        if let Some(partial) = &self.partial {
            fs::rename(partial, &self.path).with_context(message)?;
        }
        // What has its name now is not removed.
        self.partial = None;
        Ok(())
    }
}

impl Write for OutputFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writer.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

impl Drop for OutputFile {
    fn drop(&mut self) {
        // After an error the partial file goes.
        if let Some(partial) = &self.partial {
            let _ = fs::remove_file(partial);
        }
    }
}

/// Writes `bytes` to `path` as a whole.
pub(crate) fn write_file(path: &Path, bytes: &[u8], overwrite: Overwrite) -> Result<()> {
    let mut file = OutputFile::create(path, overwrite)?;
    file.write_all(bytes).with_context(|| format!("cannot write {}", path.display()))?;
    file.commit()
}

/// An error when `path` exists and may not be replaced.
pub(crate) fn refuse_existing(path: &Path, overwrite: Overwrite) -> Result<()> {
    if overwrite == Overwrite::Refuse && path.exists() {
        bail!("{} exists; --force replaces it", path.display());
    }
    Ok(())
}
