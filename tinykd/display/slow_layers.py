"""Layers that cost more than they have to: which, how much, and why their core has no kernel for them."""

from collections.abc import Iterator, Mapping
from typing import Any

from tinykd.compiler.core import Core

PER_MAC = 2.0  # cycles, as kernels estimate them; below are the layers that have a fast kernel
SCALAR_PER_MAC = 4.0  # of cores that multiply one value at a time
LEAST_SHARE = 0.01  # of the cost of all layers
_FAST = frozenset(core.value for core in Core if core.has_dsp)

Summary = Mapping[str, Any]


def slow_lines(summary: Summary) -> list[str]:
    """The layers above ``PER_MAC`` as lines; nothing where there is none, or where the core is any."""
    if summary["core"] == Core.GENERIC.value:
        return []
    most = PER_MAC if summary["core"] in _FAST else SCALAR_PER_MAC
    rows = list(_slow(summary, most))
    if not rows:
        return []
    return [f"more than {most:g} cycles a MAC, as their kernels estimate, and 1 % of all:", *rows]


def _slow(summary: Summary, most: float) -> Iterator[str]:
    total = sum(layer["cost"] for layer in summary["layers"])
    for i, layer in enumerate(summary["layers"]):
        cost, macs = layer["cost"], layer["macs"]
        if macs and cost > most * macs and cost >= LEAST_SHARE * total:
            why = f": {layer['portable']}" if layer["portable"] else ""
            size = f"{cost / macs:.1f} a MAC, {100 * cost / total:.0f} % of all"
            yield f"  {i}  {layer['op']:20} {size}, by {layer['kernel']}{why}"
