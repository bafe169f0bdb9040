//! What training spends its time on: fitting features, and the sparse solver.

use std::fs;
use std::path::Path;

use criterion::{Criterion, criterion_group, criterion_main};
use stance_core::{Label, SentenceExtractor, Statement, TargetId};
use stance_eval::{Purpose, read_annotated};
use stance_features::{Features, Featurizer as _, FeaturizerConfig, FitContext, Lexicons};
use stance_train::{SoftmaxConfig, SoftmaxProblem, SparseRows, Supervision};

fn training(c: &mut Criterion) {
    let file = "contrast-four-way.jsonl";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds/corpus").join(file);
    let text = fs::read_to_string(path).expect("the corpus is committed");
    let extractor = SentenceExtractor::builtin(&TargetId::moscow()).expect("is embedded");
    let annotated = read_annotated(file, &text, Purpose::Train { task: "stance" }, &extractor)
        .expect("is well formed");
    let statements: Vec<&Statement> = annotated.iter().map(|a| &a.statement).collect();
    let golds: Vec<Label> = annotated.iter().map(|a| a.gold).collect();
    let count = statements.len();
    let config: FeaturizerConfig = toml::from_str(
        "kind = 'union.v1'\n[[parts]]\nkind = 'ngrams.v1'\n[[parts]]\nkind = 'ngrams.v1'\n\
         analyzer = 'char'\nn = [3, 5]",
    )
    .expect("a valid configuration");
    let lexicons = Lexicons::builtin();
    let context = FitContext { lexicons: &lexicons, sources: None };
    let featurizer = config.fit(&statements, &context).expect("statements to fit to");
    let width = featurizer.width();

    let mut group = c.benchmark_group("training");
    group.sample_size(10);
    group.bench_function(format!("fit-features/{count}"), |b| {
        b.iter(|| {
            let fitted = config.fit(&statements, &context).expect("statements to fit to");
            assert_eq!(fitted.width(), width);
            fitted
        });
    });
    let features: Vec<_> = statements.iter().map(|s| featurizer.featurize(s)).collect();
    let rows = SparseRows::from_rows(width, features.iter().map(Features::iter)).expect("rows");
    let problem = SoftmaxProblem::new(&rows, Supervision::of(&golds)).expect("all labels");
    let softmax = SoftmaxConfig::default().check().expect("the default");
    group.bench_function(format!("softmax/{count}x{width}"), |b| {
        b.iter(|| {
            let fit = softmax.fit(&problem, None).expect("a fit").converged().expect("converges");
            assert_eq!(fit.coefficients().len(), width);
            fit
        });
    });
    group.finish();
}

criterion_group!(benches, training);
criterion_main!(benches);
