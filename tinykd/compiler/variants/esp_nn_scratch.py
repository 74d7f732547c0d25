"""Bytes of scratch that ESP-NN 1.2.3 requests: twins of its esp_nn_get_*_scratch_size_*.

The firmware queries the linked component, and does not run if that needs more (a later version might).
Where the component requests less than it writes, this is what it writes; see the comments.
"""

from tinykd.compiler.core import Core
from tinykd.compiler.ops.common.access import Window

LEAST = 16  # bytes, of a depthwise kernel that reports none
_TILED = 40 * 1024  # esp_nn_depthwise_conv_s8_esp32s3.c: larger padded inputs go row by row


def ceil(x: int, to: int) -> int:
    return -(-x // to) * to


def conv_2d(core: Core, window: Window, in_channels: int, out_channels: int) -> int:
    """esp_nn_get_conv_scratch_size_esp32s3 and …_esp32p4, for the shapes that use ESP-NN."""
    if core is Core.ESP32_S3:
        return _conv_2d_s3(window, in_channels, out_channels)
    return _conv_2d_p4(window, in_channels, out_channels)


def _is_plain_1x1(w: Window) -> bool:
    return w.taps == 1 and max(w.pad_top, w.pad_left) == 0 and max(w.stride_h, w.stride_w) == 1


def _1x1(w: Window, in_channels: int, out_channels: int, margin: int) -> int:
    eights = ceil(in_channels, 8)
    pixels = w.in_h * w.in_w
    transposed = 16 * eights if pixels >= 8 else 0
    return (pixels * eights if in_channels % 8 else 0) + eights * out_channels + transposed + margin


def _conv_2d_s3(w: Window, in_channels: int, out_channels: int) -> int:
    margin = 64
    if _is_plain_1x1(w):
        return _1x1(w, in_channels, out_channels, margin)
    row, patch = w.kernel_w * in_channels, w.taps * in_channels
    if row < 16 <= patch:
        sixteens = ceil(patch, 16)
        return out_channels * 4 + 16 + out_channels * sixteens + 16 + sixteens + margin
    padded = 0
    if w.pad_top or w.pad_left:
        padded = (w.in_w + 2 * w.pad_left) * (w.in_h + 2 * w.pad_top) * in_channels
    filters = w.taps * ceil(in_channels, 16) * out_channels + ceil(row, 16) * w.kernel_h * out_channels
    return padded + filters + _padded_behind(w, in_channels) + margin + 4 * out_channels


def _behind(w: Window) -> tuple[int, int]:
    """(below, right) as ESP-NN reckons it: up to stride - 1 more than is read."""
    below = w.out_h * w.stride_h + w.kernel_h - 1 - w.in_h
    return below, w.out_w * w.stride_w + w.kernel_w - 1 - w.in_w


def _padded_behind(w: Window, channels: int) -> int:
    below, right = (max(0, n) for n in _behind(w))
    return (w.in_w + right) * (w.in_h + below) * channels if below or right else 0


def _conv_2d_p4(w: Window, in_channels: int, out_channels: int) -> int:
    margin = 32
    if _is_plain_1x1(w):
        return _1x1(w, in_channels, out_channels, margin)
    if max(w.pad_top, w.pad_left) == 0 and w.kernel_w * in_channels >= 16:
        return w.taps * ceil(in_channels, 16) * out_channels + margin + 4 * out_channels
    return 4 * out_channels + w.taps * in_channels + margin


def depthwise(core: Core, w: Window, channels: int, multiplier: int) -> int:
    """esp_nn_get_depthwise_conv_scratch_size_esp32s3, for the shapes that use ESP-NN; none on P4."""
    if core is not Core.ESP32_S3:
        return LEAST
    filters = w.taps * channels * multiplier
    if multiplier == 1 and (w.kernel_h, w.kernel_w) == (3, 3) and channels % 16 == 0:
        return filters + _depthwise_padded(w, channels) + 16
    if multiplier == 1 and (w.kernel_h, w.kernel_w) == (3, 3) and channels >= 12:
        return _depthwise_widened(w, ceil(channels, 16))
    return 2 * (filters + w.in_h * w.in_w * channels) + 32


def _depthwise_padded(w: Window, channels: int) -> int:
    if w.pad_top == 0 and w.pad_left == 0:
        below, right = _behind(w)  # never tiled there, though 1.2.3 requests no more than a tile
        return (w.in_w + right) * (w.in_h + below) * channels if below or right else 0
    width = w.in_w + 2 * w.pad_left
    whole = width * (w.in_h + 2 * w.pad_top) * channels
    return whole if whole <= _TILED else width * w.kernel_h * channels


def _depthwise_widened(w: Window, channels: int) -> int:
    below, right = (max(0, n) for n in _behind(w))
    padded = (w.in_w + 2 * w.pad_left + right) * (w.in_h + 2 * w.pad_top + below) * channels
    return 9 * channels + padded + w.out_h * w.out_w * channels + 64
