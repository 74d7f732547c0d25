"""VAR_HANDLE, READ_VARIABLE, ASSIGN_VARIABLE, CALL_ONCE: memory that lasts from one inference to the next.

A variable is a State of the model. READ copies it out and ASSIGN copies it in, in the order of the graph.
CALL_ONCE is folded: what its subgraph assigns is what ``reset`` writes.
"""

from dataclasses import dataclass

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import Call, Kernel, Struct
from tinykd.compiler.layer import Layer, Lowered
from tinykd.compiler.node import Node, for_types
from tinykd.compiler.ops.common.states import names, resource
from tinykd.graph.ir import DType

INITIALIZER_OPS = ("VAR_HANDLE", "ASSIGN_VARIABLE")


@dataclass(frozen=True, eq=False, kw_only=True)
class ReadVariable(Layer):
    pass


@dataclass(frozen=True, eq=False, kw_only=True)
class AssignVariable(Layer):
    pass


def handle(node: Node) -> Lowered:
    node.typed(node.output, DType.RESOURCE, DType.INT32)
    return ()


def read(node: Node) -> Lowered:
    node.arity((1, 1))
    state, y = resource(node, node.input(0)), node.output
    if y.bytes != state.size:
        node.refuse(y, f"has {y.bytes} bytes", f"the {state.size} of its variable")
    return ReadVariable(name=node.name, op=node.op.kind, inputs=(), outputs=(y,), states=(state,))


def assign(node: Node) -> Lowered:
    node.arity((2, 2), outputs=0)
    state, x = resource(node, node.input(0)), node.input(1)
    return AssignVariable(name=f"{x.name}:assign", op=node.op.kind, inputs=(x,), outputs=(), states=(state,))


def call_once(node: Node) -> Lowered:
    """The subgraph may only assign constants, and must come before any op that uses a variable."""
    node.arity((0, 0), outputs=0)
    index = node.options.integer("init_subgraph_index")
    if not 0 < index < len(node.graph.subgraphs):
        node.refuse(None, f"subgraph {index}", f"one of 1..{len(node.graph.subgraphs) - 1}")
    for op in node.graph.subgraphs[index].ops:
        if op.kind not in INITIALIZER_OPS:
            node.refuse(None, f"a {op.kind} in the subgraph it calls", "assignments of constants only")
    unknown = names(node.graph.subgraphs[index]) - names(node.graph.main)
    if unknown:
        node.refuse(None, f"variable {min(unknown)} in the subgraph it calls", "variables of the main graph")
    for op in node.graph.main.ops[: node.op.index]:
        if op.kind in ("READ_VARIABLE", "ASSIGN_VARIABLE"):
            node.refuse(None, f"op {op.index} {op.kind} before it", "CALL_ONCE first")
    return ()


class ReadVariableKernel(Kernel[ReadVariable]):
    name, layer, code_bytes = "read_variable", ReadVariable, 24

    def cost(self, layer: ReadVariable, target: Target) -> float:
        return 1.0 * layer.states[0].size

    def emit_call(self, layer: ReadVariable, target: Target) -> Call:
        return Call("tkd_read_variable", Struct("tkd_variable_params", (("bytes", layer.states[0].size),)))


class AssignVariableKernel(Kernel[AssignVariable]):
    name, layer, code_bytes = "assign_variable", AssignVariable, 24

    def cost(self, layer: AssignVariable, target: Target) -> float:
        return 1.0 * layer.states[0].size

    def emit_call(self, layer: AssignVariable, target: Target) -> Call:
        return Call("tkd_assign_variable", Struct("tkd_variable_params", (("bytes", layer.states[0].size),)))


LOWER = for_types(
    {"VAR_HANDLE": handle, "READ_VARIABLE": read, "ASSIGN_VARIABLE": assign, "CALL_ONCE": call_once}
)
KERNELS = (ReadVariableKernel(), AssignVariableKernel())
