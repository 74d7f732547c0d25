"""TFLM's signal ops: sound to features, and frames that last from one call to the next."""

from typing import Any

import numpy as np

from tests.conformance.builder import TENSOR_TYPE, Op, Tensor, constant
from tests.conformance.cases.registry import Case, case
from tests.conformance.choose import Choose

SIGNAL = "CUSTOM Signal"


def one(
    op: str, x: list[Tensor], y: list[Tensor], ranges: dict[Tensor, tuple[int, int]] | None = None, **o: Any
) -> Case:
    return Case([Op(op, x, y, **o)], input_ranges=ranges or {})


@case(f"{SIGNAL}Window")
def window(c: Choose, op: str) -> Case:
    size, frames = c.integer(1, 12), c.integer(1, 3)
    shape = (frames, size) if c.chance(50) else (frames * size,)
    weights = constant("w", c.array((size,), -32768, 32767, "int16"), "int16")
    return one(
        op, [Tensor("x", shape, "int16"), weights], [Tensor("y", shape, "int16")], shift=c.integer(8, 15)
    )


@case(f"{SIGNAL}FftAutoScale")
def auto_scale(c: Choose, op: str) -> Case:
    size, limit = c.integer(1, 12), 1 << c.integer(0, 15)
    x = Tensor("x", (size,), "int16")
    outputs = [Tensor("y", (size,), "int16"), Tensor("bits", (), "int32")]
    return one(op, [x], outputs, {x: (-limit, limit - 1)})


