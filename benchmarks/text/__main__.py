"""``python -m benchmarks.text DATA``: intents of spoken commands, taught by a sentence encoder.

DATA is a table of sentences with labels and splits, such as the part of CLINC150 (Larson et al., EMNLP 2019)
that a smart home is told; what is labelled ``oos`` belongs to no class. ``--encoder``: an ONNX file with
``tokenizer.json`` beside it (``python -m benchmarks.text.encoder`` makes one); without it the teacher is
``text_cnn``, trained here. The whole project goes through ``tinykd run``: teacher, baseline on labels alone,
student, int8, and the emulated boards. With ``--seeds`` baseline and student are trained that often.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np

from tinykd.text import table_lines

BOARDS = ("qemu-microbit", "qemu-mps2-an386")  # a Cortex-M0 and a Cortex-M4
EPOCHS = {"teacher": 30, "student": 60, "qat": 10}
QUICK = 0.05  # of the epochs
MODELS = (("baseline", "labels alone"), ("student", "taught"))
SHOWN = (0.0, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)  # thresholds of the curve
_PROJECT = """\
[project]
name = "commands"
seed = {seed}
[data]
source = {source}
kind = "text"
augmented_copies = {copies}
[text]
out_of_scope = "oos"
length = 128
words = 2
characters = [3, 4]
[teacher]
model = {teacher_model}
epochs = {teacher}
[student]
model = "embedding_bag"
[distillation]
alpha = 0.5
learning_rate = 0.015
epochs = {student}
[quantization]
epochs = {qat}
learning_rate = 2e-4
[target]
board = [{boards}]
[verify]
samples = {samples}
"""


def main() -> None:
    """The table of each model, the boards, and the curve of what is rejected."""
    asked = arguments()
    results = []
    for seed in range(1, asked.seeds + 1):
        root = write_project(asked, seed)
        verb = "run" if seed == 1 else "quantize"
        subprocess.run([sys.executable, "-m", "tinykd", verb, str(root)], check=True)
        results.append(result_of(root))
        if seed == 1:
            print("\n".join([*costs(root), *curve(root)]))
    print("\n".join(table(results)))


def arguments() -> argparse.Namespace:
    """Of the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--encoder", type=Path)
    parser.add_argument("--out", type=Path, default=Path("build/bench-text"))
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--samples", type=int, default=300, help="test sentences that boards are asked")
    parser.add_argument(
        "--copies", type=int, default=6, help="augmented copies, each labelled by the teacher"
    )
    parser.add_argument("--quick", action="store_true", help="few epochs: to see that it runs")
    return parser.parse_args()


def write_project(asked: argparse.Namespace, seed: int) -> Path:
    """The folder of one seed's project."""
    root: Path = asked.out / f"seed{seed}"
    root.mkdir(parents=True, exist_ok=True)
    scale = QUICK if asked.quick else 1.0
    epochs = {name: max(1, round(scale * count)) for name, count in EPOCHS.items()}
    teacher = "text_cnn" if asked.encoder is None else str(asked.encoder.resolve())
    text = _PROJECT.format(
        seed=seed,
        source=json.dumps(str(asked.data.resolve())),
        teacher_model=json.dumps(teacher),
        copies=asked.copies,
        boards=", ".join(map(json.dumps, BOARDS)),
        samples=asked.samples,
        **epochs,
    )
    (root / "tinykd.toml").write_text(text, encoding="utf-8")
    return root


def result_of(root: Path) -> dict[str, Any]:
    """What the stages wrote of their networks."""
    folder = root / "build/model"
    return {name: read(folder / name / f"{name}.json") for name in ("train", "distill", "quantize")}


def read(path: Path) -> Any:
    """The JSON of ``path``."""
    return json.loads(path.read_text(encoding="utf-8"))


def costs(root: Path) -> list[str]:
    """What the student takes on each board, and how much of it was exact."""
    lines = []
    for board in BOARDS:
        folder = root / "build" / board
        program, size = read(folder / "generate/program.json"), read(folder / "build/size.json")
        seen = read(folder / "verify/verification.json")
        ticks = f"{seen['ticks']['median']:,.0f} {seen['ticks']['unit']}"
        lines.append(
            f"{board}: {program['weights_bytes']:,} bytes of constants, arena {program['arena_bytes']:,}, "
            f"image {size['flash_bytes']:,}; {seen['exact']} of {seen['samples']} outputs exact, {ticks}"
        )
    return lines


def curve(root: Path) -> list[str]:
    """Test sentences of no class that are rejected, and those of a class that are answered right."""
    path = root / "build/model/quantize/rejection.json"
    if not path.is_file():
        return []
    found = read(path)
    points = [p for p in found["curve"] if p["threshold"] in (*SHOWN, found["reject_below"])]
    rows = [
        (
            f"{point['threshold']:g}"
            + (" (by validation)" if point["threshold"] == found["reject_below"] else ""),
            *(f"{100 * point[key]:.1f} %" for key in ("rejected", "accepted", "right")),
        )
        for point in points
    ]
    header = ("reject_below", "no class: rejected", "a class: accepted", "accepted and right")
    return [*table_lines(header, rows), f"area under the ROC curve: {found['auc']:.3f}"]


def table(results: list[dict[str, Any]]) -> list[str]:
    """Accuracy on the test split, the mean over the seeds, and its share of the teacher's."""
    teacher = mean([each["train"]["teacher"]["test"] for each in results])
    rows = [("teacher", f"{100 * teacher:.2f} %", "100.0 %", "")]
    for key, name in MODELS:
        int8 = "tflite" if key == "student" else key
        found = mean([each["quantize"][int8]["test"] for each in results])
        size = results[0]["quantize"]["bytes"] if key == "student" else results[0]["quantize"][key]["bytes"]
        rows.append(
            percent(f"{name}, float", mean([each["distill"][key]["test"] for each in results]), teacher, "")
        )
        rows.append(percent(f"{name}, int8", found, teacher, f"{size:,}"))
    return table_lines(("model", "accuracy", "of the teacher's", "bytes of .tflite"), rows)


def percent(name: str, accuracy: float, teacher: float, size: str) -> tuple[str, str, str, str]:
    """One line of the table."""
    return name, f"{100 * accuracy:.2f} %", f"{100 * accuracy / teacher:.1f} %", size


def mean(scores: list[dict[str, Any]]) -> float:
    """Of right answers."""
    return float(np.mean([score["correct"] / score["total"] for score in scores]))


if __name__ == "__main__":
    main()
