"""A board with a sensor, built once; files that a virtual one measures."""

import wave
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.link.sensors import build_sensor_board


@pytest.fixture(scope="session")
def board(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Whose virtual sensor has 8 KiB."""
    return build_sensor_board(tmp_path_factory.mktemp("sensor") / "board", "-DFAKE_INPUT=8192u")


def write_wav(path: Path, samples: NDArray[np.int16], rate: int = 16_000) -> Path:
    """One channel."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.astype("<i2").tobytes())
    return path


def read_wav(path: Path) -> tuple[int, NDArray[np.int16]]:
    """Rate and samples."""
    with wave.open(str(path), "rb") as file:
        return file.getframerate(), np.frombuffer(file.readframes(file.getnframes()), "<i2")


def noise(frames: int, seed: int = 1) -> NDArray[np.int16]:
    """(frames,) far from either end."""
    return np.random.default_rng(seed).integers(-9000, 9000, frames, dtype=np.int16)
