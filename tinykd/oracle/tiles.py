"""TILE rewritten as BROADCAST_TO, which TFLM has: equal if only axes of size 1 are repeated.

Keras 3 writes UpSampling this way. Like ``worker``, which calls it, this module imports nothing of tinykd and
copes with broken models. Tensors and operators keep their numbers; the new shapes are tensors at the end.
"""

from typing import Any

import numpy as np


def rewritten(model: bytes) -> bytes:
    """``model`` with each such TILE replaced; the same bytes if there is none."""
    import tflite

    root = tflite.Model.GetRootAs(model, 0)
    codes = [root.OperatorCodes(i) for i in range(root.OperatorCodesLength())]
    if all(code.BuiltinCode() != tflite.BuiltinOperator.TILE for code in codes):
        return model
    return _written_anew(model)


def _written_anew(model: bytes) -> bytes:
    import flatbuffers
    from tflite_micro.tensorflow.lite.micro.python import schema_py_generated as schema

    root = schema.ModelT.InitFromPackedBuf(model, 0)
    operators = schema.BuiltinOperator
    tiles = {i for i, code in enumerate(root.operatorCodes) if code.builtinCode == operators.TILE}
    code = schema.OperatorCodeT(deprecatedBuiltinCode=127, builtinCode=operators.BROADCAST_TO, version=2)
    root.operatorCodes.append(code)
    for graph in root.subgraphs:
        for op in graph.operators:
            if op.opcodeIndex in tiles and _repeats_ones(graph, op):
                _replace(schema, root, graph, op)
    flat = flatbuffers.Builder(len(model) + 1024)
    flat.Finish(root.Pack(flat), file_identifier=b"TFL3")
    return bytes(flat.Output())


def _repeats_ones(graph: Any, op: Any) -> bool:
    sizes = zip(graph.tensors[op.inputs[0]].shape, graph.tensors[op.outputs[0]].shape, strict=True)
    return all(before in (1, after) for before, after in sizes)


def _replace(schema: Any, root: Any, graph: Any, op: Any) -> None:
    shape = np.array(graph.tensors[op.outputs[0]].shape, np.int32)
    root.buffers.append(schema.BufferT(data=np.frombuffer(shape.tobytes(), np.uint8)))
    graph.tensors.append(
        schema.TensorT(
            name=b"shape", shape=[shape.size], type=schema.TensorType.INT32, buffer=len(root.buffers) - 1
        )
    )
    op.inputs = [op.inputs[0], len(graph.tensors) - 1]
    op.opcodeIndex = len(root.operatorCodes) - 1
    op.builtinOptionsType, op.builtinOptions = schema.BuiltinOptions.NONE, None
