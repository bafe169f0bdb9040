"""Puts what the peers measured into results.json and results.md, beside this file."""

import json
import os
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from common import REPEATED, WORK, timed_texts

HERE = Path(__file__).resolve().parent
PEERS = ["stance", "stance, same n-grams", "fastText", "Vowpal Wabbit", "scikit-learn"]


def machine():
    lscpu = json.loads(subprocess.run(["lscpu", "--json"], stdout=subprocess.PIPE, check=True, text=True).stdout)
    fields = {entry["field"]: entry["data"] for entry in lscpu["lscpu"]}
    return {
        "cpu": fields.get("Model name:", platform.machine()),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "load": round(os.getloadavg()[2], 1),
    }


# The ways of stance that peers are compared with: like for like, statement text to label, and the whole command line.
LIBRARY = "library: raw lines in, labels out"
COMMAND = "command line: JSONL in, records out"


def markdown(results):
    host, peers = results["machine"], results["peers"]
    lines = [
        "# stance and its peers",
        "",
        f"Made by `benches/peers/run` on {results['date']}: {host['cpu']}, {host['cores']} cores, {host['system']}, Python {host['python']}; "
        f"load average {host['load']}. Each on one core, the fastest of three runs by CPU time (training: one run).",
        "",
        "## Statement text to label",
        "",
        f"{REPEATED:,} statements, {results['characters'] / REPEATED:.0f} characters each on average: the benchmark's sentences, repeated. "
        "The last two columns say how many times as many statements a CPU second stance does, start included: by its library, which like "
        "fastText's command line reads raw lines and writes a label for each, and by its command line, which parses JSONL and writes records "
        "with probabilities.",
        "",
        "| | way | statements per CPU second | per second of wall time | CPU seconds | stance, library | stance, command line |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    ours = peers["stance"]["predict"]
    for name, peer in peers.items():
        for way, took in peer["predict"].items():
            rate = REPEATED / took["cpu_s"]
            ratios = [f"{took['cpu_s'] / ours[way]['cpu_s']:.2f}×" for way in (LIBRARY, COMMAND)]
            if name.startswith("stance"):
                ratios = ["", ""]
            lines.append(
                f"| {name} | {way} | {rate:,.0f} | {REPEATED / took['wall_s']:,.0f} | {took['cpu_s']:.2f} | " + " | ".join(ratios) + " |"
            )
    lines += [
        "",
        "## Accuracy on seeds/benchmark",
        "",
        "Macro-F1 over four labels on all items, and over three stances on the items that have one.",
        "",
        "| | given | statements, four | three | articles, four | three |",
        "| --- | --- | ---: | ---: | ---: | ---: |",
    ]
    for name, peer in peers.items():
        for given, got in peer["scores"].items():
            figures = [got[part][kind] for part in ("statements", "articles") for kind in ("four", "three")]
            lines.append(f"| {name} | {given} | " + " | ".join(f"{figure:.3f}" for figure in figures) + " |")
    lines += ["", "## Training", "", "| | what | CPU seconds |", "| --- | --- | ---: |"]
    for name, peer in peers.items():
        for what, took in peer.get("train", {}).items():
            lines.append(f"| {name} | {what} | {took['cpu_s']:.1f} |")
    lines += ["", "## Versions and settings", "", "| | version | settings |", "| --- | --- | --- |"]
    for name, peer in peers.items():
        lines.append(f"| {name} | {peer['version']} | {peer['settings']} |")
    return "\n".join(lines) + "\n"


def main():
    peers = {name: json.loads((WORK / f"{name}.json").read_text(encoding="utf-8")) for name in PEERS if (WORK / f"{name}.json").exists()}
    results = {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": machine(),
        "statements": REPEATED,
        "characters": sum(map(len, timed_texts())),
        "peers": peers,
    }
    (HERE / "results.json").write_text(json.dumps(results, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    (HERE / "results.md").write_text(markdown(results), encoding="utf-8")


if __name__ == "__main__":
    main()
