//! `data`: published shapes into our rows, faults by file and line, and what `check` finds.

use serde_json::{Value, json};
use stance_cli::Outcome;
use stance_core::{SentenceExtractor, TargetId};
use stance_eval::datasets::Dataset;
use stance_eval::{Purpose, read_annotated};

use crate::command::{Folder, Ran};

/// Imports `text` as a file of that name, and reads the rows back.
fn imported(set: &str, file: &str, text: impl AsRef<[u8]>, more: &[&str]) -> Vec<Value> {
    let file = format!("./{file}");
    let folder = Folder::new().with(&file, text);
    let args = [&["data", "import", set, &file, "-o", "./out.jsonl"], more].concat();
    folder.run(&args).ended(Outcome::Done);
    let rows = folder.text("out.jsonl");
    let extractor = SentenceExtractor::builtin(&TargetId::moscow()).expect("it is built in");
    let read = read_annotated("out.jsonl", &rows, Purpose::Measure, &extractor);
    let read = read.unwrap_or_else(|error| panic!("{error}"));
    let rows: Vec<Value> =
        rows.lines().map(|row| serde_json::from_str(row).expect("one object a line")).collect();
    assert_eq!(read.len(), rows.len());
    rows
}

/// Imports `text` as a file of that name, and returns what is wrong with it.
fn refused(set: &str, file: &str, text: impl AsRef<[u8]>, more: &[&str]) -> String {
    let file = format!("./{file}");
    let folder = Folder::new().with(&file, text);
    let args = [&["data", "import", set, &file, "-o", "./out.jsonl"], more].concat();
    let Ran { stderr, .. } = folder.run(&args).ended(Outcome::Failed);
    assert_eq!(folder.names(), [&file[2..]], "nothing is left behind");
    stderr.trim_end().to_owned()
}

const TWEETS: &[u8] = b"ID\tTarget\tTweet\tStance\tOpinion towards\tSentiment\r\n\
    101\tAtheism\t\"No\x94 to that #SemST\tAGAINST\tTARGET\tNEGATIVE\r\n\
    102\tHillary Clinton\tI trust hillary clinton.\tFAVOR\tTARGET\tPOSITIVE\r\n\
    103\tHillary Clinton\tWhat a day\tNONE\tOTHER\tNEITHER\r\n";

#[test]
fn tweets_of_semeval_keep_their_quotes_and_their_encoding() {
    let rows = imported("semeval2016", "trainingdata-all-annotations.txt", TWEETS, &[]);
    assert_eq!(
        rows,
        [
            json!({"id": "semeval2016:101", "split": "train", "task": "stances", "label": "distancing",
                "text": "\"No” to that #SemST", "topic": "Atheism", "source": "SemEval-2016 Task 6"}),
            json!({"id": "semeval2016:102", "split": "train", "task": "stances", "label": "supportive",
                "text": "I trust hillary clinton.", "topic": "Hillary Clinton",
                "mention": {"start": 8, "end": 23}, "source": "SemEval-2016 Task 6"}),
            json!({"id": "semeval2016:103", "split": "train", "task": "stances", "label": "neutral",
                "text": "What a day", "topic": "Hillary Clinton", "source": "SemEval-2016 Task 6"}),
        ]
    );
    let csv = b"Tweet,Target,Stance,Opinion Towards,Sentiment\n\
        \"Caf\xe9, \"\"now\"\"\",Atheism,FAVOR,TARGET,POSITIVE\n";
    let rows = imported("semeval2016", "test.csv", csv, &[]);
    assert_eq!(
        rows,
        [json!({"id": "semeval2016:test:2", "split": "test", "task": "stances", "use": "measure",
            "label": "supportive", "text": "Café, \"now\"", "topic": "Atheism",
            "source": "SemEval-2016 Task 6"})]
    );
}

