"""Made-up stage folders in the stages' own formats, for the report's tests; no figure here was measured."""

import json
import math
from pathlib import Path
from typing import Any

from tinykd.report.folders import ReportInputs

SHA = "5f" * 32
BOARDS = ("host", "qemu-mps2-an386", "qemu-microbit")
KERNELS = (
    "conv_s8",
    "depthwise_conv_s8",
    "conv_1x1_s8",
    "depthwise_conv_s8",
    "conv_1x1_s8",
    "mean_s8",
    "fully_connected_s8",
)


def counts(correct: int, total: int = 360) -> dict[str, int]:
    return {"correct": correct, "total": total}


def curve(epochs: int, start: float, end: float, loss: float) -> dict[str, list[float]]:
    """A saturating curve with a little ripple."""
    return {
        "epoch": list(range(1, epochs + 1)),
        "loss": [loss * math.exp(-4 * i / epochs) + 0.03 * math.sin(i) ** 2 for i in range(epochs)],
        "val_accuracy": [
            min(1.0, end - (end - start) * math.exp(-7 * i / epochs) + 0.006 * math.sin(2.1 * i))
            for i in range(epochs)
        ],
    }


def train() -> dict[str, Any]:
    teacher = {"train": counts(1077, 1077), "validation": counts(355), "test": counts(358)}
    return {
        "teacher": teacher,
        "parameters": 176_000,
        "bytes": 742_113,
        "curve": curve(40, 0.3, 0.992, 1.9),
        "source": "trained",
    }


def distill() -> dict[str, Any]:
    return {
        "baseline": {"validation": counts(345), "test": counts(346), "curve": curve(60, 0.15, 0.966, 2.3)},
        "student": {"validation": counts(352), "test": counts(353), "curve": curve(60, 0.2, 0.981, 3.1)},
        "parameters": 4_890,
        "float_bytes": 19_560,
        "agreement_with_teacher": counts(354),
        "paired": {"student_only": 9, "baseline_only": 2},
        "errors": {"inherited": 1, "own": 6},
        "over_distillation": {"action": "note", "window": 6, "found": [{"epoch": 48}], "stopped": False},
    }


def quantize() -> dict[str, Any]:
    confusion = [[36 if r == c else 0 for c in range(10)] for r in range(10)]
    for row, column in ((8, 1), (8, 1), (8, 3), (3, 5), (9, 7), (1, 8), (4, 9), (4, 9)):
        confusion[row][row] -= 1
        confusion[row][column] += 1
    return {
        "qat": {"validation": counts(351), "test": counts(353), "curve": curve(15, 0.955, 0.98, 0.5)},
        "tflite": {"test": counts(352)},
        "ptq": {"validation": counts(343), "test": counts(344)},
        "baseline": {"validation": counts(344), "test": counts(345), "bytes": 13_848, "sha256": SHA},
        "paired": {"student_only": 8, "baseline_only": 1},
        "bytes": 13_848,
        "sha256": SHA,
        "input": {"shape": [1, 8, 8, 1], "scale": 0.0039, "zero_point": -128},
        "output": {"shape": [1, 10], "scale": 0.2, "zero_point": 3},
        "confusion": confusion,
    }


def program() -> dict[str, Any]:
    sizes = [64, 1024, 1024, 1536, 384, 384, 24, 10]
    layers = [
        {
            "name": f"block{i}/{k}",
            "op": k.upper(),
            "kernel": f"tkd_{k}",
            "macs": 9216 * (i + 1),
            "weights_bytes": 300 + 211 * i,
            "input_shapes": [[1, 8, 8, 16]],
            "output_shape": [1, 8, 8, 16],
            "output_offset": 0,
            "output_bytes": sizes[i + 1],
        }
        for i, k in enumerate(KERNELS)
    ]
    buffers = [
        {
            "name": "input" if i == 0 else layers[i - 1]["name"],
            "offset": 0 if i % 2 == 0 else 1024,
            "bytes": size,
            "first": max(0, i - 1),
            "last": min(i, 6),
        }
        for i, size in enumerate(sizes)
    ]
    return {
        "arena_bytes": 2560,
        "lower_bound_bytes": 2560,
        "weights_bytes": 6211,
        "macs": 258_048,
        "layers": layers,
        "buffers": buffers,
        "sha256": SHA,
    }


