"""The compiler: graph -> settled shapes -> float ends off -> (hops) -> layers -> channels removed -> fused
layers -> kernels with packed constants -> memory plan -> ``Program``."""

from typing import Any

from tinykd.compiler.bands.layer import ByRows
from tinykd.compiler.channels.simplify import Simplified, simplify_channels
from tinykd.compiler.code import Code
from tinykd.compiler.codegen.sources import needed_files
from tinykd.compiler.core import CompileOptions, Target
from tinykd.compiler.kernel import Call, Kernel
from tinykd.compiler.layer import Layer
from tinykd.compiler.less_memory import LessMemory
from tinykd.compiler.lowering.either import choose_either
from tinykd.compiler.lowering.fuse_add import fuse_residual_adds
from tinykd.compiler.lowering.fuse_pad import fuse_pads
from tinykd.compiler.lowering.lower import Lowering, lower_graph
from tinykd.compiler.lowering.portable import why_portable
from tinykd.compiler.memory.allocation import Allocation
from tinykd.compiler.memory.plan import ALIGN
from tinykd.compiler.program import HopFacts, ModelPort, Program, ProgramStep
from tinykd.compiler.streaming.rewrite import StreamGraph, stream_graph
from tinykd.errors import ModelError
from tinykd.graph.ends import End, Ends, peeled
from tinykd.graph.instead import layer_of
from tinykd.graph.ir import DType, Graph, Op
from tinykd.graph.shapes.pin import batch_notes
from tinykd.graph.shapes.settle import settled
from tinykd.graph.validate import label

LARGEST_ALIGN = 16  # TKD_ARENA_ALIGN
ALWAYS = ("tkd_flash.h", "tkd_quantize.h")  # what every generated model includes


def compile_graph(graph: Graph, options: CompileOptions) -> Program:
    """The program for ``graph``; raises ``ModelError`` where an op or a parameter is not supported."""
    notes = batch_notes(graph)
    graph, ends = peeled(settled(graph), options.io)
    _check_ports(graph)
    streamed = None if options.hop_rows is None else stream_graph(graph, options.hop_rows)
    lowering = lower_graph(streamed.graph, streamed.rings) if streamed else lower_graph(graph)
    _check_results(lowering)
    fuse_pads(lowering)
    # which knows of no rings, and goes by what weights are
    simplified = Simplified() if streamed or options.replaceable else simplify_channels(lowering)
    if not streamed:  # one pixel's product with an ADD in it has no kernel for particular cores
        fuse_residual_adds(lowering)
    code, whole_bytes = _code(lowering, options), None
    if not streamed and (options.optimize == "ram" or options.ram_bytes is not None):
        code, whole_bytes = _in_less_memory(code, options)
    memory = code.memory
    return Program(
        options=options,
        sha256=graph.sha256,
        file_bytes=graph.file_bytes,
        steps=tuple(
            _step(memory, i, kernel, code.calls[i], options.target) for i, kernel in enumerate(code.kernels)
        ),
        plan=memory.plan,
        inputs=tuple(_port(memory, end, streamed) for end in ends.inputs),
        outputs=tuple(_port(memory, end, streamed) for end in ends.outputs),
        states=tuple((s, memory.state_location(s)) for s in memory.states.values()),
        simplified=simplified,
        kernel_files=needed_files({f for call in code.calls for f in call.functions()}, ALWAYS),
        notes=(*notes, *_tail_notes(ends)),
        whole_bytes=whole_bytes,
        stream=_stream(streamed, lowering, graph) if streamed else None,
    )


def _code(lowering: Lowering, options: CompileOptions) -> Code:
    """Layer by layer, each with its fastest kernel."""
    target, layers = options.target, lowering.layers
    kernels = tuple(choose_either(layer, target, _alignment(lowering, layer)) for layer in layers)
    calls = [kernel.emit_call(layer, target) for kernel, layer in zip(kernels, layers, strict=True)]
    return Code(lowering, target, kernels, calls)