#[test]
fn tweets_of_pstance_are_numbered_by_file_and_line() {
    let text =
        "Tweet,Target,Stance\n\"Vote, \nnow\",Joe Biden,AGAINST\nJoe Biden it is,Joe Biden,FAVOR\n";
    let rows = imported("pstance", "raw_val_biden.csv", text, &[]);
    assert_eq!(rows[0]["id"], "pstance:raw_val_biden:2");
    assert_eq!(rows[0]["text"], "Vote, \nnow");
    assert_eq!(
        rows[1],
        json!({"id": "pstance:raw_val_biden:4", "split": "dev", "task": "stances", "label": "supportive",
            "text": "Joe Biden it is", "topic": "Joe Biden", "mention": {"start": 0, "end": 9},
            "source": "P-Stance"})
    );
}

#[test]
fn topics_of_one_comment_of_vast_share_a_group() {
    let text = "author,post,ori_topic,ori_id,new_topic,label,type_idx,new_id,arc_id,text,text_s,topic,topic_str,seen?\n\
        Ann,\"Bike lanes, please.\",x,A1,bike lanes,1,1,11,5,\"[[\"\"bike\"\"]]\",bike,[],bike lane,0\n\
        Ann,\"Bike lanes, please.\",x,A1,parking,0,1,12,5,\"[[\"\"bike\"\"]]\",bike,[],parking,0\n\
        Bob,Whatever.,x,A1,parking,2,4,13,5,[],x,[],parking,0\n";
    let rows = imported("vast", "vast_dev.csv", text, &[]);
    let labels: Vec<&Value> = rows.iter().map(|row| &row["label"]).collect();
    assert_eq!(labels, ["supportive", "distancing", "neutral"]);
    assert_eq!(rows[0]["group"], rows[1]["group"]);
    assert_ne!(rows[0]["group"], rows[2]["group"]);
    assert_eq!(rows[0]["mention"], json!({"start": 0, "end": 10}));
    assert_eq!(rows[2]["id"], "vast:13");
    let swapped = text.replace("seen?", "change_lst");
    assert!(
        refused("vast", "swap.csv", swapped, &[])
            .starts_with("error: ./swap.csv:2: words are swapped")
    );
}

#[test]
fn the_three_shapes_of_newsmtsc_give_the_same_rows() {
    let original = r#"{"primary_gid":"polusa_v1_7_-1_3_Ann_2_5","sentence_normalized":"“Ann praised Mr. Bo,” he said.","targets":[{"Input.gid":"polusa_v1_7_-1_3_Ann_2_5","from":1,"to":4,"mention":"Ann","polarity":4.0,"further_mentions":[]},{"Input.gid":"polusa_v1_7_-1_3_Mr. Bo_14_20","from":13,"to":19,"mention":"Mr. Bo","polarity":6.0}]}"#;
    let flat = [
        r#"{"mention":"Ann","polarity":0,"from":1,"to":4,"sentence":"“Ann praised Mr. Bo,” he said.","id":"polusa_v1_7_-1_3_Ann_2_5"}"#,
        r#"{"mention":"Mr. Bo","polarity":1,"from":13,"to":19,"sentence":"“Ann praised Mr. Bo,” he said.","id":"polusa_v1_7_-1_3_Mr. Bo_14_20"}"#,
    ];
    let named = [
        r#"{"id":"newsmtsc:polusa_v1_7_-1_3_Ann_2_5","text":"“Ann praised Mr. Bo,” he said.","target":"Ann","label":"neutral","start":1,"end":4}"#,
        r#"{"id":"newsmtsc:polusa_v1_7_-1_3_Mr. Bo_14_20","text":"“Ann praised Mr. Bo,” he said.","target":"Mr. Bo","label":"positive","start":13,"end":19}"#,
    ];
    let rows = imported("newsmtsc", "train.jsonl", original, &[]);
    assert_eq!(
        rows[1],
        json!({"id": "newsmtsc:polusa_v1_7_-1_3_Mr. Bo_14_20", "split": "train", "task": "sentiment",
            "label": "supportive", "text": "“Ann praised Mr. Bo,” he said.", "topic": "Mr. Bo",
            "mention": {"start": 15, "end": 21}, "group": "newsmtsc:polusa_v1_7_-1", "source": "NewsMTSC"})
    );
    assert_eq!(imported("newsmtsc", "train.jsonl", flat.join("\n"), &[]), rows);
    assert_eq!(imported("newsmtsc", "train.jsonl", named.join("\n"), &[]), rows);
}

