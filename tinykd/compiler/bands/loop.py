"""The loop over bands as C: for each layer in turn what is called in which bands, with which rows.

Text of expressions only; ``templates/model/bands.c.j2`` has the shape of the function.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from tinykd.compiler.bands.chain import Chain, Emit
from tinykd.compiler.bands.layout import BandLayout, Compute, Restore, Save
from tinykd.compiler.bands.reads import RowPiece, row_bytes
from tinykd.compiler.bands.schedule import Turn
from tinykd.compiler.kernel import Call, CallPart


@dataclass(frozen=True)
class RowAddress:
    """``base + offset`` in the first band of a run; ``step`` bytes further on in each band after it."""

    base: str
    offset: int
    step: int = 0

    def text(self, first: int) -> str:
        """As C; ``band`` is the loop's counter."""
        at = f"{self.base} + {self.offset}" if self.offset or self.base == "s" else self.base
        if not self.step:
            return at
        bands = "band" if first == 0 else f"(band - {first}u)"
        return f"{at} + {self.step}u * {bands}"


@dataclass(frozen=True)
class BandRun:
    """One call in the bands from ``first`` to ``last``. ``end``: what follows the addresses: bytes, or
    scratch."""

    first: int
    last: int
    function: str
    addresses: tuple[RowAddress, ...]
    part: str = ""
    end: str = ""

    @property
    def arguments(self) -> str:
        return ", ".join(address.text(self.first) for address in self.addresses)

    def condition(self, bands: int, done: int) -> str:
        """When it is called, where bands below ``done`` do not come here; empty: always."""
        low, high = self.first > done, self.last < bands - 1
        if self.first == self.last and high and (low or self.first == 0):
            return f"band == {self.first}u"
        bounds = (f"band >= {self.first}u" if low else "", f"band <= {self.last}u" if high else "")
        return " && ".join(filter(None, bounds))

    def joined(self, other: "BandRun") -> "BandRun | None":
        """This and the ``other`` after it as one run; None where they differ."""
        if (self.function, self.part, self.end) != (other.function, other.part, other.end):
            return None
        bands, total = self.last - self.first + 1, other.first - self.first
        if other.first != self.last + 1 or len(self.addresses) != len(other.addresses):
            return None
        moved = [b.offset - a.offset for a, b in zip(self.addresses, other.addresses, strict=True)]
        steps = [d // total for d in moved]
        fits = all(
            a.base == b.base and s >= 0 and s * total == d and (bands == 1 or a.step == s)
            for a, b, s, d in zip(self.addresses, other.addresses, steps, moved, strict=True)
        )
        addresses = tuple(replace(a, step=s) for a, s in zip(self.addresses, steps, strict=True))
        return replace(self, last=other.last, addresses=addresses) if fits else None


@dataclass(frozen=True)
class BandLine:
    """What is done at one place of the loop, in one band or another."""

    runs: tuple[BandRun, ...]
    comment: str = ""

    def branches(self, bands: int) -> tuple[tuple[str, BandRun], ...]:
        """Each run behind the head of its branch: ``if (…)``, ``else if (…)``, ``else``, or nothing."""
        found, done = list[tuple[str, BandRun]](), 0
        for run in self.runs:
            condition = run.condition(bands, done)
            head = f"if ({condition})" if condition else ""
            found.append((f"else {head}".rstrip() if found else head, run))
            done = run.last + 1 if run.first == done else done
        return tuple(found)


@dataclass(frozen=True)
class BandLoop:
    """The context of the template."""

    bands: int
    inputs: int
    lines: tuple[BandLine, ...]
    sums: tuple[int, int] | None  # offset and bytes
    finish: str  # the function that makes the output of the sums


def loop_of(
    chain: Chain, placed: BandLayout, emit: Emit, titles: Sequence[str]
) -> tuple[BandLoop, tuple[CallPart, ...]]:
    """The loop, and the constants of its calls. ``titles``: of the layers, for comments."""
    writer = _Writer(chain, placed, emit)
    lines = [line for action in placed.actions for line in writer.line(action, titles)]
    totals = chain.totals
    parts = [*writer.parts, *([CallPart("finish", totals.finish)] if totals else [])]
    sums = (placed.sums, totals.sums_bytes) if totals and placed.sums is not None else None
    finish = totals.finish.function if totals else ""
    return BandLoop(chain.schedule.bands, len(outer_inputs(chain)), tuple(lines), sums, finish), tuple(parts)


def outer_inputs(chain: Chain) -> tuple[int, ...]:
    """The tensors that the chain reads and does not make, each once."""
    read = (t for stage in chain.stages for t, _, _ in stage.reads if t not in chain.held)
    return tuple(dict.fromkeys(read))


class _Writer:
    def __init__(self, chain: Chain, placed: BandLayout, emit: Emit) -> None:
        self.chain, self.placed, self.emit = chain, placed, emit
        self.row_bytes, self.outer = chain.row_bytes(), outer_inputs(chain)
        self.parts: list[CallPart] = []

    def line(self, action: Restore | Compute | Save, titles: Sequence[str]) -> Iterator[BandLine]:
        match action:
            case Compute(stage):
                yield BandLine(_joined(self._computed(stage)), titles[stage])
            case Restore(tensor):
                if runs := _joined(self._restored(tensor)):
                    yield BandLine(runs)
            case Save(tensor):
                if runs := _joined(self._saved(tensor)):
                    yield BandLine(runs)

    def _computed(self, k: int) -> Iterator[BandRun]:
        stage, turns = self.chain.stages[k], self.chain.schedule.turns[k]
        calls = {piece: self._call(k, piece) for piece in self.chain.pieces(k)}
        labels = dict(zip(calls, _labels(k, [turn.piece(stage) for turn in turns]), strict=True))
        self.parts += [CallPart(labels[piece], call) for piece, call in calls.items()]
        scratch = f"s + {self.placed.scratch[k]}" if k in self.placed.scratch else ""
        for turn in turns:
            piece = turn.piece(stage)
            addresses = (*self._sources(k, turn), self._target(k, turn))
            end = scratch if calls[piece].scratch_bytes else ""
            yield BandRun(turn.band, turn.band, calls[piece].function, addresses, labels[piece], end)

    def _call(self, k: int, piece: RowPiece) -> Call:
        totals = self.chain.totals
        if totals and k == len(self.chain.stages) - 1:
            return totals.add_up(piece.out_rows)
        return self.emit(self.chain.layers[k], piece)

    def _sources(self, k: int, turn: Turn) -> Iterator[RowAddress]:
        for tensor, reads, _ in self.chain.stages[k].reads:
            row = reads.first(turn.first)
            if tensor in self.chain.held:
                yield self._in_window(tensor, self.chain.held[tensor].place(turn.band, row))
            else:
                base = f"x{self.outer.index(tensor)}"
                yield RowAddress(base, row * row_bytes(self.chain.tensors[tensor]))

    def _target(self, k: int, turn: Turn) -> RowAddress:
        output = self.chain.stages[k].output
        if output in self.chain.held:
            return self._in_window(output, self.chain.held[output].start(turn.band))
        if self.chain.totals:
            return RowAddress("sums", 0)
        return RowAddress("y", turn.first * row_bytes(self.chain.tensors[output]))

    def _in_window(self, tensor: int, place: int) -> RowAddress:
        return RowAddress("s", self.placed.windows[tensor] + place * self.row_bytes[tensor])

    def _restored(self, tensor: int) -> Iterator[BandRun]:
        """From the band after its first rows to the last one in which it is read."""
        window, carried = self.placed.windows[tensor], self.placed.carries[tensor]
        if window != carried:
            for band in self._bands_with_carried(tensor):
                yield self._copy(tensor, band, RowAddress("s", window), RowAddress("s", carried))

    def _saved(self, tensor: int) -> Iterator[BandRun]:
        """In each band that has rows, if a later one reads carried ones; also where none is new, since other
        memory may lie where they were carried from."""
        held, carried = self.chain.held[tensor], RowAddress("s", self.placed.carries[tensor])
        later = self._bands_with_carried(tensor)
        for band, (seen, count) in held.new.items():
            rows = self._in_window(tensor, held.start(band) + count - held.carry)
            if seen + count and band + 1 <= max(later, default=0) and rows != carried:
                yield self._copy(tensor, band, carried, rows)

    def _copy(self, tensor: int, band: int, target: RowAddress, source: RowAddress) -> BandRun:
        size = self.chain.held[tensor].carry * self.row_bytes[tensor]
        return BandRun(band, band, "tkd_copy_rows", (target, source), end=f"{size}u")

    def _bands_with_carried(self, tensor: int) -> list[int]:
        """The bands in which the window has rows of bands before, and something reads it."""
        held = self.chain.held[tensor]
        readers = [k for k, s in enumerate(self.chain.stages) if any(t == tensor for t, _, _ in s.reads)]
        read = {turn.band for k in readers for turn in self.chain.schedule.turns[k]}
        last = max(read)
        return [band for band, (seen, _) in held.new.items() if seen and band <= last]


def _joined(runs: Iterable[BandRun]) -> tuple[BandRun, ...]:
    found: list[BandRun] = []
    for run in runs:
        both = found[-1].joined(run) if found else None
        if both:
            found[-1] = both
        else:
            found.append(run)
    return tuple(found)


def _labels(stage: int, pieces: Sequence[RowPiece]) -> list[str]:
    """A name for each different piece, in the order in which they come: the commonest has the plainest."""
    order = list(dict.fromkeys(pieces))
    common = order.index(max(order, key=pieces.count))
    names = []
    for i, _ in enumerate(order):
        side = "" if i == common else "_top" if i < common else "_bottom"
        number = "" if abs(i - common) < 2 else str(abs(i - common))
        names.append(f"{stage}{side}{number}")
    return names
