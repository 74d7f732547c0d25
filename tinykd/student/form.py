"""What a built-in student's convolutions look like beside its width and depth, and which students have a say.

A kernel is square on images, (k, 1) over time; the stride is that of the first convolution, which decides how
much all others compute.
"""

from dataclasses import dataclass

PUBLISHED_FORMS = {
    "ds_cnn": (3, 1),
    "mobilenet_v1": (3, 2),
    "resnet8": (3, 1),
    "tcn": (9, 1),
}  # (kernel, stride)
FORMED = tuple(PUBLISHED_FORMS)  # students that take a kernel and a stride


@dataclass(frozen=True)
class Form:
    """None: as published."""

    kernel: int | None = None  # rows (and columns) of the blocks' convolutions
    stride: int | None = None  # of the first convolution

    def kernel_or(self, published: int) -> int:
        """The kernel of a network that has ``published``."""
        return published if self.kernel is None else self.kernel

    def stride_or(self, published: int) -> int:
        """The stride of a network that has ``published``."""
        return published if self.stride is None else self.stride


PUBLISHED = Form()
