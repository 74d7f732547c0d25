"""What stands before and behind a model of words so that micro_wake_word takes it for one of a wake word.

Before: ESPHome gives (1, rows, 40) int8, a feature f of the micro frontend as ``f * 256 / 666 - 128`` to the
nearest (micro_wake_word.cpp, of TensorFlow's micro_speech). A QUANTIZE brings it to the model's own int8;
the zero point of a whole number moves it by at most half a step of 255.

Behind: the probability of one class as uint8. Among ESPHome's ops is no softmax: it is the logistic function
of the class's logit less the largest of the others, which with two classes is the softmax and with more at
least as large. The differences are products with weights of 1 and -1, their largest a pooling.
"""

from dataclasses import dataclass, replace

import numpy as np

from tinykd.errors import ConfigError
from tinykd.graph.ir import DType, Op, Options, Quantization, Subgraph, Tensor
from tinykd.wake_word.variables import Numbers

FEATURES_A_STEP = 666 / 256  # of ESPHome's int8
LEAST = -128  # its value of 0
BANDS = 40
_ONE = 127  # the weight that stands for 1
_DENSE = Options(
    {
        "fused_activation_function": 0,
        "weights_format": 0,
        "keep_num_dims": False,
        "asymmetric_quantize_inputs": False,
        "quantized_bias_type": 0,
    }
)
_VALID = 1


@dataclass(frozen=True)
class Normalised:
    """The model's input is (feature - mean) / deviation."""

    mean: float
    deviation: float


def with_ends(graph: Subgraph, features: Normalised, chosen: int, numbers: Numbers) -> Subgraph:
    """``graph``, a hop of (1, rows, 1, 40) or (1, rows, 40, 1), for the class ``chosen``."""
    (source,), (logits,) = graph.inputs, graph.outputs
    before, given = _head(source, features, numbers)
    behind, answer = probability_of(logits, chosen, numbers)
    return replace(graph, inputs=(given,), outputs=(answer,), ops=(*before, *graph.ops, *behind))


def _head(source: Tensor, features: Normalised, numbers: Numbers) -> tuple[list[Op], Tensor]:
    rows = source.elements // BANDS
    scale = FEATURES_A_STEP / features.deviation
    zero = LEAST + round(features.mean / FEATURES_A_STEP)
    if not LEAST <= zero <= 127:
        found = f"features whose mean is {features.mean:g}"
        wanted = f"one from 0 to {255 * FEATURES_A_STEP:.0f}, what ESPHome's int8 stands for"
        raise ConfigError("--layout esphome", found, wanted, "Train on louder sounds")
    own = Quantization((float(np.float32(scale)),), (zero,), 0)
    given = Tensor(next(numbers.free), "features", (1, rows, BANDS), DType.INT8, own)
    shaped = replace(given, index=next(numbers.free), name="rows", shape=source.shape)
    reshape = Op(-1, "RESHAPE", (given,), (shaped,), Options({"new_shape": source.shape}))
    return [reshape, Op(-1, "QUANTIZE", (shaped,), (source,), Options({}))], given


def probability_of(logits: Tensor, chosen: int, numbers: Numbers) -> tuple[list[Op], Tensor]:
    """The ops behind ``logits``, and the probability of class ``chosen`` as uint8 (1, 1)."""
    count, step = logits.elements, Quantization((2 * logits.scale,), (0,), 0)
    others = [i for i in range(count) if i != chosen]
    lead = np.zeros((len(others), count), np.int8)  # the others' less the chosen one's
    lead[:, chosen] = -_ONE
    lead[np.arange(len(others)), others] = _ONE
    leads = Tensor(next(numbers.free), "leads", (1, len(others)), DType.INT8, step)
    ops = [_product(logits, lead, leads, numbers)]
    if len(others) > 1:
        more, leads = _largest(leads, numbers)
        ops += more
    lag = replace(leads, index=next(numbers.free), name="lag")
    odds = Quantization((1 / 256,), (LEAST,), 0)
    likely = replace(lag, index=next(numbers.free), name="likely", quantization=odds)
    answer = Tensor(next(numbers.free), "probability", (1, 1), DType.UINT8, Quantization((1 / 256,), (0,), 0))
    ops += [
        _product(leads, np.array([[-_ONE]], np.int8), lag, numbers),
        Op(-1, "LOGISTIC", (lag,), (likely,), Options({})),
        Op(-1, "QUANTIZE", (likely,), (answer,), Options({})),
    ]
    return ops, answer


def _product(
    x: Tensor, weights: "np.ndarray[tuple[int, ...], np.dtype[np.int8]]", y: Tensor, numbers: Numbers
) -> Op:
    unit = Quantization((float(np.float32(1 / _ONE)),), (0,), 0)
    matrix = Tensor(next(numbers.free), "weights", weights.shape, DType.INT8, unit, data=weights)
    return Op(-1, "FULLY_CONNECTED", (x, matrix, None), (y,), _DENSE)


def _largest(leads: Tensor, numbers: Numbers) -> tuple[list[Op], Tensor]:
    """(1, n) to (1, 1), by a pooling over an image of n rows."""
    n = leads.elements
    image = replace(leads, index=next(numbers.free), name="image", shape=(1, n, 1, 1))
    pooled = replace(leads, index=next(numbers.free), name="pooled", shape=(1, 1, 1, 1))
    most = replace(leads, index=next(numbers.free), name="largest", shape=(1, 1))
    window = {"padding": _VALID, "stride_w": 1, "stride_h": 1, "filter_width": 1, "filter_height": n}
    ops = [
        Op(-1, "RESHAPE", (leads,), (image,), Options({"new_shape": image.shape})),
        Op(-1, "MAX_POOL_2D", (image,), (pooled,), Options({**window, "fused_activation_function": 0})),
        Op(-1, "RESHAPE", (pooled,), (most,), Options({"new_shape": most.shape})),
    ]
    return ops, most
