"""Shapes of ops that keep their operand's, or that of operands that broadcast."""

import numpy as np

from tinykd.graph.shapes.view import Rules, Shape, View

_KEEPING = """
ABS CAST CEIL COS CUMSUM DEQUANTIZE ELU EXP FLOOR GELU HARD_SWISH L2_NORMALIZATION LEAKY_RELU LOG LOGICAL_NOT
LOGISTIC LOG_SOFTMAX NEG QUANTIZE RELU RELU6 RELU_0_TO_1 RELU_N1_TO_1 REVERSE_V2 ROUND RSQRT SIGN SIN SOFTMAX
SQRT SQUARE TANH ZEROS_LIKE
"""
_JOINING = """
ADD ADD_N DIV EQUAL FLOOR_DIV FLOOR_MOD GREATER GREATER_EQUAL LESS LESS_EQUAL LOGICAL_AND LOGICAL_OR MAXIMUM
MINIMUM MUL NOT_EQUAL POW PRELU SELECT SELECT_V2 SQUARED_DIFFERENCE SUB
"""


def keeping(view: View) -> list[Shape]:
    return [view.shape(0)]


def joining(view: View) -> list[Shape]:
    return [np.broadcast_shapes(*view.shapes())]


RULES: Rules = {**dict.fromkeys(_KEEPING.split(), keeping), **dict.fromkeys(_JOINING.split(), joining)}
