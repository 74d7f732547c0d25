"""The test samples that a board is asked, as its model takes them."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from tinykd.data.dataset import Dataset


def verification_samples(
    data: "Dataset", model: bytes, count: int | None
) -> "tuple[NDArray[np.int8], NDArray[np.int64] | None]":
    """The first ``count`` (None: all) test samples as the model takes them (n, *shape), and labels (n,).

    No labels where the model's outputs are not classes.
    """
    from tinykd.graph.quantize import quantize
    from tinykd.graph.reader import read_graph

    test, tensor = data.test, read_graph(model).main.inputs[0]
    inputs = quantize(test.x[:count], tensor.scale, tensor.zero_point)
    return inputs, test.y[:count] if data.task == "classification" else None
