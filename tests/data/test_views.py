"""Views: replayable, and the geometry right."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinykd.data.augmentation.options import Augmentation
from tinykd.data.augmentation.views import make_view

X = np.random.default_rng(0).random((5, 8, 6, 2), dtype=np.float32)


def test_same_seed_and_index_give_the_same_bytes():
    assert make_view(X, 1, 7, Augmentation()).tobytes() == make_view(X, 1, 7, Augmentation()).tobytes()


def test_other_seed_or_index_give_another_view():
    first = make_view(X, 1, 0, Augmentation())
    assert not np.array_equal(first, make_view(X, 1, 1, Augmentation()))
    assert not np.array_equal(first, make_view(X, 2, 0, Augmentation()))


def test_no_change_allowed_gives_the_samples():
    assert np.array_equal(make_view(X, 1, 0, Augmentation(0.0, 0.0, 0.0)), X)
    assert make_view(X, 1, 0, None) is X


@given(st.integers(0, 2**31 - 1), st.integers(0, 10_000))
def test_a_view_is_between_the_samples_extremes(seed, index):
    view = make_view(X, seed, index, Augmentation(0.5, 180.0, 0.5))
    assert view.dtype == np.float32 and view.shape == X.shape
    assert view.min() >= X.min() - 1e-6 and view.max() <= X.max() + 1e-6


def test_a_shift_moves_the_image():
    """A ramp moved by s pixels is the ramp minus s, away from the edges."""
    ramp = np.broadcast_to(np.arange(16, dtype=np.float32)[:, None], (16, 16)).reshape(1, 16, 16, 1)
    view = make_view(ramp, 3, 0, Augmentation(shift=0.1, rotation_degrees=0.0, scale=0.0))
    moved = (view - ramp)[0, 4:12, 4:12, 0]
    assert np.ptp(moved) < 1e-5 and 0.0 < abs(moved.mean()) <= 1.6


def test_the_centre_stays_when_turned_and_scaled():
    image = np.zeros((1, 9, 9, 1), np.float32)
    image[0, 4, 4, 0] = 1.0
    view = make_view(image, 5, 0, Augmentation(shift=0.0, rotation_degrees=90.0, scale=0.2))
    assert view[0, 4, 4, 0] == pytest.approx(1.0, abs=1e-5)


@pytest.mark.parametrize("shape", [(1, 1, 1, 1), (1, 1, 9, 1), (1, 9, 1, 3)])
def test_thin_images(shape):
    x = np.random.default_rng(1).random(shape, dtype=np.float32)
    assert make_view(x, 1, 0, Augmentation()).shape == shape
