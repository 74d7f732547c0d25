"""``[features]`` of sensors: filters beside SciPy's, spectra beside NumPy's, and datasets made with them."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.signal import butter, lfilter, lfilter_zi

from tinykd.data.dataset import Dataset
from tinykd.data.features.biquads import MOST, filtered, high_pass, low_pass
from tinykd.data.features.frontend import SensorFrontend
from tinykd.data.features.sensor_features import SensorFeatures, filter_steps, sensor_features
from tinykd.data.features.spectrum import Spectrum
from tinykd.data.kinds import USUAL
from tinykd.data.load import load_dataset
from tinykd.errors import ConfigError
from tinykd.front.raw_input import RawInput
from tinykd.graph.quantize import quantize
from tinykd.project.features import FeaturesSection
from tinykd.project.samples import DataSection, SensorSection

RNG = np.random.default_rng(0)
ONE = 4096  # a count with its fraction


@pytest.mark.parametrize("cutoff", [0.3, 5.0, 20.0])
@pytest.mark.parametrize(("kind", "made"), [("low", low_pass), ("high", high_pass)])
def test_a_filter_is_butterworths(kind: str, made: type, cutoff: float) -> None:
    """To a fiftieth of a count, from a settled start."""
    x = RNG.integers(-8000, 8000, (1, 400, 1)) * ONE
    b, a = butter(2, cutoff, kind, fs=50.0)
    settled = lfilter_zi(b, a) * x[0, 0, 0]
    wanted, _ = lfilter(b, a, x[0, :, 0], zi=settled)
    assert np.abs(filtered(x, made(cutoff, 50.0))[0, :, 0] - wanted).max() < ONE / 50


def test_a_constant_passes_or_vanishes_exactly() -> None:
    x = np.full((1, 300, 1), 32767 * ONE)
    assert (filtered(x, low_pass(0.05, 50.0)) == x).all()
    assert not filtered(x, high_pass(0.05, 50.0)).any()


def test_values_are_held() -> None:
    x = np.where(np.arange(40) % 2, MOST, -MOST)[np.newaxis, :, np.newaxis]
    assert np.abs(filtered(x, high_pass(24.0, 50.0))).max() <= MOST


def test_magnitude_and_gravity_by_hand() -> None:
    x = np.array([[[3.0, 4.0, 12.0], [0.0, 0.0, 40000.0]]], np.float32)
    how = SensorFeatures((1.0, 1.0, 1.0), 50.0, magnitude="added")
    found = filter_steps(x, how)["magnitude"]
    assert found[0].tolist() == [
        [3 * ONE, 4 * ONE, 12 * ONE, 13 * ONE],
        [0, 0, 32767 * ONE, 32767 * ONE],
    ]
    only = filter_steps(x, replace(how, magnitude="only"))["magnitude"]
    assert only[0].tolist() == [[13 * ONE, 0, 0], [32767 * ONE, 0, 0]]
    still = replace(how, magnitude="none", gravity_hz=0.3, gravity_channels=(2,))
    assert filter_steps(np.full((1, 9, 3), 5, np.float32), still)["gravity"][0, -1].tolist() == [
        5 * ONE,
        5 * ONE,
        0,
    ]


def test_a_band_holds_the_power_in_it() -> None:
    """In nepers, beside NumPy's transform of the same windowed counts."""
    spectrum = Spectrum(100.0, 128, 128, 64, 8, 1.5, 50.0)
    x = (800 * np.sin(2 * np.pi * 17 * np.arange(128) / 100) + RNG.normal(0, 60, 128)).astype(np.float32)
    how = SensorFeatures((1.0,), 100.0, spectrum=spectrum)
    found = sensor_features(x[np.newaxis, :, np.newaxis], how)[0, 0] / 32
    window = spectrum.window() / 4096
    power = np.abs(np.fft.rfft(np.rint(x) * window)) ** 2 / (window**2).sum()
    bank = spectrum.filter_bank()
    wanted = [
        np.log(power[s : s + w].sum() + 1) for s, w in zip(bank.starts[1:], bank.widths[1:], strict=True)
    ]
    assert np.abs((found - found.mean()) - (np.array(wanted) - np.mean(wanted))).max() < 0.1
    assert found.argmax() == 2


