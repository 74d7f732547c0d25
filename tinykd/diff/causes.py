"""What a difference of this look usually comes from, in words, the likeliest first."""

from typing import assert_never

from tinykd.diff.pattern import Pattern, What, Where

_PLAN = (
    "the whole run differs though each layer alone is right: two tensors share memory while both are in use"
)
_STATE = "state that is carried over from one inference to the next"
_RACE = "an interrupt or DMA that writes into the arena"


def without_a_layer() -> tuple[str, ...]:
    """Each layer alone is right, the whole is not."""
    return _PLAN, _STATE, _RACE


def likely_causes(pattern: Pattern) -> tuple[str, ...]:
    """From the look of the values first, then from their place; the likeliest first."""
    if pattern.where in (Where.EVERYTHING, Where.SCATTERED):
        return _of_values(pattern)
    return (*_of_place(pattern.where), *_of_values(pattern)[:1])


def _of_place(where: Where) -> tuple[str, ...]:
    match where:
        case Where.CHANNELS:
            return (
                "the multiplier, shift or bias of the channel is wrong, or that of its neighbour was taken",
                "the weights of the channel are damaged in flash",
            )
        case Where.BORDERS:
            return (
                "padding: SAME pads more at the bottom and right, VALID not at all",
                "padded with 0 instead of the input's zero point",
            )
        case Where.TAIL:
            return ("the rest of a loop that was unrolled or vectorised", "an output that is cut off")
        case Where.EVERYTHING | Where.SCATTERED:
            return ()
        case _:
            assert_never(where)


def _of_values(pattern: Pattern) -> tuple[str, ...]:
    match pattern.what:
        case What.OFF_BY_ONE:
            return (
                "the kernel rounds otherwise than TFLM: single instead of double rounding "
                "(TFLITE_SINGLE_ROUNDING), or ties to even instead of away from zero",
                "float arithmetic that the compiler fused or reordered (FMA, -ffast-math)",
            )
        case What.STUCK:
            return ("this part of the output is never written", "an index or a stride that stays at 0")
        case What.SATURATED:
            return (
                "a shift or multiplier that is too large, by a power of two if it is the shift",
                "a sum that overflows before it is scaled",
            )
        case What.WRAPPED:
            return ("narrowing without saturation: no clamp before the cast",)
        case What.UNCLAMPED:
            return ("the fused activation (RELU, RELU6) is missing or has other limits",)
        case What.SHIFTED:
            return (
                "a zero point or a bias is wrong, or an input's zero point is counted twice or not at all",
            )
        case What.PERMUTED:
            return ("another layout (NCHW for NHWC), or transposed weights",)
        case What.VARIOUS:
            if pattern.where is Where.SCATTERED:
                return ("memory that something else writes into: the stack, DMA, an interrupt", "overflow")
            return (
                "weights or parameters of another model, layer or layout",
                "a kernel that is wrong for this shape, stride or dilation",
            )
        case _:
            assert_never(pattern.what)
