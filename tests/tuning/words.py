"""A folder of three short sounds, and an int8 model of one dense layer that tells them apart."""

from pathlib import Path
from typing import Any

import numpy as np
from scipy.io import wavfile

from tests.compiler.models import Op, Tensor, build
from tinykd.data.dataset import Dataset
from tinykd.data.features.frontend import AudioFrontend
from tinykd.data.load import project_dataset
from tinykd.data.sources.folder.sounds import inputs
from tinykd.pipeline.tune_case import TuneCase
from tinykd.project.schema import Project

RATE = 2000
CLASSES = ("high", "low", "other")
HERTZ = {"high": 750.0, "low": 220.0}


def write_sounds(folder: Path, each: int = 20) -> None:
    """``each`` sounds of a third of a second for every class."""
    random = np.random.default_rng(1)
    for name in CLASSES:
        (folder / name).mkdir(parents=True)
        for number in range(each):
            time = np.arange(int(random.uniform(0.25, 0.4) * RATE)) / RATE
            noise = 0.3 * random.standard_normal(len(time))
            tone = (
                np.sin(2 * np.pi * HERTZ[name] * time * random.uniform(0.95, 1.05))
                if name in HERTZ
                else noise
            )
            sound = 0.3 * (tone + 0.1 * random.standard_normal(len(time)))
            wavfile.write(folder / name / f"{number}.wav", RATE, (20_000 * sound).astype(np.int16))


def project(**sections: Any) -> Project:
    """Of the folder ``sounds``; other noise is 20 dB below."""
    audio = {"rate": RATE, "seconds": 0.5, "n_mels": 8}
    usual: dict[str, Any] = {
        "project": {"name": "words"},
        "data": {"source": "sounds", "kind": "audio"},
        "audio": audio,
        "events": {"hop_ms": 100.0, "smoothing_ms": 200.0, "snr_db": 20.0},
    }
    return Project.model_validate(usual | sections)


def case(root: Path, **sections: Any) -> TuneCase:
    """As ``tinykd tune`` finds a project whose model is finished."""
    if not (root / "sounds").is_dir():
        write_sounds(root / "sounds")
    wanted = project(**sections)
    data = project_dataset(wanted, root)
    return TuneCase(wanted, root, data, _model(data, wanted), {"classes": list(data.classes)})


def _model(data: Dataset, wanted: Project) -> bytes:
    """Ridge regression of the classes' signs on the training samples, and on noise and silence as other."""
    assert isinstance(data.frontend, AudioFrontend)
    random = np.random.default_rng(2)
    noise = 0.02 * random.standard_normal((40, RATE // 2)).astype(np.float32)
    noise[::4] = 0
    x = np.concatenate([data.train.x, inputs(noise, data.frontend, wanted.audio)])
    y = np.concatenate([data.train.y, np.full(len(noise), CLASSES.index("other"))])
    flat = x.reshape(len(x), -1).astype(np.float64)
    signs = np.where(y[:, np.newaxis] == np.arange(3), 1.0, -1.0)
    a = np.concatenate([flat, np.ones((len(flat), 1))], axis=1)
    weights = np.linalg.solve(a.T @ a + 0.5 * np.eye(a.shape[1]), a.T @ signs).T
    return _dense(3 * weights[:, :-1], 3 * weights[:, -1], x.shape[1:])


def _dense(weights: np.ndarray, bias: np.ndarray, shape: tuple[int, ...]) -> bytes:
    """Logits in steps of 0.05."""
    scale = float(np.float32(np.abs(weights).max() / 127))
    asked = Tensor("input", (1, *shape), scale=0.05)
    flat = Tensor("flat", (1, weights.shape[1]), scale=0.05)
    w = Tensor("w", weights.shape, scale=scale, data=np.rint(weights / scale).astype(np.int8))
    product = float(np.float32(0.05) * np.float32(scale))
    b = Tensor("b", bias.shape, "int32", scale=product, data=np.rint(bias / product).astype(np.int32))
    out = Tensor("out", (1, len(bias)), scale=0.05)
    return build([Op("RESHAPE", [asked], [flat]), Op("FULLY_CONNECTED", [flat, w, b], [out])])