def _in_less_memory(code: Code, options: CompileOptions) -> tuple[Code, int | None]:
    """The code that memory asks for, and where layers go by rows in it the arena's bytes without."""
    found = LessMemory(code, 0 if options.optimize == "ram" else options.ram_bytes or 0).best()
    by_rows = any(isinstance(layer, ByRows) for layer in found.lowering.layers)
    return found, code.arena_bytes if by_rows else None


def _port(memory: Allocation, end: End, streamed: StreamGraph | None) -> ModelPort:
    """Where a hop's input or output lies, or that of a window."""
    tensor = streamed.ports.get(end.port.index, end.port) if streamed else end.port
    return ModelPort(tensor, memory.location(tensor), end)


def _stream(streamed: StreamGraph, lowering: Lowering, graph: Graph) -> HopFacts:
    """What is to know of a program that goes hop by hop."""
    names = {op.index: op.outputs[0].name for op in streamed.graph.main.ops if op.outputs}
    whole = tuple((names[index], why) for index, why in streamed.whole.items())
    rings = sum(state.size for state in lowering.rings.values())
    macs = sum(layer.macs for layer in lower_graph(graph).layers)
    return HopFacts(streamed.hop_rows, streamed.window_rows, streamed.warm_up, rings, macs, whole)


def _step(memory: Allocation, i: int, kernel: Kernel[Any], call: Call, target: Target) -> ProgramStep:
    """Layer ``i`` as a step of the program."""
    layer = memory.lowering.layers[i]
    return ProgramStep(
        layer=layer,
        kernel=kernel.name,
        call=call,
        inputs=tuple(memory.location(t) for t in layer.inputs),
        outputs=tuple(memory.location(t) for t in layer.outputs),
        states=tuple(memory.state_location(s) for s in layer.states),
        scratch=memory.scratch_location(i),
        cost=kernel.cost(layer, target),
        portable=why_portable(layer, kernel, target),
    )


def _tail_notes(ends: Ends) -> tuple[str, ...]:
    """What the program leaves to its caller, if anything."""
    if not ends.left_out:
        return ()
    named = ", ".join(_named(op) for op in ends.left_out)
    return (
        f"left out, since it computes in float after the last integers: {named}. It keeps the order of the "
        "scores; compute it around the model where its values are wanted",
    )


def _named(op: Op) -> str:
    layer = layer_of(op)
    return f"op {op.index} {op.kind}" + (f" (layer {layer})" if layer else "")


def _alignment(lowering: Lowering, layer: Layer) -> int:
    """The guaranteed alignment of ``layer``'s operands, in bytes: buffers begin at multiples of what kernels
    require, but an operand may be a slice of a buffer, or a constant."""
    least = LARGEST_ALIGN
    for tensor in (*layer.inputs, *layer.outputs):
        constant = lowering.value(tensor) is not None
        offset = ALIGN if constant else lowering.root(tensor)[1]
        least = min(least, (offset & -offset) or least)
    return max(least, ALIGN)


def _check_results(lowering: Lowering) -> None:
    """Rows of a ring move on before anyone could read them."""
    for tensor in lowering.graph.main.outputs:
        if lowering.root(tensor)[0] in lowering.rings:
            found = "is an output that nothing computes from the window's rows"
            raise ModelError(label(tensor), found, "an answer for the window", "End the model with a layer")


def _check_ports(graph: Graph) -> None:
    if not graph.main.inputs or not graph.main.outputs:
        raise ModelError("model", "no inputs or no outputs", "at least one of each")
    for tensor in (*graph.main.inputs, *graph.main.outputs):
        if len(tensor.shape) > 6 or any(d > 65535 for d in tensor.shape):
            raise ModelError(label(tensor), f"shape {list(tensor.shape)}", "at most 6 dimensions of 65535")
        if tensor.dtype is DType.RESOURCE:
            raise ModelError(label(tensor), "is a variable's handle", "a tensor of numbers", "Read it first")
