"""Short names of layers, for people. The flatbuffer's own name stays beside them wherever there is room.

The converter joins the names of all tensors that were fused with ``;``, each a path of scopes that ends in a
TensorFlow op: ``net/quant_stem_relu/Relu;net/quant_stem_norm/FusedBatchNormV3;net/quant_stem/Conv2D1``. The
layer that computes is the one with the bias, else the first that is neither activation nor normalisation.
"""

import re
from collections import Counter
from collections.abc import Iterable

QUANT_PREFIX = "quant_"  # tfmot's
SCRATCH = "scratch of "  # the compiler's, before a layer's name
_BESIDE = re.compile(
    r"(Relu|LeakyRelu|Sigmoid|Tanh|FusedBatchNorm|FusedBatchNormV|ReadVariableOp|resource)\d*"
)
_ENDS = (
    (re.compile(r"(StatefulPartitionedCall|PartitionedCall|Identity)(_int8)?(_\d+)?(:\d+)?"), "output"),
    (re.compile(r"serving_default_\w+(:\d+)?"), "input"),
)


def short_name(name: str) -> str:
    """``"stem"`` for the name above; no path: as it is, or the model's input or output."""
    if name.startswith(SCRATCH):
        return SCRATCH + short_name(name.removeprefix(SCRATCH))
    for pattern, plain in _ENDS:
        if pattern.fullmatch(name):
            return plain
    parts = [part.split("/") for part in name.split(";")]
    path = min(parts, key=_rank)  # the first of the best
    if len(path) == 1:
        return name
    layer = path[1:-1] or path[:1]
    return "/".join(step.removeprefix(QUANT_PREFIX) for step in layer)


def _rank(path: list[str]) -> int:
    if path[-1].startswith("BiasAdd"):
        return 0
    return 2 if _BESIDE.fullmatch(path[-1]) else 1


def short_names(names: Iterable[str]) -> list[str]:
    """``short_name`` of each; equal ones are numbered from the second on: ``conv``, ``conv (2)``."""
    seen: Counter[str] = Counter()
    found = []
    for short in map(short_name, names):
        seen[short] += 1
        found.append(short if seen[short] == 1 else f"{short} ({seen[short]})")
    return found
