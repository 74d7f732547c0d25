"""Views of sound and of sensors: replayable, and each change is the one that is meant."""

from dataclasses import replace

import numpy as np
import pytest

from tinykd.data.augmentation.options import (
    AudioAugmentation,
    Augmentation,
    SensorAugmentation,
    augmentation_json,
    augmentation_of,
)
from tinykd.data.augmentation.views import make_view

RNG = np.random.default_rng(0)
SOUND = RNG.standard_normal((6, 20, 8, 1)).astype(np.float32)
STILL_SOUND = AudioAugmentation(-3.0, 2.0, (0.5,) * 8, 0.0, 0.0, None, 0.0, 0.0)
MOTION = RNG.standard_normal((6, 40, 1, 6)).astype(np.float32)
STILL = SensorAugmentation((0.0,) * 6, (1.0,) * 6, 0.0, 0.0, 0.0, 0.0, 0.0)
ALL = [
    Augmentation(flip=True, flip_rows=True),
    AudioAugmentation(-3.0, 2.0, (0.5,) * 8),
    replace(STILL, rotation_degrees=20.0, warp=0.2),
]


@pytest.mark.parametrize(("x", "how"), [(SOUND, ALL[0]), (SOUND, ALL[1]), (MOTION, ALL[2])])
def test_a_view_is_named_by_seed_and_index(x, how):
    first = make_view(x, 1, 7, how)
    assert first.shape == x.shape and first.dtype == np.float32 and np.isfinite(first).all()
    assert first.tobytes() == make_view(x, 1, 7, how).tobytes()
    assert not np.array_equal(first, make_view(x, 1, 8, how))
    assert not np.array_equal(first, make_view(x, 2, 7, how))


@pytest.mark.parametrize("how", [*ALL, None])
def test_an_augmentation_survives_json(how):
    assert augmentation_of(augmentation_json(how)) == how


@pytest.mark.parametrize(("x", "how"), [(SOUND, STILL_SOUND), (MOTION, STILL)])
def test_no_change_allowed_gives_the_samples(x, how):
    assert np.allclose(make_view(x, 1, 0, how), x, atol=1e-5)


@pytest.mark.parametrize(
    ("flips", "wanted"), [({"flip": True}, np.s_[:, ::-1]), ({"flip_rows": True}, np.s_[::-1])]
)
def test_a_mirrored_image(flips, wanted):
    x = np.arange(12, dtype=np.float32).reshape(1, 3, 4, 1).repeat(20, axis=0)
    view = make_view(x, 1, 0, Augmentation(0.0, 0.0, 0.0, **flips))
    mirrored = np.array([np.array_equal(v, x[0][wanted]) for v in view])
    assert all(m or np.array_equal(v, x[0]) for m, v in zip(mirrored, view, strict=True))
    assert 4 < mirrored.sum() < 16


def test_a_gain_moves_every_log_power_alike():
    view = make_view(SOUND, 1, 0, replace(STILL_SOUND, gain_db=6.0))
    moved = (view - SOUND).reshape(6, -1) * 2.0  # log power
    assert np.ptp(moved, axis=1).max() < 1e-5
    assert 0 < np.abs(moved).max() <= 6.0 * np.log(10) / 10 + 1e-5


def test_sound_is_moved_by_whole_frames():
    ramp = np.broadcast_to(np.arange(20, dtype=np.float32)[:, None, None], (9, 20, 8, 1)).copy()
    moved = ramp - make_view(ramp, 3, 0, replace(STILL_SOUND, shift=0.2))
    inner = moved[:, 5:15].reshape(9, -1)
    assert np.allclose(np.ptp(inner, axis=1), 0, atol=1e-4) and np.allclose(inner, np.rint(inner), atol=1e-4)
    assert 1 <= np.abs(inner).max() <= 4


def test_noise_adds_power_at_its_ratio():
    """A loud steady sound: 10 dB below it noise adds a tenth of its power, in the mean."""
    steady = np.zeros((400, 20, 8, 1), np.float32)
    how = replace(STILL_SOUND, snr_db=10.0)
    power = np.exp(make_view(steady, 1, 0, how) * 2.0 - 3.0) / np.exp(-3.0)
    added = power.mean(axis=(1, 2, 3)) - 1.0
    assert 0.085 < added.max() < 0.115 and added.min() < 2e-4  # from 10 to 50 dB below


def test_masks_hide_a_stretch():
    view = make_view(SOUND, 5, 0, replace(STILL_SOUND, time_mask=0.5, band_mask=0.5))
    for before, after in zip(SOUND[..., 0], view[..., 0], strict=True):
        changed = ~np.isclose(before, after, atol=1e-5)
        rows, columns = changed.all(axis=1), changed.all(axis=0)
        assert rows.sum() <= 10 and columns.sum() <= 4
        assert not changed[~rows][:, ~columns].any()


def test_turning_keeps_lengths():
    view = make_view(MOTION, 1, 0, replace(STILL, rotation_degrees=40.0))
    for triple in (slice(0, 3), slice(3, 6)):
        lengths = [np.linalg.norm(x[..., triple], axis=-1) for x in (MOTION, view)]
        assert np.allclose(*lengths, atol=1e-4)
    turned = MOTION[0, :, 0, :3].T @ np.linalg.pinv(MOTION[0, :, 0, 3:].T)
    after = view[0, :, 0, :3].T @ np.linalg.pinv(view[0, :, 0, 3:].T)
    assert np.linalg.norm(turned) == pytest.approx(np.linalg.norm(after), abs=1e-3)  # both triples alike


def test_turning_is_done_to_what_was_measured():
    """Not to normalised values: gravity stays as long as it was."""
    mean, deviation = (0.0, 0.0, 9.0), (1.0, 2.0, 0.5)
    how = SensorAugmentation(mean, deviation, 0.0, 0.0, 0.0, 0.0, 30.0)
    x = MOTION[..., :3]
    before, after = (v * np.float32(deviation) + np.float32(mean) for v in (x, make_view(x, 1, 0, how)))
    assert np.allclose(np.linalg.norm(before, axis=-1), np.linalg.norm(after, axis=-1), atol=1e-3)


def test_scaling_and_jitter():
    scaled = make_view(MOTION, 1, 0, replace(STILL, scale=0.1)) / MOTION
    assert np.ptp(scaled.reshape(6, -1), axis=1).max() < 1e-4 and 0.9 <= scaled.min() < scaled.max() <= 1.1
    noise = make_view(np.zeros((50, 40, 1, 6), np.float32), 1, 0, replace(STILL, jitter=0.2))
    assert float(noise.std()) == pytest.approx(0.2, rel=0.05)


def test_warped_time_never_runs_backwards():
    ramp = np.broadcast_to(np.arange(40, dtype=np.float32)[:, None, None], (30, 40, 1, 6)).copy()
    view = make_view(ramp, 1, 0, replace(STILL, warp=0.5, shift=0.1))[:, :, 0, 0]
    steps = np.diff(view, axis=1)
    assert steps.min() >= -1e-4 and steps.max() <= 1.51 and np.abs(view - ramp[:, :, 0, 0]).max() > 1
