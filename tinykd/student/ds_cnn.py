"""A depthwise-separable CNN in tf_keras: the student for small images.

After Zhang et al., Hello Edge, arXiv 1711.07128 (DS-CNN), with two reductions to speak of: the first
convolution keeps the image's size, and the first block halves it.
"""

from typing import Any

from tinykd.student.blocks import channels, classifier, convolution, deepened, separable
from tinykd.student.form import PUBLISHED, Form
from tinykd.training.tensorflow import libraries

STEM = 16  # channels at width 1
BLOCKS = ((24, 2), (32, 1), (32, 1))  # (channels at width 1, stride)


def ds_cnn(
    input_shape: tuple[int, int, int],
    classes: int,
    width: float,
    depth: int | None = None,
    form: Form = PUBLISHED,
) -> Any:
    """(n, H, W, C) in, (n, classes) logits out; channels scale with ``width``, ``depth`` counts blocks."""
    inputs = libraries().tf_keras.layers.Input(input_shape, name="input")
    x = convolution(inputs, channels(STEM, width), 3, form.stride_or(1), "stem")
    for index, (count, stride) in enumerate(deepened(BLOCKS, depth), start=1):
        x = separable(x, channels(count, width), stride, f"block{index}", form.kernel_or(3))
    return classifier(inputs, x, classes, "ds_cnn")