#[test]
fn speeches_of_unscon_are_those_of_the_file_and_not_of_the_target() {
    let sentences = "file_id,sentence_text,sentence_char_offsets,A0,A4,B1,B3,country\n\
        UNSC_2014_SPV.1_spch004_France_02.txt,\"Russia 's claim is bogus , we know .  \",0-40,Direct_NegEval,russian_federation,_,_,Chile\n\
        UNSC_2014_SPV.1_spch004_France_02.txt,They did n't .,40-60,Direct_NegEval,ukraine,Challenge,russian_federation,Chile\n\
        UNSC_2014_SPV.1_spch004_France_02.txt,We meet today .,60-80,_,_,_,_,Chile\n\
        UNSC_2014_SPV.1_spch005_Russian_Federation2_00.txt,We reject it .,0-9,_,_,_,_,France\n";
    let rows = imported("unscon", "conflict_annotations_sentences.csv", sentences, &[]);
    let labels: Vec<&Value> = rows.iter().map(|row| &row["label"]).collect();
    assert_eq!(labels, ["distancing", "distancing", "neutral"], "the Russian speech is left out");
    assert_eq!(
        rows[0],
        json!({"id": "unscon:UNSC_2014_SPV.1_spch004_France_02:0-40", "task": "distancing",
            "label": "distancing", "text": "Russia's claim is bogus, we know.", "topic": "Russia",
            "mention": {"start": 0, "end": 6}, "holder": "France", "country": "FR",
            "group": "unscon:UNSC_2014_SPV.1_spch004", "source": "UNSCon"})
    );
    let clauses =
        sentences.replace("sentence_text", "EDU_text").replace("sentence_char", "EDU_char");
    assert_eq!(imported("unscon", "conflict_annotations.csv", clauses, &[]), rows);
    let lines = r#"{"id":"u:1","text":"We meet today.","target":"Russia","label":"neutral","meta":{"speech":"UNSC_2014_SPV.1_spch004","speaker":"Chile"}}"#;
    assert_eq!(
        imported("unscon", "russia.jsonl", lines, &[]),
        [json!({"id": "u:1", "task": "distancing", "label": "neutral", "text": "We meet today.",
            "topic": "Russia", "group": "unscon:UNSC_2014_SPV.1_spch004", "source": "UNSCon"})]
    );
}

