"""A stratified 60/20/20 split that is the same on every machine and for every training seed.

Every split has each class in its share, to within one sample. The split does not follow the project's seed:
several seeds are comparable only when they are judged on the same samples.
"""

import numpy as np

from tinykd.data.dataset import Dataset, Labels, Samples, Split

_SHUFFLE = 20  # fixed seed of the shuffle before the split
_PARTS = 5  # one part in five for test, one for validation, three for training


def split_dataset(name: str, x: Samples, y: Labels, classes: tuple[str, ...]) -> Dataset:
    """Deal the shuffled samples, ordered by class, to test, validation, train, train, train in turn."""
    shuffled = np.random.default_rng(_SHUFFLE).permutation(len(y))
    by_class = shuffled[np.argsort(y[shuffled], kind="stable")]
    part = np.arange(len(y)) % _PARTS

    def take(chosen: "np.typing.NDArray[np.bool_]") -> Split:
        rows = np.sort(by_class[chosen])
        return Split(np.ascontiguousarray(x[rows]), y[rows])

    return Dataset(name, take(part >= 2), take(part == 1), take(part == 0), classes)
