"""The end of a chain: a global average or mean, which adds up rows as they come, so that none is kept.

The sums are integers and the last step is that of the op itself, so it makes no difference in which order
rows come.
"""

from dataclasses import dataclass

from tinykd.compiler.bands.reads import is_rows
from tinykd.compiler.kernel import Call, Struct
from tinykd.compiler.layer import Layer
from tinykd.compiler.ops.pooling import Pool
from tinykd.compiler.ops.reduction import Reduction


@dataclass(frozen=True, eq=False)
class Totals:
    """A layer that folds all pixels of its input into one: ``finish`` makes its output from the sums."""

    layer: Layer
    finish: Call

    @property
    def channels(self) -> int:
        return self.layer.inputs[0].shape[3]

    @property
    def sums_bytes(self) -> int:
        """int32 of each channel."""
        return 4 * self.channels

    def add_up(self, rows: int) -> Call:
        """The call that adds ``rows`` rows of the input to the sums."""
        pixels = rows * self.layer.inputs[0].shape[2]
        fields = (("pixels", pixels), ("channels", self.channels))
        return Call("tkd_row_sums_s8", Struct("tkd_row_sums_params", fields))


def totals_of(layer: Layer) -> Totals | None:
    """``layer`` as sums, if it is one that can be."""
    if len(layer.inputs) != 1 or not is_rows(layer.inputs[0]):
        return None
    match layer:
        case Pool():
            return _average(layer)
        case Reduction():
            return _mean(layer)
    return None


def _average(layer: Pool) -> Totals | None:
    w = layer.window
    inside = w.kernel_h >= w.in_h + w.pad_top and w.kernel_w >= w.in_w + w.pad_left
    if layer.op != "AVERAGE_POOL_2D" or w.pixels != 1 or not inside:
        return None
    low, high = layer.limits
    fields = (("channels", layer.channels), ("count", w.in_h * w.in_w), ("min", low), ("max", high))
    return Totals(layer, Call("tkd_average_of_sums_s8", Struct("tkd_average_of_sums_params", fields)))


def _mean(layer: Reduction) -> Totals | None:
    (x,), (y,) = layer.inputs, layer.outputs
    channels = x.shape[3]
    pixels = (layer.kept.shape, layer.kept.strides) == ((channels,), ((1,),))
    pixels = pixels and (layer.folded.shape, layer.folded.strides) == ((layer.count,), ((channels,),))
    if layer.op not in ("SUM", "MEAN") or not pixels or y.elements != channels:
        return None
    fields = (
        ("channels", channels),
        ("zero_sum", x.zero_point * layer.count),
        ("multiplier", layer.scale.value),
        ("shift", layer.scale.shift),
        ("y_zero", y.zero_point),
    )
    return Totals(layer, Call("tkd_mean_of_sums_s8", Struct("tkd_mean_of_sums_params", fields)))
