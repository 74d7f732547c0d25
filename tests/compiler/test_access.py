"""Leads, found from first reads and last writes, against a simulation that marks every byte with its
writer."""

from itertools import product

import numpy as np
import pytest

from tinykd.compiler.ops.common.access import Window, interleaved_min_input_offset, min_input_offset
from tinykd.compiler.ops.common.residual import addend_overlap

Accesses = list[tuple[list[int], list[int]]]  # per step: bytes of the input read, bytes of the output written


def safe(steps: Accesses, delta: int) -> bool:
    """Whether no input byte is read after an output byte was written over it, the input ``delta`` above
    the output."""
    written: set[int] = set()
    for reads, writes in steps:
        if written & {delta + r for r in reads}:
            return False
        written |= set(writes)
    return True


def conv_steps(window: Window, channels: int, out: int, block: int) -> Accesses:
    """The gathering convolution kernel: reads whole pixels under the window, then writes the block's
    outputs. Blocks begin anew at each image."""
    steps: Accesses = []
    image = [(y, x) for y in range(window.out_h) for x in range(window.out_w)]
    for n, start in product(range(window.batches), range(0, len(image), block)):
        reads: list[int] = []
        for y, x in image[start : start + block]:
            for ky, kx in product(range(window.kernel_h), range(window.kernel_w)):
                iy = y * window.stride_h - window.pad_top + ky * window.dilation_h
                ix = x * window.stride_w - window.pad_left + kx * window.dilation_w
                if 0 <= iy < window.in_h and 0 <= ix < window.in_w:
                    first = ((n * window.in_h + iy) * window.in_w + ix) * channels
                    reads += range(first, first + channels)
        first_pixel, end = n * len(image) + start, n * len(image) + min(start + block, len(image))
        steps.append((reads, list(range(first_pixel * out, end * out))))
    return steps


WINDOWS = [
    Window(1, 5, 4, 5, 4, 3, 3, pad_top=1, pad_left=1),
    Window(1, 7, 5, 3, 2, 3, 3, 2, 2),
    Window(2, 4, 4, 4, 4, 1, 1),
    Window(3, 5, 1, 1, 1, 3, 1, 3, 3),
    Window(4, 2, 2, 1, 1, 2, 2),
    Window(1, 6, 6, 3, 3, 2, 2, 2, 2),
    Window(1, 8, 8, 4, 4, 3, 3, dilation_h=2, dilation_w=2),
    Window(1, 9, 1, 5, 1, 5, 1, 2, 1, pad_top=2),
]


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize(("channels", "out"), [(1, 1), (3, 5), (4, 2)])
@pytest.mark.parametrize("block", [1, 2])
def test_convolution_min_input_offset_is_safe_and_least(
    window: Window, channels: int, out: int, block: int
) -> None:
    steps = conv_steps(window, channels, out, block)
    found = window.min_input_offset(channels, out, block)
    in_bytes = window.batches * window.in_h * window.in_w * channels
    assert all(safe(steps, delta) for delta in range(max(found, -in_bytes), found + 40))
    if found > -in_bytes:
        assert not safe(steps, found - 1)


def test_two_rows_of_a_matrix() -> None:
    rows, depth, outputs = 5, 3, 4
    starts = np.arange(0, rows, 2)
    ends = np.minimum(starts + 2, rows)
    found = interleaved_min_input_offset(starts * depth, ends * outputs - 1)
    steps: Accesses = []
    for row, end in zip(starts, ends, strict=True):
        for o in range(outputs):  # each pair of outputs reads the rows again
            steps.append((list(range(row * depth, end * depth)), [r * outputs + o for r in range(row, end)]))
    assert all(safe(steps, delta) for delta in range(found, found + 30))


def test_addend_is_read_just_before_it_is_written() -> None:
    rows, channels = 5, 3
    overlap = addend_overlap(rows, channels, 2)
    steps: Accesses = []
    for start in range(0, rows, 2):
        for c in range(channels):
            for r in range(start, min(start + 2, rows)):
                steps.append(([r * channels + c], [r * channels + c]))
    assert overlap.in_place and safe(steps, 0)
    assert overlap.min_input_offset is not None and all(
        safe(steps, d) for d in range(overlap.min_input_offset, overlap.min_input_offset + 20)
    )
    assert not all(safe(steps, d) for d in range(1, overlap.min_input_offset))  # so 0 would be wrong


def test_one_step_may_overlap_fully() -> None:
    assert min_input_offset(np.array([0]), np.array([99])) < -(1 << 20)
