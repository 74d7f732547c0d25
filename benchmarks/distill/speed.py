"""What cached logits save: a student distilled from files, and the same with its teacher asked in every step.

The teacher is tinykd's built-in network for images; its weights do not matter to the clock.
"""

import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.distill.cells import Bench
from benchmarks.distill.nets import PAIRS
from benchmarks.distill.views import PLAIN
from tinykd.distillation.losses.soft_targets import soft_divergence
from tinykd.progress import Silent
from tinykd.teacher.resnet import resnet
from tinykd.training.loop import Arrays, Predictor, Schedule, Training, fit
from tinykd.training.tensorflow import libraries, set_seed


def measure_speed(bench: Bench) -> dict[str, float]:
    """Seconds of a whole training in either way, compilation included, and of labelling all views once."""
    set_seed(1)
    teacher = resnet(bench.data.input_shape, len(bench.data.classes))
    start = time.monotonic()
    predict, views = Predictor(teacher), range(bench.views.count)
    said = np.stack([predict(np.asarray(bench.views.view(PLAIN, index).x)) for index in views])
    labelling = time.monotonic() - start
    cached, asked = _seconds(bench, said, None), _seconds(bench, said, teacher)
    return {
        "epochs": PAIRS[bench.data.name].student_epochs,
        "labelling_s": round(labelling, 1),
        "cached_s": round(cached, 1),
        "asked_s": round(asked, 1),
        "times_faster": round(asked / cached, 2),
        "times_faster_with_labelling": round(asked / (cached + labelling), 2),
    }


def _seconds(bench: Bench, said: NDArray[np.float32], teacher: Any) -> float:
    """Of one training; ``teacher`` None: what it ``said`` (views, n, classes) is known."""
    set_seed(1)
    pair = PAIRS[bench.data.name]
    student = pair.student(bench.data.input_shape, len(bench.data.classes))

    def arrays(epoch: int) -> Arrays:
        index = epoch % bench.views.count
        x = np.asarray(bench.views.view(PLAIN, index).x)
        return (x, said[index]) if teacher is None else (x, x)

    def loss(logits: Any, given: Any) -> Any:
        return soft_divergence(logits, given if teacher is None else teacher(given, training=False), 1.0)

    training = Training("speed", loss, arrays, Schedule(pair.student_epochs, pair.batch, pair.rate), 1)
    optimizer = libraries().tf_keras.optimizers.Adam(pair.rate)
    start = time.monotonic()
    fit(student, optimizer, training, bench.data.validation, Silent())
    return time.monotonic() - start
