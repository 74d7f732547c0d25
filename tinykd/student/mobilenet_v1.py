"""MobileNetV1 at any width, the student for larger images.

Howard et al., MobileNets, arXiv 1704.04861, table 1; ReLU in place of ReLU6. The image is halved five times.
"""

from typing import Any

from tinykd.student.blocks import channels, classifier, convolution, deepened, separable
from tinykd.student.form import PUBLISHED, Form
from tinykd.training.tensorflow import libraries

STEM = 32  # channels at width 1; stride 2
BLOCKS = (  # (channels at width 1, stride)
    (64, 1),
    *((128, 2), (128, 1)),
    *((256, 2), (256, 1)),
    *((512, 2), *[(512, 1)] * 5),
    *((1024, 2), (1024, 1)),
)


def mobilenet_v1(
    input_shape: tuple[int, int, int],
    classes: int,
    width: float,
    depth: int | None = None,
    form: Form = PUBLISHED,
) -> Any:
    """(n, H, W, C) in, (n, classes) logits out; channels scale with ``width``, ``depth`` counts blocks."""
    inputs = libraries().tf_keras.layers.Input(input_shape, name="input")
    x = convolution(inputs, channels(STEM, width), 3, form.stride_or(2), "stem")
    for index, (count, stride) in enumerate(deepened(BLOCKS, depth), start=1):
        x = separable(x, channels(count, width), stride, f"block{index}", form.kernel_or(3))
    return classifier(inputs, x, classes, "mobilenet_v1")
