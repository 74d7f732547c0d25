"""Fuses a PAD into the convolution that reads it, as padding of the window: one copy and one buffer less.

Keras writes ZeroPadding2D and a VALID convolution where the stride is 2, so this is common. PAD fills with
the zero point that the convolution takes pixels outside of the image to have, so every byte is the same.
"""

from collections import Counter
from dataclasses import replace

from tinykd.compiler.lowering.lower import Lowering
from tinykd.compiler.ops.common.access import Window
from tinykd.compiler.ops.conv_2d import Conv2D
from tinykd.compiler.ops.depthwise_conv_2d import DepthwiseConv2D
from tinykd.graph.ir import Op


def fuse_pads(lowering: Lowering) -> None:
    """Rewrites ``lowering.layers`` in place."""
    readers = Counter(lowering.root(t)[0] for layer in lowering.layers for t in layer.inputs)
    readers.update(lowering.root(t)[0] for t in lowering.graph.main.outputs)
    pads = {op.outputs[0].index: op for op in lowering.graph.main.ops if op.kind == "PAD"}
    for place, layer in enumerate(lowering.layers):
        if not isinstance(layer, Conv2D | DepthwiseConv2D):
            continue
        padded = layer.inputs[0]
        pad = pads.get(padded.index)
        if pad is None or readers[padded.index] != 1 or padded.index in lowering.aliases:
            continue
        window = _padded(layer.window, pad)
        if window is not None and pad.inputs[0] is not None and lowering.value(pad.inputs[0]) is None:
            inputs = (pad.inputs[0], *layer.inputs[1:])
            lowering.layers[place] = replace(layer, op=f"PAD+{layer.op}", inputs=inputs, window=window)
    used = {lowering.root(t)[0] for layer in lowering.layers for t in layer.inputs}
    used |= {lowering.root(t)[0] for t in lowering.graph.main.outputs}
    lowering.layers = [x for x in lowering.layers if x.op != "PAD" or lowering.root(x.outputs[0])[0] in used]


def _padded(window: Window, pad: Op) -> Window | None:
    """``window`` over the image before ``pad``; None if it pads more than height and width, or beyond the
    window."""
    source, amounts = pad.inputs[0], pad.inputs[1]
    if source is None or amounts is None or amounts.data is None or len(source.shape) != 4:
        return None
    (_, _), (top, _), (left, _), (_, _) = amounts.data.tolist()
    if amounts.data[0].any() or amounts.data[3].any():
        return None
    wide = replace(
        window,
        in_h=source.shape[1],
        in_w=source.shape[2],
        pad_top=window.pad_top + top,
        pad_left=window.pad_left + left,
    )
    return wide if _always_inside(wide) else None


def _always_inside(w: Window) -> bool:
    """Whether the window overlaps the image at every output position: kernels may rely on it."""
    reach_h, reach_w = (w.kernel_h - 1) * w.dilation_h + 1, (w.kernel_w - 1) * w.dilation_w + 1
    last_y, last_x = (w.out_h - 1) * w.stride_h - w.pad_top, (w.out_w - 1) * w.stride_w - w.pad_left
    return w.pad_top < reach_h and w.pad_left < reach_w and last_y < w.in_h and last_x < w.in_w
