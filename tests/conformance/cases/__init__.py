"""Random models of each op: ``CASES["SUB"](choose)`` is the op list of one model that TFLM accepts.

A family of ops is one module; importing this package fills ``CASES``.
"""

from tests.conformance.cases import (
    compressed,
    control_flow,
    elementwise,
    four_bits,
    int16,
    matrix,
    movement,
    plain,
    recurrent,
    reduction,
    signal,
    spatial,
    unary,
    variables,
)
from tests.conformance.cases.registry import CASES, Case

__all__ = [
    "CASES",
    "Case",
    "compressed",
    "control_flow",
    "elementwise",
    "four_bits",
    "int16",
    "matrix",
    "movement",
    "plain",
    "recurrent",
    "reduction",
    "signal",
    "spatial",
    "unary",
    "variables",
]
