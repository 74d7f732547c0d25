"""A temporal CNN, the student for sound and motion: convolutions over time only, as Conv2D on (T, 1, C).

After Choi et al., Temporal Convolution for Real-time Keyword Spotting, arXiv 1904.03814 (TC-ResNet8): what
stands at one time are the channels, so the first layer already sees all frequencies or axes. tfmot knows no
Conv1D; a Conv2D of (k, 1) is the same.
"""

from typing import Any

from tinykd.student.blocks import channels, classifier, convolution, deepened, residual
from tinykd.student.form import PUBLISHED, Form
from tinykd.training.tensorflow import libraries

STEM = 16  # channels at width 1; kernel (3, 1)
KERNEL = (9, 1)
BLOCKS = ((24, 2), (32, 2), (48, 2))  # (channels at width 1, stride); each halves the time


def tcn(
    input_shape: tuple[int, int, int],
    classes: int,
    width: float,
    depth: int | None = None,
    form: Form = PUBLISHED,
) -> Any:
    """(n, T, 1, C) in, (n, classes) logits out; channels scale with ``width``, ``depth`` counts blocks."""
    inputs = libraries().tf_keras.layers.Input(input_shape, name="input")
    x = convolution(inputs, channels(STEM, width), (3, 1), form.stride_or(1), "stem")
    for index, (count, stride) in enumerate(deepened(BLOCKS, depth), start=1):
        x = residual(x, channels(count, width), (form.kernel_or(KERNEL[0]), 1), stride, f"block{index}")
    return classifier(inputs, x, classes, "tcn")
