//! Model folders that are missing, damaged or of another version: an error that says so, and no
//! record.

use std::fs;

use serde_json::Value;
use stance_cli::Outcome;
use stance_models::{Artifact, Manifest};

use crate::command::{Folder, repository};

fn file(name: &str) -> Vec<u8> {
    fs::read(repository(&format!("models/fast/{name}"))).expect("the committed model")
}

/// The embedded model's manifest with another value of `key`.
fn manifest_with(key: &str, value: impl Into<Value>) -> Vec<u8> {
    let mut manifest: Value = serde_json::from_slice(&file("manifest.json")).expect("JSON");
    manifest[key] = value.into();
    serde_json::to_vec(&manifest).expect("JSON")
}

/// What is said of a model with this manifest and these weights, by every command that loads it.
fn refusal(manifest: &[u8], weights: &[u8]) -> String {
    let folder = Folder::new()
        .with("m/manifest.json", manifest)
        .with("m/weights.bin", weights)
        .with("a.txt", "Minsk agreed.")
        .with("gold.jsonl", "{\"id\":\"a\",\"label\":\"neutral\",\"text\":\"Minsk agreed.\"}\n");
    refusal_in(&folder)
}

/// The files of a model without label sets.
fn three(artifact: &Artifact) -> [(&'static str, Vec<u8>); 3] {
    artifact.files().try_into().expect("manifest, weights and card")
}

fn refusal_in(folder: &Folder) -> String {
    let ran = folder.run(&["classify", "./a.txt", "--model", "./m"]).ended(Outcome::Failed);
    assert_eq!(ran.stdout, "");
    let args = ["classify", "./a.txt", "--model", "./m", "-o", "./out.csv"];
    assert_eq!(folder.run(&args).ended(Outcome::Failed).stderr, ran.stderr);
    assert!(!folder.names().contains(&"out.csv".to_owned()));
    for args in
        [&["evaluate", "./m", "./gold.jsonl"][..], &["explain", "Minsk agreed.", "-m", "./m"]]
    {
        assert_eq!(folder.run(args).ended(Outcome::Failed).stderr, ran.stderr);
    }
    ran.stderr
}

#[test]
fn a_model_that_is_not_there() {
    let folder = Folder::new().with("a.txt", "Minsk agreed.").with("gold.jsonl", "");
    assert_eq!(refusal_in(&folder), "error: no model ./m: neither embedded (fast) nor a folder\n");
    let folder = folder.with("m/readme.txt", "no model");
    let said = refusal_in(&folder);
    let expected = "error: cannot load model ./m: cannot read model file ./m/manifest.json: ";
    assert!(said.starts_with(expected), "{said}");
    let folder = folder.with("m/manifest.json", file("manifest.json"));
    let said = refusal_in(&folder);
    assert!(said.contains("cannot read model file ./m/weights.bin: "), "{said}");
    let ran = folder.run(&["models", "./gone"]).ended(Outcome::Failed);
    assert_eq!(ran.stderr, "error: no model ./gone: neither embedded (fast) nor a folder\n");
}

#[test]
fn a_model_whose_weights_are_cut_off_or_another_s() {
    let (manifest, weights) = (file("manifest.json"), file("weights.bin"));
    let said = refusal(&manifest, &weights[..weights.len() / 2]);
    let expected = "error: cannot load model ./m: weights have SHA-256 ";
    assert!(said.starts_with(expected) && said.contains(", the manifest says "), "{said}");
    let said = refusal(&manifest, b"");
    assert!(said.starts_with(expected), "{said}");
}

#[test]
fn a_model_whose_weights_are_cut_off_under_a_manifest_that_agrees() {
    let parsed = Manifest::parse(&file("manifest.json")).expect("the committed manifest");
    let whole = file("weights.bin");
    let features = 16 + feature_bytes(&whole);
    // In the head, in the features, in the weights, in the calibration, and with bytes to spare.
    let lengths = [0, 7, 15, features / 2, features + 2, features + 40, whole.len() - 5];
    let cut = lengths.map(|length| whole[..length].to_vec());
    for weights in cut.into_iter().chain([[&whole[..], b"more"].concat()]) {
        let artifact = Artifact::new(parsed.clone(), weights, String::new());
        let [(_, manifest), (_, weights), _] = three(&artifact);
        let said = refusal(&manifest, &weights);
        assert!(said.starts_with("error: cannot load model ./m: "), "{said}");
    }
}

#[test]
fn a_model_of_a_newer_version_of_another_kind_or_of_something_else() {
    let weights = file("weights.bin");
    for (key, value, message) in [
        ("version", Value::from(99), "model format is version 99, this build reads 1 to 1"),
        ("kind", "cubic.v1".into(), "model kind is \"cubic.v1\", this build runs \"linear.v1\""),
        ("format", "recipe".into(), "model format is \"recipe\", expected \"stance-model\""),
        ("shape", "round".into(), "model manifest is malformed: unknown field `shape`"),
        (
            "labels",
            serde_json::json!(["neutral", "supportive", "distancing", "irrelevant"]),
            "model labels are ",
        ),
    ] {
        let said = refusal(&manifest_with(key, value), &weights);
        let expected = format!("error: cannot load model ./m: {message}");
        assert!(said.starts_with(&expected), "{said}");
    }
    let said = refusal(b"{\"format\":", &weights);
    assert!(
        said.starts_with("error: cannot load model ./m: model manifest is malformed: "),
        "{said}"
    );
}

/// Length of the featurizer that the weights file holds after its first sixteen bytes.
fn feature_bytes(weights: &[u8]) -> usize {
    let length = weights[8..16].try_into().expect("eight bytes");
    usize::try_from(u64::from_le_bytes(length)).expect("fits")
}

#[test]
fn a_model_with_weights_that_are_no_numbers() {
    let parsed = Manifest::parse(&file("manifest.json")).expect("the committed manifest");
    let sound = file("weights.bin");
    let scales = 16 + feature_bytes(&sound) + 4;
    let intercepts = scales + 16;
    for number in [f32::NAN, f32::INFINITY] {
        for at in [scales, intercepts + 12] {
            let mut weights = sound.clone();
            weights[at..at + 4].copy_from_slice(&number.to_le_bytes());
            let artifact = Artifact::new(parsed.clone(), weights, String::new());
            let [(_, manifest), (_, weights), _] = three(&artifact);
            assert_eq!(
                refusal(&manifest, &weights),
                "error: cannot load model ./m: weights hold a number that is not finite\n"
            );
        }
    }
    let temperature = sound.len() - 5 * 8;
    for number in [f64::NAN, 0.0, -1.0] {
        let mut weights = sound.clone();
        weights[temperature..temperature + 8].copy_from_slice(&number.to_le_bytes());
        let artifact = Artifact::new(parsed.clone(), weights, String::new());
        let [(_, manifest), (_, weights), _] = three(&artifact);
        let said = refusal(&manifest, &weights);
        assert!(said.starts_with("error: cannot load model ./m: weights hold "), "{said}");
    }
}

#[test]
fn bytes_turned_anywhere_in_the_weights_are_an_error_or_another_model_but_no_panic() {
    let folder = repository("tests/compat/v1");
    let artifact = Artifact::open(&folder).expect("a small model");
    let sound = fs::read(folder.join("weights.bin")).expect("weights");
    // Every place of the head, and a sample of the rest.
    for at in (0..64).chain((64..sound.len()).step_by(61)) {
        for turned in [0x00, 0x7f, 0xff] {
            let mut weights = sound.clone();
            weights[at] = turned;
            let artifact = Artifact::new(artifact.manifest().clone(), weights, String::new());
            // Either is right; a panic or an endless allocation is not.
            let _ = artifact.classifier();
        }
    }
}
