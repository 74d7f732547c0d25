"""The teacher's features on every view, computed once and memory-mapped, in half precision."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.data.dataset import Dataset
from tinykd.data.stored.lazy_rows import rows_at_once
from tinykd.data.stored.npy import NpyRows, written
from tinykd.data.types import SampleRows, Samples
from tinykd.errors import ModelError
from tinykd.progress import Progress
from tinykd.teacher.logits import Views
from tinykd.teacher.signature import sample_shape
from tinykd.teacher.takes import AS_THEY_ARE, InputRange
from tinykd.training.tensorflow import libraries

FEATURES_FILE = "features_views.npy"
_BLOCK = 512  # samples that the teacher is asked about at once

Features = NDArray[np.float16]


def write_features(
    ask: Callable[[Samples], Features], data: Dataset, views: Views, file: Path, progress: Progress
) -> Features:
    """(views, n, ...) of all views of ``data``, kept in ``file``."""
    first = ask(views.samples(data, 0)[:1])
    shape = (views.count, len(data.train_inputs), *first.shape[1:])
    with progress.task("teacher's features", views.count) as task, written(file, shape, np.float16) as kept:
        for index in range(views.count):
            _write_view(ask, views.samples(data, index), kept)
            task.advance()
    return np.load(file, mmap_mode="r", allow_pickle=False)  # type: ignore[no-any-return]  # what was written


def _write_view(ask: Callable[[Samples], Features], x: SampleRows, kept: NpyRows) -> None:
    step = min(_BLOCK, rows_at_once(x))
    for start in range(0, len(x), step):
        found = ask(x[start : start + step])
        if not np.isfinite(found).all():
            raise ModelError("teacher", "its features exceed half precision", "values within +-65,504")
        kept.append(found)


def asker(
    teacher: Any, tensor: Any, size: tuple[int, int] | None, takes: InputRange = AS_THEY_ARE
) -> Callable[[Samples], Features]:
    """Asks the Keras 3 ``teacher`` for ``tensor``, averaged down to ``size`` (h, w) where one is given.

    ``takes``: the range that its samples are in.
    """
    libs = libraries()
    model = libs.keras.Model(teacher.inputs, tensor)

    def block(x: Any) -> Any:
        found = model(x, training=False)
        return found if size is None else averaged_down(found, size)

    call = libs.tf.function(block, reduce_retracing=True)

    shape = tuple(teacher.inputs[0].shape[1:])

    def ask(samples: Samples) -> Features:
        height, width, depth = samples.shape[1:]
        wanted = sample_shape(Path("teacher"), shape, (height, width, depth))
        x = takes.given(samples).reshape(len(samples), *wanted)
        parts = [call(x[i : i + _BLOCK]).numpy().astype(np.float16) for i in range(0, len(x), _BLOCK)]
        return np.concatenate(parts)

    return ask


def averaged_down(x: Any, size: tuple[int, int]) -> Any:
    """(n, h, w, c) to (n, *size, c), the mean over equal areas."""
    return libraries().tf.image.resize(x, size, method="area")
