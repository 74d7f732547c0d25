"""ResNet8, the student with shortcuts: three residual blocks, the second and third halve the image.

After He et al., arXiv 1512.03385, as small as in Banbury et al., MLPerf Tiny Benchmark, arXiv 2106.07597.
"""

from typing import Any

from tinykd.student.blocks import channels, classifier, convolution, deepened, residual
from tinykd.student.form import PUBLISHED, Form
from tinykd.training.tensorflow import libraries

STEM = 16  # channels at width 1
BLOCKS = ((16, 1), (32, 2), (64, 2))  # (channels at width 1, stride)


def resnet8(
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
        x = residual(x, channels(count, width), form.kernel_or(3), stride, f"block{index}")
    return classifier(inputs, x, classes, "resnet8")
