"""A chain as one layer of the program, and the kernel that is its loop."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from tinykd.compiler.bands.chain import Chain
from tinykd.compiler.bands.cost import ChainCosts
from tinykd.compiler.bands.loop import BandLoop, loop_of, outer_inputs
from tinykd.compiler.bands.reads import RowPiece, row_bytes, rows_of
from tinykd.compiler.core import Target
from tinykd.compiler.ctext import short_names
from tinykd.compiler.kernel import Call, Kernel, Overlap
from tinykd.compiler.layer import Layer
from tinykd.compiler.lowering.choice import KernelChoice
from tinykd.compiler.ops.common.access import interleaved_min_input_offset, min_input_offset


@dataclass(frozen=True, eq=False, kw_only=True)
class ByRows(Layer):
    """``chain``'s layers, a few rows at a time."""

    chain: Chain

    @property
    def macs(self) -> int:
        return sum(layer.macs for layer in self.chain.layers)

    @property
    def members(self) -> tuple[Layer, ...]:
        return self.chain.layers

    @cached_property
    def titles(self) -> tuple[str, ...]:
        """What comments call its layers."""
        names = short_names([layer.name for layer in self.chain.layers])
        return tuple(f"{layer.op}, {name}" for layer, name in zip(self.chain.layers, names, strict=True))


def by_rows(chain: Chain) -> ByRows:
    """``chain`` as a layer."""
    tensors, last = chain.tensors, chain.layers[-1]
    inputs = tuple(tensors[index] for index in outer_inputs(chain))
    return ByRows(name=last.name, op="BY_ROWS", inputs=inputs, outputs=last.outputs, chain=chain)


class PieceCalls:
    """The calls of layers' pieces, each made once. Pieces have the kernel of the whole layer, if it takes
    them."""

    def __init__(self, choice: KernelChoice) -> None:
        self.choice = choice
        self.made: dict[
            tuple[int, RowPiece, str], tuple[Layer, Call]
        ] = {}  # with the layer, so that its id stays its own

    def __call__(self, layer: Layer, piece: RowPiece) -> Call:
        kernel = self.choice.of(layer)
        key = (id(layer), piece, kernel.name)
        if key not in self.made:
            self.made[key] = (layer, self._made(kernel, rows_of(layer, piece)))
        return self.made[key][1]

    def _made(self, kernel: Kernel[Any], some: Layer) -> Call:
        target = self.choice.target
        return (kernel if kernel.supports(some, target) else self.choice.of(some)).emit_call(some, target)


class BandKernel(Kernel[ByRows]):
    """The loop over bands, written for the chain at hand."""

    name: ClassVar[str] = "bands"
    layer = ByRows

    def __init__(self, emit: PieceCalls) -> None:
        self.emit = emit

    def cost(self, layer: ByRows, target: Target) -> float:
        return ChainCosts(self.emit.choice).of_chain(layer.chain)

    def emit_call(self, layer: ByRows, target: Target) -> Call:
        chain = layer.chain
        placed = chain.layout(self.emit)
        context, parts = loop_of(chain, placed, self.emit, layer.titles)
        return Call(
            "bands",
            scratch_bytes=placed.bytes,
            overlaps=overlaps(chain),
            template="bands.c.j2",
            context=context,
            parts=parts,
            uses=tuple(sorted(_functions(context))),
        )


def _functions(context: BandLoop) -> set[str]:
    used = {run.function for line in context.lines for run in line.runs}
    return used | ({context.finish} if context.finish else set())


def overlaps(chain: Chain) -> tuple[Overlap, ...]:
    """How the chain's whole inputs and its whole output may share memory: rows that are read no more."""
    return tuple(_overlap(chain, tensor) for tensor in outer_inputs(chain))


def _overlap(chain: Chain, tensor: int) -> Overlap:
    if chain.totals:  # the output is written when all has been read
        return Overlap(-chain.tensors[tensor].bytes, in_place=True)
    size_in = row_bytes(chain.tensors[tensor])
    size_out = row_bytes(chain.tensors[chain.stages[-1].output])
    bands = chain.schedule.bands
    first = np.full(bands, chain.tensors[tensor].bytes, np.int64)
    last = np.full(bands, -1, np.int64)
    for stage, turns in zip(chain.stages, chain.schedule.turns, strict=True):
        for turn in turns:
            for index, reads, _ in stage.reads:
                if index == tensor:
                    first[turn.band] = min(first[turn.band], reads.first(turn.first) * size_in)
    for turn in chain.schedule.turns[-1]:
        last[turn.band] = (turn.first + turn.count) * size_out - 1
    if any(
        index == tensor for index, _, _ in chain.stages[-1].reads
    ):  # it may read rows again after it wrote
        return Overlap(interleaved_min_input_offset(first, last))
    return Overlap(min_input_offset(first, last))


def replaced(layers: Sequence[Layer], chains: Sequence[Chain]) -> list[Layer]:
    """``layers``, with each chain's as one."""
    ends = {id(chain.layers[-1]): by_rows(chain) for chain in chains}
    inside = {id(layer) for chain in chains for layer in chain.layers}
    return [ends.get(id(layer), layer) for layer in layers if id(layer) in ends or id(layer) not in inside]
