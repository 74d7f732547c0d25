"""Samples that are generated, and a project that learns them in the fewest epochs: what is measured is the
way through the stages, not what is learnt.

Every class is a grating of its own direction and pitch, with noise; a row is a pure function of its number.
Arrays are written block by block, so that making them takes no memory either.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

_BLOCK = 1024


@dataclass(frozen=True)
class Size:
    """How many samples, of what shape, of how many classes."""

    samples: int
    shape: tuple[int, int, int] = (32, 32, 1)
    classes: int = 4

    @property
    def labels(self) -> NDArray[np.int64]:
        """(n,) from 0 on, every class as often as any other."""
        return np.arange(self.samples, dtype=np.int64) % self.classes


def images(size: Size) -> Iterator[NDArray[np.uint8]]:
    """All samples in order, in blocks (k, H, W, C)."""
    patterns = np.stack([_grating(k, size) for k in range(size.classes)])
    labels = size.labels
    for start in range(0, size.samples, _BLOCK):
        rng = np.random.default_rng([size.samples, start])
        rows = labels[start : start + _BLOCK]
        noise = rng.integers(0, 64, (len(rows), *size.shape), np.uint8)
        yield patterns[rows] + noise


def _grating(label: int, size: Size) -> NDArray[np.uint8]:
    """(H, W, C) in [0, 191]."""
    height, width, channels = size.shape
    angle, pitch = np.pi * label / size.classes, 4 + 2 * (label % 7)
    down, right = np.mgrid[:height, :width]
    wave = np.sin(2 * np.pi * (down * np.sin(angle) + right * np.cos(angle)) / pitch)
    plane = np.round(95.5 + 95.5 * wave).astype(np.uint8)
    return np.repeat(plane[:, :, np.newaxis], channels, axis=2)


def write_npz(file: Path, size: Size) -> None:
    """``x`` and ``y``, not compressed."""
    with ZipFile(file, "w") as archive:
        with archive.open("x.npy", "w", force_zip64=True) as entry:
            header = {"descr": "|u1", "fortran_order": False, "shape": (size.samples, *size.shape)}
            npy.write_array_header_1_0(entry, header)
            for block in images(size):
                entry.write(block.data.cast("B"))
        with archive.open("y.npy", "w") as entry:
            npy.write_array(entry, size.labels)


def write_folder(folder: Path, size: Size) -> None:
    """``CLASS/NUMBER.png``, a file for each sample."""
    from PIL import Image

    labels, number = size.labels, 0
    for label in range(size.classes):
        (folder / f"class_{label:04}").mkdir(parents=True, exist_ok=True)
    for block in images(size):
        for image in block:
            place = folder / f"class_{labels[number]:04}" / f"{number:07}.png"
            Image.fromarray(image.squeeze()).save(place, compress_level=1)
            number += 1


def project(folder: Path, source: str, more: str = "") -> Path:
    """``folder`` with a project file; ``more``: further sections. One epoch each, the smallest networks."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tinykd.toml").write_text(_TEXT.format(source=source) + more)
    return folder


_TEXT = """[project]
name = "scale"

[data]
source = "{source}"
augmented_copies = 1

[teacher]
model = "mlp"
epochs = 1

[student]
model = "ds_cnn"
width = 0.25

[distillation]
epochs = 1

[quantization]
epochs = 1

[target]
board = "host"

[verify]
samples = 200
"""
