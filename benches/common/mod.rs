//! The input that benches share: the committed sample articles.

use std::fs;
use std::path::{Path, PathBuf};

use stance_core::Article;
use stance_io::{ArticleReader, FileFormat, ReadOptions};

/// The sample articles, in the order of their files.
pub(crate) fn articles() -> Vec<Article> {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds/articles"))
            .expect("the samples are committed")
            .map(|entry| entry.expect("a file").path())
            .collect();
    paths.sort();
    let read = |path: PathBuf| {
        let name = path.to_string_lossy().into_owned();
        let bytes = fs::read(&path).expect("a sample");
        let format = FileFormat::of_path(&name).expect("a known extension");
        ArticleReader::new(&name, std::io::Cursor::new(bytes), format, ReadOptions::articles())
            .map(|read| read.expect("a good article").item)
            .collect::<Vec<_>>()
    };
    paths.into_iter().flat_map(read).collect()
}
