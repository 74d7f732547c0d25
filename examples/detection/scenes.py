"""Images of 64 x 64 with scikit-learn's digits scattered over clutter: made here, the same every time."""

import numpy as np

IMAGES = {"train": 1200, "validation": 200, "test": 300}
SIDE, TIMES = 64, 2  # pixels of an image; each pixel of a digit becomes so many in both directions
MOST = 4  # digits in an image; there may be none


def load():
    """As an .npz would hold it: x_train and boxes_train (image, class, x0, y0, x1, y1), and so on."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    pixels, labels = (digits.images / 16.0).astype(np.float32), digits.target
    parts = np.array_split(np.random.default_rng(0).permutation(len(pixels)), [1000, 1300])
    arrays = {"classes": np.array([str(label) for label in range(10)])}
    for seed, ((part, count), rows) in enumerate(
        zip(IMAGES.items(), parts, strict=True)
    ):  # no digit in two parts
        rng = np.random.default_rng([64, seed])
        scenes = [scene(pixels[rows], labels[rows], rng) for _ in range(count)]
        arrays[f"x_{part}"] = np.stack([image for image, _ in scenes])
        boxes = [(number, *box) for number, (_, found) in enumerate(scenes) for box in found]
        arrays[f"boxes_{part}"] = np.array(boxes, np.float32).reshape(-1, 6)
    return arrays


def scene(pixels, labels, rng):
    """An image, and its boxes: class, x0, y0, x1, y1."""
    image = clutter(rng)
    found, taken = [], np.zeros((SIDE, SIDE), bool)
    for _ in range(rng.integers(0, MOST + 1)):
        row = rng.integers(len(pixels))
        digit = np.kron(pixels[row], np.ones((TIMES, TIMES), np.float32))
        y, x = rng.integers(0, SIDE - len(digit) + 1, 2)
        place = np.s_[y : y + len(digit), x : x + len(digit)]
        if taken[place].any():
            continue
        taken[place] = True
        image[place] = np.maximum(image[place] * (1 - digit), digit * rng.uniform(0.7, 1.0))
        found.append((labels[row], x, y, x + len(digit), y + len(digit)))
    return (255 * np.clip(image + rng.normal(0, 0.03, image.shape), 0, 1)).astype(np.uint8), found


def clutter(rng):
    """Bars and blotches that are no digits, darker than these."""
    image = np.full((SIDE, SIDE), rng.uniform(0.0, 0.15), np.float32)
    for _ in range(rng.integers(3, 9)):
        height, width = rng.integers(2, 24), rng.integers(2, 6)
        if rng.random() < 0.5:
            height, width = width, height
        y, x = rng.integers(0, SIDE - height), rng.integers(0, SIDE - width)
        image[y : y + height, x : x + width] = rng.uniform(0.1, 0.5)
    return image
