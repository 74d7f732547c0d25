"""Small images with a bright square (class 0) or a bright bar (class 1) here and there."""

from pathlib import Path

import numpy as np
from PIL import Image

SIDE = 32
CLASSES = ("square", "bar")


def arrays(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """(n, 32, 32) uint8 and boxes (k, 6): image, class, x0, y0, x1, y1."""
    rng = np.random.default_rng(seed)
    x = rng.integers(0, 60, (count, SIDE, SIDE)).astype(np.uint8)
    boxes = []
    for image in range(count):
        for half in range(rng.integers(0, 3)):
            kind = int(rng.integers(0, 2))
            height, width = (8, 8) if kind == 0 else (4, 14)
            left, top = int(rng.integers(0, SIDE - width + 1)), int(rng.integers(0, 17 - height))
            top += 16 * half
            x[image, top : top + height, left : left + width] = rng.integers(180, 256)
            boxes.append((image, kind, left, top, left + width, top + height))
    return x, np.array(boxes, np.float32).reshape(-1, 6)


def save_npz(path: Path, counts: tuple[int, int, int] = (64, 24, 24)) -> None:
    """With a split of its own."""
    parts = {}
    for seed, (part, count) in enumerate(zip(("train", "validation", "test"), counts, strict=True)):
        parts[f"x_{part}"], parts[f"boxes_{part}"] = arrays(count, seed)
    np.savez(path, classes=np.array(CLASSES), **parts)


def save_images(folder: Path, count: int = 12) -> tuple[list[Path], np.ndarray]:
    """PNG files, and their boxes."""
    x, boxes = arrays(count, 9)
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"image{i:02}.png" for i in range(count)]
    for path, pixels in zip(paths, x, strict=True):
        Image.fromarray(pixels).save(path)
    return paths, boxes
