"""The buffers of a lowering, and where each tensor, state and scratch memory lies in the arena.

``plan`` places buffers without regard to tensors; here tensors become buffers with lifetimes, and the
overlaps that kernels allow become rules between two of them.
"""

from dataclasses import dataclass, field
from functools import cached_property

from tinykd.compiler.kernel import Call, Overlap
from tinykd.compiler.layer import State
from tinykd.compiler.lowering.lower import Lowering
from tinykd.compiler.memory.location import MemoryLocation
from tinykd.compiler.memory.plan import Buffer, Plan, Sharing, needed_bytes, plan
from tinykd.errors import ModelError
from tinykd.graph.ir import Tensor
from tinykd.graph.validate import label


@dataclass
class Allocation:
    """Buffers of a lowering: one per tensor that owns bytes, one per state, one per step that needs scratch
    memory.

    ``calls`` has one entry per layer; ``align``: bytes, of every buffer.
    """

    lowering: Lowering
    calls: list[Call]
    align: int
    buffers: list[Buffer] = field(default_factory=list)
    tensors: dict[int, int] = field(default_factory=dict)  # tensor index -> buffer
    states: dict[str, State] = field(default_factory=dict)
    state_buffers: dict[str, int] = field(default_factory=dict)
    scratch: dict[int, int] = field(default_factory=dict)  # step -> buffer

    def __post_init__(self) -> None:
        self._tensor_buffers()
        self._state_buffers()
        self._scratch_buffers()

    @cached_property
    def plan(self) -> Plan:
        return plan(self.buffers, self._sharings(), self.align)

    def needed_bytes(self) -> list[int]:
        """Of each step, without a plan: no arena is smaller than the most of them."""
        return needed_bytes(self.buffers, self._sharings(), self.align)

    def _add(self, name: str, size: int, first: int, last: int) -> int:
        self.buffers.append(Buffer(name, size, first, last))
        return len(self.buffers) - 1

    def _tensor_buffers(self) -> None:
        layers, graph = self.lowering.layers, self.lowering.graph.main
        end = len(layers)  # after the last step, which may overwrite its inputs but no output
        written = {t.index: (i, t) for i, layer in enumerate(layers) for t in layer.outputs}
        for tensor in graph.inputs:
            written.setdefault(tensor.index, (0, tensor))
        written = {index: found for index, found in written.items() if index not in self.lowering.aliases}
        last = {index: first for index, (first, _) in written.items()}
        for i, layer in enumerate(layers):
            for tensor in layer.inputs:
                last[self.lowering.root(tensor)[0]] = i
        for tensor in graph.outputs:
            last[self.lowering.root(tensor)[0]] = end
        for index, (first, tensor) in written.items():
            self.tensors[index] = self._add(tensor.name, tensor.bytes, first, last[index])

    def _state_buffers(self) -> None:
        end = len(self.lowering.layers)
        for layer in self.lowering.layers:
            for state in layer.states:
                assert self.states.setdefault(state.key, state) == state, f"two states named {state.key}"
        for key, state in self.states.items():
            self.state_buffers[key] = self._add(f"state {key}", state.size, 0, end)
        for index, state in self.lowering.rings.items():
            self.tensors[index] = self.state_buffers[state.key]

    def _scratch_buffers(self) -> None:
        for i, call in enumerate(self.calls):
            if call.scratch_bytes:
                name = f"scratch of {self.lowering.layers[i].name}"
                self.scratch[i] = self._add(name, call.scratch_bytes, i, i)

    def _sharings(self) -> list[Sharing]:
        found: dict[tuple[int, int], Overlap] = {}
        needed_after = {self.lowering.root(t)[0] for t in self.lowering.graph.main.outputs}
        needed_after |= self.lowering.rings.keys()
        for layer, call in zip(self.lowering.layers, self.calls, strict=True):
            if len(layer.outputs) != 1 or layer.outputs[0].index in self.lowering.aliases:
                continue
            target = self.tensors[layer.outputs[0].index]
            for i, tensor in enumerate(layer.inputs):
                if self.lowering.value(tensor) is None:
                    root, offset = self.lowering.root(tensor)
                    if root in needed_after:
                        continue
                    key = (self.tensors[root], target)
                    overlap = call.overlap(i).shifted(-offset)
                    found[key] = found[key].both(overlap) if key in found else overlap
        return [Sharing(source, target, overlap) for (source, target), overlap in found.items()]

    def location(self, tensor: Tensor) -> MemoryLocation:
        """Where ``tensor`` lies; refuses model outputs that are constants."""
        value = self.lowering.value(tensor)
        if value is not None:
            if tensor in self.lowering.graph.main.outputs:
                raise ModelError(
                    label(tensor), "an output that is constant", "a computed one", "Drop this output"
                )
            return MemoryLocation(0, value.nbytes, value)
        root, offset = self.lowering.root(tensor)
        if root not in self.tensors:
            raise ModelError(label(tensor), "is read, and no op writes it", "a computed tensor")
        return MemoryLocation(self.plan.offsets[self.tensors[root]] + offset, tensor.bytes)

    def state_location(self, state: State) -> MemoryLocation:
        return MemoryLocation(self.plan.offsets[self.state_buffers[state.key]], state.size)

    def scratch_location(self, step: int) -> MemoryLocation | None:
        """Where the scratch memory of ``step`` lies; None if its kernel needs none."""
        if step not in self.scratch:
            return None
        return MemoryLocation(self.plan.offsets[self.scratch[step]], self.calls[step].scratch_bytes)
