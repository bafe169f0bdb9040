//! `models`, `completions`, `man`, `--help` and `--version`.

use stance_cli::Outcome;

use crate::command::{Folder, repository};

const COMMANDS: [&str; 9] =
    ["classify", "compare", "explain", "train", "evaluate", "data", "models", "completions", "man"];

fn stdout(args: &[&str]) -> String {
    let ran = Folder::new().run(args).ended(Outcome::Done);
    assert_eq!(ran.stderr, "", "{args:?}");
    ran.stdout
}

/// Help with each option's text on one line, as the width of the terminal may break it.
fn help(command: &str) -> String {
    stdout(&[command, "--help"]).split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_embedded_models_are_listed_with_version_and_scores() {
    let text = std::fs::read(repository("models/fast/manifest.json")).expect("the manifest");
    let manifest = stance_models::Manifest::parse(&text).expect("is sound");
    let listed = stdout(&["models"]);
    let version = manifest.model_version();
    let head = format!("fast  {version}  linear.v1, toward moscow, embedded\n");
    assert!(listed.starts_with(&head), "{listed}");
    let score = format!("macro_f1 {}", manifest.dev_scores["macro_f1"]);
    assert!(listed.contains(&score), "{listed}");
}

#[test]
fn the_card_of_a_model_is_shown() {
    let card = std::fs::read_to_string(repository("models/fast/card.md")).expect("the card");
    assert_eq!(stdout(&["models", "fast"]), card);
}

#[test]
fn completions_are_written_for_every_shell_and_know_every_command() {
    for (shell, opening) in [
        ("bash", "_stance()"),
        ("zsh", "#compdef stance"),
        ("fish", "complete -c stance"),
        ("powershell", "Register-ArgumentCompleter"),
        ("elvish", "edit:completion"),
    ] {
        let script = stdout(&["completions", shell]);
        assert!(script.contains(opening), "{shell}");
        for word in COMMANDS.into_iter().chain(["assume-relevant", "min-macro-f1"]) {
            assert!(script.contains(word), "{shell} does not know {word}");
        }
    }
    Folder::new().run(&["completions", "dos"]).ended(Outcome::Failed);
}

#[test]
fn the_manual_is_one_page_on_stdout_or_a_page_a_command_in_a_folder() {
    let page = stdout(&["man"]);
    assert!(page.contains(".TH stance 1") && page.contains("classify"), "{page}");
    let folder = Folder::new();
    folder.run(&["man", "-o", "./man1"]).ended(Outcome::Done);
    let mut pages: Vec<String> = std::fs::read_dir(folder.path("man1"))
        .expect("the folder was made")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    pages.sort();
    let mut expected: Vec<String> =
        COMMANDS.iter().map(|command| format!("stance-{command}.1")).collect();
    expected.push("stance.1".to_owned());
    expected.extend(["list", "import", "check"].map(|verb| format!("stance-data-{verb}.1")));
    expected.sort();
    assert_eq!(pages, expected);
    assert!(folder.text("man1/stance-classify.1").contains("assume\\-relevant"));
    let ran = folder.run(&["man", "-o", "./man1"]).ended(Outcome::Failed);
    assert!(ran.stderr.contains("exists; --force replaces it"), "{}", ran.stderr);
    folder.run(&["man", "-o", "./man1", "--force"]).ended(Outcome::Done);
}

#[test]
fn help_names_every_command_and_the_exit_status() {
    let text = stdout(&["--help"]);
    for command in COMMANDS {
        assert!(text.lines().any(|line| line.trim_start().starts_with(command)), "{command}");
    }
    assert!(text.contains("Exit status: 0 done; 1 done, but"), "{text}");
    assert_eq!(stdout(&["--version"]), format!("stance {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn help_of_each_command_names_its_defaults() {
    let global = ["[default: the number of processors]", "[default: auto]"];
    let model = ["[default: fast]", "[default: moscow]"];
    let input = [
        "[default: by each file's extension; standard input: recognized]",
        "[default: article]",
        "[default: 16]",
    ];
    let classify =
        ["[default: -]", "[default: by the output's extension; a table on a terminal, else jsonl]"];
    let explain = ["[default: 20]", "[default: table]"];
    let evaluate = ["[default: table]", "[default: 1000]", "[default: 7]", "[default: moscow]"];
    let compare =
        ["[default: 1000]", "[default: 7]", "[default: 0.05]", "[default: 3]", "[default: moscow]"];
    for (command, defaults) in [
        ("classify", [&global[..], &model, &input, &classify].concat()),
        ("explain", [&global[..], &model, &input, &explain].concat()),
        ("evaluate", [&global[..], &evaluate].concat()),
        ("compare", [&global[..], &compare].concat()),
        ("train", global.to_vec()),
        ("data", global.to_vec()),
        ("models", global.to_vec()),
        ("completions", global.to_vec()),
        ("man", global.to_vec()),
    ] {
        let text = help(command);
        for default in defaults {
            assert!(text.contains(default), "{command} does not name {default}:\n{text}");
        }
    }
}

#[test]
fn the_defaults_that_help_names_are_true() {
    let folder = Folder::new().with("a.jsonl", "{\"body\":\"Astana refused. Minsk agreed.\"}\n");
    let bare = folder.run(&["classify", "./a.jsonl"]).ended(Outcome::Done);
    let spelled = [
        "classify",
        "./a.jsonl",
        "--model",
        "fast",
        "--target",
        "moscow",
        "--unit",
        "article",
        "--format",
        "jsonl",
        "--color",
        "auto",
        "--max-item-mib",
        "16",
    ];
    assert_eq!(folder.run(&spelled).ended(Outcome::Done).stdout, bare.stdout);
    let text = "Astana refused.";
    let bare = folder.run(&["explain", text]).ended(Outcome::Done);
    let spelled = ["explain", text, "--format", "table", "--top", "20", "-m", "fast"];
    assert_eq!(folder.run(&spelled).ended(Outcome::Done).stdout, bare.stdout);
}
