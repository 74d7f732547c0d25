"""What to write in Keras instead of an op that has no int8 form, by its Keras layer or by the kind of op.

Advice only: the code that refuses an op states the reason.
"""

import re
from collections.abc import Iterable

from tinykd.errors import one_line
from tinykd.graph.ir import Op, Tensor

_STATE = "Use an LSTM with stateful=False, or make the state an input and an output of the model"
_STATES = ("READ_VARIABLE", "ASSIGN_VARIABLE", "VAR_HANDLE")
_SMOOTH = "Use ReLU, sigmoid or tanh"
_LAYERS = (
    ("layer_?norm|group_?norm|unit_?norm|instance_?norm|rms_?norm", "Use BatchNormalization there"),
    ("gru|rnn", "Use an LSTM there, or SimpleRNN with unroll=True"),
    ("gelu|selu|elu|softplus|softsign|mish", _SMOOTH),
    ("up_?sampl", "Use UpSampling2D of tf_keras, which becomes RESIZE_NEAREST_NEIGHBOR, or Conv2DTranspose"),
    ("rescaling|normalization", "Scale the data before the model"),
)
_OUTSIDE = "Leave it to what stands around the model, or use ReLU, sigmoid or tanh"
_OPS = {
    "NEG": "Write 0 - x, or fold the sign into the layer before",
    "TILE": "Use Concatenate, or UpSampling2D of tf_keras, which becomes RESIZE_NEAREST_NEIGHBOR",
    **dict.fromkeys(("ELU", "GELU", "HARD_SWISH"), _SMOOTH),
    **dict.fromkeys(("EXP", "LOG", "SIN", "COS", "SQRT", "POW", "DIV", "LOG_SOFTMAX"), _OUTSIDE),
    **dict.fromkeys(("FLOOR", "CEIL", "ROUND", "FLOOR_DIV", "FLOOR_MOD", "CUMSUM"), _OUTSIDE),
    **dict.fromkeys(("SHAPE", "RANK", "FILL", "RANGE"), "Convert with batch 1 and every size fixed"),
}
_CUSTOM = "Cut it off, and compute it around the model"
_QUANTIZED = """
ADD AVERAGE_POOL_2D BATCH_MATMUL CONCATENATION CONV_2D DEPTHWISE_CONV_2D FULLY_CONNECTED LEAKY_RELU LOGISTIC
MAXIMUM MAX_POOL_2D MEAN MINIMUM MUL PAD PRELU RELU RELU6 RESHAPE RESIZE_BILINEAR RESIZE_NEAREST_NEIGHBOR
SOFTMAX SPLIT STRIDED_SLICE SUB SUM TANH TRANSPOSE TRANSPOSE_CONV UNIDIRECTIONAL_SEQUENCE_LSTM
"""
_WHOLE = "Quantize it too: it has an int8 form, and was left out of the conversion"
PADDED = "zero point 0 or no padding: TFLM pads with memory it never wrote"  # SPACE_TO_BATCH_ND
GENERAL = "Use layers with an int8 form: Conv2D, Dense, BatchNormalization, ReLU, Softmax, Add, Multiply"


def layer_path(tensor: Tensor) -> str:
    """The path of the Keras layer that converters put before the op's own name; "" if there is none."""
    path, slash, _ = tensor.name.split(";")[0].rpartition("/")
    return one_line(path, 80) if slash else ""


def layer_of(op: Op) -> str:
    """The Keras layer of ``op``, from the first of its tensors whose name contains one."""
    return _first(layer_path(t) for t in (*op.outputs, *op.inputs[::-1]) if t is not None)


def instead_of(op: Op) -> str:
    """What to write instead of ``op``: by its Keras layer if that is known, else by its kind."""
    if op.kind in _STATES:
        return _STATE
    layer = layer_of(op).lower()
    by_layer = _first(advice for pattern, advice in _LAYERS if re.search(pattern, layer))
    return by_layer or _OPS.get(op.kind, _CUSTOM if op.kind.startswith("CUSTOM") else "")


def quantized_instead(op: Op) -> str:
    """What to do about a float op between int8 ops."""
    return instead_of(op) or (_WHOLE if op.kind in _QUANTIZED.split() else GENERAL)


def padding_advice(padded: Tensor) -> str:
    """Advice for SPACE_TO_BATCH_ND with padding, from dilated convolutions of dynamic batch."""
    if padded.is_open:
        return "Convert with batch 1, which makes one dilated convolution of it"
    return "Use a dilated convolution or an explicit PAD"


def _first(texts: Iterable[str]) -> str:
    return next((text for text in texts if text), "")