#[test]
fn any_table_is_read_by_its_columns_and_labels() {
    let keys = [
        "--text-key",
        "Body",
        "--label-key",
        "y",
        "--id-key",
        "n",
        "--target-key",
        "about",
        "--group-key",
        "story",
        "--split-key",
        "part",
    ];
    let map = ["--map", "PRO=supportive", "--map", "a=b=distancing", "--map", "?=drop"];
    let options = [&keys[..], &map].concat();
    let expected = [
        json!({"id": "1", "split": "test", "task": "stance", "use": "measure", "label": "supportive",
            "text": "Minsk, as ever, agreed.", "topic": "Minsk", "mention": {"start": 0, "end": 5},
            "group": "s1", "source": "any table"}),
        json!({"id": "2", "split": "train", "task": "stance", "label": "distancing",
            "text": "Baku left.", "topic": "Minsk", "group": "s1", "source": "any table"}),
    ];
    let csv = "\u{feff}n,Body,y,about,story,part\n1,\"Minsk, as ever, agreed.\",pro,Minsk,s1,test\n\
        2,Baku left.,a=b,Minsk,s1,train\n3,Nobody knows.,?,Minsk,s2,train\n";
    assert_eq!(imported("table", "rows.csv", csv, &options), expected);
    let tsv = "n\tBody\ty\tabout\tstory\tpart\n1\tMinsk, as ever, agreed.\tPRO\tMinsk\ts1\ttest\n\n\
        2\t\"Baku left.\"\ta=b\tMinsk\ts1\ttrain\n";
    assert_eq!(imported("table", "rows.tsv", tsv, &options), expected);
    let jsonl = r#"{"n":1,"Body":"Minsk, as ever, agreed.","y":"PRO","about":"Minsk","in":{"story":"s1"},"part":"test"}
{"n":2.0,"Body":"Baku left.","y":"a=b","about":"Minsk","in":{"story":"s1"},"part":"train"}"#;
    let options = options.iter().map(|&option| if option == "story" { "in.story" } else { option });
    let options: Vec<&str> = options.collect();
    assert_eq!(imported("table", "rows.jsonl", jsonl, &options), expected);
    let sentiment = "text,label\nHe won.,NEGATIVE\n";
    let rows = imported("table", "rows.csv", sentiment, &["--task", "sentiment", "--split", "dev"]);
    assert_eq!(
        rows,
        [json!({"id": "rows:2", "split": "dev", "task": "sentiment", "label": "distancing",
            "text": "He won.", "source": "any table"})]
    );
}

#[test]
fn an_unknown_label_is_named_with_its_place_and_the_way_to_map_it() {
    let tweets = "ID\tTarget\tTweet\tStance\n1\tA\tOne.\tFAVOR\n\n2\tA\tTwo.\tUNKNOWN\n";
    assert_eq!(
        refused("semeval2016", "t.txt", tweets, &[]),
        "error: ./t.txt:4: unknown label \"UNKNOWN\", expected FAVOR, AGAINST, NONE; --map \"UNKNOWN=OURS\" \
         maps it, where OURS is supportive, neutral, distancing, irrelevant, drop"
    );
    let rows = imported(
        "semeval2016",
        "t.txt",
        tweets,
        &["--map", "unknown=drop", "--map", "FAVOR=irrelevant"],
    );
    assert_eq!((rows.len(), &rows[0]["label"]), (1, &json!("irrelevant")));
    let all =
        refused("semeval2016", "t.txt", tweets, &["--map", "unknown=drop", "--map", "favor=drop"]);
    assert_eq!(all, "error: every row is left out: label is dropped: 2");
    for nonsense in ["FAVOR", "FAVOR=hostile"] {
        assert!(refused("semeval2016", "t.txt", tweets, &["--map", nonsense]).contains("--map"));
    }
}

