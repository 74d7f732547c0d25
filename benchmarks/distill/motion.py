"""A teacher of motion that is no network: features of a window, and linear discriminant analysis on them.

Small networks learn the persons they are shown; such features (alike: Anguita et al., A Public Domain Dataset
for Human Activity Recognition Using Smartphones, ESANN 2013) serve others as well. Chosen by subject-wise
cross-validation of the subjects that are not for test.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
RATE_HZ = 50
SHRINKAGE = 0.02  # of the covariance towards a multiple of the identity
CALM = 2.0  # discriminants are surer than they are right; halved, their likelihood on new persons is best
LEAST = -8.0  # log-probability: below it only the size of an error grows
_GRAVITY_LINES = 3  # of the spectrum: below 1.2 Hz
_QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
_BANDS = (1, 2, 3, 4, 5, 6, 8, 10, 13, 17, 24, 33, 65)  # edges in lines of the spectrum
_LAGS = (2, 5, 10, 15, 20, 25, 30, 40, 50)


@dataclass(frozen=True)
class MotionTeacher:
    """Fitted by scikit-learn: standardised features, shrunk covariance."""

    model: Any

    @classmethod
    def of(cls, measured: Array, labels: NDArray[np.int64]) -> "MotionTeacher":
        """``measured``: (n, time, 1, 6) in g and rad/s."""
        from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler

        discriminant = LinearDiscriminantAnalysis(solver="lsqr", shrinkage=SHRINKAGE)
        return cls(make_pipeline(StandardScaler(), discriminant).fit(features(measured), labels))

    def __call__(self, measured: Array) -> Array:
        """(n, classes) log-probabilities, none below LEAST."""
        from scipy.special import log_softmax

        scores = self.model.decision_function(features(measured))
        return np.maximum(log_softmax(scores / CALM, axis=1), LEAST).astype(np.float32)

    @property
    def parameters(self) -> int:
        """Numbers that it keeps."""
        scaler, discriminant = (step for _, step in self.model.steps)
        return sum(a.size for a in (scaler.mean_, scaler.scale_, discriminant.coef_, discriminant.intercept_))


def features(measured: Array) -> Array:
    """(n, features) of windows (n, time, 1, 6): accelerometer in g, gyroscope in rad/s."""
    channels = np.moveaxis(measured[:, :, 0, :], 1, 2)
    gravity = _gravity(channels)
    signals = _signals(channels, gravity)
    centred = signals - signals.mean(axis=2, keepdims=True)
    parts = (_tilt(channels, gravity), signals.mean(axis=2), _shape(signals, centred), _spectrum(centred))
    return np.concatenate([p.reshape(len(measured), -1) for p in (*parts, _rhythm(centred))], axis=1)


def _gravity(channels: Array) -> Array:
    """(n, 3, time) the slow part of the accelerometer."""
    lines = np.fft.rfft(channels[:, :3])
    lines[..., _GRAVITY_LINES:] = 0
    return np.asarray(np.fft.irfft(lines, channels.shape[2]), np.float32)


def _tilt(channels: Array, gravity: Array) -> Array:
    """How the phone hangs, and how much that changes."""
    mean = channels[:, :3].mean(axis=2)
    direction = mean / np.maximum(np.linalg.norm(mean, axis=1, keepdims=True), 1e-6)
    angle = np.arccos(np.clip(direction, -1, 1))
    return np.concatenate(
        [mean, mean**2, direction, angle, gravity.std(axis=2), np.ptp(gravity, axis=2)], axis=1
    )


def _signals(channels: Array, gravity: Array) -> Array:
    """(n, 21, time): both sensors, their changes, all their sizes, their parts along gravity and across."""
    moving, turning = channels[:, :3] - gravity, channels[:, 3:]
    jerks = [np.gradient(each, 1 / RATE_HZ, axis=2) for each in (moving, turning)]
    sizes = [_size(each) for each in (channels[:, :3], moving, turning, *jerks)]
    up = channels[:, :3].mean(axis=2, keepdims=True)
    up = up / np.maximum(_size(up), 1e-6)
    along = [(each * up).sum(axis=1, keepdims=True) for each in (moving, turning)]
    across = [_size(each - part * up) for each, part in zip((moving, turning), along, strict=True)]
    return np.concatenate([moving, turning, *jerks, *sizes, *along, *across], axis=1)


def _size(vectors: Array) -> Array:
    return np.asarray(np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def _shape(signals: Array, centred: Array) -> Array:
    """Deviation, skewness, kurtosis, quantiles of each signal."""
    deviation = centred.std(axis=2)
    moments = [(centred**k).mean(axis=2) / (deviation**k + 1e-6) for k in (3, 4)]
    quantiles = np.moveaxis(np.quantile(signals, _QUANTILES, axis=2), 0, 2)
    size = np.abs(centred).mean(axis=2)
    return np.concatenate(
        [np.stack([_log(deviation), *moments, _log(size)], axis=2), quantiles], axis=2, dtype=np.float32
    )


def _spectrum(centred: Array) -> Array:
    """Log power in bands, centroid and entropy of each signal."""
    power = np.abs(np.fft.rfft(centred * np.hanning(centred.shape[2]))) ** 2 / centred.shape[2]
    bands = [_log(power[..., low:high].mean(axis=2), 1e-6) for low, high in pairwise(_BANDS)]
    share = power[..., 1:] / (power[..., 1:].sum(axis=2, keepdims=True) + 1e-9)
    centroid = (share * np.arange(1, power.shape[2])).sum(axis=2)
    entropy = -(share * _log(share, 1e-9)).sum(axis=2)
    return np.stack([*bands, centroid, entropy], axis=2).astype(np.float32)


def _rhythm(centred: Array) -> Array:
    """Autocorrelation of each signal, and correlations between signals of the two sensors."""
    count, time = len(centred), centred.shape[2]
    scaled = centred / (centred.std(axis=2, keepdims=True) + 1e-3)
    lines = np.fft.rfft(scaled, 2 * time)
    repeated = np.fft.irfft(np.abs(lines) ** 2, 2 * time)[..., _LAGS] / time
    first, second = np.triu_indices(6, 1)
    together = (scaled[:, first] * scaled[:, second]).mean(axis=2)
    return np.concatenate([repeated.reshape(count, -1), together], axis=1).astype(np.float32)


def _log(values: Array, least: float = 1e-3) -> Array:
    return np.asarray(np.log(values + least), np.float32)
