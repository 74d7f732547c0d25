"""``python -m benchmarks.search``: searches on four sets, then reference and winner in full, by seed.

All is kept in ``--out``: what was stopped goes on where it was. ``--quick`` takes minutes and shows that
it runs, not what it is worth.
"""

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.search.judge import Verdict, choose
from benchmarks.search.projects import FULL, QUICK, SETS, Effort, make
from tinykd.files import write_json
from tinykd.project.edit_keys import write_keys

SEEDS = 5


def searched(name: str, data: Path, out: Path, effort: Effort, workers: int) -> dict[str, Any]:
    """``search.json`` of the set."""
    folder = make(name, data, out / name / "search", effort)
    _tinykd(folder, "search", "--workers", str(workers))
    found: dict[str, Any] = json.loads((folder / "build/search/search.json").read_text())
    return found


def trained(name: str, place: tuple[Path, Path], effort: Effort, seed: int, values: dict[str, Any]) -> float:
    """Accuracy of the int8 model on test; ``place``: of the data, and of the project."""
    data, folder = place
    make(name, data, folder, effort, seed)
    write_keys(folder / "tinykd.toml", values)
    _tinykd(folder, "quantize")
    test = json.loads((folder / "build/model/quantize/quantize.json").read_text())["tflite"]["test"]
    return float(test["correct"]) / float(test["total"])


def judged(name: str, options: argparse.Namespace) -> Verdict:
    """Searched, chosen on validation, measured on test."""
    effort, out = (QUICK if options.quick else FULL), options.out / ("quick" if options.quick else "full")
    start = time.monotonic()
    found = searched(name, options.data, out, effort, options.workers)
    print(f"{name}: searched in {time.monotonic() - start:.0f} s", flush=True)
    reference, chosen = choose(found["trials"])
    accuracies: dict[str, list[float]] = {"reference": [], "chosen": []}
    for seed in range(1, (1 if options.quick else SEEDS) + 1):
        for arm, trial in (("reference", reference), ("chosen", chosen)):
            place = options.data, out / name / f"{arm}-{seed}"
            accuracies[arm].append(trained(name, place, effort, seed, trial["values"]))
            print(f"{name}: {arm}, seed {seed}: {100 * accuracies[arm][-1]:.2f} %", flush=True)
    shares = {key: chosen["costs"][key] / reference["costs"][key] for key in ("instructions", "flash_bytes")}
    return Verdict(
        name, len(found["trials"]), accuracies["reference"], accuracies["chosen"],
        shares["instructions"], shares["flash_bytes"], chosen["network"],
    )  # fmt: skip


def _tinykd(folder: Path, *arguments: str) -> None:
    command = [sys.executable, "-m", "tinykd", *arguments, str(folder)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def main() -> None:
    """One line a set, and a file of all."""
    parser = argparse.ArgumentParser(prog="benchmarks.search", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of the .npz files")
    parser.add_argument("--out", type=Path, default=Path("build/bench-search"), help="kept between runs")
    parser.add_argument("--sets", nargs="+", choices=list(SETS), default=list(SETS))
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--quick", action="store_true", help="few epochs, few trials, one seed")
    options = parser.parse_args()
    verdicts = []
    for name in options.sets:
        verdicts.append(judged(name, options))
        print(verdicts[-1].line(), flush=True)
        write_json(options.out / "verdicts.json", [{**vars(v), "pays": v.pays} for v in verdicts])


if __name__ == "__main__":
    main()