#[test]
fn faults_of_the_files_are_named_by_file_and_line() {
    let target = |from: i32, to: i32, mention: &str| {
        format!(
            r#"{{"id":"a","sentence":"Ann won.","mention":"{mention}","polarity":1,"from":{from},"to":{to}}}"#
        )
    };
    for (set, file, text, message) in [
        (
            "table",
            "t.csv",
            &b"text,y\nOne.,FAVOR\n"[..],
            "./t.csv:1: no column label: found text, y; ",
        ),
        ("table", "t.jsonl", b"{\"text\":\"One.\"}", "./t.jsonl:1: no column label: found text; "),
        (
            "pstance",
            "t.csv",
            b"\n\nTweet,Stance\n",
            "./t.csv:3: no column Target: found Tweet, Stance; ",
        ),
        (
            "table",
            "t.csv",
            b"text,label\nOne.,FAVOR\nTwo.\n",
            "./t.csv:3: row has 1 fields, the header has 2",
        ),
        (
            "semeval2016",
            "t.txt",
            b"ID\tTarget\tTweet\tStance\n1\tA\tOne.\tFAVOR\textra\n",
            "./t.txt:2: row has 5 fields, the header has 4",
        ),
        (
            "table",
            "t.csv",
            b"text,label\nOne.,FAVOR\nTw\xff.,FAVOR\n",
            "./t.csv:3: invalid UTF-8 at byte 2 ",
        ),
        (
            "table",
            "t.jsonl",
            b"{\"text\":\"One.\",\"label\":\"NONE\"}\n{\"text\":\"\xff\"}",
            "./t.jsonl:2: invalid UTF-8 at byte 9 ",
        ),
        ("table", "t.csv", b"", "./t.csv holds no row"),
        ("table", "t.csv", b" \n\n", "./t.csv holds no row"),
        ("table", "t.csv", b"text,label\n", "./t.csv holds no row"),
        ("table", "t.jsonl", b"{\"text\":", "./t.jsonl:1: EOF while parsing"),
        (
            "table",
            "t.jsonl",
            b"{\"text\":[],\"label\":\"NONE\"}",
            "./t.jsonl:1: key \"text\" is a list, expected a string or a number",
        ),
        (
            "newsmtsc",
            "t.jsonl",
            target(4, 9, "won").as_bytes(),
            "./t.jsonl:1: target at 4 to 9 is not within the text, which ends at 8",
        ),
        (
            "newsmtsc",
            "t.jsonl",
            target(-1, 3, "Ann").as_bytes(),
            "./t.jsonl:1: target at -1 to 3 is not within",
        ),
        (
            "newsmtsc",
            "t.jsonl",
            target(4, 7, "Ann").as_bytes(),
            "./t.jsonl:1: target \"Ann\" is not at 4 to 7, where \"won\" stands",
        ),
        (
            "newsmtsc",
            "t.jsonl",
            b"{\"sentence_normalized\":\"A.\",\"targets\":[{\"from\":0}]}",
            "./t.jsonl:1: missing field `Input.gid`",
        ),
        (
            "table",
            "t.csv",
            b"id,text,label\n7,One.,NONE\n8,Two.,NONE\n7,Three.,NONE\n",
            "./t.csv:4: id \"7\" stands twice",
        ),
        (
            "unscon",
            "t.csv",
            b"file_id,sentence_text,sentence_char_offsets,A4,B3\nx,One.,0-4,_,_\n",
            "./t.csv:2: file_id names no speech",
        ),
    ] {
        let error = refused(set, file, text, &[]);
        assert!(
            error.starts_with(&format!("error: {message}")),
            "expected\n{message}\ngot\n{error}"
        );
    }
    let ran = Folder::new().run(&["data", "import", "table", "./gone.csv", "-o", "./o"]);
    assert!(ran.ended(Outcome::Failed).stderr.starts_with("error: cannot read ./gone.csv: "));
}

#[test]
fn an_id_stands_once_in_all_files_and_no_file_is_replaced_unasked() {
    let (one, two) = ("id,text,label\n7,One.,NONE\n", "id,text,label\n7,Two.,NONE\n");
    let folder =
        Folder::new().with("one.csv", one).with("two.csv", two).with("out.jsonl", "precious");
    let args = ["data", "import", "table", "./one.csv", "-o", "./out.jsonl"];
    let ran = folder.run(&args).ended(Outcome::Failed);
    assert_eq!(ran.stderr, "error: ./out.jsonl exists; --force replaces it\n");
    let args =
        ["data", "import", "table", "./one.csv", "./two.csv", "-o", "./out.jsonl", "--force"];
    let ran = folder.run(&args).ended(Outcome::Failed);
    assert_eq!(ran.stderr, "error: ./two.csv:2: id \"7\" stands twice\n");
    assert_eq!(folder.text("out.jsonl"), "precious");
    let told =
        folder.run(&["data", "import", "table", "./one.csv", "-o", "./out.jsonl", "--force"]);
    assert_eq!(
        told.ended(Outcome::Done).stderr,
        "1 rows in ./out.jsonl, the target named in 0\n  NONE as neutral: 1\nlicense: as its source says\n"
    );
}

