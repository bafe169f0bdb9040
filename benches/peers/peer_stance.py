"""stance itself, by its command line: it reads JSONL rows and writes a JSONL record for each.

Two models: the embedded `fast`, and one of the same n-grams as peer_sklearn.py, which is trained here (ngrams.toml).
"""

import json
import shutil
import subprocess
from pathlib import Path

from common import LABELS, ROOT, WORK, benchmark_scores, one_core, save, timed_command, timed_texts

BINARY = str(ROOT / "target/release/stance")
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


def measure(model):
    """How fast `model` classifies, as a whole command and less what one statement takes."""
    texts, out = timed_texts(), WORK / "stance-output.jsonl"
    one = write("one", [{"text": texts[0]}])
    many = write("input", ({"text": text} for text in texts))
    startup = timed_command([*classify(model), one], out)
    command = timed_command([*classify(model), many], out)
    with open(out, encoding="utf-8") as records:
        assert sum(1 for _ in records) == len(texts)
    return {"command line": command, "command line, less start": {key: command[key] - startup[key] for key in command}}


def main():
    one_core()
    version = subprocess.run([BINARY, "--version"], stdout=subprocess.PIPE, check=True, text=True).stdout.split()[-1]
    save("stance", {
        "version": version,
        "settings": "the embedded model `fast`; reads and writes JSONL",
        "predict": measure("fast"),
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
        "settings": "the n-grams of scikit-learn's pipeline, C = 3; reads and writes JSONL",
        "train": {"two folds and one fit": training},
        "predict": measure(str(NGRAMS)),
        "scores": {"text alone": benchmark_scores(predict(str(NGRAMS), ["text"]))},
    })


if __name__ == "__main__":
    main()
