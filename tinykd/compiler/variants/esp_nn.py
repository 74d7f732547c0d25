"""What the adapters in firmware/kernels/esp_nn have in common: where ESP-NN is exact, and its constants.

Read in the sources of espressif/esp-nn 1.2.3. ESP-NN rounds twice as TFLM does, but adds the rounding
constant in 32 bits; it computes one image without dilation; widths are 16 bits. Layers that are not certain
to be exact there use this project's kernels; each exclusion is in the code with its reason.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.compiler.core import Target
from tinykd.compiler.kernel import ConstantArray, CValue
from tinykd.compiler.ops.common.access import Window
from tinykd.compiler.ops.common.convolution import Requantization

ALIGN = 16  # bytes, of a vector load
LEAST_SHIFT = -30
SUM_LIMIT = 1 << 30  # |accumulator| below this, plus a rounding constant up to 2**29, is an int32


def made_for(target: Target) -> bool:
    """Its kernels are exact for some weights only: firmware whose weights are replaceable has none."""
    return target.core.has_esp_nn and not target.replaceable


def exact(weights: NDArray[Any], bias: NDArray[Any], scaling: Requantization) -> bool:
    """Whether sums and scales stay where ESP-NN's rounding is TFLM's. ``weights`` (channels, …), ``bias``
    with the input's zero point folded in."""
    reach = np.abs(weights.reshape(weights.shape[0], -1).astype(np.int64)).sum(axis=1) * 255
    largest = int((reach + np.abs(bias.astype(np.int64))).max())
    shifts = scaling.shifts
    return largest < SUM_LIMIT and int(shifts.max()) <= 0 and int(shifts.min()) >= LEAST_SHIFT


def one_plain_image(window: Window) -> bool:
    """One image, no dilation."""
    return window.batches == 1 and (window.dilation_h, window.dilation_w) == (1, 1)


def trailing(window: Window) -> tuple[int, int]:
    """How far the last windows reach below and to the right of the image; negative: they end before."""
    below = (window.out_h - 1) * window.stride_h + window.kernel_h - window.in_h - window.pad_top
    right = (window.out_w - 1) * window.stride_w + window.kernel_w - window.in_w - window.pad_left
    return below, right


def never_leaves(window: Window) -> bool:
    """Whether no window reads outside of the image."""
    return max(window.pad_top, window.pad_left, *trailing(window)) <= 0


def offset_and_bias(
    weights: NDArray[Any], folded: NDArray[Any], zero_point: int, inside: bool
) -> tuple[int, NDArray[np.int32]]:
    """(what is added to inputs, bias). Where every window stays inside, the zero point stays folded into
    the bias, so that ESP-NN need not sum the weights at every call; else it needs the value to pad with."""
    if inside:
        return 0, folded.astype(np.int32)
    sums = weights.reshape(weights.shape[0], -1).astype(np.int64).sum(axis=1)
    return -zero_point, (folded.astype(np.int64) + zero_point * sums).astype(np.int32)


def quantization_arrays(scaling: Requantization, channels: int) -> tuple[tuple[str, CValue], ...]:
    """Multipliers and shifts, both int32, one per channel."""
    multipliers = np.broadcast_to(scaling.multipliers, channels).astype(np.int32)
    shifts = np.broadcast_to(scaling.shifts, channels).astype(np.int32)
    return (
        ("multiplier", ConstantArray("multiplier", multipliers, "Q0.31")),
        ("shift", ConstantArray("shift", shifts, "positive = left")),
    )


def output_fields(scaling: Requantization) -> tuple[tuple[str, CValue], ...]:
    return (("out_offset", scaling.zero_point), ("min", scaling.minimum), ("max", scaling.maximum))