def made(root: Path, features: FeaturesSection, channels: int = 3, **keys: object) -> Dataset:
    x = RNG.normal(0, 1, (40, 64, channels)).astype(np.float32) + np.arange(40)[:, np.newaxis, np.newaxis] % 2
    np.savez(root / "s.npz", x=x, y=np.arange(40) % 2)
    kinds = replace(USUAL, sensor=SensorSection(rate=50.0, **keys), features=features)  # type: ignore[arg-type]
    return load_dataset(DataSection(source="s.npz", kind="sensor"), root, 1, kinds=kinds)


@pytest.mark.parametrize(
    ("features", "shape"),
    [
        (FeaturesSection(), (64, 1, 3)),
        (FeaturesSection(gravity_hz=0.5, low_pass_hz=20.0, magnitude="added"), (64, 1, 4)),
        (FeaturesSection(high_pass_hz=1.0, spectrum_bands=5, spectrum_window=40), (2, 1, 15)),
    ],
)
def test_raw_samples_give_the_test_split(
    features: FeaturesSection, shape: tuple[int, ...], tmp_path: Path
) -> None:
    data = made(tmp_path, features)
    assert data.input_shape == shape and data.measured is not None
    raw = RawInput(data.frontend, 0.03, -4, data.input_shape)
    measured = data.measured("test").astype("<f4")
    rows = np.ascontiguousarray(measured.reshape(len(measured), -1)).view(np.int8)
    assert rows.shape[1] == raw.raw_bytes
    assert np.array_equal(raw.model_inputs(rows), quantize(data.test.x, 0.03, -4))
    assert ("features" in data.frontend.to_json()) == features.is_given


def test_not_normalised_features_are_in_their_unit(tmp_path: Path) -> None:
    data = made(tmp_path, FeaturesSection(magnitude="only"), normalise=False)
    assert isinstance(data.frontend, SensorFrontend) and data.measured is not None
    lengths = np.sqrt((data.measured("test") ** 2).sum(axis=-1))
    assert np.abs(data.test.x[..., 0] - lengths).max() < 0.002


@pytest.mark.parametrize(
    ("keys", "channels", "text"),
    [
        (
            {"low_pass_hz": 25.0},
            3,
            "[features] low_pass_hz: 25 Hz at 50 values per second; expected 0.05 to below 25",
        ),
        ({"magnitude": "only"}, 4, "[features] magnitude: 4 channels; expected triples of x, y, z"),
        (
            {"gravity_hz": 0.3},
            6,
            "[features] gravity_hz: which of 6 channels are accelerations is not known; "
            "expected their numbers. Say gravity_channels = [0, 1, 2]",
        ),
        (
            {"gravity_hz": 0.3, "gravity_channels": (0, 7)},
            3,
            "[features] gravity_channels: [0, 7]; expected different ones below 3",
        ),
        (
            {"spectrum_bands": 5, "spectrum_window": 80},
            3,
            "[features] spectrum_window: 80 values in a window of 64; expected at most 64",
        ),
        (
            {"spectrum_bands": 60},
            3,
            "[features] spectrum_bands: band 1 of 60 holds none of 33 frequencies; "
            "expected a frequency in each. Use fewer bands or longer frames",
        ),
    ],
)
def test_what_cannot_be_is_one_line(
    keys: dict[str, object], channels: int, text: str, tmp_path: Path
) -> None:
    with pytest.raises(ConfigError) as caught:
        made(tmp_path, FeaturesSection.model_validate(keys), channels)
    assert str(caught.value) == text
