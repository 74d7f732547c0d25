"""How far a kernel's output may overlap its input, from the order in which it reads and writes.

A kernel runs in steps t = 0, 1, …: in each it reads some bytes of the input, then writes some of the
output. Let ``first_read[t]`` be the lowest input byte that step t reads and ``last_write[t]`` the highest
output byte it writes. With the input at address ``offset`` relative to the output, nothing is overwritten
before its last read if, for every t, ``last_write so far < offset + lowest byte that any later step reads``.
The smallest such offset, the minimum input offset, is the diagonal memory optimisation of Blacker et al.,
"Optimising the memory of deep learning on microcontrollers" (2020), found exactly.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Steps = NDArray[np.int64]


def min_input_offset(first_read: Steps, last_write: Steps) -> int:
    """The smallest safe (address of input - address of output), in bytes, where every step reads, then
    writes."""
    written = np.maximum.accumulate(last_write)[:-1]
    still_read = np.minimum.accumulate(first_read[::-1])[::-1][1:]
    return int((written - still_read).max()) + 1 if written.size else -(1 << 30)


def interleaved_min_input_offset(first_read: Steps, last_write: Steps) -> int:
    """As ``min_input_offset``, for kernels that may read the bytes of a step again after writing part of
    its output."""
    written = np.maximum.accumulate(last_write)
    still_read = np.minimum.accumulate(first_read[::-1])[::-1]
    return int((written - still_read).max()) + 1


@dataclass(frozen=True)
class Window:
    """A sliding window over [N, H, W, C], as TFLite places it. Sizes in elements; padding above and to the
    left."""

    batches: int
    in_h: int
    in_w: int
    out_h: int
    out_w: int
    kernel_h: int
    kernel_w: int
    stride_h: int = 1
    stride_w: int = 1
    dilation_h: int = 1
    dilation_w: int = 1
    pad_top: int = 0
    pad_left: int = 0

    @property
    def pixels(self) -> int:
        return self.batches * self.out_h * self.out_w

    @property
    def taps(self) -> int:
        return self.kernel_h * self.kernel_w

    @property
    def is_pointwise(self) -> bool:
        """Output pixel p is made from input pixel p alone."""
        return self.taps == 1 and (self.in_h, self.in_w) == (self.out_h, self.out_w)

    @property
    def is_whole(self) -> bool:
        """The one output pixel of an image is made from all of its pixels, each once."""
        kernel, image = (self.kernel_h, self.kernel_w), (self.in_h, self.in_w)
        return kernel == image and (self.out_h, self.out_w) == (1, 1) and not (self.pad_top or self.pad_left)

    def taps_inside(self) -> int:
        """Taps that fall inside of the image, over all output pixels: what TFLM multiplies."""
        rows = _inside(self.out_h, self.in_h, self.kernel_h, self.stride_h, self.dilation_h, self.pad_top)
        columns = _inside(self.out_w, self.in_w, self.kernel_w, self.stride_w, self.dilation_w, self.pad_left)
        return self.batches * rows * columns

    def first_pixels(self) -> Steps:
        """For each output pixel in row-major order, the lowest input pixel it reads (an address in
        pixels)."""
        first_y = _first(self.out_h, self.stride_h, self.dilation_h, self.pad_top)
        first_x = _first(self.out_w, self.stride_w, self.dilation_w, self.pad_left)
        plane = first_y[:, None] * self.in_w + first_x[None, :]
        batch = np.arange(self.batches, dtype=np.int64) * (self.in_h * self.in_w)
        return (batch[:, None] + plane.reshape(1, -1)).reshape(-1)

    def min_input_offset(self, in_channels: int, out_channels: int, block: int) -> int:
        """Minimum input offset, in bytes of int8, of a kernel that gathers ``block`` output pixels of one
        image, then writes all channels of them."""
        image = self.out_h * self.out_w
        firsts = np.arange(self.batches)[:, None] * image
        starts = (firsts + np.arange(0, image, block)[None, :]).reshape(-1)
        ends = np.minimum(starts + block, (starts // image + 1) * image)
        first = np.minimum.reduceat(self.first_pixels(), starts) * in_channels
        return min_input_offset(first, ends * out_channels - 1)


def rows_below(window: Window, channels: int, rows: int) -> tuple[int, ...]:
    """Deltas of an output that begins up to ``rows`` rows below the start of its input, in bytes of int8: for
    kernels of one channel after the other, whose outputs only ever land on that channel of the input, on rows
    that have been read."""
    row = window.in_w * channels
    return tuple(-n * row for n in range(1, rows + 1)) if window.batches == 1 else ()


def _first(out: int, stride: int, dilation: int, pad: int) -> Steps:
    origin = np.arange(out, dtype=np.int64) * stride - pad
    skipped = np.maximum(0, -(origin // dilation))  # taps that lie before the image
    return np.asarray(np.maximum(origin + skipped * dilation, 0), dtype=np.int64)


def _inside(out: int, size: int, kernel: int, stride: int, dilation: int, pad: int) -> int:
    at = np.arange(out)[:, None] * stride - pad + np.arange(kernel)[None, :] * dilation
    return int(((at >= 0) & (at < size)).sum())
