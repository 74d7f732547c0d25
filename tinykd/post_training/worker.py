"""ai-edge-quantizer's process: ``worker.py FOLDER`` reads float.tflite, calibration.npy and measured.npy
there, writes int8.tflite and outputs.npz: what LiteRT answers to the measured samples with the float model.

Static ranges, int8 activations, int8 weights per channel, int8 ends. It stands alone (no import of tinykd).
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

CANNOT_IMPORT = 3
EVERY = 16  # samples between two lines of progress
SIGNATURE = "serving_default"

Samples = NDArray[np.float32]  # (n, 1, *shape of a sample)


def prepared(model: bytes) -> bytes:
    """``model`` as the quantizer takes it: every size fixed, names that tell tensors apart, one signature."""
    import flatbuffers
    from ai_edge_litert import schema_py_generated as schema

    tree = schema.ModelT.InitFromPackedBuf(model, 0)
    graph, taken = tree.subgraphs[0], set[bytes]()
    for number, tensor in enumerate(graph.tensors):
        tensor.shapeSignature = None
        name = tensor.name or b"tensor"
        tensor.name = name if name not in taken else name + b"_%d" % number
        taken.add(tensor.name)
    _rewrite(schema, tree)
    tree.signatureDefs = [_signature(schema, graph)]
    builder = flatbuffers.Builder(len(model))
    builder.Finish(tree.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def _rewrite(schema: Any, tree: Any) -> None:
    """Ops that the quantizer leaves in float, in terms of others that give the same numbers."""
    kinds, graph, ops = [_kind(code) for code in tree.operatorCodes], tree.subgraphs[0], []
    for op in graph.operators:
        match kinds[op.opcodeIndex]:
            case schema.BuiltinOperator.EXPAND_DIMS | schema.BuiltinOperator.SQUEEZE:
                ops.append(_reshape(schema, tree, op))
            case schema.BuiltinOperator.LEAKY_RELU if op.builtinOptions.alpha <= 1:
                ops += _leaky(schema, tree, op)
            case _:
                ops.append(op)
    graph.operators = ops


def _kind(code: Any) -> int:
    return max(int(code.builtinCode), int(code.deprecatedBuiltinCode))


def _reshape(schema: Any, tree: Any, op: Any) -> Any:
    shape = np.array(tree.subgraphs[0].tensors[op.outputs[0]].shape, np.int32)
    options = schema.ReshapeOptionsT()
    options.newShape = shape.tolist()
    operands = [int(op.inputs[0]), _constant(schema, tree, shape, schema.TensorType.INT32)]
    return _op(schema, tree, "RESHAPE", operands, op.outputs, options)


def _leaky(schema: Any, tree: Any, op: Any) -> list[Any]:
    """max(x, alpha * x), for alpha of at most 1."""
    tensors, x = tree.subgraphs[0].tensors, int(op.inputs[0])
    alpha = np.array([op.builtinOptions.alpha], np.float32)
    factor = _constant(schema, tree, alpha, schema.TensorType.FLOAT32)
    below = schema.TensorT()
    below.name, below.shape = b"leaky_%d" % len(tensors), tensors[x].shape
    tensors.append(below)
    product = len(tensors) - 1
    return [
        _op(schema, tree, "MUL", [x, factor], [product], schema.MulOptionsT()),
        _op(schema, tree, "MAXIMUM", [x, product], op.outputs, schema.MaximumMinimumOptionsT()),
    ]


def _constant(schema: Any, tree: Any, values: NDArray[Any], dtype: int) -> int:
    tensors, buffer, tensor = tree.subgraphs[0].tensors, schema.BufferT(), schema.TensorT()
    buffer.data = np.frombuffer(values.tobytes(), np.uint8)
    tree.buffers.append(buffer)
    tensor.name, tensor.shape, tensor.type = b"constant_%d" % len(tensors), list(values.shape), dtype
    tensor.buffer = len(tree.buffers) - 1
    tensors.append(tensor)
    return len(tensors) - 1


def _op(schema: Any, tree: Any, kind: str, inputs: list[int], outputs: Any, options: Any) -> Any:
    code, op = schema.OperatorCodeT(), schema.OperatorT()
    code.builtinCode = code.deprecatedBuiltinCode = getattr(schema.BuiltinOperator, kind)
    tree.operatorCodes.append(code)
    op.opcodeIndex, op.inputs, op.outputs = len(tree.operatorCodes) - 1, inputs, outputs
    op.builtinOptions = options
    op.builtinOptionsType = getattr(schema.BuiltinOptions, type(options).__name__[:-1])
    return op


def _signature(schema: Any, graph: Any) -> Any:
    """Inputs ``x0``, ``x1``, ..., outputs ``y0``, ``y1``, ... in the order of the graph."""
    signature = schema.SignatureDefT()
    signature.signatureKey, signature.subgraphIndex = SIGNATURE.encode(), 0
    signature.inputs = [_named(schema, f"x{i}", t) for i, t in enumerate(graph.inputs)]
    signature.outputs = [_named(schema, f"y{i}", t) for i, t in enumerate(graph.outputs)]
    return signature


def _named(schema: Any, name: str, tensor: int) -> Any:
    entry = schema.TensorMapT()
    entry.name, entry.tensorIndex = name.encode(), int(tensor)
    return entry


def quantized(model: bytes, samples: Samples) -> bytes:
    """``model`` in int8, each range from the least to the largest value on ``samples``.

    The quantizer's own way, a moving average of each sample's ends, cuts off what only some samples reach.
    """
    from ai_edge_quantizer import quantizer, recipe
    from ai_edge_quantizer.calibrator import CalibrationMode, Calibrator
    from ai_edge_quantizer.recipe_manager import RecipeManager
    from ai_edge_quantizer.utils.qsv_utils import min_max_update

    how, recipes = recipe.static_wi8_ai8(), RecipeManager()
    recipes.load_quantization_recipe(how)
    mode = CalibrationMode.CALIBRATION_PRESERVE_ALL_TENSORS
    calibrator = Calibrator(model, num_threads=1, qsv_update_func=min_max_update, mode=mode)
    calibrator.calibrate({SIGNATURE: _fed(samples)}, recipes)
    made = quantizer.Quantizer(bytearray(model))
    made.load_quantization_recipe(how)
    ranges = calibrator.get_model_qsvs()
    result = made.quantize(ranges, enable_progress_bar=False, enable_progress_report=False)
    return bytes(result.quantized_model)


def _fed(samples: Samples) -> list[dict[str, Samples]]:
    return [{"x0": sample} for sample in samples]


def answers(model: bytes, samples: Samples) -> Iterator[list[NDArray[Any]]]:
    """Every output of the float model for each of ``samples``."""
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_content=model, num_threads=1)
    interpreter.allocate_tensors()
    (given,), found = interpreter.get_input_details(), interpreter.get_output_details()
    for sample in samples:
        interpreter.reset_all_variables()  # an LSTM's state is that of no sample before it
        interpreter.set_tensor(given["index"], sample)
        interpreter.invoke()
        yield [np.array(interpreter.get_tensor(each["index"])) for each in found]


def main(folder: Path) -> int:
    """Prints how many of the measured samples are done."""
    try:
        import ai_edge_quantizer  # noqa: F401
    except ImportError as error:
        print(error, file=sys.stderr)
        return CANNOT_IMPORT
    model = prepared((folder / "float.tflite").read_bytes())
    (folder / "int8.tflite").write_bytes(quantized(model, np.load(folder / "calibration.npy")))
    rows = []
    for number, row in enumerate(answers(model, np.load(folder / "measured.npy")), start=1):
        rows.append(row)
        if number % EVERY == 0:
            print(number, flush=True)
    outputs = {f"y{i}": np.stack(column) for i, column in enumerate(zip(*rows, strict=True))}
    np.savez(folder / "outputs.npz", allow_pickle=False, **outputs)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
