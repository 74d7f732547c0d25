"""CONCATENATION of more than ten inputs, which TFLM refuses, rewritten as several of at most ten.

tf_keras writes UpSampling this way. Like ``tiles``, beside it, this module imports nothing of tinykd and
copes with broken models. Tensors keep their numbers; parts stand at the end, their operators before the last.
"""

from typing import Any

MOST = 10  # inputs (micro/kernels/concatenation.cc)


def rewritten(model: bytes) -> bytes:
    """``model`` with each such CONCATENATION replaced; the same bytes if there is none."""
    import tflite

    root = tflite.Model.GetRootAs(model, 0)
    graphs = [root.Subgraphs(i) for i in range(root.SubgraphsLength())]
    counts = (g.Operators(i).InputsLength() for g in graphs for i in range(g.OperatorsLength()))
    return _written_anew(model) if any(count > MOST for count in counts) else model


def _written_anew(model: bytes) -> bytes:
    import flatbuffers
    from tflite_micro.tensorflow.lite.micro.python import schema_py_generated as schema

    root = schema.ModelT.InitFromPackedBuf(model, 0)
    join = schema.BuiltinOperator.CONCATENATION
    joins = {
        i
        for i, code in enumerate(root.operatorCodes)
        if max(code.builtinCode, code.deprecatedBuiltinCode) == join
    }
    for graph in root.subgraphs:
        operators = []
        for op in graph.operators:
            if op.opcodeIndex in joins:
                operators += _parts(schema, graph, op)
            operators.append(op)
        graph.operators = operators
    flat = flatbuffers.Builder(len(model) + 1024)
    flat.Finish(root.Pack(flat), file_identifier=b"TFL3")
    return bytes(flat.Output())


def _parts(schema: Any, graph: Any, op: Any) -> list[Any]:
    """Operators that join ten inputs of ``op`` at a time; it is left with at most ten, their results."""
    made: list[Any] = []
    while len(op.inputs) > MOST:
        inputs = [int(t) for t in op.inputs]
        groups = [inputs[i : i + MOST] for i in range(0, len(inputs), MOST)]
        new = [_part(schema, graph, op, group) for group in groups]
        made += new
        op.inputs = [part.outputs[0] for part in new]
    return made


def _part(schema: Any, graph: Any, op: Any, inputs: list[int]) -> Any:
    whole, axis = graph.tensors[op.outputs[0]], int(op.builtinOptions.axis)
    shape = [int(n) for n in whole.shape]
    shape[axis] = sum(int(graph.tensors[t].shape[axis]) for t in inputs)
    graph.tensors.append(
        schema.TensorT(name=b"part", shape=shape, type=whole.type, quantization=whole.quantization)
    )
    return schema.OperatorT(
        opcodeIndex=op.opcodeIndex, inputs=inputs, outputs=[len(graph.tensors) - 1],
        builtinOptionsType=op.builtinOptionsType, builtinOptions=op.builtinOptions,
    )  # fmt: skip
