"""Average precision is pycocotools', to the last digit that sums of floats have."""

import contextlib
import io

import numpy as np
import pytest

from tinykd.data.objects.boxes import Boxes
from tinykd.objects.average_precision import AveragePrecision
from tinykd.objects.decode import Detections

IMAGES, CLASSES = 25, 3


def random_boxes(rng: np.random.Generator) -> Boxes:
    rows = []
    for _ in range(IMAGES):
        count = rng.integers(0, 6)
        low = rng.integers(0, 60, (count, 2))
        corners = np.concatenate([low, low + rng.integers(6, 30, (count, 2))], axis=1)
        rows.append((corners.astype(np.float32), rng.integers(0, CLASSES, count)))
    return Boxes.of(rows)


def random_detections(boxes: Boxes, rng: np.random.Generator) -> Detections:
    """Some near the true ones, some anywhere; every score once."""
    near = boxes.corners.astype(int) + rng.integers(-3, 4, (len(boxes.classes), 4))
    low = rng.integers(0, 60, (40, 2))
    corners = np.concatenate([near, np.concatenate([low, low + rng.integers(6, 30, (40, 2))], axis=1)])
    images = np.concatenate([boxes.images, rng.integers(0, IMAGES, 40)])
    classes = np.concatenate([boxes.classes, rng.integers(0, CLASSES, 40)])
    scores = rng.permutation(len(images)).astype(np.float64)
    order = np.lexsort((-scores, images))
    corners = corners[order]
    centres = (corners[:, :2] + corners[:, 2:]) // 2
    return Detections(images[order], classes[order], scores[order], centres, corners)


def coco_figures(found: Detections, boxes: Boxes) -> tuple[float, float]:
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval

    def box(corners: np.ndarray) -> list[float]:
        x0, y0, x1, y1 = map(float, corners)
        return [x0, y0, x1 - x0, y1 - y0]

    def rows(images: np.ndarray, classes: np.ndarray, corners: np.ndarray) -> list[dict[str, object]]:
        return [
            {"id": n + 1, "image_id": int(i), "category_id": int(k), "bbox": box(c), "iscrowd": 0}
            | {"area": box(c)[2] * box(c)[3]}
            for n, (i, k, c) in enumerate(zip(images, classes, corners, strict=True))
        ]

    truth = COCO()
    truth.dataset = {
        "info": {},
        "images": [{"id": i} for i in range(len(boxes))],
        "categories": [{"id": k, "name": str(k)} for k in range(CLASSES)],
        "annotations": rows(boxes.images, boxes.classes, boxes.corners),
    }
    with contextlib.redirect_stdout(io.StringIO()):
        truth.createIndex()
        given = rows(found.images, found.classes, found.corners)
        results = truth.loadRes(
            [row | {"score": float(s)} for row, s in zip(given, found.scores, strict=True)]
        )
        judged = COCOeval(truth, results, "bbox")
        judged.evaluate()
        judged.accumulate()
        judged.summarize()
    return float(judged.stats[1]), float(judged.stats[0])


@pytest.mark.parametrize("seed", range(4))
def test_the_figures_are_cocos(seed: int) -> None:
    rng = np.random.default_rng(seed)
    boxes = random_boxes(rng)
    found = random_detections(boxes, rng)
    mine = AveragePrecision.of_boxes(found, boxes, CLASSES)
    ap50, ap = coco_figures(found, boxes)
    assert 0.1 < ap < ap50
    assert (mine.ap50, mine.ap) == pytest.approx((ap50, ap), abs=1e-9)
