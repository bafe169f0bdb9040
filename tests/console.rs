//! Streams: what is said to people, color, silence, and readers that go away.

use std::io::{self, Write};

use stance_cli::Outcome;

use crate::command::{Console, Folder, Ran};

const ESCAPE: char = '\u{1b}';

fn terminal() -> Console<'static> {
    Console { stdout_width: Some(80), ..Console::default() }
}

fn sample() -> Folder {
    Folder::new().with("a.txt", "Astana refused. Minsk agreed.").with("b.txt", " ")
}

#[test]
fn one_line_sums_up_what_was_done() {
    let ran = sample().run(&["classify", "./a.txt", "./b.txt"]).ended(Outcome::Incomplete);
    let lines: Vec<&str> = ran.stderr.lines().collect();
    assert_eq!(lines.len(), 2, "{}", ran.stderr);
    assert_eq!(lines[0], "refused: ./b.txt: article has no text");
    let mut by_label = [0; 4];
    for record in ran.records() {
        by_label[record.stance.map_or(3, stance_core::Stance::index)] += 1;
    }
    let [supportive, neutral, distancing, irrelevant] = by_label;
    let counted = format!(
        "1 item, 2 statements: {supportive} supportive, {neutral} neutral, {distancing} \
         distancing, {irrelevant} irrelevant, 1 refused (fast 0."
    );
    assert!(lines[1].starts_with(&counted), "{}\nexpected\n{counted}", lines[1]);
    assert!(lines[1].ends_with(" s)"), "{}", lines[1]);
}

#[test]
fn quiet_says_nothing_but_errors() {
    let folder = sample();
    let ran = folder.run(&["classify", "-q", "./a.txt", "./b.txt"]).ended(Outcome::Incomplete);
    assert_eq!((ran.records().len(), ran.stderr.as_str()), (2, ""));
    let ran = folder.run(&["classify", "-q", "./a.txt", "-m", "./gone"]).ended(Outcome::Failed);
    assert_eq!(ran.stderr, "error: no model ./gone: neither embedded (fast) nor a folder\n");
    folder.run(&["classify", "-q", "-v", "./a.txt"]).ended(Outcome::Failed);
}

#[test]
fn color_is_for_terminals_unless_no_color_or_a_flag_says_otherwise() {
    let shown = |console: Console<'_>, when: &[&str]| {
        let args = [&["classify", "./a.txt", "--format", "table"], when].concat();
        sample().run_on(console, &args).ended(Outcome::Done).stdout.contains(ESCAPE)
    };
    let no_color = |console: Console<'static>| Console { no_color: true, ..console };
    assert!(shown(terminal(), &[]));
    assert!(!shown(Console::default(), &[]), "a pipe gets none");
    assert!(!shown(no_color(terminal()), &[]), "NO_COLOR");
    assert!(!shown(terminal(), &["--color", "never"]));
    assert!(shown(no_color(Console::default()), &["--color", "always"]), "the flag wins");
    assert!(!shown(Console::default(), &["--color", "auto"]));
}

#[test]
fn color_never_gets_into_records_or_files() {
    let folder = sample();
    let args = ["classify", "./a.txt", "--color", "always"];
    let ran = folder.run_on(terminal(), &[&args[..], &["--format", "jsonl"]].concat());
    assert_eq!(ran.records().len(), 2);
    let to_file = [&args[..], &["-o", "./out.txt"]].concat();
    folder.run_on(terminal(), &to_file).ended(Outcome::Done);
    assert!(!folder.text("out.txt").contains(ESCAPE));
}

#[test]
fn control_codes_of_an_article_do_not_reach_the_terminal() {
    let folder = Folder::new()
        .with("a.json", "{\"id\":\"\\u001b[2J\",\"body\":\"Minsk\\u001b[31m agreed.\"}");
    let ran = folder.run_on(terminal(), &["classify", "./a.json", "--color", "never"]);
    assert!(
        !ran.stdout.contains(ESCAPE) && ran.stdout.contains("Minsk[31m agreed."),
        "{}",
        ran.stdout
    );
    let ran = folder.run(&["classify", "./a.json", "./a.json"]).ended(Outcome::Incomplete);
    assert!(!ran.stderr.contains(ESCAPE), "{}", ran.stderr);
}

#[test]
fn a_terminal_s_width_is_held() {
    let folder =
        Folder::new().with("a.txt", "Astana refused to send any of its troops. ".repeat(9));
    for width in [40, 72, 160] {
        let console = Console { stdout_width: Some(width), no_color: true, ..Console::default() };
        let ran = folder.run_on(console, &["classify", "./a.txt"]).ended(Outcome::Done);
        let longest = ran.stdout.lines().map(|line| line.chars().count()).max();
        assert!(longest.is_some_and(|longest| longest <= usize::from(width)), "{}", ran.stdout);
    }
}

#[test]
fn nobody_is_left_waiting_at_a_terminal_without_input() {
    let console = Console { stdin_is_terminal: true, ..Console::default() };
    let ran = Folder::new().run_on(console, &["classify"]).ended(Outcome::Failed);
    assert!(
        ran.stderr.starts_with("error: nothing to read: name files or folders"),
        "{}",
        ran.stderr
    );
}

/// A reader of our output that goes away after some bytes.
struct Gone(usize);

impl Write for Gone {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0 == 0 {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        let taken = bytes.len().min(self.0);
        self.0 -= taken;
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.0 == 0 { Err(io::ErrorKind::BrokenPipe.into()) } else { Ok(()) }
    }
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let rows = "{\"body\":\"Astana refused.\"}\n".repeat(2000);
    let folder = Folder::new().with("a.jsonl", rows);
    let classify = ["jsonl", "csv", "parquet", "table"]
        .map(|format| vec!["classify", "./a.jsonl", "--format", format]);
    let others = [
        vec!["models"],
        vec!["models", "fast"],
        vec!["explain", "Astana refused."],
        vec!["completions", "bash"],
        vec!["man"],
        vec!["--help"],
    ];
    for args in classify.into_iter().chain(others) {
        let (mut stdout, mut stderr) = (Gone(100), Vec::new());
        let outcome = folder.run_into(Console::default(), &mut stdout, &mut stderr, &args);
        assert_eq!(outcome, Outcome::Done, "{args:?}");
        assert_eq!(String::from_utf8_lossy(&stderr), "", "{args:?}");
    }
}

#[test]
fn a_full_disk_is_an_error() {
    struct Full;
    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    for format in ["jsonl", "csv", "parquet", "table"] {
        let (mut stdout, mut stderr) = (Full, Vec::new());
        let args = ["classify", "./a.txt", "--format", format];
        let outcome = sample().run_into(Console::default(), &mut stdout, &mut stderr, &args);
        let stderr = String::from_utf8_lossy(&stderr);
        assert_eq!(outcome, Outcome::Failed, "{format}: {stderr}");
        assert!(stderr.starts_with("error: "), "{stderr}");
    }
}

#[test]
fn a_lost_message_does_not_lose_the_result() {
    let (mut stdout, mut stderr) = (Vec::new(), Gone(0));
    let args = ["classify", "./a.txt", "./b.txt"];
    let outcome = sample().run_into(Console::default(), &mut stdout, &mut stderr, &args);
    assert_eq!(outcome, Outcome::Incomplete);
    let stdout = String::from_utf8(stdout).expect("records");
    let ran = Ran { stdout, stderr: String::new(), outcome };
    assert_eq!(ran.records().len(), 2);
}
