"""What cached logits save: a student taught from files, and the same with its teacher asked in every step."""

import time
from typing import Any

import numpy as np

from benchmarks.distill.cells import Bench
from benchmarks.distill.nets import PAIRS
from benchmarks.distill.views import PLAIN
from tinykd.distillation.losses import soft_divergence
from tinykd.progress import Silent
from tinykd.training.loop import Arrays, Schedule, Training, fit
from tinykd.training.tensorflow import libraries, set_seed

EPOCHS = 10


def measure_speed(bench: Bench) -> dict[str, float]:
    """Seconds of ``EPOCHS`` epochs in either way, compilation included, and their ratio."""
    cached = _seconds(bench, None)
    teacher = PAIRS[bench.data.name].teacher(bench.data.input_shape, len(bench.data.classes))
    teacher.load_weights(bench.teachers / "net0" / "net.weights.h5")
    asked = _seconds(bench, teacher)
    return {"epochs": EPOCHS, "cached_s": cached, "asked_s": asked, "times_faster": round(asked / cached, 2)}


def _seconds(bench: Bench, teacher: Any) -> float:
    """``teacher`` None: its logits come from the files."""
    set_seed(1)
    pair = PAIRS[bench.data.name]
    student = pair.student(bench.data.input_shape, len(bench.data.classes))

    def arrays(epoch: int) -> Arrays:
        index = epoch % bench.views.count
        x = np.asarray(bench.views.view(PLAIN, index).x)
        return (x, np.load(bench.teachers / "net0" / f"{PLAIN}{index}.npy")) if teacher is None else (x, x)

    def loss(logits: Any, given: Any) -> Any:
        said = given if teacher is None else teacher(given, training=False)
        return soft_divergence(logits, said, 1.0)

    training = Training("speed", loss, arrays, Schedule(EPOCHS, pair.batch, pair.rate), 1)
    start = time.monotonic()
    fit(student, libraries().tf_keras.optimizers.Adam(pair.rate), training, bench.data.validation, Silent())
    return round(time.monotonic() - start, 2)
