//! Articles from bytes, by format.

mod common;

use std::fmt::Write as _;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use stance_io::{ArticleReader, Format, ReadOptions};

fn reading(c: &mut Criterion) {
    let articles = common::articles();
    let (mut jsonl, mut csv) = (String::new(), String::from("id,title,body\n"));
    for (number, article) in articles.iter().cycle().take(200).enumerate() {
        let id = format!("{}-{number}", article.id());
        let title = article.title.as_deref().unwrap_or_default();
        let object = serde_json::json!({ "id": id, "title": title, "body": article.body() });
        writeln!(jsonl, "{object}").expect("a string takes every write");
        let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
        writeln!(csv, "{id},{},{}", quoted(title), quoted(article.body()))
            .expect("a string takes every write");
    }
    let page = format!(
        "<html><head><title>News</title></head><body><nav>Home</nav><article><p>{}</p></article>\
         </body></html>",
        articles[0].body()
    );
    let inputs = [
        ("jsonl", Format::JsonLines, jsonl, 200),
        ("csv", Format::Csv, csv, 200),
        ("html", Format::Html, page, 1),
    ];
    let mut group = c.benchmark_group("reading");
    for (name, format, text, count) in &inputs {
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(format!("{name}/{}", text.len()), |b| {
            b.iter(|| {
                let options = ReadOptions::articles();
                let read = ArticleReader::new("bench", text.as_bytes(), format.plain(), options);
                let found = read.flatten().count();
                assert_eq!(found, *count);
            });
        });
    }
    group.finish();
}

criterion_group!(benches, reading);
criterion_main!(benches);