#[test]
fn what_makes_no_sense_is_misuse() {
    for (args, message) in [
        (
            &["vest", "./t.csv"][..],
            "no data set vest, expected semeval2016, pstance, vast, newsmtsc, unscon, table",
        ),
        (&["vast", "./t.csv", "--text-key", "post"], "--…-key are for `table`"),
        (&["vast", "./t.csv", "--task", "sentiment"], "--…-key are for `table`"),
        (
            &["table", "./t.csv", "--task", "mood"],
            "[possible values: stance, stances, distancing, sentiment]",
        ),
    ] {
        let args = [&["data", "import"], args, &["-o", "./out.jsonl"]].concat();
        let ran = Folder::new().run(&args).ended(Outcome::Failed);
        assert!(ran.stderr.contains(message), "{}", ran.stderr);
    }
    for share in ["0.4", "1.1", "NaN", "high"] {
        let ran = Folder::new().run(&["data", "check", "./t.jsonl", "--similarity", share]);
        assert!(ran.ended(Outcome::Failed).stderr.contains("--similarity"));
    }
}

#[test]
fn nobody_trains_a_stance_model_on_sentiment_or_on_a_test_set() {
    let case = |name: &str| {
        let path = crate::command::repository(&format!("tests/cases/{name}"));
        std::fs::read_to_string(path).expect("a case file")
    };
    let rows = |label: &str| format!("text,label\nHe won.,{label}\n");
    for (file, options, message) in [
        (
            "train.csv",
            &["--task", "sentiment"][..],
            "the task of this row is \"sentiment\", expected \"stance\"",
        ),
        ("test.csv", &[], "this data is for measuring only and is never trained on"),
    ] {
        let label = if options.is_empty() { "neutral" } else { "positive" };
        let folder = Folder::new().with(file, rows(label)).with("tiny.toml", case("tiny.toml"));
        let file = format!("./{file}");
        let import = [&["data", "import", "table", &file, "-o", "./tiny.jsonl"], options].concat();
        folder.run(&import).ended(Outcome::Done);
        let ran = folder.run(&["train", "./tiny.toml", "-o", "./m"]).ended(Outcome::Failed);
        assert_eq!(ran.stderr, format!("error: tiny.jsonl:1: {message}\n"));
    }
}

#[test]
fn every_data_set_is_listed_with_license_source_and_citation() {
    let table = Folder::new().run(&["data", "list"]).ended(Outcome::Done).stdout;
    let list = Folder::new().run(&["data", "list", "--format", "json"]).ended(Outcome::Done);
    let list: Value = serde_json::from_str(&list.stdout).expect("one JSON object");
    assert_eq!(list["datasets"].as_array().map(Vec::len), Some(Dataset::ALL.len()));
    for set in Dataset::ALL {
        let name = set.about().name;
        assert!(table.lines().any(|line| line.starts_with(&format!("{name}  "))), "{name}");
        let one = Folder::new().run(&["data", "list", name]).ended(Outcome::Done).stdout;
        for word in ["reads", "task", "labels", "license", "source", "cite"] {
            assert!(one.lines().any(|line| line.trim_start().starts_with(word)), "{name}: {word}");
        }
        assert!(table.contains(&one));
    }
    Folder::new().run(&["data", "list", "vest"]).ended(Outcome::Failed);
}

const LONG: &str =
    "Astana said on Monday that it would not take part in the drills of the bloc this autumn";

fn row(id: &str, split: &str, group: &str, label: &str, text: &str) -> String {
    json!({"id": id, "split": split, "group": group, "label": label, "text": text}).to_string()
}

