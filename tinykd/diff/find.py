"""The first layer that differs, found on the board itself.

Every probe replays the sample from the model's initial state up to one layer and fetches that layer's output
at once, before a later layer can use its memory again. The oracle's tensors come from TFLM, or from a bundle.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.diff.causes import likely_causes, without_a_layer
from tinykd.diff.channels import with_fewer_channels
from tinykd.diff.pattern import Pattern, describe
from tinykd.diff.search import Probe, first_wrong
from tinykd.diff.tensors import Pair, feeds, front_pairs, pair_layers
from tinykd.front.raw_input import FrontLayer
from tinykd.link.device import Device
from tinykd.oracle import OracleTensor


@dataclass(frozen=True)
class Difference:
    """The first layer that differs, or that none does when they are run one by one."""

    sample: int  # index of the sample that was looked at
    layer: int | None
    name: str
    kernel: str
    shape: tuple[int, ...]
    pattern: Pattern | None  # None: each layer alone agrees, or none could be compared
    causes: tuple[str, ...]
    layers: int  # of the program on the board
    compared: int  # of them, that have a tensor of the oracle
    probes: tuple[Probe, ...]  # layers that were fetched, in that order
    reads: tuple[str, ...]  # the layers that it reads, all of them exact

    @property
    def differing(self) -> int:
        """Values of the layer that differ."""
        return self.pattern.differing if self.pattern else 0

    def __str__(self) -> str:
        if self.pattern is None:
            return (
                "no layer differs when they are run one by one "
                f"({self.compared} of {self.layers} layers compared)"
            )
        return f"layer {self.layer} {self.name} ({self.kernel}): {self.pattern} (sample {self.sample})"

    def to_json(self) -> dict[str, Any]:
        """All of it; the numbers of the pattern also at the top."""
        pattern = self.pattern
        value = asdict(self) | {
            "differing": self.differing,
            "values": pattern.values if pattern else 0,
            "max_difference": pattern.max_difference if pattern else 0,
        }
        if pattern:
            value["pattern"] |= {"where": pattern.where.value, "what": pattern.what.value}
        return value


def find_difference(
    device: Device,
    model: bytes,
    row: NDArray[np.int8],
    sample: int,
    tensors: Sequence[FrontLayer | OracleTensor],
    *,
    whole_differs: bool = True,
) -> Difference:
    """Search the layers that the board computes for ``row`` (*input shape); ``tensors`` are the oracle's.

    Of firmware that begins at raw samples, those of the front end are among them. ``whole_differs``: what the
    board answers when it runs all layers at once is known to be wrong.
    """
    layers = device.layers()
    pairs, sources = _searched(device, model, row, tensors)
    fetched: dict[int, NDArray[np.generic]] = {}

    def differs(position: int) -> bool:
        fetched[position] = _fetch(device, row, pairs[position])
        return fetched[position].tobytes() != np.ascontiguousarray(pairs[position].tensor.data).tobytes()

    found = first_wrong(len(pairs), differs, sources)
    probes = tuple(Probe(pairs[p.layer].layer, p.differs) for p in found.probes)
    if found.layer is None:
        causes = without_a_layer() if pairs and whole_differs else ()
        return Difference(sample, None, "", "", (), None, causes, len(layers), len(pairs), probes, ())
    pair = pairs[found.layer]
    pattern = describe(pair.tensor.data, fetched[found.layer])
    return Difference(
        sample,
        pair.layer,
        pair.name,
        pair.info.kernel,
        tuple(pair.tensor.data.shape),
        pattern,
        likely_causes(pattern),
        len(layers),
        len(pairs),
        probes,
        tuple(pairs[p].name for p in sources[found.layer]),
    )


def _searched(
    device: Device,
    model: bytes,
    row: NDArray[np.int8],
    tensors: Sequence[FrontLayer | OracleTensor],
) -> tuple[tuple[Pair, ...], tuple[tuple[int, ...], ...]]:
    """The layers in question, and what feeds each: the model's where its whole input is right."""
    layers, front = device.layers(), [each for each in tensors if isinstance(each, FrontLayer)]
    if front:
        whole = device.read_layer(row, len(front) - 1)
        wanted = np.ascontiguousarray(front[-1].data)
        wrong = np.flatnonzero(np.frombuffer(whole, wanted.dtype) != wanted.reshape(-1))
        if len(wrong):
            passes = len(front[-1].reads)
            last = front[-1].reads[int(wrong[0]) // (wanted.size // passes)]  # of the first wrong pass
            return front_pairs(layers, front[: last + 1]), tuple(each.reads for each in front[: last + 1])
    own = [each for each in tensors if isinstance(each, OracleTensor)]
    pairs = pair_layers(layers, with_fewer_channels(model, own), len(front))
    return pairs, feeds(model, pairs)


def _fetch(device: Device, row: NDArray[np.int8], pair: Pair) -> NDArray[np.generic]:
    data = device.read_layer(row, pair.layer)
    return np.frombuffer(data, pair.tensor.data.dtype).reshape(pair.tensor.data.shape)
