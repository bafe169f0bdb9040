//! The main job: articles in, records out; and each of its steps alone.

mod common;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use stance_core::{
    Classifier as _, Extractor as _, Pipeline, Record, Relevance, SentenceExtractor, TargetId,
    sentences,
};
use stance_features::{Featurizer as _, Scratch};

fn steps(c: &mut Criterion) {
    let articles = common::articles();
    let extractor = SentenceExtractor::builtin(&TargetId::moscow()).expect("is embedded");
    let model = stance_models::fast();
    let bytes: usize = articles.iter().map(|article| article.body().len()).sum();
    let statements: Vec<_> = articles.iter().flat_map(|a| extractor.extract(a)).collect();
    let count = statements.len();
    assert!(count > 50, "the samples have {count} statements");

    let mut group = c.benchmark_group("bytes");
    group.throughput(Throughput::Bytes(bytes as u64));
    group.bench_function(format!("sentences/{bytes}"), |b| {
        b.iter(|| {
            let found: usize = articles.iter().map(|a| sentences(a.body()).len()).sum();
            assert!(found >= count);
            found
        });
    });
    group.bench_function(format!("extract/{bytes}"), |b| {
        b.iter(|| {
            let found: usize = articles.iter().map(|a| extractor.extract(a).len()).sum();
            assert_eq!(found, count);
            found
        });
    });
    group.finish();

    let mut group = c.benchmark_group("statements");
    group.throughput(Throughput::Elements(count as u64));
    let mut scratch = Scratch::default();
    group.bench_function(format!("featurize/{count}"), |b| {
        b.iter(|| {
            let found: usize =
                statements.iter().map(|s| model.featurizer().entries(s, &mut scratch).len()).sum();
            assert!(found > 10 * count);
            found
        });
    });
    group.bench_function(format!("classify/{count}"), |b| {
        b.iter(|| {
            let answers = model.classify(&statements).expect("a linear model always answers");
            assert_eq!(answers.len(), count);
            answers
        });
    });
    let pipeline = Pipeline::new(extractor, model);
    group.bench_function(format!("article-to-json/{count}"), |b| {
        b.iter_batched_ref(
            || Vec::with_capacity(1 << 20),
            |json: &mut Vec<u8>| {
                let mut lines = 0;
                for article in &articles {
                    for labeled in pipeline.label(article).expect("a linear model always answers") {
                        let record = Record::new(&labeled, Relevance::Judged);
                        serde_json::to_writer(&mut *json, &record).expect("a buffer");
                        lines += 1;
                    }
                }
                assert_eq!(lines, count);
            },
            BatchSize::SmallInput,
        );
    });
    group.finish();
}

criterion_group!(benches, steps);
criterion_main!(benches);
