use std::sync::{Arc, LazyLock};

use crate::{Artifact, LinearClassifier, Model};

/// Names of the models inside the binary.
pub const EMBEDDED: [&str; 1] = ["fast"];

/// What label sets of `fast` are made by.
const CONFORMAL: &[u8] = include_bytes!("../../../models/fast/conformal.json");

static FAST: LazyLock<(Artifact, Arc<LinearClassifier>)> = LazyLock::new(|| {
    let artifact = Artifact::from_bytes(
        include_bytes!("../../../models/fast/manifest.json"),
        include_bytes!("../../../models/fast/weights.bin").to_vec(),
        include_str!("../../../models/fast/card.md").to_owned(),
    )
    .and_then(|fast| fast.with_conformal_json(CONFORMAL))
    .expect("the embedded model is checked by the tests");
    let Ok(Model::Linear(classifier)) = artifact.classifier() else {
        panic!("the embedded model is linear, which the tests check");
    };
    (artifact, classifier)
});

/// The embedded default model, read once at first use.
#[must_use]
pub fn fast() -> Arc<LinearClassifier> {
    Arc::clone(&FAST.1)
}

/// The embedded artifact of that name, if there is one.
#[must_use]
pub fn embedded(name: &str) -> Option<&'static Artifact> {
    (name == "fast").then(|| &FAST.0)
}
