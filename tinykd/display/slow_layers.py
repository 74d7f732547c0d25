"""Layers that cost more than they have to: which, how much, and why their core has no kernel for them."""

from collections.abc import Iterator, Mapping
from math import prod
from typing import Any

from tinykd.compiler.core import Core
from tinykd.compiler.instructions import COUNTED, instructions_of

PER_MAC = 2.0  # instructions; below are the layers that have a fast kernel
SCALAR_PER_MAC = 4.0  # of cores that multiply one value at a time, which takes two at least
LEAST_SHARE = 0.01  # of the instructions of all layers
FEW_MACS = 32  # for an output: scaling it weighs as much
_FAST = frozenset(core.value for core in Core if core.has_dsp)

Summary = Mapping[str, Any]


def slow_lines(summary: Summary) -> list[str]:
    """The layers above ``PER_MAC`` as lines; nothing where there is none or no core's count."""
    core = summary["core"]
    if core not in COUNTED:
        return []
    most = PER_MAC if core in _FAST else SCALAR_PER_MAC
    rows = list(_slow(summary, most))
    if not rows:
        return []
    return [
        f"more than {most:g} instructions a MAC, as estimated from counted layers, and 1 % of all:",
        *rows,
    ]


def _slow(summary: Summary, most: float) -> Iterator[str]:
    counts = [instructions_of(layer, summary["core"]) or 0.0 for layer in summary["layers"]]
    total = sum(counts)
    for i, (layer, count) in enumerate(zip(summary["layers"], counts, strict=True)):
        macs = layer["macs"]
        if macs and count > most * macs and count >= LEAST_SHARE * total:
            why = f": {reason}" if (reason := _why(layer)) else ""
            size = f"{count / macs:.1f} a MAC, {100 * count / total:.0f} % of all"
            yield f"  {i}  {layer['op']:20} {size}, by {layer['kernel']}{why}"


def _why(layer: Summary) -> str:
    """What the core's kernels lack, or what about the layer itself costs."""
    if layer["portable"]:
        return str(layer["portable"])
    each = layer["macs"] / max(prod(layer["output_shape"]), 1)
    return f"{each:.0f} MACs an output, which is scaled" if each < FEW_MACS else ""
