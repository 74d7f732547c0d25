"""When each row of a chain of layers is computed, and which rows have to be kept until it is.

Time goes in bands. In each band every layer in turn computes the rows that it can, at most ``most`` of them,
from the rows that are there. No row is computed twice. What a later band still reads of a tensor is carried
over: its last ``carry`` rows. So a band finds a tensor's rows one behind the other in a window of ``carry +
most`` rows: those of the bands before, then the new ones.

    window   | carried over ........ | new in this band ............. |
    row        seen - carry     seen                       seen + count

New rows begin behind the carried ones; only the first ones end where later ones do, since there is less of
them (a layer with padding above it starts late by as many rows).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tinykd.compiler.bands.reads import Reads, RowPiece


@dataclass(frozen=True)
class BandStage:
    """One layer of the chain. ``reads``: (tensor, its rows that are read, its height) of each input."""

    reads: tuple[tuple[int, Reads, int], ...]
    output: int
    height: int
    most: int  # rows that it computes in a band


@dataclass(frozen=True)
class Turn:
    """What a stage does in one band: rows from ``first`` on."""

    band: int
    first: int
    count: int

    def piece(self, stage: BandStage) -> RowPiece:
        """Of the stage's first input and its output."""
        _, reads, height = stage.reads[0]
        start, end = reads.first(self.first), reads.end(self.first + self.count - 1, height)
        return RowPiece(end - start, self.count, max(reads.pad - self.first * reads.stride, 0))


@dataclass
class Held:
    """The window of one tensor. ``new``: band -> (rows there before it, rows new in it)."""

    most: int
    carry: int = 0
    new: dict[int, tuple[int, int]] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        return self.carry + self.most

    def start(self, band: int) -> int:
        """The place of the first new row of ``band``."""
        seen, count = self.new[band]
        return self.rows - count if seen == 0 else self.carry

    def place(self, band: int, row: int) -> int:
        """Where ``row`` lies in the window in ``band``."""
        seen, _ = self.new[band]
        return self.start(band) + row - seen


@dataclass(frozen=True)
class BandSchedule:
    """``turns`` has an entry for each stage, ``held`` one for each tensor between two stages."""

    bands: int
    turns: tuple[tuple[Turn, ...], ...]
    held: Mapping[int, Held]


def schedule(stages: Sequence[BandStage]) -> BandSchedule:
    """The bands of a chain whose tensors are read by its own stages alone, but for the last one's."""
    inside = {stage.output for stage in stages[:-1]}
    held = {stage.output: Held(stage.most) for stage in stages[:-1]}
    done, turns = [0] * len(stages), [list[Turn]() for _ in stages]
    band = 0
    while any(count < stage.height for count, stage in zip(done, stages, strict=True)):
        there = {s.output: n for s, n in zip(stages, done, strict=True)}
        for k, stage in enumerate(stages):
            seen, count = done[k], _count(stage, done[k], there, inside)
            done[k] = there[stage.output] = seen + count
            if stage.output in held:
                held[stage.output].new[band] = (seen, count)
            if count:
                turns[k].append(Turn(band, seen, count))
        for tensor, needed in _kept(stages, done, there, inside):
            held[tensor].carry = max(held[tensor].carry, needed)
        band += 1
    return BandSchedule(band, tuple(map(tuple, turns)), held)


def _count(stage: BandStage, done: int, there: Mapping[int, int], inside: set[int]) -> int:
    """Rows that ``stage`` computes now."""
    can = [
        reads.computable(there[tensor] if tensor in inside else height, height, stage.height)
        for tensor, reads, height in stage.reads
    ]
    return max(min(min(can) - done, stage.most), 0)


def _kept(
    stages: Sequence[BandStage], done: Sequence[int], there: Mapping[int, int], inside: set[int]
) -> Iterator[tuple[int, int]]:
    """(tensor, rows of it that a later band reads), for each reader that is not at its end."""
    for stage, count in zip(stages, done, strict=True):
        if count < stage.height:
            for tensor, reads, _ in stage.reads:
                if tensor in inside:
                    yield tensor, there[tensor] - reads.first(count)
