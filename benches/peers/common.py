"""What the peers share: the sentences, the scores, and how time is taken."""

import json
import os
import resource
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / "target" / "peers"
LABELS = ["supportive", "neutral", "distancing", "irrelevant"]
REPEATED = 50_000  # statements in the timed input


def rows(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def corpus():
    """All rows of the corpus, in file and line order."""
    return [row for path in sorted((ROOT / "seeds/corpus").glob("*.jsonl")) for row in rows(path)]


def folds():
    """Group -> fold."""
    lines = (ROOT / "seeds/splits/folds.tsv").read_text(encoding="utf-8").splitlines()[1:]
    return {group: int(fold) for group, fold in (line.split("\t") for line in lines)}


def benchmark():
    """The two measured sets: lists of {text, label, title, context}."""
    articles = []
    for article in rows(ROOT / "seeds/benchmark/articles.jsonl"):
        before = None
        for sentence in article["sentences"]:
            articles.append({**sentence, "title": article["title"], "context": before})
            before = sentence["text"]
    return {"statements": rows(ROOT / "seeds/benchmark/statements.jsonl"), "articles": articles}


def timed_texts():
    """The benchmark's texts, repeated up to REPEATED."""
    texts = [row["text"] for part in benchmark().values() for row in part]
    return (texts * (REPEATED // len(texts) + 1))[:REPEATED]


def macro_f1(gold, answers, labels):
    """The mean of per-label F1; a label that is never answered counts 0."""
    total = 0.0
    for label in labels:
        hits = sum(g == a == label for g, a in zip(gold, answers, strict=True))
        total += 2 * hits / max(1, gold.count(label) + answers.count(label))
    return total / len(labels)


def scores(gold, probabilities):
    """Macro-F1 over four labels on all items, and over three stances on those that have one.

    `probabilities` holds a list per item, ordered as LABELS. For three stances the likeliest of the three is taken.
    """
    likeliest = [LABELS[max(range(4), key=p.__getitem__)] for p in probabilities]
    relevant = [(g, p) for g, p in zip(gold, probabilities, strict=True) if g != "irrelevant"]
    stances = [LABELS[max(range(3), key=p.__getitem__)] for _, p in relevant]
    return {
        "four": round(macro_f1(gold, likeliest, LABELS), 4),
        "three": round(macro_f1([g for g, _ in relevant], stances, LABELS[:3]), 4),
    }


def benchmark_scores(predict):
    """`predict` maps a list of rows to probabilities."""
    return {name: scores([r["label"] for r in part], predict(part)) for name, part in benchmark().items()}


def timed(work, repeats=3):
    """The fastest of `repeats` calls, by CPU time: {"cpu_s", "wall_s"} and the last result."""
    best, result = None, None
    for _ in range(repeats):
        cpu, wall = time.process_time(), time.perf_counter()
        result = work()
        took = {"cpu_s": time.process_time() - cpu, "wall_s": time.perf_counter() - wall}
        best = took if best is None or took["cpu_s"] < best["cpu_s"] else best
    return best, result


def timed_command(command, stdout, repeats=3):
    """The same of a command whose output goes to the file `stdout`; CPU time is user and system together."""
    best = None
    for _ in range(repeats):
        before, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        with open(stdout, "wb") as out:
            subprocess.run(command, stdout=out, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
        took = {"cpu_s": cpu, "wall_s": time.perf_counter() - wall}
        best = took if best is None or took["cpu_s"] < best["cpu_s"] else best
    return best


def save(name, result):
    WORK.mkdir(parents=True, exist_ok=True)
    (WORK / f"{name}.json").write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    print(name, json.dumps(result), flush=True)


def one_core():
    """Keeps this process and what it starts on one core."""
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
