"""Outputs of the board beside the oracle's: counts, and which is the first layer that differs. No I/O."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tinykd.link.device import LayerRun
from tinykd.link.replies import Layer
from tinykd.oracle import OracleTensor
from tinykd.verify.result import Accuracy, FirstDifference

LONGEST_NAME = 255  # characters that the link carries


@dataclass(frozen=True)
class Agreement:
    """How many of the samples agree, and by how much the worst value differs."""

    exact: int
    within_one: int
    same_class: int
    max_difference: int
    first_differing: int | None  # index of the first sample that is not exact


def agreement(expected: NDArray[np.int8], received: NDArray[np.int8]) -> Agreement:
    """Compare (n, *output shape) with the same."""
    worst = np.abs(_flat(expected).astype(np.int16) - _flat(received)).max(axis=1, initial=0)
    (differing,) = np.nonzero(worst)
    return Agreement(
        exact=int(np.count_nonzero(worst == 0)),
        within_one=int(np.count_nonzero(worst <= 1)),
        same_class=int(np.count_nonzero(classes(expected) == classes(received))),
        max_difference=int(worst.max(initial=0)),
        first_differing=int(differing[0]) if differing.size else None,
    )


def accuracy(outputs: NDArray[np.int8], labels: NDArray[np.int64]) -> Accuracy:
    """How often the class is the label."""
    return Accuracy(int(np.count_nonzero(classes(outputs) == labels)), len(labels))


def classes(outputs: NDArray[np.int8]) -> NDArray[np.intp]:
    """(n, *output shape) to (n,): where the first largest value stands."""
    return np.asarray(_flat(outputs).argmax(axis=1))


def first_difference(
    sample: int, layers: Sequence[Layer], runs: Sequence[LayerRun], tensors: Sequence[OracleTensor]
) -> FirstDifference:
    """Walk the board's layers in order; each is compared with the oracle's tensor of its name and size."""
    oracle = {(_key(t.name), t.data.nbytes): t for t in tensors}
    compared = 0
    for index, (layer, run) in enumerate(zip(layers, runs, strict=True)):
        tensor = oracle.get((_key(layer.name), layer.output_bytes))
        if tensor is None:  # fused away, or laid out otherwise
            continue
        compared += 1
        found = np.frombuffer(run.output, tensor.data.dtype)
        gaps = np.abs(found.astype(np.float64) - tensor.data.reshape(-1).astype(np.float64))
        if gaps.any():
            differing = int(np.count_nonzero(gaps))
            return FirstDifference(
                sample, index, layer.name, layer.kernel, differing, gaps.size, int(gaps.max())
            )
    text = f"no layer differs when they are run one by one ({compared} of {len(layers)} layers compared)"
    return FirstDifference(sample, None, text, "", 0, 0, 0)


def _key(name: str) -> str:
    """Names reach the board as printable ASCII: compared by what survives that."""
    return re.sub(r"[^A-Za-z0-9]+", "_", name[:LONGEST_NAME])


def _flat(outputs: NDArray[np.int8]) -> NDArray[np.int8]:
    return outputs.reshape(len(outputs), int(np.prod(outputs.shape[1:])))
