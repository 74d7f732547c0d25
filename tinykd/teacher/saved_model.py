"""A TensorFlow SavedModel folder as a teacher: its graph is looked through, then asked by its signature.

A SavedModel is a program: its ops could read and write files. So every op that the serving function can reach
must be in a list of those that only compute, and nothing that runs while loading (tables, assets) is taken.
Format: tensorflow/core/protobuf/saved_model.proto; https://github.com/tensorflow/tensorflow/blob/master/SECURITY.md
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.data.types import Samples
from tinykd.errors import ModelError, one_line
from tinykd.teacher.signature import (
    LoadedModel,
    ModelSignature,
    as_type,
    check_output,
    layout_note,
    sample_shape,
)
from tinykd.training.tensorflow import libraries

GRAPH_FILE = "saved_model.pb"
MAX_GRAPH_BYTES = 256 << 20
MAX_BYTES = 1 << 30
_BLOCK = 1024  # samples per call
_SIGNATURES = ("serving_default", "serve")

_OPS = """
Abs Add AddN AddV2 All Any ArgMax ArgMin AvgPool BatchMatMul BatchMatMulV2 BatchMatMulV3 BatchToSpaceND
BiasAdd BroadcastTo Cast Ceil ClipByValue Concat ConcatV2 Const Conv2D DepthToSpace DepthwiseConv2dNative
Div Einsum Elu Enter Equal Erf Exit Exp ExpandDims Expm1 Fill Floor FloorDiv FloorMod FusedBatchNorm
FusedBatchNormV2 FusedBatchNormV3 Gather GatherNd GatherV2 Greater GreaterEqual Identity IdentityN If
L2Loss LRN LeakyRelu Less LessEqual Log Log1p LogSoftmax LogicalAnd LogicalNot LogicalOr LoopCond MatMul
Max MaxPool MaxPoolV2 Maximum Mean Merge Min Minimum MirrorPad Mul Neg NextIteration NoOp NotEqual OneHot
OnesLike Pack Pad PadV2 PartitionedCall Placeholder PlaceholderWithDefault Pow Prod Range Rank
ReadVariableOp RealDiv Reciprocal Relu Relu6 Reshape ResizeBilinear ResizeNearestNeighbor ReverseV2 Rsqrt
Select SelectV2 Selu Shape Sigmoid Sign Size Slice Softmax Softplus Softsign SpaceToBatchND SpaceToDepth
Split SplitV Sqrt Square SquaredDifference Squeeze StatefulPartitionedCall StatelessIf StatelessWhile
StopGradient StridedSlice Sub Sum Switch Tanh TensorListFromTensor TensorListGetItem TensorListReserve
TensorListSetItem TensorListStack Tile TopKV2 Transpose Unpack VarHandleOp While ZerosLike
"""
OPS = frozenset(_OPS.split())
_QUIET = frozenset(
    {"user_object", "function", "bare_concrete_function", "variable", "constant", "captured_tensor"}
)


def load_saved_model(folder: Path, path: Path, signature: ModelSignature) -> LoadedModel:
    """The model in ``folder``, a copy of ``path``, if it has that ``signature``."""
    check_saved_model(folder, path)
    tf = libraries().tf
    try:
        model = tf.saved_model.load(str(folder))
    except Exception as error:  # noqa: BLE001 - a foreign file may fail in any way
        raise ModelError(path, f"TensorFlow cannot load it ({one_line(str(error), 160)})") from None
    serve = model.signatures[next(name for name in _SIGNATURES if name in model.signatures)]
    name, given, dtype = _input_of(serve, path)
    shape = sample_shape(path, given[1:], signature.input_shape)
    answer = next(iter(serve.structured_outputs.values()))
    check_output(path, tuple(answer.shape[1:]), signature)

    def predict(x: Samples) -> NDArray[np.float32]:
        samples = as_type(x.reshape(len(x), *shape), dtype)
        blocks = (serve(**{name: tf.constant(samples[i : i + _BLOCK])}) for i in range(0, len(x), _BLOCK))
        return np.concatenate([next(iter(b.values())).numpy() for b in blocks]).astype(np.float32)

    def function(x: Any) -> Any:
        return next(iter(serve(**{name: tf.cast(x, dtype)}).values()))

    predict.model = model  # type: ignore[attr-defined]  # its variables live as long as it does
    parameters = sum(int(np.prod(v.shape)) for v in serve.variables)
    return LoadedModel(predict, parameters, layout_note(shape, signature), function, shape)


def _input_of(serve: Any, path: Path) -> tuple[str, tuple[int | None, ...], Any]:
    """Name, shape and type of the one input."""
    inputs, outputs = serve.structured_input_signature[1], serve.structured_outputs
    if len(inputs) != 1 or len(outputs) != 1:
        raise ModelError(path, f"{len(inputs)} inputs and {len(outputs)} outputs", "one of each")
    name, spec = next(iter(inputs.items()))
    return name, tuple(spec.shape), spec.dtype.as_numpy_dtype


def check_saved_model(folder: Path, path: Path) -> None:
    """Refuse what could do more than compute, before TensorFlow loads it."""
    if any(file.is_symlink() for file in folder.rglob("*")):
        raise ModelError(path, "holds a symbolic link", "plain files")
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    if size > MAX_BYTES:
        raise ModelError(path, f"is {size} bytes", f"at most {MAX_BYTES}")
    graph = _read_graph(folder / GRAPH_FILE, path)
    for node in graph.object_graph_def.nodes:
        kind = node.WhichOneof("kind")
        if kind not in _QUIET:
            fix = "Save the model without lookup tables, text processing and assets"
            raise ModelError(path, f"holds an object of kind {kind}", "layers and variables only", fix)
    functions = {each.signature.name: each for each in graph.graph_def.library.function}
    for op in sorted(_reachable_ops(functions, _serving_function(graph, path))):
        if op not in OPS:
            fix = "Save the model without it, or compute its logits yourself and give them as .npz"
            raise ModelError(path, f"its graph asks for the op {op}", "ops that only compute", fix)


def _read_graph(file: Path, path: Path) -> Any:
    """The one MetaGraphDef of the file."""
    from google.protobuf.message import DecodeError
    from tensorflow.core.protobuf.saved_model_pb2 import SavedModel

    resave = "Save it again with TensorFlow 2: tf.saved_model.save(model, folder)"
    if file.stat().st_size > MAX_GRAPH_BYTES:
        raise ModelError(path, f"{GRAPH_FILE} is {file.stat().st_size} bytes", f"at most {MAX_GRAPH_BYTES}")
    try:
        saved = SavedModel.FromString(file.read_bytes())
    except DecodeError as error:
        raise ModelError(path, f"cannot be read ({error})", "a SavedModel", resave) from None
    if len(saved.meta_graphs) != 1 or not saved.meta_graphs[0].HasField("object_graph_def"):
        raise ModelError(path, "is no SavedModel of TensorFlow 2", "one graph with objects", resave)
    return saved.meta_graphs[0]


def _serving_function(graph: Any, path: Path) -> str:
    """The name of the function behind the signature that is asked."""
    nodes = graph.object_graph_def.nodes
    for node in nodes:
        for child in node.children:
            if child.local_name in _SIGNATURES and nodes[child.node_id].HasField("bare_concrete_function"):
                return str(nodes[child.node_id].bare_concrete_function.concrete_function_name)
    found = ", ".join(graph.signature_def) or "nothing"
    raise ModelError(path, f"its signatures are {found}", " or ".join(_SIGNATURES))


def _reachable_ops(functions: dict[str, Any], start: str) -> set[str]:
    """Every op of ``start`` and of the functions that it calls, however deep."""
    ops: set[str] = set()
    seen, todo = set(), [start]
    while todo:
        name = todo.pop()
        if name in seen or name not in functions:
            continue
        seen.add(name)
        for node in functions[name].node_def:
            ops.add(node.op)
            todo += [node.op, *_called(node)]
    return {op for op in ops if op not in functions}


def _called(node: Any) -> Iterator[str]:
    for value in node.attr.values():
        yield value.func.name
        yield from (each.name for each in value.list.func)
