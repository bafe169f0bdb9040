"""fastText, supervised: its Python module and its own command line.

`python peer_fasttext.py search` tries the grid below with fold 0 of the corpus held out and prints the best, which SETTINGS
states; without an argument it trains with SETTINGS on the whole corpus and measures.
"""

import itertools
import subprocess
import sys
from importlib.metadata import version

import fasttext

from common import LABELS, WORK, benchmark_scores, corpus, folds, one_core, save, scores, timed, timed_command, timed_texts

GRID = {
    "wordNgrams": [2, 3, 4],
    "minn, maxn": [(0, 0), (3, 6)],
    "lr": [0.25, 0.5, 1.0],
    "epoch": [5, 15, 30],
    "dim": [10],  # 20 and 100 were no better, and slower
}
SETTINGS = {"lr": 0.25, "epoch": 30, "wordNgrams": 3, "minn": 0, "maxn": 0, "dim": 10}


# fastText splits at spaces only; its documentation sets punctuation apart and lowers case like this.
PREPARE = r"""sed -e "s/[].!?,;:/()\"'[]/ & /g" | tr '[:upper:]' '[:lower:]'"""


def prepared(texts):
    lines = "".join(" ".join(text.split()) + "\n" for text in texts)
    done = subprocess.run(["sh", "-c", PREPARE], input=lines, stdout=subprocess.PIPE, encoding="utf-8", check=True)
    return done.stdout.splitlines()


def fit(name, rows, settings):
    path = WORK / f"{name}.txt"
    texts = prepared(row["text"] for row in rows)
    lines = (f"__label__{row['label']} {text}\n" for row, text in zip(rows, texts, strict=True))
    path.write_text("".join(lines), encoding="utf-8")
    return fasttext.train_supervised(str(path), loss="softmax", thread=1, seed=1, verbose=0, **settings)


def probabilities(model, rows):
    names, values = model.predict(prepared(row["text"] for row in rows), k=len(LABELS))
    by_name = [dict(zip(n, map(float, v), strict=True)) for n, v in zip(names, values, strict=True)]
    return [[p[f"__label__{label}"] for label in LABELS] for p in by_name]


def search():
    held = folds()
    train = [row for row in corpus() if held[row["group"]] != 0]
    dev = [row for row in corpus() if held[row["group"]] == 0]
    for values in itertools.product(*GRID.values()):
        settings = dict(zip(GRID, values, strict=True))
        settings["minn"], settings["maxn"] = settings.pop("minn, maxn")
        got = scores([row["label"] for row in dev], probabilities(fit("search", train, settings), dev))
        print(got["four"], got["three"], settings, flush=True)


def main():
    one_core()
    training, model = timed(lambda: fit("train", corpus(), SETTINGS), repeats=1)
    binary, out = WORK / "fasttext.bin", WORK / "fasttext-output.txt"
    model.save_model(str(binary))
    raw, many, one = (WORK / f"fasttext-{name}.txt" for name in ("raw", "input", "one"))
    raw.write_text("".join(f"{text}\n" for text in timed_texts()), encoding="utf-8")
    texts = prepared(timed_texts())
    many.write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")
    one.write_text(f"{texts[0]}\n", encoding="utf-8")

    speed, (answers, _) = timed(lambda: model.predict(texts))
    assert len(answers) == len(texts)
    predict = [str(WORK / "fasttext-cli"), "predict", str(binary)]
    startup = timed_command([*predict, str(one)], out)
    command = timed_command([*predict, str(many)], out)
    assert out.read_text(encoding="utf-8").count("\n") == len(texts)
    whole = timed_command(["sh", "-c", f"{PREPARE} < {raw} | {' '.join(predict)} -"], out)
    assert out.read_text(encoding="utf-8").count("\n") == len(texts)
    save("fastText", {
        "version": version("fasttext"),
        "settings": ", ".join(f"{key} {value}" for key, value in SETTINGS.items()) + ", softmax",
        "train": {"one fit": training},
        "predict": {
            "batch in process, text prepared before": speed,
            "command line from raw text: sed, tr, predict": whole,
            "command line, text prepared before": command,
            "command line, text prepared before, less start": {key: command[key] - startup[key] for key in command},
        },
        "scores": {"text alone": benchmark_scores(lambda rows: probabilities(model, rows))},
    })


if __name__ == "__main__":
    search() if sys.argv[1:] == ["search"] else main()
