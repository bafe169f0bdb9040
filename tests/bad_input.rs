//! Bad input of every kind: the message names file and line, the rest of the batch goes on, and the
//! run ends as incomplete.

use std::io::{self, Read};

use stance_cli::Outcome;
use stance_io::Compression;

use crate::command::{Console, Folder, argument, compressed};

/// Classifies `names` between two sound articles and returns what was refused.
fn refused(folder: Folder, names: &[&str]) -> Vec<String> {
    let folder = folder.with("first.txt", "Minsk agreed.").with("last.txt", "Astana refused.");
    let mut args = vec!["classify", "./first.txt"];
    args.extend(names);
    args.push("./last.txt");
    let ran = folder.run(&args).ended(Outcome::Incomplete);
    let statements = ran.statements();
    assert_eq!(statements.first().map(String::as_str), Some("first#001: Minsk agreed."));
    assert_eq!(statements.last().map(String::as_str), Some("last#001: Astana refused."));
    ran.refused().into_iter().map(str::to_owned).collect()
}

/// As [`refused`], for one file, and also returns the statements that were read from it.
fn refused_of(name: &str, bytes: &[u8]) -> (Vec<String>, Vec<String>) {
    let folder = Folder::new().with(name, bytes);
    let read = folder.run(&["classify", name]).ended(Outcome::Incomplete).statements();
    (refused(folder, &[name]), read)
}

#[test]
fn a_missing_file() {
    assert_eq!(
        refused(Folder::new(), &["./gone.txt", "./none/*.txt"]),
        ["./gone.txt: no such file or folder", "./none/*.txt: no file matches the pattern"]
    );
}

#[cfg(unix)]
#[test]
fn an_unreadable_file() {
    let folder = Folder::new().with("n/a.txt", "Baku condemned it.");
    // Permissions do not stop root; a link to nowhere stops everyone.
    std::os::unix::fs::symlink("nowhere.txt", folder.path("n/b.txt")).expect("a link");
    assert_eq!(refused(folder, &["./n"]), ["./n/b.txt: no such file or directory"]);
    let folder = Folder::new();
    std::os::unix::fs::symlink("loop.txt", folder.path("loop.txt")).expect("a link");
    assert_eq!(refused(folder, &["./loop.txt"]), ["./loop.txt: no such file or folder"]);
}

#[test]
fn a_file_of_unknown_format_or_a_folder_without_articles() {
    let folder = Folder::new().with("a.docx", "x").with("n/notes.doc", "x");
    let refused = refused(folder, &["./a.docx", "./n"]);
    assert!(refused[0].starts_with("./a.docx: unknown extension, expected .txt, "), "{refused:?}");
    assert_eq!(refused[1..], ["./n: folder holds no file of a known format"]);
}

#[test]
fn an_empty_article() {
    let folder = Folder::new()
        .with("a.txt", "")
        .with("b.md", " \n\t\n")
        .with("c.json", "{\"body\":\"\"}")
        .with("d.csv", "id,body\n1,\n");
    assert_eq!(
        refused(folder, &["./a.txt", "./b.md", "./c.json", "./d.csv"]),
        [
            "./a.txt: article has no text",
            "./b.md: article has no text",
            "./c.json: article has no text",
            "./d.csv:2: article has no text",
        ]
    );
}

#[test]
fn binary_data() {
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\0";
    let (refused, read) = refused_of("./a.txt", png);
    assert_eq!(read, [""; 0]);
    assert!(refused.len() == 1 && refused[0].starts_with("./a.txt: binary data ("), "{refused:?}");
}

#[test]
fn a_truncated_archive_gives_what_came_before_the_break() {
    let lines: Vec<String> = (0..4000)
        .map(|n| format!("{{\"body\":\"Refusal {n} of {}.\"}}\n", n * 7919 % 4001))
        .collect();
    for (compression, name) in
        [(Compression::Gzip, "./a.jsonl.gz"), (Compression::Zstd, "./a.jsonl.zst")]
    {
        let bytes = compressed(lines.concat().as_bytes(), compression);
        let (refused, read) = refused_of(name, &bytes[..bytes.len() * 9 / 10]);
        assert!(read.len() < 4000, "{name}: {} read", read.len());
        assert_eq!(refused.len(), 1, "{refused:?}");
        let line = refused[0].strip_prefix(&format!("{name}:")).expect("the file");
        let (line, reason) = line.split_once(": ").expect("a line and a reason");
        assert!(line.parse::<usize>().is_ok_and(|line| line > read.len()), "{refused:?}");
        assert!(reason.starts_with("reading stopped: "), "{refused:?}");
    }
    let (refused, _) = refused_of("./b.txt.gz", b"never compressed");
    assert!(refused[0].starts_with("./b.txt.gz: reading stopped: "), "{refused:?}");
}

#[test]
fn invalid_utf_8_in_one_line() {
    let (refused, read) = refused_of(
        "./a.jsonl",
        b"{\"body\":\"One.\"}\n{\"body\":\"\xff\xfe\"}\n{\"body\":\"Three.\"}\n",
    );
    assert_eq!(read, ["a-1#001: One.", "a-3#001: Three."]);
    assert_eq!(refused, ["./a.jsonl:2: invalid UTF-8 at byte 9, and no other known encoding"]);
}

