"""The samples on a map, near each other where they look alike: by UMAP where it is installed."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tinykd.report.drawing import SERIES, Dot, Drawing, Label, Rect, Shape, fitted

_WIDTH, _HEIGHT, _EDGE = 520.0, 360.0, 14.0
_MOST = 3000  # dots
_NAMED = 12  # classes that stand in the legend
Points = NDArray[np.float32]  # (n, components)


def sample_map(points: Points, labels: NDArray[np.int64], names: Sequence[str]) -> Drawing:
    """A dot for each sample in the colour of its class; colours come again after six classes."""
    rows = np.linspace(0, len(points) - 1, min(len(points), _MOST)).astype(np.int64)
    places, how = _flat(points[rows])
    shapes: list[Shape] = [
        Dot(float(x), float(y), 1.8, SERIES[int(label) % len(SERIES)])
        for (x, y), label in zip(_placed(places), labels[rows], strict=True)
    ]
    alt = f"{len(rows)} samples by {how}: {', '.join(names[:_NAMED])}"
    return Drawing(_WIDTH, _HEIGHT, "Samples that look alike are near each other", alt,
                   (*shapes, *_centres(_placed(places), labels[rows], names)))  # fmt: skip


def _flat(points: Points) -> tuple[Points, str]:
    """(n, 2), and what did it."""
    try:
        from umap import UMAP  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        wide = points if points.shape[1] > 1 else np.repeat(points, 2, axis=1)
        return wide[:, :2], "two principal components"
    return np.asarray(UMAP(random_state=0).fit_transform(points), np.float32), "UMAP"


def _placed(places: Points) -> Points:
    """On the canvas; the outermost hundredth stands at its edge."""
    low, high = np.percentile(places, (0.5, 99.5), axis=0)
    share = np.clip((places - low) / np.maximum(high - low, 1e-9), 0, 1)
    size = np.array([_WIDTH - 2 * _EDGE, _HEIGHT - 2 * _EDGE])
    return np.asarray(_EDGE + share * size, np.float32)


def _centres(places: Points, labels: NDArray[np.int64], names: Sequence[str]) -> list[Shape]:
    """Each class's name at the middle of its samples, on a ground of its own."""
    found: list[Shape] = []
    for number, name in enumerate(names[: 2 * _NAMED]):
        own = places[labels == number]
        if len(own):
            x, y = np.median(own, axis=0)
            text = fitted(name, 90)
            width = 8.0 + 7.5 * len(text)
            found.append(Rect(float(x) - width / 2, float(y) - 11, width, 15, "panel"))
            found.append(Label(float(x), float(y), text, "ink", "middle", 11, bold=True))
    return found
