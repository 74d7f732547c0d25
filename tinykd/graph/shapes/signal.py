"""Shapes of TFLM's signal ops.

The axes before the frames are those of the operand; the others depend on options and are those of the file.
"""

from tinykd.graph.shapes.view import Rules, Shape, View

_VECTORS = """
FftAutoScale Energy FilterBank FilterBankSquareRoot FilterBankSpectralSubtraction PCAN FilterBankLog Stacker
"""


def of_vectors(view: View) -> list[Shape]:
    """One dimension, whatever the batch."""
    return [t.shape for t in view.op.outputs]


def of_frames(view: View) -> list[Shape]:
    """[..., samples] -> [..., values]."""
    return [(*view.shape(0)[:-1], view.op.outputs[0].shape[-1])]


def of_framer(view: View) -> list[Shape]:
    """[..., samples] -> [..., frames, size], and whether they are whole."""
    return [(*view.shape(0)[:-1], *view.op.outputs[0].shape[-2:]), ()]


def of_overlap_add(view: View) -> list[Shape]:
    """[..., frames, size] -> [..., samples]."""
    return [(*view.shape(0)[:-2], view.op.outputs[0].shape[-1])]


RULES: Rules = {
    **{f"CUSTOM Signal{name}": of_vectors for name in _VECTORS.split()},
    **{f"CUSTOM Signal{name}": of_frames for name in ("Rfft", "Irfft")},
    **{f"CUSTOM Signal{name}": lambda view: [view.shape(0)] for name in ("Window", "Delay")},
    "CUSTOM CIRCULAR_BUFFER": of_vectors,
    "CUSTOM SignalFramer": of_framer,
    "CUSTOM SignalOverlapAdd": of_overlap_add,
}
