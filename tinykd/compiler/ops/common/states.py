"""State tensors: LSTM and SVDF variables, and resource variables with the value that CALL_ONCE gives them."""

from tinykd.compiler.layer import State
from tinykd.compiler.node import Node
from tinykd.graph.ir import DType, Graph, Op, Subgraph, Tensor


def variable(node: Node, tensor: Tensor) -> State:
    """A variable tensor of the op.

    TFLM's reset sets each byte to the zero point of an int8 tensor, else to 0.
    """
    if not tensor.is_variable:
        node.refuse(tensor, "is no variable", "a variable tensor", "Convert it again")
    if any(tensor in op.outputs for op in node.graph.main.ops if op is not node.op):
        node.refuse(tensor, "is a variable that another op writes", "one of this op alone")
    fill = tensor.zero_point & 0xFF if tensor.dtype is DType.INT8 else 0
    return State(f"tensor {tensor.index}", tensor.bytes, fill)


def resource(node: Node, handle: Tensor) -> State:
    """A handle's variable: size and default from what is assigned to it, initial value from CALL_ONCE."""
    name = _name_of(node, handle)
    value = _assigned(node, name)
    fill = value.zero_point & 0xFF if value.is_quantized else 0
    return State(f"resource {name}", value.bytes, fill, _initial(node, name, value))


def _name_of(node: Node, handle: Tensor) -> str:
    handles = [op for graph in node.graph.subgraphs for op in graph.ops if op.kind == "VAR_HANDLE"]
    for op in node.graph.main.ops:
        if op.kind == "VAR_HANDLE" and op.outputs[0] is handle:
            name = _key(op)
            if len({o.options.text("container") for o in handles if _key(o) == name} - {""}) > 1:
                node.refuse(
                    handle, f"is variable {name} of several containers", "one container, or another name"
                )
            return name
    return node.refuse(handle, "does not come from a VAR_HANDLE", "one in the same graph")


def _key(op: Op) -> str:
    """The shared name, a C string; TFLM's FindId takes an absent container for any."""
    return "/" + op.options.text("shared_name").split("\0")[0]


def names(graph: Subgraph) -> set[str]:
    """The variables that ``graph`` has handles for."""
    return {_key(op) for op in graph.ops if op.kind == "VAR_HANDLE"}


def _assigned(node: Node, name: str) -> Tensor:
    """What the main graph assigns to the variable, all of one size."""
    values = _assignments(node.graph.main, name)
    if not values:
        node.refuse(
            node.op.inputs[0],
            f"is variable {name}, which nothing assigns",
            "an ASSIGN_VARIABLE, as TFLM needs",
        )
    if len({(v.bytes, v.dtype) for v in values}) != 1:
        node.refuse(values[1], "is assigned to a variable of another size", f"{values[0].bytes} bytes")
    return values[0]


def _assignments(graph: Subgraph, name: str) -> list[Tensor]:
    handles = {
        t.index for op in graph.ops if op.kind == "VAR_HANDLE" and _key(op) == name for t in op.outputs
    }
    found = []
    for op in graph.ops:
        if op.kind == "ASSIGN_VARIABLE" and len(op.inputs) == 2:
            handle, value = op.inputs
            if handle is not None and value is not None and handle.index in handles:
                found.append(value)
    return found


def _initial(node: Node, name: str, value: Tensor) -> bytes | None:
    """The constant that a CALL_ONCE's subgraph assigns: the value before the first inference."""
    starts = [start for graph in initializers(node.graph) for start in _assignments(graph, name)]
    if not starts:
        return None
    start = starts[-1]
    if start.data is None:
        node.refuse(start, "is computed in the subgraph of CALL_ONCE", "a constant")
    if start.bytes != value.bytes:
        node.refuse(start, f"has {start.bytes} bytes", f"{value.bytes}, as the variable")
    return start.data.tobytes()


def initializers(graph: Graph) -> list[Subgraph]:
    """The subgraphs that CALL_ONCE ops of the main graph name."""
    indices = [op.options.integer("init_subgraph_index") for op in graph.main.ops if op.kind == "CALL_ONCE"]
    return [graph.subgraphs[i] for i in indices if 0 <= i < len(graph.subgraphs)]
