"""The compiler: graph -> settled shapes -> layers -> fused layers -> kernels with packed constants -> memory
plan -> ``Program``."""

from dataclasses import dataclass, field

from tinykd.compiler.core import CompileOptions
from tinykd.compiler.fuse_add import fuse_residual_adds
from tinykd.compiler.fuse_pad import fuse_pads
from tinykd.compiler.kernel import Call, Kernel, Overlap
from tinykd.compiler.layer import Layer, State
from tinykd.compiler.lowering import Lowering, lower_graph
from tinykd.compiler.plan import ALIGN, Buffer, Plan, Sharing, plan
from tinykd.compiler.program import MemoryLocation, ModelPort, Program, ProgramStep
from tinykd.compiler.registry import choose
from tinykd.compiler.sources import needed_files
from tinykd.errors import ModelError
from tinykd.graph.ir import DType, Graph, Tensor
from tinykd.graph.shapes.pin import batch_notes
from tinykd.graph.shapes.settle import settled
from tinykd.graph.validate import label

LARGEST_ALIGN = 16  # TKD_ARENA_ALIGN
ALWAYS = ("tkd_flash.h", "tkd_quantize.h")  # what every generated model includes


def compile_graph(graph: Graph, options: CompileOptions) -> Program:
    """The program for ``graph``; raises ``ModelError`` where an op or a parameter is not supported."""
    notes, graph = batch_notes(graph), settled(graph)
    _check_ports(graph)
    lowering = lower_graph(graph)
    fuse_pads(lowering)
    fuse_residual_adds(lowering)
    chosen = [choose(layer, options.target, _alignment(lowering, layer)) for layer in lowering.layers]
    calls = [k.emit_call(layer, options.target) for k, layer in zip(chosen, lowering.layers, strict=True)]
    memory = _Memory(lowering, calls, max((k.align for k in chosen), default=ALIGN))
    steps = tuple(memory.step(i, kernel) for i, kernel in enumerate(chosen))
    return Program(
        options=options,
        sha256=graph.sha256,
        file_bytes=graph.file_bytes,
        steps=steps,
        plan=memory.plan,
        inputs=tuple(ModelPort(t, memory.place(t)) for t in graph.main.inputs),
        outputs=tuple(ModelPort(t, memory.place(t)) for t in graph.main.outputs),
        states=tuple((s, memory.state(s)) for s in memory.states.values()),
        kernel_files=needed_files({f for call in calls for f in call.functions()}, ALWAYS),
        notes=notes,
    )


def _alignment(lowering: Lowering, layer: Layer) -> int:
    """What can be promised of the addresses of ``layer``'s operands, in bytes: buffers begin where kernels
    want them to, but an operand may be a slice of one, or a constant."""
    least = LARGEST_ALIGN
    for tensor in (*layer.inputs, *layer.outputs):
        constant = lowering.value(tensor) is not None
        offset = ALIGN if constant else lowering.root(tensor)[1]
        least = min(least, (offset & -offset) or least)
    return max(least, ALIGN)


def _check_ports(graph: Graph) -> None:
    if not graph.main.inputs or not graph.main.outputs:
        raise ModelError("model", "no inputs or no outputs", "at least one of each")
    for tensor in (*graph.main.inputs, *graph.main.outputs):
        if len(tensor.shape) > 6 or any(d > 65535 for d in tensor.shape):
            raise ModelError(label(tensor), f"shape {list(tensor.shape)}", "at most 6 dimensions of 65535")
        if tensor.dtype is DType.RESOURCE:
            raise ModelError(label(tensor), "is a variable's handle", "a tensor of numbers", "Read it first")


@dataclass
class _Memory:
    """Buffers of a lowering: one per tensor that owns bytes, one per state, one per step that needs
    scratch."""

    lowering: Lowering
    calls: list[Call]
    align: int
    buffers: list[Buffer] = field(default_factory=list)
    tensors: dict[int, int] = field(default_factory=dict)  # tensor index -> buffer
    states: dict[str, State] = field(default_factory=dict)
    state_buffers: dict[str, int] = field(default_factory=dict)
    scratch: dict[int, int] = field(default_factory=dict)  # step -> buffer
    plan: Plan = field(init=False)

    def __post_init__(self) -> None:
        self._tensor_buffers()
        self._state_buffers()
        self._scratch_buffers()
        self.plan = plan(self.buffers, self._sharings(), self.align)

    def _add(self, name: str, size: int, first: int, last: int) -> int:
        self.buffers.append(Buffer(name, size, first, last))
        return len(self.buffers) - 1

    def _tensor_buffers(self) -> None:
        layers, graph = self.lowering.layers, self.lowering.graph.main
        end = len(layers)  # after the last step, which may overwrite its inputs but no output
        written = {t.index: (i, t) for i, layer in enumerate(layers) for t in layer.outputs}
        for tensor in graph.inputs:
            written.setdefault(tensor.index, (0, tensor))
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

    def _scratch_buffers(self) -> None:
        for i, call in enumerate(self.calls):
            if call.scratch_bytes:
                name = f"scratch of {self.lowering.layers[i].name}"
                self.scratch[i] = self._add(name, call.scratch_bytes, i, i)

    def _sharings(self) -> list[Sharing]:
        found: dict[tuple[int, int], Overlap] = {}
        needed_after = {self.lowering.root(t)[0] for t in self.lowering.graph.main.outputs}
        for layer, call in zip(self.lowering.layers, self.calls, strict=True):
            if len(layer.outputs) != 1:
                continue
            target = self.tensors[layer.outputs[0].index]
            for i, tensor in enumerate(layer.inputs):
                if self.lowering.value(tensor) is None:
                    root, offset = self.lowering.root(tensor)
                    if root in needed_after:
                        continue
                    key = (self.tensors[root], target)
                    overlap = _shifted(call.overlap(i), offset)
                    found[key] = _both(found[key], overlap) if key in found else overlap
        return [Sharing(source, target, overlap) for (source, target), overlap in found.items()]

    def place(self, tensor: Tensor) -> MemoryLocation:
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

    def state(self, state: State) -> MemoryLocation:
        return MemoryLocation(self.plan.offsets[self.state_buffers[state.key]], state.size)

    def step(self, i: int, kernel: Kernel[Layer]) -> ProgramStep:
        layer, call = self.lowering.layers[i], self.calls[i]
        scratch = None
        if i in self.scratch:
            scratch = MemoryLocation(self.plan.offsets[self.scratch[i]], call.scratch_bytes)
        return ProgramStep(
            layer=layer,
            kernel=kernel.name,
            call=call,
            inputs=tuple(self.place(t) for t in layer.inputs),
            outputs=tuple(self.place(t) for t in layer.outputs),
            states=tuple(self.state(s) for s in layer.states),
            scratch=scratch,
        )


def _shifted(overlap: Overlap, offset: int) -> Overlap:
    """The rule for the whole buffer where the input begins ``offset`` bytes into it."""
    min_input_offset = None if overlap.min_input_offset is None else overlap.min_input_offset - offset
    return Overlap(min_input_offset, overlap.in_place and offset == 0)


def _both(a: Overlap, b: Overlap) -> Overlap:
    min_input_offset = (
        None
        if a.min_input_offset is None or b.min_input_offset is None
        else max(a.min_input_offset, b.min_input_offset)
    )
    return Overlap(min_input_offset, a.in_place and b.in_place)
