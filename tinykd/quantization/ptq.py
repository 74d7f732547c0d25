"""The float student made int8 without any more training: what quantization-aware training is held against.

Scales of weights come from the weights, per channel, ranges of activations from calibration samples (Jacob
et al., arXiv 1712.05877, and the converter's integer quantization).
"""

from typing import Any

from tinykd.data.spread import spread
from tinykd.data.types import SampleRows
from tinykd.quantization.converter import Advance, ignored
from tinykd.quantization.export import REPRESENTATIVES, to_int8


def post_training(student: Any, samples: SampleRows, advance: Advance = ignored) -> bytes:
    """The flatbuffer of a trained float ``student``, calibrated on some of ``samples`` (n, H, W, C)."""
    return to_int8(student, spread(samples, REPRESENTATIVES), advance)
