//! Runs `stance` in process, each time with a folder of its own.

use std::fs;
use std::io::{Cursor, Read, Write};
use std::path::{Path, PathBuf};

use stance_cli::{Outcome, Streams, run};
use stance_core::Record;
use stance_io::{Compression, FileFormat, RecordReader};
use tempfile::TempDir;

/// A folder with the files that a test is about.
///
/// An argument that begins with `./` means the file of that name in the folder, and messages name
/// it so again.
pub(crate) struct Folder(TempDir);

/// The streams of a run, none of them a terminal unless a test says so.
pub(crate) struct Console<'a> {
    pub(crate) stdin: Box<dyn Read + Send + 'a>,
    pub(crate) stdin_is_terminal: bool,
    pub(crate) stdout_width: Option<u16>,
    pub(crate) stderr_width: Option<u16>,
    pub(crate) no_color: bool,
}

impl Default for Console<'_> {
    fn default() -> Self {
        Self {
            stdin: Box::new(std::io::empty()),
            stdin_is_terminal: false,
            stdout_width: None,
            stderr_width: None,
            no_color: false,
        }
    }
}

/// What a run left on its streams.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) outcome: Outcome,
}

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    /// The same folder with one file more.
    pub(crate) fn with(self, name: &str, bytes: impl AsRef<[u8]>) -> Self {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("inside the folder")).expect("a folder");
        fs::write(path, bytes).expect("a file");
        self
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name.strip_prefix("./").unwrap_or(name))
    }

    pub(crate) fn bytes(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    pub(crate) fn text(&self, name: &str) -> String {
        String::from_utf8(self.bytes(name)).expect("text")
    }

    /// Names of all files and folders at the top, sorted.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path()).expect("a folder");
        let name = |entry: std::io::Result<fs::DirEntry>| {
            entry.expect("an entry").file_name().to_string_lossy().into_owned()
        };
        let mut names: Vec<String> = entries.map(name).collect();
        names.sort();
        names
    }

    /// Runs `stance` with `args` and nothing on standard input.
    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        self.run_on(Console::default(), args)
    }

    /// Runs `stance` with `args` and `stdin` on standard input.
    pub(crate) fn pipe(&self, stdin: &[u8], args: &[&str]) -> Ran {
        self.run_on(Console { stdin: Box::new(stdin), ..Console::default() }, args)
    }

    pub(crate) fn run_on(&self, console: Console<'_>, args: &[&str]) -> Ran {
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        let outcome = self.run_into(console, &mut stdout, &mut stderr, args);
        let folder = format!("{}/", self.0.path().display());
        let text = |bytes: Vec<u8>| {
            String::from_utf8(bytes).expect("streams are text").replace(&folder, "./")
        };
        Ran { stdout: text(stdout), stderr: text(stderr), outcome }
    }

    pub(crate) fn run_into<'a>(
        &self,
        console: Console<'a>,
        stdout: &'a mut (dyn Write + Send),
        stderr: &'a mut (dyn Write + Send),
        args: &[&str],
    ) -> Outcome {
        let in_folder = |arg: &&str| match arg.strip_prefix("./") {
            Some(name) => self.0.path().join(name).into_os_string(),
            None => arg.into(),
        };
        let args = std::iter::once("stance".into()).chain(args.iter().map(in_folder));
        let Console { stdin, stdin_is_terminal, stdout_width, stderr_width, no_color } = console;
        let (stdout, stderr) = (Box::new(stdout), Box::new(stderr));
        run(
            args,
            Streams {
                stdin,
                stdout,
                stderr,
                stdin_is_terminal,
                stdout_width,
                stderr_width,
                no_color,
            },
        )
    }

    /// Reads back a file of records.
    pub(crate) fn records(&self, name: &str) -> Vec<Record> {
        let format = FileFormat::of_path(name).expect("a known extension");
        let reader = RecordReader::new(name, Cursor::new(self.bytes(name)), format);
        reader.map(|record| record.unwrap_or_else(|error| panic!("{error}"))).collect()
    }
}

impl Ran {
    /// The records on standard output, one JSON object a line.
    pub(crate) fn records(&self) -> Vec<Record> {
        let record = |line: &str| {
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{error} in {line}"))
        };
        self.stdout.lines().map(record).collect()
    }

    /// `statement: text` of each record.
    pub(crate) fn statements(&self) -> Vec<String> {
        let records = self.records();
        records.iter().map(|r| format!("{}: {}", r.statement, r.text)).collect()
    }

    /// The messages of what was refused, in order.
    pub(crate) fn refused(&self) -> Vec<&str> {
        self.stderr.lines().filter_map(|line| line.strip_prefix("refused: ")).collect()
    }

    /// Panics with all that was said unless the run ended so.
    pub(crate) fn ended(self, expected: Outcome) -> Self {
        let Self { stdout, stderr, outcome } = &self;
        assert_eq!(*outcome, expected, "\n-- stdout\n{stdout}\n-- stderr\n{stderr}");
        self
    }
}

/// A file of the repository.
pub(crate) fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// A file of the repository as an argument.
pub(crate) fn argument(path: &str) -> String {
    repository(path).to_str().expect("the repository's path is text").to_owned()
}

pub(crate) fn compressed(bytes: &[u8], compression: Compression) -> Vec<u8> {
    match compression {
        Compression::None => bytes.to_vec(),
        Compression::Gzip => {
            let mut encoder =
                flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            encoder.write_all(bytes).expect("memory does not fail");
            encoder.finish().expect("memory does not fail")
        }
        Compression::Zstd => zstd::encode_all(bytes, 1).expect("memory does not fail"),
    }
}
