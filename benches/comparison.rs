//! What comparing models spends its time on: scores on resamples of groups.

use std::collections::BTreeMap;

use criterion::{Criterion, criterion_group, criterion_main};
use stance_eval::{Bootstrap, Comparison, Item, Plan, Prediction, Task};

const ITEMS: usize = 400;
const MODELS: usize = 9;

/// The probabilities of model `model` for item `row`: right two times of three.
fn answer(model: usize, row: usize) -> Prediction {
    let noise = (row * 37 + model * 11) % 97;
    let mut weights = [5.0, 5.0, 5.0, 5.0];
    weights[if noise.is_multiple_of(3) { (row + 1) % 4 } else { row % 4 }] += 20.0;
    weights[noise % 4] += 1.0;
    let sum: f64 = weights.iter().sum();
    Prediction::of_probabilities(weights.map(|weight| weight / sum).to_vec())
}

fn comparison(c: &mut Criterion) {
    let item = |row: usize| Item {
        id: format!("s{row}"),
        gold: row % 4,
        group: format!("a{}", row / 2),
        slices: BTreeMap::from([("country".to_owned(), format!("c{}", row % 10))]),
    };
    let items: Vec<Item> = (0..ITEMS).map(item).collect();
    let models: Vec<(String, Vec<Prediction>)> = (0..MODELS)
        .map(|model| (format!("m{model}"), (0..ITEMS).map(|row| answer(model, row)).collect()))
        .collect();
    let plan = Plan { bootstrap: Bootstrap { seed: 7, resamples: 1000 }, alpha: 0.05 };
    let mut group = c.benchmark_group("comparison");
    group.sample_size(10);
    group.bench_function(format!("{MODELS}-models/{ITEMS}-items"), |b| {
        b.iter(|| {
            let found = Comparison::new(&Task::stance(), &items, &models, plan);
            let found = found.expect("gold for every class");
            assert_eq!((found.entries.len(), found.pairs.len()), (MODELS, 36));
            found
        });
    });
    group.finish();
}

criterion_group!(benches, comparison);
criterion_main!(benches);
