"""``python -m benchmarks.detection DATA``: a detector of blood cells, or of what else DATA has boxes of.

DATA is a folder of images with boxes (Pascal VOC, COCO, YOLO, CSV), such as BCCD. First the whole project
with ``tinykd run``: teacher, baseline, student, int8, an emulated Cortex-M4. Then ``--seeds`` of teacher,
baseline and student: F1 of each class in float and in int8, and whether taught is better than labels alone
(paired t over the seeds; thresholds by validation). ``--few 0.2``: only that share of the training images has
boxes, the others are labelled by a teacher that has seen no more boxes than the student. What is finished is
kept in ``--out``.
"""

import argparse
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from tinykd.data.dataset import Dataset
from tinykd.data.load import project_dataset
from tinykd.display.plain import PlainReporter
from tinykd.distillation.stage import distill
from tinykd.project.load import load_project
from tinykd.project.schema import Project
from tinykd.quantization.stage import quantize
from tinykd.teacher.stage import train_teacher
from tinykd.text import table_lines

BOARD = "qemu-mps2-an386"
EPOCHS = {"teacher": 24, "student": 45, "qat": 0}  # int8 by calibration: on validation no worse than trained
EPOCHS_OF_FEW = 12  # of a teacher that has few boxes
COPIES, QUICK_COPIES = 16, 4  # augmented views
QUICK = 0.05  # of the epochs
MODELS = (("baseline", "labels alone"), ("student", "taught"))
_PROJECT = """\
[project]
name = "cells"
task = "detection"
seed = {seed}
[data]
source = {source}
augmented_copies = {copies}
[image]
flip = true
flip_rows = true
[detection]
stride = 8
[teacher]
epochs = {teacher}
batch = 16
[student]
model = "mobilenet_v1"
width = 0.25
[distillation]
alpha = 0.5
epochs = {student}
batch = 16
[quantization]
epochs = {qat}
batch = 16
[target]
board = ["host", "{board}"]
"""


def main() -> None:
    """The costs on the board, the table, and the verdict where there are several seeds."""
    asked = arguments()
    classes: tuple[str, ...] = ()
    results = []
    for seed in range(1, asked.seeds + 1):
        root = write_project(asked, seed)
        if seed == 1 and not asked.few:
            subprocess.run([sys.executable, "-m", "tinykd", "run", str(root)], check=True)
            print("\n".join(costs(root)))
        project = load_project(root)
        data = with_few_boxes(project_dataset(project, root), asked.few)
        results.append(of_seed(project, root, data))
        classes = data.classes
    print("\n".join(table(results, classes)))
    if len(results) > 1:
        print(verdict(results))


def arguments() -> argparse.Namespace:
    """Of the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, default=Path("build/bench-detection"))
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--few", type=float, default=0.0, help="share of the images that keep their boxes")
    parser.add_argument("--epochs", type=float, default=1.0, help="share of the epochs, of all models alike")
    parser.add_argument("--quick", action="store_true", help="few epochs: to see that it runs")
    return parser.parse_args()


def write_project(asked: argparse.Namespace, seed: int) -> Path:
    """The folder of one seed's project."""
    root: Path = asked.out / ("few" if asked.few else "all") / f"seed{seed}"
    root.mkdir(parents=True, exist_ok=True)
    scale = QUICK if asked.quick else asked.epochs
    wanted = EPOCHS | ({"teacher": EPOCHS_OF_FEW} if asked.few else {})
    epochs = {name: max(min(count, 1), round(scale * count)) for name, count in wanted.items()}
    source, copies = json.dumps(str(asked.data.resolve())), QUICK_COPIES if asked.quick else COPIES
    text = _PROJECT.format(seed=seed, source=source, copies=copies, board=BOARD, **epochs)
    (root / "tinykd.toml").write_text(text, encoding="utf-8")
    return root


def with_few_boxes(data: Dataset, share: float) -> Dataset:
    """Every so many training images keep their boxes (share 0: all); of the others nothing is known."""
    if not share:
        return data
    rows = np.arange(len(data.train))
    kept = rows[:: max(1, round(1 / share))]
    return replace(data, train=data.train.take(kept), unlabelled=data.train.x[np.setdiff1d(rows, kept)])


def of_seed(project: Project, root: Path, data: Dataset) -> dict[str, Any]:
    """``distill.json`` and ``quantize.json``, made where they are missing."""
    folder, progress = root / "build/model", PlainReporter(sys.stderr)
    train, alone, int8 = (folder / name for name in ("train", "distill", "quantize"))
    if not (train / "train.json").is_file():
        train_teacher(project, data, root, train, progress)
    if not (alone / "distill.json").is_file():
        distill(project, data, train, alone, progress)
    if not (int8 / "quantize.json").is_file():
        quantize(project, data, train, alone, int8, progress)
    found = {"train": train, "distill": alone, "quantize": int8}
    return {name: json.loads((path / f"{name}.json").read_text()) for name, path in found.items()}


def costs(root: Path) -> list[str]:
    """What the student takes on the emulated board, and how much of it was exact."""
    read = {name: json.loads((root / f"build/{BOARD}/{name}.json").read_text()) for name in (
        "generate/program", "build/size", "verify/verification",
    )}  # fmt: skip
    program, size, seen = read.values()
    return [
        f"{BOARD}: {program['weights_bytes']:,} bytes of constants, arena {program['arena_bytes']:,} bytes, "
        f"image {size['flash_bytes']:,} bytes; {seen['exact']} of {seen['samples']} outputs exact, "
        f"{seen['ticks']['median']:,.0f} {seen['ticks']['unit']}, F1 {seen['device']['f1']:.4f}"
    ]


def table(results: list[dict[str, Any]], classes: tuple[str, ...]) -> list[str]:
    """Means over the seeds on the test split, and the deviation of the mean F1."""
    header = ("model", "F1", "deviation", *(f"F1 {name}" for name in classes), "count error", "AP50")
    rows = [row("teacher", [each["train"]["teacher"]["test"] for each in results])]
    for key, name in MODELS:
        rows.append(row(f"{name}, float", [each["distill"][key]["test"] for each in results]))
        rows.append(row(f"{name}, int8", [int8_of(each, key) for each in results]))
    return table_lines(header, rows)


def int8_of(result: dict[str, Any], key: str) -> dict[str, Any]:
    """The score of the flatbuffer."""
    found: dict[str, Any] = result["quantize"]["tflite" if key == "student" else key]["test"]
    return found


def row(name: str, scores: list[dict[str, Any]]) -> tuple[str, ...]:
    """One line of the table."""
    f1 = np.array([score["f1"] for score in scores])
    by_class = np.array([score["f1_of_classes"] for score in scores]).mean(axis=0)
    rest = [float(np.mean([score[key] for score in scores])) for key in ("count_error", "ap50")]
    spread = f"{f1.std(ddof=1):.4f}" if len(f1) > 1 else ""
    return (name, f"{f1.mean():.4f}", spread, *(f"{each:.4f}" for each in (*by_class, *rest)))


def verdict(results: list[dict[str, Any]]) -> str:
    """Taught minus labels alone in int8, over the seeds."""
    from scipy.stats import ttest_rel

    taught, alone = ([int8_of(each, key)["f1"] for each in results] for key in ("student", "baseline"))
    found = ttest_rel(taught, alone)
    points = 100 * float(np.mean(np.array(taught) - np.array(alone)))
    test = f"paired t, {len(taught)} seeds: p = {found.pvalue:.2g}"
    return f"taught minus labels alone, int8: {points:+.2f} points of F1 ({test})"


if __name__ == "__main__":
    main()