fn check(rows: &[String], more: &[&str]) -> (Outcome, Value) {
    let folder = Folder::new().with("rows.jsonl", rows.join("\n"));
    let args = [&["data", "check", "./rows.jsonl", "--format", "json"], more].concat();
    let ran = folder.run(&args);
    let check = serde_json::from_str(&ran.stdout);
    (ran.outcome, check.unwrap_or_else(|error| panic!("{error}: {}", ran.stderr)))
}

fn sets(check: &Value) -> [u64; 7] {
    [
        &check["duplicate_ids"],
        &check["duplicate_texts"],
        &check["conflicts"],
        &check["near_duplicates"],
        &check["leaks"]["texts"],
        &check["leaks"]["near_duplicates"],
        &check["leaks"]["groups"],
    ]
    .map(|finding| finding["sets"].as_u64().expect("a count"))
}

#[test]
fn each_fault_of_a_set_is_found_and_nothing_else() {
    let sound = [
        row("a", "train", "g1", "neutral", LONG),
        row("b", "train", "g1", "distancing", "Minsk agreed."),
        row("c", "test", "g2", "neutral", "Baku left the hall without a word to anybody."),
    ];
    let with = |one: String| check(&[&sound[..], &[one]].concat(), &[]);
    let (outcome, found) = check(&sound, &[]);
    assert_eq!((outcome, sets(&found)), (Outcome::Done, [0; 7]));
    assert_eq!(found["sound"], true);
    assert_eq!(
        found["splits"]["train"],
        json!({"rows": 2, "labels": {"neutral": 1, "distancing": 1}})
    );
    let near = format!("{LONG}, an agency reported.");
    for (one, is_sound, expected) in [
        (row("a", "train", "g3", "neutral", "Yerevan waits."), false, [1, 0, 0, 0, 0, 0, 0]),
        (row("d", "train", "g3", "distancing", " Minsk  agreed."), true, [0, 1, 0, 0, 0, 0, 0]),
        (row("d", "train", "g3", "neutral", "Minsk agreed."), false, [0, 1, 1, 0, 0, 0, 0]),
        (row("d", "train", "g3", "neutral", &near), true, [0, 0, 0, 1, 0, 0, 0]),
        (row("d", "test", "g3", "distancing", "Minsk agreed."), false, [0, 1, 0, 0, 1, 0, 0]),
        (row("d", "test", "g3", "neutral", &near), false, [0, 0, 0, 1, 0, 1, 0]),
        (row("d", "test", "g1", "neutral", "Yerevan waits."), false, [0, 0, 0, 0, 0, 0, 1]),
    ] {
        let (outcome, found) = with(one.clone());
        let expected_outcome = if is_sound { Outcome::Done } else { Outcome::Incomplete };
        assert_eq!((outcome, sets(&found)), (expected_outcome, expected), "{one}");
        assert_eq!(found["sound"], is_sound);
    }
    let (_, found) = with(row("d", "test", "g3", "neutral", &near));
    let leak = &found["leaks"]["near_duplicates"];
    assert_eq!(leak["by_split"], json!({"train": 1, "test": 1}));
    assert_eq!(
        leak["examples"],
        json!([[
            {"file": found["files"][0], "line": 1, "id": "a", "split": "train", "label": "neutral"},
            {"file": found["files"][0], "line": 4, "id": "d", "split": "test", "label": "neutral"},
        ]])
    );
    let no_split = json!({"id": "e", "text": near, "label": "neutral"}).to_string();
    let twice = [row("d", "test", "g3", "neutral", LONG), no_split];
    let found = check(&[&sound[..], &twice].concat(), &[]).1;
    assert_eq!(sets(&found), [0, 1, 0, 1, 1, 0, 0], "near-duplicates without a split leak nothing");
    let looser = [row("d", "train", "g3", "neutral", &LONG.replace("Monday", "Friday"))];
    let rows = [&sound[..], &looser].concat();
    assert_eq!(sets(&check(&rows, &[]).1)[3], 0);
    assert_eq!(sets(&check(&rows, &["--similarity", "0.6"]).1)[3], 1);
}

