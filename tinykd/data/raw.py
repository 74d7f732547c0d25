"""What a data source gives before anything is split: samples, and what is known of each."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.data.features.frontend import AS_IT_IS, Frontend
from tinykd.data.objects.boxes import Boxes
from tinykd.data.types import SampleRows

TRAIN, VALIDATION, TEST = 0, 1, 2
Groups = NDArray[np.str_]  # (n,)
Parts = NDArray[np.int8]  # (n,) TRAIN, VALIDATION or TEST
Measured = Callable[[NDArray[np.int64]], NDArray[Any]]  # rows to (n, ...) as they were measured
Sounds = Callable[[NDArray[np.int64]], NDArray[np.float32]]  # rows to (n, samples) in [-1, 1]


@dataclass(frozen=True)
class RawTexts:
    """The sentences of a source; their ids are made once it is known which are learnt from."""

    lines: tuple[str, ...]  # (n,) beside the labels
    unlabelled: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()  # of no class: what a device shall be unsure of
    outside_parts: Parts | None = None  # of these, where the split is published


@dataclass(frozen=True)
class Raw:
    """Samples of one source, in the source's order."""

    name: str
    x: SampleRows  # (n, H, W, C), not yet normalised
    y: NDArray[Any]  # (n,) labels from 0 on, or (n, targets) float
    classes: tuple[str, ...]  # of the labels, or names of the targets
    groups: Groups | None = None  # subject, speaker or file: what must not be on both sides of a split
    parts: Parts | None = None  # where the split is published
    unlabelled: SampleRows | None = None
    frontend: Frontend = AS_IT_IS
    notes: tuple[str, ...] = ()  # for the user, on how it was read
    boxes: Boxes | None = None  # of a detection; ``y`` is then what a split keeps the shares of
    measured: Measured | None = None  # what they were before any front end, where they are still known
    sounds: Sounds | None = None  # reads sounds again, as they were before their features
    texts: RawTexts | None = None  # ``x`` is of zeros until they are split