@case(f"{SIGNAL}Rfft")
def rfft(c: Choose, op: str) -> Case:
    length, dtype = 1 << c.integer(2, 6), c.pick(("int16", "int32"))
    samples, lead = c.integer(length // 2, length), c.pick(((), (2,), (1, 2)))
    x, y = Tensor("x", (*lead, samples), dtype), Tensor("y", (*lead, length + 2), dtype)
    return one(op, [x], [y], T=TENSOR_TYPE[dtype], fft_length=length)


@case(f"{SIGNAL}Irfft")
def irfft(c: Choose, op: str) -> Case:
    length, dtype = 1 << c.integer(2, 6), c.pick(("int16", "int32"))
    lead = c.pick(((), (2,), (1, 2)))
    x, y = Tensor("x", (*lead, length + 2), dtype), Tensor("y", (*lead, length), dtype)
    return one(op, [x], [y], T=TENSOR_TYPE[dtype], fft_length=length)


@case(f"{SIGNAL}Energy")
def energy(c: Choose, op: str) -> Case:
    """All bins: what lies outside of them TFLM does not write."""
    bins = c.integer(1, 12)
    x, y = Tensor("x", (2 * bins,), "int16"), Tensor("y", (bins,), "uint32")
    return one(op, [x], [y], start_index=0, end_index=bins)


@case(f"{SIGNAL}FilterBank")
def filter_bank(c: Choose, op: str) -> Case:
    bins, channels = c.integer(4, 12), c.integer(1, 5)
    widths = [c.integer(0, 3) for _ in range(channels + 1)]
    starts = [c.integer(0, bins - w) for w in widths]
    first = np.concatenate([[0], np.cumsum(widths)])
    weights = [constant(n, c.array((int(first[-1]) + 1,), -4096, 4096, "int16"), "int16") for n in "wu"]
    tables = [constant(n, v, "int16") for n, v in (("s", starts), ("f", first[:-1]), ("n", widths))]
    y = Tensor("y", (channels,), "uint64")
    return one(op, [Tensor("x", (bins,), "uint32"), *weights, *tables], [y], num_channels=channels)


@case(f"{SIGNAL}FilterBankSquareRoot")
def square_root(c: Choose, op: str) -> Case:
    channels = c.integer(1, 8)
    x, y = Tensor("x", (channels,), "uint64"), Tensor("y", (channels,), "uint32")
    if c.chance(30):
        return one(op, [x, constant("bits", c.integer(0, 14))], [y])
    bits = Tensor("bits", (), "int32")
    return one(op, [x, bits], [y], {bits: (0, 14)})


@case(f"{SIGNAL}FilterBankSpectralSubtraction")
def spectral_subtraction(c: Choose, op: str) -> Case:
    channels, bits = c.integer(1, 8), 14
    x = Tensor("x", (channels,), "uint32")
    outputs = [Tensor(n, (channels,), "uint32") for n in ("y", "noise")]
    even, odd = c.integer(0, 1 << bits), c.integer(0, 1 << bits)
    return one(
        op, [x], outputs, {x: (0, 1 << c.integer(4, 22))} if c.chance(70) else None, num_channels=channels,
        smoothing=even, one_minus_smoothing=(1 << bits) - even,
        alternate_smoothing=odd, alternate_one_minus_smoothing=(1 << bits) - odd,
        smoothing_bits=c.integer(0, 10), min_signal_remaining=c.integer(0, 1 << bits),
        clamping=c.chance(50), spectral_subtraction_bits=bits,
    )  # fmt: skip


@case(f"{SIGNAL}PCAN")
def pcan(c: Choose, op: str) -> Case:
    channels, gains = c.integer(1, 8), constant("g", c.array((125,), -32768, 32767, "int16"), "int16")
    x, noise = Tensor("x", (channels,), "uint32"), Tensor("noise", (channels,), "uint32")
    if c.chance(20):
        noise = constant("noise", c.array((channels,), 0, (1 << 32) - 1, "uint32"), "uint32")
    limit = (0, 1 << c.integer(2, 32))
    ranges = {t: limit for t in (x, noise) if t.data is None} if c.chance(60) else None
    return one(
        op, [x, noise, gains], [Tensor("y", (channels,), "uint32")], ranges, snr_shift=c.integer(0, 20)
    )


@case(f"{SIGNAL}FilterBankLog")
def log(c: Choose, op: str) -> Case:
    channels = c.integer(1, 8)
    x, y = Tensor("x", (channels,), "uint32"), Tensor("y", (channels,), "int16")
    ranges = {x: (0, 1 << c.integer(2, 32))} if c.chance(60) else None
    return one(op, [x], [y], ranges, input_correction_bits=c.integer(0, 5), output_scale=c.integer(1, 4000))


@case(f"{SIGNAL}Stacker")
def stacker(c: Choose, op: str) -> Case:
    """Without frames to the right every call gives a whole stack; TFLM writes no others."""
    channels, left = c.integer(1, 5), c.integer(0, 3)
    x, y = Tensor("x", (channels,), "int16"), Tensor("y", (channels * (left + 1),), "int16")
    return one(
        op, [x], [y, Tensor("valid", (), "bool")], num_channels=channels, stacker_left_context=left,
        stacker_right_context=0, stacker_step=1,
    )  # fmt: skip


@case(f"{SIGNAL}Framer")
def framer(c: Choose, op: str) -> Case:
    """Filled with zeros first, so that every frame is whole."""
    step, frames = c.integer(1, 5), c.integer(1, 3)
    size, lead = step + c.integer(0, 7), c.pick(((), (2,)))
    x, y = Tensor("x", (*lead, frames * step), "int16"), Tensor("y", (*lead, frames, size), "int16")
    outputs = [y, Tensor("valid", (), "bool")]
    return one(op, [x], outputs, frame_size=size, frame_step=step, prefill=True)


@case(f"{SIGNAL}Delay")
def delay(c: Choose, op: str) -> Case:
    shape = (*c.pick(((), (2,))), c.integer(1, 8))
    return one(
        op, [Tensor("x", shape, "int16")], [Tensor("y", shape, "int16")], delay_length=c.integer(0, 12)
    )


@case(f"{SIGNAL}OverlapAdd")
def overlap_add(c: Choose, op: str) -> Case:
    size, frames, lead = c.integer(1, 8), c.integer(1, 3), c.pick(((), (2,)))
    step = c.integer(1, size)
    x, y = Tensor("x", (*lead, frames, size), "int16"), Tensor("y", (*lead, frames * step), "int16")
    return one(op, [x], [y], T=TENSOR_TYPE["int16"], frame_step=step)
