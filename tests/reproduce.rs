//! The committed recipe gives the embedded model.

use stance_cli::Outcome;

use crate::command::{Folder, argument, repository};

#[test]
fn the_committed_recipe_gives_the_embedded_model_byte_for_byte() {
    let (folder, recipe) = (Folder::new(), argument("seeds/fast.toml"));
    folder.run(&["train", &recipe, "-o", "./fast"]).ended(Outcome::Done);
    for name in ["manifest.json", "card.md", "conformal.json", "weights.bin"] {
        let committed =
            std::fs::read(repository(&format!("models/fast/{name}"))).expect("committed");
        let trained = folder.bytes(&format!("fast/{name}"));
        let (committed_text, trained_text) =
            (String::from_utf8_lossy(&committed), String::from_utf8_lossy(&trained));
        let other = committed_text.lines().zip(trained_text.lines()).find(|(a, b)| a != b);
        let shown = |line: &str| line.chars().take(300).collect::<String>();
        assert!(
            committed == trained,
            "{name}, {} and {} bytes\n-- committed\n{}\n-- trained\n{}",
            committed.len(),
            trained.len(),
            other.map(|(line, _)| shown(line)).unwrap_or_default(),
            other.map(|(_, line)| shown(line)).unwrap_or_default(),
        );
    }
}