#[test]
fn targets_of_one_sentence_are_neither_duplicates_nor_conflicts() {
    let target = |id: &str, topic: &str, start: usize, label: &str| {
        let mention = json!({"start": start, "end": start + topic.len()});
        json!({"id": id, "text": "Ann sued Bob.", "topic": topic, "mention": mention, "label": label}).to_string()
    };
    let rows = [target("a", "Ann", 0, "neutral"), target("b", "Bob", 9, "distancing")];
    assert_eq!(sets(&check(&rows, &[]).1), [0; 7]);
    let rows = [target("a", "Ann", 0, "neutral"), target("b", "Ann", 0, "distancing")];
    assert_eq!(sets(&check(&rows, &[]).1), [0, 1, 1, 0, 0, 0, 0]);
}

#[test]
fn files_can_be_the_splits_and_articles_are_read_by_sentence() {
    let article = json!({"id": "art", "country": "KZ", "sentences": [
        {"text": LONG, "label": "distancing"}, {"text": "Minsk agreed.", "label": "irrelevant", "country": "BY"},
    ]});
    let folder = Folder::new()
        .with("one.jsonl", article.to_string())
        .with("two.jsonl", json!({"id": "b", "text": LONG, "label": "distancing"}).to_string());
    let args = ["data", "check", "./one.jsonl", "./two.jsonl", "--split-by-file"];
    let table = folder.run(&args).ended(Outcome::Incomplete).stdout;
    for line in [
        "3 rows, 2 texts, 2 groups; files: 2",
        "countries: 2: BY 1, KZ 1",
        "    ./two.jsonl:1 b (./two.jsonl, distancing)",
        "wrong: an id stands twice, labels conflict, or something leaks",
    ] {
        assert!(table.lines().any(|found| found == line), "no line {line:?} in\n{table}");
    }
    assert!(table.contains("art#001"), "{table}");
    let table = folder.run(&args[..4]).ended(Outcome::Done).stdout;
    assert!(
        table.ends_with("\nnothing wrong: no id stands twice, no labels conflict, nothing leaks\n")
    );
}

#[test]
fn faults_of_rows_are_named_by_file_and_line() {
    let good = r#"{"id":"a","label":"neutral","text":"Minsk agreed."}"#;
    let long = json!({"id": "x".repeat(1001), "text": "One.", "label": "neutral"}).to_string();
    for (line, message) in [
        (&br#"{"id":"b","label":"hostile","text":"Baku left."}"#[..], "unknown label \"hostile\", expected supportive"),
        (br#"{"id":"b","label":"neutral"}"#, "missing field `text`"),
        (br#"{"id":"b","text":"Baku left."}"#, "missing field `label`"),
        (br#"{"id":"b","label":"neutral","text":"Baku","mention":{"start":0,"end":5}}"#, "target at 0 to 5 is not within the text, which ends at 4"),
        ("{\"id\":\"b\",\"label\":\"neutral\",\"text\":\"é\",\"mention\":{\"start\":0,\"end\":1}}".as_bytes(), "target at 0 to 1 is not within"),
        (b"[1]", "invalid type: "),
        (b"{\"id\":\"\xff\"}", "invalid UTF-8 at byte 7"),
        (long.as_bytes(), "id is longer than 1000 bytes"),
    ] {
        let folder = Folder::new().with("r.jsonl", [good.as_bytes(), b"\n\n", line].concat());
        let ran = folder.run(&["data", "check", "./r.jsonl"]).ended(Outcome::Failed);
        assert!(ran.stderr.starts_with(&format!("error: ./r.jsonl:3: {message}")), "{}", ran.stderr);
        assert_eq!(ran.stdout, "");
    }
    let ran = Folder::new().with("r.jsonl", "\n").run(&["data", "check", "./r.jsonl"]);
    assert_eq!(ran.ended(Outcome::Failed).stderr, "error: ./r.jsonl holds no row\n");
}
