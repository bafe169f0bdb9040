"""Vowpal Wabbit, one against all with logistic loss, by its Python module.

`python peer_vw.py search` tries the grid below with fold 0 of the corpus held out and prints the best last, which SETTINGS
states; without an argument it trains with SETTINGS on the whole corpus and measures.
"""

import itertools
import random
import sys
from importlib.metadata import version

from vowpalwabbit import Workspace

from common import LABELS, benchmark_scores, corpus, folds, one_core, save, scores, timed, timed_texts
from peer_fasttext import prepared

GRID = {"ngram": [2, 3], "passes": [3, 10], "learning_rate": [0.1, 0.5], "l2": [0.0, 1e-7]}
SETTINGS = {"ngram": 2, "passes": 3, "learning_rate": 0.5, "l2": 0.0}
FIXED = "--oaa 4 --loss_function logistic --probabilities --bit_precision 22 --quiet"


def lines(texts):
    # `|` and `:` mean something to Vowpal Wabbit.
    return ["|w " + text.replace("|", " ").replace(":", " ") for text in prepared(texts)]


def fit(rows, settings):
    flags = f"--ngram w{settings['ngram']} --learning_rate {settings['learning_rate']} --l2 {settings['l2']}"
    model = Workspace(f"{FIXED} {flags}")
    texts = lines(row["text"] for row in rows)
    examples = [f"{LABELS.index(row['label']) + 1} {text}" for row, text in zip(rows, texts, strict=True)]
    order = random.Random(1)
    for _ in range(settings["passes"]):
        order.shuffle(examples)
        for example in examples:
            model.learn(example)
    return model


def probabilities(model, rows):
    return [list(model.predict(text)) for text in lines(row["text"] for row in rows)]


def search():
    held = folds()
    train = [row for row in corpus() if held[row["group"]] != 0]
    dev = [row for row in corpus() if held[row["group"]] == 0]
    for values in itertools.product(*GRID.values()):
        settings = dict(zip(GRID, values, strict=True))
        got = scores([row["label"] for row in dev], probabilities(fit(train, settings), dev))
        print(got["four"], got["three"], settings, flush=True)


def main():
    one_core()
    training, model = timed(lambda: fit(corpus(), SETTINGS), repeats=1)
    texts = timed_texts()
    prepared_lines = lines(texts)
    speed, answers = timed(lambda: [model.predict(text) for text in prepared_lines])
    assert len(answers) == len(texts)
    whole, _ = timed(lambda: [model.predict(text) for text in lines(texts)])
    save("Vowpal Wabbit", {
        "version": version("vowpalwabbit"),
        "settings": ", ".join(f"{key} {value}" for key, value in SETTINGS.items()) + ", " + FIXED.removesuffix(" --quiet"),
        "train": {"one fit, text prepared in it": training},
        "predict": {"in process, text prepared before": speed, "in process, from raw text (sed and tr by pipe)": whole},
        "scores": {"text alone": benchmark_scores(lambda rows: probabilities(model, rows))},
    })


if __name__ == "__main__":
    search() if sys.argv[1:] == ["search"] else main()
