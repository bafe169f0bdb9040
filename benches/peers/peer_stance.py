"""stance itself, by its command line: it reads JSONL rows and writes a JSONL record for each."""

import json
import subprocess

from common import LABELS, ROOT, WORK, benchmark_scores, one_core, save, timed_command, timed_texts

BINARY = ROOT / "target/release/stance"
CLASSIFY = [str(BINARY), "classify", "--unit", "statement", "--format", "jsonl", "--threads", "1", "--quiet"]


def write(name, rows):
    path = WORK / f"stance-{name}.jsonl"
    lines = (json.dumps({"id": f"s{number}", **row}, ensure_ascii=False) for number, row in enumerate(rows))
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return str(path)


def predict(columns):
    """Probabilities of rows of which stance is given only `columns`."""

    def run(rows):
        path = write("scored", ({key: row[key] for key in columns if row.get(key)} for row in rows))
        records = subprocess.run([*CLASSIFY, path], stdout=subprocess.PIPE, check=True).stdout.splitlines()
        assert len(records) == len(rows)
        return [[json.loads(record)["probabilities"][label] for label in LABELS] for record in records]

    return run


def main():
    one_core()
    texts, out = timed_texts(), WORK / "stance-output.jsonl"
    one = write("one", [{"text": texts[0]}])
    many = write("input", ({"text": text} for text in texts))
    startup = timed_command([*CLASSIFY, one], out)
    command = timed_command([*CLASSIFY, many], out)
    with open(out, encoding="utf-8") as records:
        assert sum(1 for _ in records) == len(texts)
    save("stance", {
        "version": subprocess.run([str(BINARY), "--version"], stdout=subprocess.PIPE, check=True, text=True).stdout.split()[-1],
        "settings": "the embedded model `fast`; reads and writes JSONL",
        "predict": {
            "command line": command,
            "command line, less start": {key: command[key] - startup[key] for key in command},
        },
        "scores": {
            "text alone": benchmark_scores(predict(["text"])),
            "with title and sentence before": benchmark_scores(predict(["text", "title", "context"])),
        },
    })


if __name__ == "__main__":
    main()
