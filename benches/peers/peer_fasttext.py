"""fastText, supervised: its Python module and its own command line.

`python peer_fasttext.py search` tries the grid below with fold 0 of the corpus held out and prints the best, which SETTINGS
states; without an argument it trains with SETTINGS on the whole corpus and measures.
"""

import itertools
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


def prepared(text):
    """fastText splits at spaces only: lower case, punctuation set apart, as its documentation advises."""
    return "".join(c if c.isalnum() or c in "'’-" else f" {c} " for c in text.lower()).replace("\n", " ")


def fit(name, rows, settings):
    path = WORK / f"{name}.txt"
    path.write_text("".join(f"__label__{r['label']} {prepared(r['text'])}\n" for r in rows), encoding="utf-8")
    return fasttext.train_supervised(str(path), loss="softmax", thread=1, seed=1, verbose=0, **settings)


def probabilities(model, rows):
    names, values = model.predict([prepared(row["text"]) for row in rows], k=len(LABELS))
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
    binary, many = WORK / "fasttext.bin", WORK / "fasttext-input.txt"
    model.save_model(str(binary))
    texts = [prepared(text) for text in timed_texts()]
    many.write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")
    one = WORK / "fasttext-one.txt"
    one.write_text(f"{texts[0]}\n", encoding="utf-8")

    speed, (answers, _) = timed(lambda: model.predict(texts))
    assert len(answers) == len(texts)
    predict, out = [str(WORK / "fasttext-cli"), "predict", str(binary)], WORK / "fasttext-output.txt"
    startup = timed_command([*predict, str(one)], out)
    command = timed_command([*predict, str(many)], out)
    assert out.read_text(encoding="utf-8").count("\n") == len(texts)
    save("fastText", {
        "version": version("fasttext"),
        "settings": ", ".join(f"{key} {value}" for key, value in SETTINGS.items()) + ", softmax; text prepared beforehand, not timed",
        "train": {"one fit": training},
        "predict": {
            "batch in process": speed,
            "command line": command,
            "command line, less start": {key: command[key] - startup[key] for key in command},
        },
        "scores": {"text alone": benchmark_scores(lambda rows: probabilities(model, rows))},
    })


if __name__ == "__main__":
    search() if sys.argv[1:] == ["search"] else main()
