"""How MicroMutableOpResolver calls what adds an op: ``CONV_2D`` is added by ``AddConv2D()``.

The rule and its exceptions hold for every copy of TFLM in ports/ (read in micro_mutable_op_resolver.h).
"""

import re

_ODD = {
    "AVERAGE_POOL_2D": "AddAveragePool2D",
    "BATCH_MATMUL": "AddBatchMatMul",
    "CONV_2D": "AddConv2D",
    "CUMSUM": "AddCumSum",
    "DEPTHWISE_CONV_2D": "AddDepthwiseConv2D",
    "L2_POOL_2D": "AddL2Pool2D",
    "MAX_POOL_2D": "AddMaxPool2D",
    "PADV2": "AddPadV2",
    "UNIDIRECTIONAL_SEQUENCE_LSTM": "AddUnidirectionalSequenceLSTM",
}
_ADDED = re.compile(
    r"TfLiteStatus\s+(Add\w+)\s*\([^{;]*?\)\s*\{[^{}]*?return\s+AddBuiltin\(\s*BuiltinOperator_(\w+)",
    re.DOTALL,
)


def add_function(kind: str) -> str:
    """The resolver's function for the op ``kind``, a name of the schema."""
    return _ODD.get(kind) or "Add" + "".join(word.capitalize() for word in kind.split("_"))


def added_ops(header: str) -> dict[str, str]:
    """``{op: function}`` of a micro_mutable_op_resolver.h."""
    return {kind: function for function, kind in _ADDED.findall(header)}
