"""scikit-learn's handwritten digits: 1,797 grey images of 8 x 8, embedded in the package, no download.

Source: E. Alpaydin, C. Kaynak, Optical Recognition of Handwritten Digits, UCI (id 80), CC BY 4.0.
"""

import numpy as np

from tinykd.data.raw import Raw

_BRIGHTEST = 16.0  # pixels are integers in [0, 16]


def load_digits() -> Raw:
    """The digits as float32 (n, 8, 8, 1) in [0, 1]."""
    from sklearn import datasets

    raw = datasets.load_digits()
    x = (raw.images / _BRIGHTEST).astype(np.float32)[..., np.newaxis]
    return Raw("digits", x, raw.target.astype(np.int64), tuple("0123456789"))
