"""stance itself: its library, by a program that reads raw lines and writes a label for each (crates/stance-models/examples/predict.rs),
and its command line, which reads JSONL rows and writes a JSONL record for each.

Two models: the embedded `fast`, and one of the same n-grams as peer_sklearn.py, which is trained here (ngrams.toml).
"""

import json
import shlex
import shutil
import subprocess
from pathlib import Path

from common import LABELS, ROOT, WORK, benchmark_scores, one_core, save, timed_command, timed_texts

BINARY = str(ROOT / "target/release/stance")
LINES = str(ROOT / "target/release/examples/predict")
NGRAMS = WORK / "ngrams"


def classify(model):
    return [BINARY, "classify", "--model", model, "--unit", "statement", "--format", "jsonl", "--threads", "1", "--quiet"]


def write(name, rows):
    path = WORK / f"stance-{name}.jsonl"
    lines = (json.dumps({"id": f"s{number}", **row}, ensure_ascii=False) for number, row in enumerate(rows))
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return str(path)


def predict(model, columns):
    """Probabilities of rows of which stance is given only `columns`."""

    def run(rows):
        path = write("scored", ({key: row[key] for key in columns if row.get(key)} for row in rows))
        records = subprocess.run([*classify(model), path], stdout=subprocess.PIPE, check=True).stdout.splitlines()
        assert len(records) == len(rows)
        return [[json.loads(record)["probabilities"][label] for label in LABELS] for record in records]

    return run


def measure(model, folder):
    """How fast a model classifies: by the library from raw lines, and by the command line, each also less what one statement takes."""
    texts, out = timed_texts(), WORK / "stance-output.jsonl"
    raw_one, raw = WORK / "stance-one.txt", WORK / "stance-input.txt"
    raw_one.write_text(f"{texts[0]}\n", encoding="utf-8")
    raw.write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")
    one = write("one", [{"text": texts[0]}])
    many = write("input", ({"text": text} for text in texts))
    ways = {
        "library: raw lines in, labels out": ([LINES, *folder], str(raw_one), str(raw)),
        "command line: JSONL in, records out": (classify(model), one, many),
    }
    took = {}
    for way, (command, one, many) in ways.items():
        command = ["sh", "-c", f"{shlex.join(command)} < {shlex.quote(one)}"], ["sh", "-c", f"{shlex.join(command)} < {shlex.quote(many)}"]
        startup = timed_command(command[0], out)
        took[way] = timed_command(command[1], out)
        with open(out, encoding="utf-8") as lines:
            assert sum(1 for _ in lines) == len(texts)
        took[f"{way}, less start"] = {key: took[way][key] - startup[key] for key in startup}
    return took


def main():
    one_core()
    version = subprocess.run([BINARY, "--version"], stdout=subprocess.PIPE, check=True, text=True).stdout.split()[-1]
    save("stance", {
        "version": version,
        "settings": "the embedded model `fast`",
        "predict": measure("fast", []),
        "scores": {
            "text alone": benchmark_scores(predict("fast", ["text"])),
            "with title and sentence before": benchmark_scores(predict("fast", ["text", "title", "context"])),
        },
    })
    shutil.rmtree(NGRAMS, ignore_errors=True)
    train = [BINARY, "train", str(Path(__file__).with_name("ngrams.toml")), "-o", str(NGRAMS), "--force", "--threads", "1", "--quiet"]
    training = timed_command(train, WORK / "stance-training.txt", repeats=1)
    save("stance, same n-grams", {
        "version": version,
        "settings": "the n-grams of scikit-learn's pipeline, C = 3",
        "train": {"two folds and one fit": training},
        "predict": measure(str(NGRAMS), [str(NGRAMS)]),
        "scores": {"text alone": benchmark_scores(predict(str(NGRAMS), ["text"]))},
    })


if __name__ == "__main__":
    main()
