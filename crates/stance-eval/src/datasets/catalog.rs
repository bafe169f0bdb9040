use serde::Serialize;
use stance_core::Label;

use super::{LabelMap, Slot};

/// A data set whose files are understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dataset {
    /// SemEval-2016 Task 6: tweets.
    SemEval2016,
    /// P-Stance: tweets about three politicians.
    PStance,
    /// VAST: comments on many topics.
    Vast,
    /// `NewsMTSC`: sentiment toward persons in news.
    NewsMtsc,
    /// `UNSCon`: speeches in the UN Security Council.
    UnsCon,
    /// Any table or JSON lines with a text and a label.
    Table,
}

/// What there is to say of a data set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct About {
    /// Name on the command line.
    pub name: &'static str,
    /// Name in print.
    pub title: &'static str,
    /// What is annotated.
    pub what: &'static str,
    /// Which files are read.
    pub reads: &'static str,
    /// Task of the rows, one of [`Task::NAMES`](crate::Task::NAMES).
    pub task: &'static str,
    /// What the labels become.
    pub labels: &'static str,
    /// License and terms.
    pub license: &'static str,
    /// Where to get it.
    pub source: &'static str,
    /// How to cite it.
    pub citation: &'static str,
}

impl Dataset {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::SemEval2016, Self::PStance, Self::Vast, Self::NewsMtsc, Self::UnsCon, Self::Table];

    /// The data set of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|set| set.about().name == name)
    }

    /// What the set's labels become unless somebody says otherwise; `task` matters to
    /// [`Dataset::Table`] only.
    #[must_use]
    pub fn labels(self, task: &str) -> LabelMap {
        let [supportive, neutral, distancing, irrelevant] = Label::ALL.map(Slot::Label);
        let tweets = [("FAVOR", supportive), ("AGAINST", distancing), ("NONE", neutral)];
        let sentiment = [("positive", supportive), ("neutral", neutral), ("negative", distancing)];
        match self {
            Self::SemEval2016 | Self::PStance => tweets.into_iter().collect(),
            Self::Vast => {
                [("1", supportive), ("0", distancing), ("2", neutral)].into_iter().collect()
            }
            Self::NewsMtsc => sentiment.into_iter().collect(),
            Self::UnsCon => {
                [("distancing", distancing), ("neutral", neutral)].into_iter().collect()
            }
            Self::Table if task == "sentiment" => sentiment.into_iter().collect(),
            Self::Table => [
                ("supportive", supportive),
                ("neutral", neutral),
                ("distancing", distancing),
                ("irrelevant", irrelevant),
            ]
            .into_iter()
            .chain(tweets)
            .collect(),
        }
    }

    /// What there is to say of it.
    #[must_use]
    pub fn about(self) -> About {
        match self {
            Self::SemEval2016 => About {
                name: "semeval2016",
                title: "SemEval-2016 Task 6",
                what: "stance of tweets toward six targets",
                reads: "ID, Target, Tweet, Stance separated by tabs, with or without \"Opinion towards\" and Sentiment; \
                        or the CSV of the same columns; UTF-8 or Windows-1252",
                task: "stances",
                labels: "FAVOR supportive, AGAINST distancing, NONE neutral",
                license: "research use, not to be redistributed (terms in its README); tweets are their authors'",
                source: "https://www.saifmohammad.com/WebPages/StanceDataset.htm",
                citation: "Mohammad, Kiritchenko, Sobhani, Zhu, Cherry: SemEval-2016 Task 6: Detecting Stance in \
                           Tweets. SemEval 2016. https://aclanthology.org/S16-1003",
            },
            Self::PStance => About {
                name: "pstance",
                title: "P-Stance",
                what: "stance of tweets toward Trump, Biden, Sanders",
                reads: "CSV with Tweet, Target, Stance: raw_train_*.csv, raw_val_*.csv, raw_test_*.csv",
                task: "stances",
                labels: "FAVOR supportive, AGAINST distancing, NONE neutral",
                license: "none stated for the data (code: MIT); tweets are their authors'",
                source: "https://github.com/chuchun8/PStance",
                citation: "Li, Sosea, Sawant, Nair, Inkpen, Caragea: P-Stance: A Large Dataset for Stance Detection in \
                           Political Domain. Findings of ACL 2021. https://aclanthology.org/2021.findings-acl.208",
            },
            Self::Vast => About {
                name: "vast",
                title: "VAST",
                what: "stance of readers' comments toward thousands of topics",
                reads: "CSV with post, new_topic, label, new_id: vast_train.csv, vast_dev.csv, vast_test.csv",
                task: "stances",
                labels: "1 (pro) supportive, 0 (con) distancing, 2 (neutral) neutral",
                license: "none stated; comments on The New York Times are their authors'",
                source: "https://github.com/emilyallaway/zero-shot-stance",
                citation: "Allaway, McKeown: Zero-Shot Stance Detection: A Dataset and Model using Generalized Topic \
                           Representations. EMNLP 2020. https://aclanthology.org/2020.emnlp-main.717",
            },
            Self::NewsMtsc => About {
                name: "newsmtsc",
                title: "NewsMTSC",
                what: "sentiment toward persons in sentences of US political news",
                reads: "JSONL with primary_gid, sentence_normalized, targets; or one target a line: sentence, mention, \
                        from, to, polarity (-1, 0, 1) or text, target, start, end, label",
                task: "sentiment",
                labels: "6 or positive supportive, 4 or neutral neutral, 2 or negative distancing",
                license: "MIT, (c) 2020 Felix Hamborg; the outlets' rights in the sentences are not addressed",
                source: "https://github.com/fhamborg/NewsMTSC",
                citation: "Hamborg, Donnay: NewsMTSC: A Dataset for (Multi-)Target-dependent Sentiment Classification \
                           in Political News Articles. EACL 2021. https://aclanthology.org/2021.eacl-main.142",
            },
            Self::UnsCon => About {
                name: "unscon",
                title: "UNSCon",
                what: "verbal conflict with Russia in speeches of the UN Security Council, 2014 and 2016",
                reads: "CSV conflict_annotations_sentences.csv or conflict_annotations.csv (clauses); or JSONL with \
                        text, target, label, meta.speech",
                task: "distancing",
                labels: "conflict whose target is russian_federation distancing, everything else neutral",
                license: "CC BY-SA",
                source: "https://github.com/linatal/UNSCon",
                citation: "Zaczynska, Bourgonje, Stede: How Diplomats Dispute: The UN Security Council Conflict Corpus. \
                           LREC-COLING 2024. https://aclanthology.org/2024.lrec-main.716",
            },
            Self::Table => About {
                name: "table",
                title: "any table",
                what: "whatever its task says",
                reads: "CSV, TSV or JSONL with a text and a label, under any names (--text-key, --label-key, …)",
                task: "stance",
                labels: "our own names, FAVOR, AGAINST, NONE; with --task sentiment positive, neutral, negative; \
                         others by --map",
                license: "as its source says",
                source: "yours",
                citation: "as its source asks",
            },
        }
    }
}
