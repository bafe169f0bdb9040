//! The binary itself: its streams and exit codes. All else is tested in process by the suite.

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

fn stance(args: &[&str], stdin: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_stance"))
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let mut pipe = child.stdin.take().expect("a pipe");
    // A run that fails before it reads closes the pipe, which is its right.
    let _ = pipe.write_all(stdin);
    drop(pipe);
    child.wait_with_output().expect("the binary ends")
}

#[test]
fn the_binary_labels_standard_input_and_tells_by_its_exit_code_how_it_went() {
    let done = stance(&["classify"], b"Yerevan refused to host the drills.");
    let stderr = String::from_utf8_lossy(&done.stderr);
    assert_eq!(done.status.code(), Some(0), "{stderr}");
    let line = String::from_utf8(done.stdout).expect("JSON is text");
    let record: serde_json::Value = serde_json::from_str(&line).expect("one record");
    assert_eq!(record["text"], "Yerevan refused to host the drills.");
    assert!(stderr.starts_with("1 item, 1 statement: "), "{stderr}");

    let refused = stance(&["classify", "-", "no-such-file.txt"], b"Minsk agreed.");
    assert_eq!(refused.status.code(), Some(1));
    assert!(!refused.stdout.is_empty(), "the rest is labeled");

    let failed = stance(&["classify", "--model", "no-such-model"], b"Minsk agreed.");
    assert_eq!(failed.status.code(), Some(2));
    assert!(failed.stdout.is_empty());
    let misused = stance(&["classify", "--nonsense"], b"");
    assert_eq!(misused.status.code(), Some(2));
}