#[test]
fn invalid_json_in_the_middle_of_the_lines() {
    let (refused, read) = refused_of(
        "./a.jsonl",
        b"{\"body\":\"One.\"}\n{\"body\": \"Two\n7\n{\"body\":\"Four.\"}\n",
    );
    assert_eq!(read, ["a-1#001: One.", "a-4#001: Four."]);
    assert_eq!(refused[0], "./a.jsonl:2: invalid JSON: EOF while parsing a string at column 13");
    assert!(refused[1].starts_with("./a.jsonl:3: invalid JSON: "), "{refused:?}");
    assert_eq!(refused.len(), 2);
}

#[test]
fn a_missing_text_column() {
    let (refused, read) = refused_of("./a.csv", b"id,summary\n1,x\n2,y\n");
    assert_eq!(read, [""; 0]);
    assert_eq!(refused.len(), 1);
    let message = "./a.csv:1: no text column: found id, summary, expected one of body, text, ";
    assert!(refused[0].starts_with(message), "{refused:?}");
    let folder = Folder::new().with("a.csv", "id,body\n1,x\n");
    let ran =
        folder.run(&["classify", "./a.csv", "--text-key", "inhalt"]).ended(Outcome::Incomplete);
    assert_eq!(
        ran.refused(),
        ["./a.csv:1: no text column: found id, body, expected one of inhalt"]
    );
}

#[test]
fn a_ragged_row() {
    let (refused, read) =
        refused_of("./a.csv", b"id,text\n1,One.\n2,Two.,more\n3,\"Three\nlines.\"\n4\n5,Five.\n");
    assert_eq!(read, ["1#001: One.", "3#001: Three\nlines.", "5#001: Five."]);
    assert_eq!(
        refused,
        [
            "./a.csv:3: row has 3 fields, the header has 2",
            "./a.csv:6: row has 1 fields, the header has 2",
        ]
    );
}

#[test]
fn damaged_parquet() {
    let folder = Folder::new().with("a.txt", "Minsk agreed. Astana refused.");
    folder.run(&["classify", "./a.txt", "-o", "./whole.parquet"]).ended(Outcome::Done);
    let whole = folder.bytes("whole.parquet");
    for bytes in [&whole[..whole.len() - 9], &whole[9..], b"PAR1PAR1", b"not Parquet"] {
        let (refused, read) = refused_of("./b.parquet", bytes);
        assert_eq!(read, [""; 0]);
        assert_eq!(refused.len(), 1);
        assert!(refused[0].starts_with("./b.parquet: damaged Parquet: "), "{refused:?}");
    }
}

#[test]
fn a_web_page_without_text() {
    let page =
        b"<html><head><title>Steppe Wire</title></head><body><nav><a href='/'>Home</a></nav>\
                 <script>var text = 'no';</script></body></html>";
    let (refused, read) = refused_of("./a.html", page);
    assert_eq!(
        (read.len(), &refused[..]),
        (0, &["./a.html: no article text found".to_owned()][..])
    );
}

#[test]
fn a_line_of_200_megabytes() {
    let long = b"{\"body\":\"".chain(io::repeat(b'x').take(200_000_000));
    let stream = b"{\"body\":\"One.\"}\n".chain(long).chain(&b"\"}\n{\"body\":\"Three.\"}\n"[..]);
    let console = Console { stdin: Box::new(stream), ..Console::default() };
    let folder = Folder::new();
    let args = ["classify", "-", "--rejects", "./r.jsonl"];
    let ran = folder.run_on(console, &args).ended(Outcome::Incomplete);
    assert_eq!(ran.statements(), ["stdin-1#001: One.", "stdin-3#001: Three."]);
    assert_eq!(ran.refused(), ["-:2: longer than the limit of 16777216 bytes"]);
    assert!(folder.bytes("r.jsonl").len() < 100_000, "only the start is kept");
}

#[test]
fn a_longer_limit_may_be_set() {
    let row = format!("{{\"body\":\"Minsk agreed. {}\"}}\n", "No. ".repeat(500_000));
    let folder = Folder::new().with("a.jsonl", row);
    let args = ["classify", "./a.jsonl", "--max-item-mib", "1"];
    let ran = folder.run(&args).ended(Outcome::Incomplete);
    assert_eq!(ran.refused(), ["./a.jsonl:1: longer than the limit of 1048576 bytes"]);
}

#[test]
fn duplicate_ids_across_files() {
    let row = "{\"id\":\"a\",\"body\":\"One declined.\"}\n";
    let folder = Folder::new().with("x.jsonl", row).with("y.jsonl", format!("\n{row}"));
    let ran = folder.run(&["classify", "./x.jsonl", "./y.jsonl"]).ended(Outcome::Incomplete);
    assert_eq!(ran.statements(), ["a#001: One declined."]);
    assert_eq!(ran.refused(), ["./y.jsonl:2: id \"a\" was already given at ./x.jsonl:1"]);
}

#[test]
fn misuse_of_the_command_line_is_an_error_and_labels_nothing() {
    let articles = argument("seeds/articles");
    for args in [
        &["classify", &articles, "--format", "xml"][..],
        &["classify", &articles, "--threads", "0"],
        &["classify", &articles, "--max-item-mib", "0"],
        &["classify", &articles, "--nonsense"],
        &["classfy", &articles],
        &[],
    ] {
        let ran = Folder::new().run(args).ended(Outcome::Failed);
        assert_eq!(ran.stdout, "", "{args:?}");
        assert!(!ran.stderr.is_empty(), "{args:?}");
    }
}
