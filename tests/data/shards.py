"""Made-up samples, and the same ones as a folder, as tar shards and as Parquet."""

import io
import json
import tarfile
from pathlib import Path

import numpy as np
from PIL import Image
from scipy.io import wavfile

RNG = np.random.default_rng(5)
COUNT = 36
CLASSES = ("bird", "cat", "dog")
PIXELS = RNG.integers(0, 256, (COUNT, 9, 8, 3)).astype(np.uint8)
SOUNDS = RNG.normal(0, 3000, (COUNT, 2000)).astype(np.int16)
NAMES = [CLASSES[i % 3] for i in range(COUNT)]


def png(pixels) -> bytes:
    """A file's bytes."""
    file = io.BytesIO()
    Image.fromarray(np.squeeze(pixels)).save(file, "PNG")
    return file.getvalue()


def wav(sound, rate=8000) -> bytes:
    """A file's bytes."""
    file = io.BytesIO()
    wavfile.write(file, rate, sound)
    return file.getvalue()


def folder(place: Path, files, suffix: str) -> Path:
    """``CLASS/0001.png``."""
    for number, (name, content) in enumerate(zip(NAMES, files, strict=True)):
        (place / name).mkdir(parents=True, exist_ok=True)
        (place / name / f"{number:04}{suffix}").write_bytes(content)
    return place


def tar(path: Path, members, mode: str = "w") -> Path:
    """``members``: name and content, or a ``TarInfo`` and content."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, mode) as archive:
        for name, content in members:
            entry = name if isinstance(name, tarfile.TarInfo) else tarfile.TarInfo(name)
            if not isinstance(name, tarfile.TarInfo):
                entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return path


def webdataset(files, suffix: str, start: int = 0, as_json: bool = False):
    """``0001.png`` and ``0001.cls``, or ``0001.json``."""
    for number, content in enumerate(files, start):
        yield f"{number:04}{suffix}", content
        if as_json:
            said = {"label": NAMES[number % COUNT], "speaker": f"s{number % 4}"}
            yield f"{number:04}.json", json.dumps(said).encode()
        else:
            yield f"{number:04}.cls", NAMES[number % COUNT].encode()
