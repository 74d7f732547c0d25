"""A chain of layers as stages, and its kernels' needs: what schedule and layout are made from."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from tinykd.compiler.bands.layout import BandLayout, Needs, layout
from tinykd.compiler.bands.reads import Reads, RowPiece, reads_of, row_bytes
from tinykd.compiler.bands.schedule import BandSchedule, BandStage, Held, Turn, schedule
from tinykd.compiler.bands.sums import Totals, totals_of
from tinykd.compiler.kernel import Call, Overlap
from tinykd.compiler.layer import Layer
from tinykd.compiler.ops.depthwise_conv_2d import DepthwiseConv2D
from tinykd.graph.ir import Tensor

Emit = Callable[[Layer, RowPiece], Call]  # the call for some rows of a layer


@dataclass(frozen=True, eq=False)
class Chain:
    """``layers`` in their order, of which only the last one's output is read elsewhere. ``rows``: what a band
    computes of the last one; a layer before a stride computes as many times more."""

    layers: tuple[Layer, ...]
    rows: int
    stages: tuple[BandStage, ...]
    totals: Totals | None  # the last layer, where it is a sum of all pixels

    @cached_property
    def schedule(self) -> BandSchedule:
        return schedule(self.stages)

    @cached_property
    def tensors(self) -> Mapping[int, Tensor]:
        """Of the stages, by index."""
        return {t.index: t for layer in self.layers for t in (*layer.inputs, *layer.outputs)}

    @property
    def sums_bytes(self) -> int:
        return self.totals.sums_bytes if self.totals else 0

    def row_bytes(self) -> dict[int, int]:
        """Of each tensor between two layers."""
        return self._row_bytes

    @cached_property
    def _row_bytes(self) -> dict[int, int]:
        return {index: row_bytes(self.tensors[index]) for index in self.held}

    @property
    def held(self) -> Mapping[int, Held]:
        return self.schedule.held

    def pieces(self, stage: int) -> tuple[RowPiece, ...]:
        """The different ones of a stage, in the order of bands."""
        return tuple(dict.fromkeys(turn.piece(self.stages[stage]) for turn in self.schedule.turns[stage]))

    def layout(self, emit: Emit) -> BandLayout:
        needs = [self._needs(k, emit) for k in range(len(self.stages))]
        return layout(self.stages, self.held, self.row_bytes(), needs, self.sums_bytes)

    def memory(self, whole: Mapping[int, Call]) -> int:
        """About how much scratch memory it takes, from the calls of the ``whole`` layers (by id)."""
        needs = [self._guess(k, whole[id(layer)]) for k, layer in enumerate(self.layers)]
        return layout(self.stages, self.held, self.row_bytes(), needs, self.sums_bytes, rounds=0).bytes

    def _guess(self, k: int, call: Call) -> Needs:
        """As much scratch memory as the whole layer takes, unless it holds planes; the commonest overlaps."""
        layer, stage = self.layers[k], self.stages[k]
        tensor, reads, height = stage.reads[0]
        scratch = call.scratch_bytes
        if isinstance(layer, DepthwiseConv2D):
            rows = (stage.most - 1) * reads.stride + reads.reach
            scratch = min(scratch, scratch * rows // height + 4)
        if tensor not in self.held or stage.output not in self.held:
            return Needs(scratch, {})
        source, target = self.held[tensor], self.held[stage.output]
        over = call.overlap(0)
        if reads.reach == 1 and over.allows(0):
            rule = Overlap(
                target.carry * self.row_bytes()[stage.output] - source.carry * self.row_bytes()[tensor]
            )
            return Needs(scratch, {tensor: rule})
        if over.in_place and not target.carry:
            return Needs(scratch, {tensor: Overlap(exact=(-source.carry * self.row_bytes()[tensor],))})
        return Needs(scratch, {})

    def _needs(self, k: int, emit: Emit) -> Needs:
        """Of stage ``k``, whatever its rows are."""
        if self.totals and k == len(self.stages) - 1:
            return Needs(0, {})
        scratch, overlaps = 0, dict[int, Overlap]()
        for turn in self.schedule.turns[k]:
            call = emit(self.layers[k], turn.piece(self.stages[k]))
            scratch = max(scratch, call.scratch_bytes)
            for i, (tensor, reads, _) in enumerate(self.stages[k].reads):
                if tensor in self.held and self.stages[k].output in self.held:
                    rule = self._between(k, turn, tensor, reads, call.overlap(i))
                    overlaps[tensor] = overlaps[tensor].both(rule) if tensor in overlaps else rule
        return Needs(scratch, overlaps)

    def _between(self, k: int, turn: Turn, tensor: int, reads: Reads, overlap: Overlap) -> Overlap:
        """The rule for the windows of ``tensor`` and of the stage's output, from that of their rows."""
        output, size = self.stages[k].output, self.row_bytes()
        source = self.held[tensor].place(turn.band, reads.first(turn.first)) * size[tensor]
        target = self.held[output].start(turn.band) * size[output]
        if self.held[output].carry:  # rows in front of the new ones are there before they are computed
            overlap = overlap.both(Overlap(0))
        return overlap.shifted(target - source)


def chain_of(layers: Sequence[Layer], rows: int) -> Chain | None:
    """``layers`` as a chain; None where one of them cannot go by rows, or their rates do not agree."""
    totals = totals_of(layers[-1])
    reads = [reads_of(layer) for layer in (layers[:-1] if totals else layers)]
    if totals:
        reads.append((Reads(),))
    rates = _rates(layers, reads)
    if rates is None:
        return None
    stages = []
    for layer, found in zip(layers, reads, strict=True):
        assert found is not None
        (y,) = layer.outputs
        ends = totals is not None and layer is layers[-1]
        height = layer.inputs[0].shape[1] if ends else y.shape[1]
        operands = tuple((t.index, r, t.shape[1]) for t, r in zip(layer.inputs, found, strict=True))
        stages.append(BandStage(operands, y.index, height, min(rows * rates[y.index], height)))
    chain = Chain(tuple(layers), rows, tuple(stages), totals)
    return chain if _is_sound(chain) else None


def _rates(layers: Sequence[Layer], reads: Sequence[tuple[Reads, ...] | None]) -> dict[int, int] | None:
    """Rows of each output for one of the last; None where there is no such number."""
    inside = {layer.outputs[0].index for layer in layers[:-1] if len(layer.outputs) == 1}
    rates = {layers[-1].outputs[0].index: 1}
    for layer, found in zip(reversed(layers), reversed(reads), strict=True):
        if found is None or layer.outputs[0].index not in rates:
            return None
        rate = rates[layer.outputs[0].index]
        for tensor, read in zip(layer.inputs, found, strict=True):
            if (
                tensor.index in inside
                and rates.setdefault(tensor.index, rate * read.stride) != rate * read.stride
            ):
                return None
    return rates


def _is_sound(chain: Chain) -> bool:
    """Whether every piece reads at least one row of the image."""
    pieces = (piece for k in range(len(chain.stages)) for piece in chain.pieces(k))
    return all(piece.in_rows > 0 for piece in pieces)
