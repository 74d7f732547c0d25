"""Where the windows of a chain lie in its scratch memory, and what is moved when, within one band.

For each layer in turn:

    restore   the rows carried over come back to the head of its output's window
    compute   its new rows go behind them
    save      of an input that no later layer of the band reads, the last rows are carried over

A window lives from its restore to its save only, so that the windows of one band share memory: what is there
all the time are the carried rows. Where memory allows, those stay at the head of the window itself, and
restoring is nothing. An output that may lie over its input does so if the input's rows are saved first.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tinykd.compiler.bands.schedule import BandStage, Held
from tinykd.compiler.kernel import DISJOINT, Overlap
from tinykd.compiler.memory.plan import ROUNDS, Buffer, Plan, Sharing, plan


@dataclass(frozen=True)
class Restore:
    tensor: int


@dataclass(frozen=True)
class Compute:
    stage: int


@dataclass(frozen=True)
class Save:
    tensor: int


Action = Restore | Compute | Save


@dataclass(frozen=True)
class Needs:
    """What a stage's kernel needs: scratch memory, and how its output window may lie over those of its
    inputs."""

    scratch_bytes: int
    overlaps: Mapping[int, Overlap]  # tensor -> of its window and the output's


@dataclass(frozen=True)
class BandLayout:
    """Offsets in the scratch memory of the chain."""

    actions: tuple[Action, ...]
    windows: Mapping[int, int]
    carries: Mapping[int, int]
    scratch: Mapping[int, int]  # by stage
    sums: int | None
    bytes: int


def layout(
    stages: Sequence[BandStage],
    held: Mapping[int, Held],
    row_bytes: Mapping[int, int],
    needs: Sequence[Needs],
    sums_bytes: int = 0,
    rounds: int = ROUNDS,
) -> BandLayout:
    """The smallest that is found in ``rounds`` random orders; ``sums_bytes``: of what lives throughout."""
    order = _Order(stages, held, needs)
    made = _Buffers(order, held, row_bytes)
    for k, need in enumerate(needs):
        made.add_scratch(k, need.scratch_bytes)
    if sums_bytes:
        made.add("sums", sums_bytes, 0, len(order.actions))
    placed = plan(made.buffers, tuple(made.sharings(stages, needs)), rounds=rounds)
    return made.layout(placed)


@dataclass
class _Order:
    """The actions of a band, and when each tensor's window begins and ends."""

    stages: Sequence[BandStage]
    held: Mapping[int, Held]
    needs: Sequence[Needs]
    actions: list[Action] = field(default_factory=list)
    saved_first: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        for k, stage in enumerate(self.stages):
            last = [t for t in dict.fromkeys(t for t, _, _ in stage.reads) if self._is_last(t, k)]
            first = [t for t in last if self._saves_first(t, k)]
            self.saved_first |= set(first)
            self.actions += [Save(t) for t in first]
            if self._carries(stage.output):
                self.actions.append(Restore(stage.output))
            self.actions.append(Compute(k))
            self.actions += [Save(t) for t in last if t not in first and self._carries(t)]

    def _carries(self, tensor: int) -> bool:
        return tensor in self.held and self.held[tensor].carry > 0

    def _is_last(self, tensor: int, stage: int) -> bool:
        """Whether no later stage of the band reads ``tensor``."""
        later = self.stages[stage + 1 :]
        return tensor in self.held and not any(t == tensor for s in later for t, _, _ in s.reads)

    def _saves_first(self, tensor: int, stage: int) -> bool:
        """Whether carried rows take less room beside the window than an output of its own would."""
        held = self.held[tensor]
        over = self.needs[stage].overlaps.get(tensor, DISJOINT)
        return self._carries(tensor) and bool(over.deltas) and held.carry <= self.stages[stage].most

    def at(self, action: Action) -> int:
        return self.actions.index(action)

    def window(self, tensor: int) -> tuple[int, int]:
        """The first and the last action of its window."""
        writer = next(k for k, stage in enumerate(self.stages) if stage.output == tensor)
        readers = [k for k, s in enumerate(self.stages) if any(t == tensor for t, _, _ in s.reads)]
        begin = self.at(Restore(tensor)) if self._carries(tensor) else self.at(Compute(writer))
        end = self.at(Compute(readers[-1]))
        if self._carries(tensor) and tensor not in self.saved_first:
            end = self.at(Save(tensor))
        return begin, end


@dataclass
class _Buffers:
    order: _Order
    held: Mapping[int, Held]
    row_bytes: Mapping[int, int]
    buffers: list[Buffer] = field(default_factory=list)
    windows: dict[int, int] = field(default_factory=dict)
    carries: dict[int, int] = field(default_factory=dict)
    scratch: dict[int, int] = field(default_factory=dict)
    sums: int | None = None

    def __post_init__(self) -> None:
        for tensor, held in self.held.items():
            begin, end = self.order.window(tensor)
            size = self.row_bytes[tensor]
            self.windows[tensor] = self._put(f"window {tensor}", held.rows * size, begin, end)
            if held.carry:
                again = self.order.at(Save(tensor))
                carried = Buffer(f"carried {tensor}", held.carry * size, 0, begin, again)
                self.buffers.append(carried)
                self.carries[tensor] = len(self.buffers) - 1

    def _put(self, name: str, size: int, first: int, last: int) -> int:
        self.buffers.append(Buffer(name, size, first, last))
        return len(self.buffers) - 1

    def add(self, name: str, size: int, first: int, last: int) -> None:
        self.sums = self._put(name, size, first, last)

    def add_scratch(self, stage: int, size: int) -> None:
        if size:
            at = self.order.at(Compute(stage))
            self.scratch[stage] = self._put(f"scratch {stage}", size, at, at)

    def sharings(self, stages: Sequence[BandStage], needs: Sequence[Needs]) -> Iterator[Sharing]:
        same = Overlap(in_place=True)
        for tensor, carried in self.carries.items():
            if tensor not in self.order.saved_first:  # they are the head of the window, or elsewhere
                yield Sharing(carried, self.windows[tensor], same)
        for k, stage in enumerate(stages):
            at = self.order.at(Compute(k))
            for tensor in dict.fromkeys(t for t, _, _ in stage.reads if t in self.windows):
                ends = self.buffers[self.windows[tensor]].last == at
                if ends and stage.output in self.windows and tensor in needs[k].overlaps:
                    overlap = needs[k].overlaps[tensor]
                    yield Sharing(self.windows[tensor], self.windows[stage.output], overlap, throughout=True)

    def layout(self, placed: Plan) -> BandLayout:
        def offsets(found: Mapping[int, int]) -> dict[int, int]:
            return {key: placed.offsets[index] for key, index in found.items()}

        sums = None if self.sums is None else placed.offsets[self.sums]
        windows, carries, scratch = map(offsets, (self.windows, self.carries, self.scratch))
        return BandLayout(tuple(self.order.actions), windows, carries, scratch, sums, placed.arena_bytes)
