"""From a graph to layers: every op lowered in order, aliases resolved, dead layers left out."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from tinykd.compiler.layer import Alias, Folded, Layer, Lowered, State
from tinykd.compiler.lowering.registry import lowering_of
from tinykd.compiler.node import Node
from tinykd.compiler.ops.ring import move_rows
from tinykd.compiler.streaming.ring import Ring
from tinykd.errors import ModelError
from tinykd.graph.instead import instead_of, layer_of
from tinykd.graph.ir import Array, Graph, Op, Tensor

NOT_SUPPORTED = "not supported by the static runtime"
# What TFLM computes in float only, and what converters write that TFLM has no kernel for.
_FLOAT_ONLY = "CEIL COS EXP FLOOR FLOOR_DIV FLOOR_MOD L2_POOL_2D LOG NEG ROUND SIN SQRT SQUARE"
FLOAT_ONLY = frozenset(_FLOAT_ONLY.split())
NOT_IN_TFLM = frozenset(["GELU", "POW", "SCATTER_ND", "TOPK_V2"])


@dataclass
class Lowering:
    """Layers in execution order. Tensors that share bytes are resolved by ``root``."""

    graph: Graph
    layers: list[Layer] = field(default_factory=list)
    constants: dict[int, Array] = field(default_factory=dict)  # tensor index -> value known at compile time
    aliases: dict[int, tuple[int, int]] = field(
        default_factory=dict
    )  # tensor index -> (tensor index, offset)
    rings: dict[int, State] = field(default_factory=dict)  # tensor index -> the state whose bytes are its own

    def root(self, tensor: Tensor) -> tuple[int, int]:
        """(index of the tensor that owns the bytes, offset in bytes)."""
        index, offset = tensor.index, 0
        while index in self.aliases:
            index, more = self.aliases[index]
            offset += more
        return index, offset

    def value(self, tensor: Tensor) -> Array | None:
        """The value of a tensor that is known at compile time."""
        return self.constants.get(tensor.index, tensor.data)


def lower_graph(graph: Graph, rings: Sequence[Ring] = ()) -> Lowering:
    """All layers that the graph's outputs and states need; last, what moves the rows of ``rings`` on."""
    lowering = Lowering(graph)
    for op in graph.main.ops:
        for item in _as_tuple(_lower_op(graph, op, lowering.constants)):
            match item:
                case Layer():
                    lowering.layers.append(item)
                case Alias(source, output, offset):
                    lowering.aliases[output.index] = (source.index, offset)
                case Folded(output, data):
                    lowering.constants[output.index] = data
    for ring in rings:
        _hold(lowering, ring)
    lowering.layers = _needed(lowering)
    return lowering


def _hold(lowering: Lowering, ring: Ring) -> None:
    """``ring.held`` is a state's bytes, of which ``ring.newest`` are the last."""
    state = State(ring.key, ring.held.bytes, is_ring=True)
    lowering.rings[ring.held.index] = state
    lowering.aliases[ring.newest.index] = (ring.held.index, state.size - ring.moved_bytes)
    lowering.layers.append(move_rows(ring.held.name, state, ring.moved_bytes))


def _lower_op(graph: Graph, op: Op, constants: dict[int, Array]) -> Lowered:
    lower = lowering_of(op)
    if lower is None:
        layer = layer_of(op)
        raise ModelError(
            f"op {op.index} {op.kind}",
            NOT_SUPPORTED + _why(op.kind) + (f" (layer {layer})" if layer else ""),
            fix=instead_of(op) or "Rewrite the model without it",
        )
    return lower(Node(graph, op, constants))


def _why(kind: str) -> str:
    """Why TFLM does not run ops of this kind, if it does not."""
    if kind in FLOAT_ONLY:
        return ": TFLM has no integer form of it"
    return ": TFLM has no such op" if kind in NOT_IN_TFLM else ""


def _as_tuple(lowered: Lowered) -> tuple[Layer | Alias | Folded, ...]:
    return lowered if isinstance(lowered, tuple) else (lowered,)


def _needed(lowering: Lowering) -> list[Layer]:
    wanted = {lowering.root(t)[0] for t in lowering.graph.main.outputs}
    kept: list[Layer] = []
    for layer in reversed(lowering.layers):
        if layer.states or any(lowering.root(t)[0] in wanted for t in layer.outputs):
            kept.append(layer)
            wanted |= {lowering.root(t)[0] for t in layer.inputs}
    return kept[::-1]
