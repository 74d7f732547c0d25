"""A recording through a live model on the host: what each inference is asked, what it answers, which events
come.

What a board that listens reports (tinykd/link/live_messages.py), as it must be.
"""

import zlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tinykd.data.features.frontend import Frontend
from tinykd.errors import DataError
from tinykd.events import EventRules, averages, confidences, detect
from tinykd.events.detect import Event, anomaly_confidences
from tinykd.firmware_project.live_plan import LivePlan
from tinykd.graph.quantize import dequantize
from tinykd.graph.reader import read_graph
from tinykd.live.rows import Counts, InputQuantization, rows_of
from tinykd.oracle import run_tflm
from tinykd.tuning.reconstruction import reconstruction_errors

_BLOCK = 2048  # windows at a time: bounds the memory
OnProgress = Callable[[int, int], None]


@dataclass(frozen=True)
class LiveModel:
    """``model``: a .tflite file; ``shape``: of its input; ``threshold``: of a model that finds anomalies."""

    model: bytes
    frontend: Frontend
    plan: LivePlan
    rules: EventRules
    shape: tuple[int, ...]
    threshold: float | None = None


@dataclass(frozen=True)
class Hearing:
    """Of each inference, in order: CRC-32 of its input and outputs, the averages (n, classes); the events."""

    input_hashes: tuple[int, ...]
    output_hashes: tuple[int, ...]
    averages: NDArray[np.int8]
    events: tuple[Event, ...]

    def __len__(self) -> int:
        return len(self.input_hashes)


def hear(live: LiveModel, counts: Counts, scale: float, where: str) -> Hearing:
    """(time, channels) as measured; ``DataError`` at ``where`` when it is too short, or nothing moves."""
    plan = live.plan
    count = plan.answers(len(counts))
    if count == 0:
        seconds = 1000 * len(counts) / plan.rate_millihz
        wanted = f"at least {1000 * plan.window / plan.rate_millihz:g} s, the model's window"
        raise DataError(where, f"{seconds:.3g} s long", wanted)
    if (counts == counts[0]).all():
        raise DataError(where, "silence only: every value is the same", "a recording of something")
    given = read_graph(live.model).main.inputs[0]
    rows = rows_of(counts, scale, live.frontend, InputQuantization(given.scale, given.zero_point))
    starts = range(0, count * plan.rows_per_answer, plan.rows_per_answer)
    blocks = [_answers(live, rows, starts[i : i + _BLOCK]) for i in range(0, count, _BLOCK)]
    found = averages(np.concatenate([block.confidences for block in blocks]), live.rules.smoothing)
    return Hearing(
        tuple(value for block in blocks for value in block.inputs),
        tuple(value for block in blocks for value in block.outputs),
        found,
        tuple(detect(found, live.rules)),
    )


@dataclass(frozen=True)
class _Answers:
    inputs: list[int]
    outputs: list[int]
    confidences: NDArray[np.int8]  # (n, classes)


def _answers(live: LiveModel, rows: NDArray[np.int8], starts: range) -> _Answers:
    """Of the windows that start at these rows."""
    windows = np.stack([rows[start : start + live.plan.rows] for start in starts])
    outputs = run_tflm(live.model, windows.reshape(len(windows), *live.shape))
    flat = outputs.reshape(len(windows), -1)
    return _Answers(_hashes(windows), _hashes(flat), _confidences(live, windows, flat))


def _hashes(rows: NDArray[np.int8]) -> list[int]:
    return [zlib.crc32(row.tobytes()) for row in rows]


def _confidences(live: LiveModel, windows: NDArray[np.int8], outputs: NDArray[np.int8]) -> NDArray[np.int8]:
    if live.threshold is None:
        return confidences(outputs, live.rules)
    graph = read_graph(live.model).main
    given, answer = graph.inputs[0], graph.outputs[0]
    asked = dequantize(windows.reshape(len(windows), -1), given.scale, given.zero_point)
    answered = dequantize(outputs, answer.scale, answer.zero_point)
    return anomaly_confidences(reconstruction_errors(asked, answered), live.threshold)
