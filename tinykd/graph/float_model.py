"""Whether a flatbuffer is a float model of one input and one output, as training left it."""

from tinykd.errors import ModelError
from tinykd.graph.ir import DType, Tensor
from tinykd.graph.reader import read_any_graph, read_graph
from tinykd.graph.real import FILE, is_never_quantized
from tinykd.graph.shapes.settle import settled


def float_input(model: bytes) -> Tensor:
    """The one float32 input of a model that was never quantized; a ``ModelError`` for any other model."""
    graph = settled(read_any_graph(model))
    if not is_never_quantized(graph.subgraphs):
        read_graph(model)  # says what is wrong with one that is neither
        raise ModelError("model", "is quantized already", "a float model", f"Type tinykd prove {FILE}")
    if len(graph.main.inputs) != 1 or len(graph.main.outputs) != 1:
        found = f"has {len(graph.main.inputs)} inputs and {len(graph.main.outputs)} outputs"
        raise ModelError("model", found, "one of each")
    (given,) = graph.main.inputs
    if given.dtype is not DType.FLOAT32:
        raise ModelError("model", f'its input "{given.name}" is {given.dtype.value}', "float32")
    if given.shape[:1] != (1,) or len(given.shape) < 2:
        found = f'its input "{given.name}" has shape {list(given.shape)}'
        raise ModelError("model", found, "batch 1", "Convert it again with batch 1 or None")
    return given
