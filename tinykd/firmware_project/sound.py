"""Tables and parameters of a sound's features as the C on the device takes them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.data.features import micro_frontend as micro
from tinykd.data.features.fixed_fft import twiddles, untangles
from tinykd.data.features.float_dft import turns
from tinykd.data.features.frontend import AudioFrontend
from tinykd.data.features.log_mel import LogMel
from tinykd.data.features.micro_tables import WINDOW_BITS
from tinykd.firmware_project.model import ModelSources
from tinykd.graph.quantize import quantize

_NEVER = 32767  # no feature is as large


def log_mel_facts(how: LogMel) -> dict[str, Any]:
    """A band's weights are stored where they are not zero."""
    used = [np.flatnonzero(row) for row in how.weights()]
    return {
        "window": how.window(),
        "turns": turns(how.fft).reshape(-1),
        "first": [int(columns[0]) for columns in used],
        "count": [int(columns[-1] - columns[0] + 1) for columns in used],
        "weights": np.concatenate(
            [row[c[0] : c[-1] + 1] for row, c in zip(how.weights(), used, strict=True)]
        ),
        "power_scale": float(how.power_scale),
    }


def micro_frontend_facts(
    frontend: AudioFrontend, how: micro.MicroFrontend, model: ModelSources
) -> dict[str, Any]:
    """All constants of ``tkd_micro_frontend``; ``model`` has one int8 input."""
    assert model.input_quantization is not None
    own = levels(frontend.mean, frontend.deviation, *model.input_quantization)
    return {**spectrum_facts(how), "levels": own}


def spectrum_facts(how: micro.MicroFrontend) -> dict[str, Any]:
    """As far as the logarithm; what the model takes for it is for others."""
    half, bank = how.fft // 2, how.filter_bank()
    return {
        "window": how.window(),
        "twiddles": twiddles(half),
        "untangles": untangles(half),
        "bank": bank,
        "gains": how.gains(),
        "levels": None,
        "window_bits": WINDOW_BITS,
        "half_bits": half.bit_length() - 1,
        "bins": half + 1,
        "smoothing": micro.SMOOTHING,
        "kept": tuple((1 << micro.BITS) - each for each in micro.SMOOTHING),
        "least_signal": micro.LEAST_SIGNAL,
        "smoothing_bits": micro.SMOOTHING_BITS,
        "bits": micro.BITS,
        "log_scale": micro.LOG_SCALE,
        "is_plain": int(how.is_plain),
        "offset": how.energy_offset,
    }


def levels(mean: float, deviation: float, scale: float, zero_point: int) -> NDArray[np.int16]:
    """(255,) the least features whose int8 is -127 or more, -126 or more, ... 127, as the host has them.

    input = (feature - mean) / deviation in float32, then quantized: it never falls as the feature rises.
    """
    features = np.arange(micro.MOST + 1).astype(np.float32)
    values = quantize((features - np.float32(mean)) / np.float32(deviation), scale, zero_point)
    first = np.searchsorted(values, np.arange(-127, 128), side="left")
    return np.where(first > micro.MOST, _NEVER, first).astype(np.int16)
