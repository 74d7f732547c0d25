"""Each look of a difference on tensors made by hand, and what must not be taken for it."""

from collections.abc import Callable

import numpy as np
import pytest

from tinykd.diff.causes import likely_causes, without_a_layer
from tinykd.diff.pattern import What, Where, describe

RNG = np.random.default_rng(5)
IMAGE = RNG.integers(-100, 100, (1, 8, 8, 16), dtype=np.int8)
ROW = RNG.integers(-100, 100, (1, 64), dtype=np.int8)


def changed(image: np.ndarray, change: Callable[[np.ndarray], None]) -> np.ndarray:
    copy = image.copy()
    change(copy)
    return copy


def add(place: object, value: object) -> Callable[[np.ndarray], None]:
    def change(image: np.ndarray) -> None:
        image[place] += np.asarray(value, np.int8)  # type: ignore[index]

    return change


def put(place: object, value: object) -> Callable[[np.ndarray], None]:
    def change(image: np.ndarray) -> None:
        image[place] = value  # type: ignore[index]

    return change


NOISE = RNG.integers(3, 20, (8, 8), dtype=np.int8)


@pytest.mark.parametrize(
    ("change", "where", "what", "text"),
    [
        (
            add(np.s_[0, :, :, 3], NOISE),
            Where.CHANNELS,
            What.VARIOUS,
            "only in channel 3 of 16: 64 of 1,024 values; by up to 19",
        ),
        (
            add(np.s_[0, ..., [2, 9]], 4),
            Where.CHANNELS,
            What.SHIFTED,
            "only in channels 2, 9 of 16: 128 of 1,024 values; shifted by +4",
        ),
        (
            add(np.s_[0, 0, :, :], 2),
            Where.BORDERS,
            What.SHIFTED,
            "only at the top border: 128 of 1,024 values; shifted by +2",
        ),
        (
            lambda x: (add(np.s_[0, -1, :, :], -1)(x), add(np.s_[0, :-1, -1, :], 1)(x)),
            Where.BORDERS,
            What.OFF_BY_ONE,
            "only at the bottom and right border: 240 of 1,024 values; off by one: +1 in 112, -1 in 128",
        ),
        (
            put(np.s_[:], 17),
            Where.EVERYTHING,
            What.STUCK,
            None,
        ),
        (put(np.s_[:], 127), Where.EVERYTHING, What.SATURATED, None),
        (
            add(np.s_[0, 2, 5, 7], 1),
            Where.SCATTERED,
            What.OFF_BY_ONE,
            "scattered: 1 of 1,024 values; off by one: +1 in 1, -1 in 0",
        ),
        (
            put(np.s_[0, -1, -1, -10:], 0),
            Where.TAIL,
            What.STUCK,
            "only the last 10 values: 10 of 1,024 values; stuck at 0",
        ),
        (
            lambda x: x.reshape(-1).sort(),
            Where.EVERYTHING,
            What.PERMUTED,
            None,
        ),
    ],
)
def test_images(change: Callable[[np.ndarray], None], where: Where, what: What, text: str | None) -> None:
    found = describe(IMAGE, changed(IMAGE, change))
    assert (found.where, found.what) == (where, what), found
    assert text in (None, str(found))
    assert likely_causes(found)


def test_a_value_beyond_its_clamp() -> None:
    relu = np.maximum(IMAGE, -30)
    found = describe(relu, IMAGE)
    assert (found.what, found.kind) == (What.UNCLAMPED, "below -30, where it is clamped")


def test_wrapping_is_not_saturation() -> None:
    wide = IMAGE.astype(np.int16) * 3
    kept = np.abs(wide) < 256  # wraps once at most
    right = np.clip(np.where(kept, wide, 0), -128, 127).astype(np.int8)
    found = describe(right, np.where(kept, wide, 0).astype(np.int8))
    assert found.what is What.WRAPPED


def test_a_few_values_in_one_channel_of_few_are_scattered() -> None:
    few = np.zeros((1, 8, 8, 2), np.int8)
    assert describe(few, changed(few, put(np.s_[0, 3, 3, 1], 9))).where is Where.SCATTERED


def test_small_images_are_mostly_border() -> None:
    """Two wrong pixels of 3x3 lie at its border by chance; all eight do not."""
    small = np.zeros((1, 3, 3, 4), np.int8)
    two = changed(small, put(np.s_[0, 0, [0, 2], [1, 2]], 9))
    assert describe(small, two).where is Where.SCATTERED
    ring = changed(small, put(np.s_[:], 9))
    ring[0, 1, 1] = 0
    assert describe(small, ring).where is Where.BORDERS


def test_rows_have_no_borders_and_each_value_is_its_own_channel() -> None:
    found = describe(ROW, changed(ROW, add(np.s_[0, [3, 40]], 9)))
    assert (found.where, found.what) == (Where.SCATTERED, What.SHIFTED)


def test_numbers_and_examples() -> None:
    received = ROW.copy()
    received[0, 5], received[0, 6] = 127, -128
    found = describe(ROW, received)
    assert (found.differing, found.values) == (2, 64)
    assert found.max_difference == max(abs(127 - int(ROW[0, 5])), abs(-128 - int(ROW[0, 6])))
    assert [e.index for e in found.examples] == [(0, 5), (0, 6)]
    assert [e.received for e in found.examples] == [127, -128]


@pytest.mark.parametrize("dtype", [np.int16, np.int32, np.float32])
def test_other_types(dtype: type) -> None:
    expected = np.arange(12, dtype=dtype).reshape(1, 12)
    found = describe(expected, expected + np.asarray(1, dtype))
    assert (found.where, found.what, found.max_difference) == (Where.EVERYTHING, What.OFF_BY_ONE, 1.0)


def test_every_look_has_causes() -> None:
    assert all(without_a_layer())
    base = describe(IMAGE, changed(IMAGE, put(np.s_[:], 17)))
    from dataclasses import replace

    for where in Where:
        for what in What:
            causes = likely_causes(replace(base, where=where, what=what))
            assert 1 <= len(causes) <= 3
            assert all(causes)


def test_bytes_that_stand_for_the_same_value_differ_all_the_same() -> None:
    zeros = np.array([[0.0, 1.0, 2.0]], np.float32)
    found = describe(zeros, np.array([[-0.0, 1.0, 2.0]], np.float32))
    assert (found.differing, found.values, found.max_difference) == (1, 3, 0.0)
    found = describe(np.array([[True, False]]), np.frombuffer(b"\2\0", np.bool_).reshape(1, 2))
    assert (found.differing, found.values, found.examples[0].index) == (1, 2, (0, 0))