def write(folder: Path, name: str, value: Any) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(value if isinstance(value, str) else json.dumps(value))


def stage_folders(
    build: Path, boards: tuple[str, ...] = BOARDS, classes: tuple[str, ...] | None = None
) -> ReportInputs:
    """A finished build in ``build``."""
    inputs = ReportInputs.of_build(build, boards, classes)
    write(inputs.train, "train.json", train())
    write(inputs.distill, "distill.json", distill())
    write(inputs.quantize, "quantize.json", quantize())
    for folders in inputs.boards.values():
        write(folders.generate, "program.json", program())
        write(folders.build, "size.json", size())
        write(folders.verify, "verification.json", verification())
    return inputs


def size() -> dict[str, Any]:
    sections = [
        {"name": ".text", "bytes": 14_208, "flash": True, "ram": False},
        {"name": ".rodata", "bytes": 9_960, "flash": True, "ram": False},
        {"name": ".data", "bytes": 112, "flash": True, "ram": True},
        {"name": ".bss", "bytes": 5_320, "flash": False, "ram": True},
        {"name": "stack", "bytes": 2_048, "flash": False, "ram": True},
    ]
    return {"flash_bytes": 24_280, "ram_bytes": 7_480, "stack_bytes": 2048, "sections": sections}


def verification() -> dict[str, Any]:
    return {
        "oracle": "tflite_micro 0.dev20261023182759",
        "samples": 360,
        "exact": 360,
        "within_one": 360,
        "same_class": 360,
        "device": counts(352),
        "host": counts(352),
        "ticks": {"unit": "instructions", "hz": 1_000_000_000, "median": 1_032_144.0, "p99": 1_032_150.0},
        "stack_used": 944,
        "stack_bytes": 2048,
        "arena_bytes": 2560,
        "model": {"name": "digits", "sha256": SHA},
        "firmware": {"build": "", "compiler": "gcc 12.2.1"},
        "link": {
            "seconds": 2.5,
            "sent_bytes": 1,
            "received_bytes": 1,
            "bytes_per_s": 13_000.0,
            "recoveries": 0,
        },
        "layer_ticks": [120_000.0, 201_100.0, 301_400.0, 150_000.0, 190_000.0, 12_000.0, 57_000.0],
    }


def objects(f1: float, thresholds: tuple[float, ...] = (12.0, -3.0)) -> dict[str, Any]:
    """A detector's score on 40 images with two classes."""
    found, there = 90, 100
    right = round(f1 * (found + there) / 2)
    return {
        "total": 40,
        "f1": f1,
        "low": f1 - 0.05,
        "high": f1 + 0.04,
        "right": right,
        "found": found,
        "there": there,
        "precision": right / found,
        "recall": right / there,
        "count_error": 0.5,
        "mistakes": (found + there - 2 * right) / 40,
        "ap50": 0.6,
        "ap50_low": 0.55,
        "ap50_high": 0.66,
        "ap": 0.3,
        "ap_low": 0.25,
        "ap_high": 0.35,
        "f1_of_classes": [f1 - 0.1, f1 + 0.1],
        "there_of_classes": [60, 40],
        "thresholds": thresholds,
    }


def detection_folders(build: Path) -> ReportInputs:
    """The same of a detection; only its scores differ."""
    inputs = stage_folders(build, ("host", "qemu-mps2-an386"), ("red", "white"))
    teacher, student, alone = ({"validation": objects(f1), "test": objects(f1)} for f1 in (0.9, 0.85, 0.8))
    pairs = {"paired_errors": {"difference": -0.4, "low": -0.7, "high": -0.1, "p": 0.01}}
    write(inputs.train, "train.json", {**train(), "teacher": teacher})
    arms = {"student": student, "baseline": alone}
    write(inputs.distill, "distill.json", {"parameters": 4_890, "float_bytes": 19_560, **arms, **pairs})
    int8 = {**quantize(), "confusion": None, "ptq": student, "qat": student, "tflite": student, **pairs}
    write(inputs.quantize, "quantize.json", {**int8, "baseline": {**alone, "bytes": 13_848}, "paired": None})
    for folders in inputs.boards.values():
        scores = {"device": objects(0.85), "host": objects(0.85), "same_class": None}
        write(folders.verify, "verification.json", {**verification(), **scores})
    return inputs
