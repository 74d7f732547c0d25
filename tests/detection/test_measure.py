"""F1, thresholds, intervals, average precision against hand-computed values; losses against their limits."""

from dataclasses import replace

import numpy as np
import pytest

from tinykd.data.objects.boxes import Boxes
from tinykd.data.objects.grid import Grid, Scenes
from tinykd.objects.average_precision import AveragePrecision, overlaps
from tinykd.objects.decode import Detections
from tinykd.objects.match import right_centres
from tinykd.objects.measure import ObjectTally, best_thresholds, tally_of
from tinykd.training.map_loss import labelled_maps, taught_maps
from tinykd.training.tensorflow import libraries

GRID = Grid(32, 32, 8, 2, ((8.0, 8.0), (8.0, 8.0)))


def boxes_of(*images: list[tuple[int, float, float, float, float]]) -> Boxes:
    """Of each image rows of class, x0, y0, x1, y1."""
    arrays = [np.array(rows, np.float32).reshape(-1, 5) for rows in images]
    return Boxes.of((rows[:, 1:], rows[:, 0].astype(np.int64)) for rows in arrays)


def found_of(*rows: tuple[int, int, float, int, int, int, int]) -> Detections:
    """Image, class, score, box."""
    array = np.array(rows, np.float64).reshape(-1, 7)
    corners = array[:, 3:].astype(np.int64)
    centres = (corners[:, :2] + corners[:, 2:]) // 2
    return Detections(
        array[:, 0].astype(np.int64), array[:, 1].astype(np.int64), array[:, 2], centres, corners
    )


def test_a_true_box_is_taken_once_by_the_nearest_of_the_best() -> None:
    boxes = boxes_of([(0, 0, 0, 20, 20), (0, 8, 8, 28, 28)], [(1, 0, 0, 10, 10)])
    found = found_of(
        (0, 0, 9.0, 4, 4, 20, 20),  # centre 12, 12: nearer to the first
        (0, 0, 8.0, 6, 6, 20, 20),  # 13, 13: only the second is left
        (0, 0, 7.0, 4, 4, 20, 20),  # nothing is left
        (1, 0, 5.0, 0, 0, 10, 10),  # another class is there
    )
    assert right_centres(found, Scenes(boxes, GRID)).tolist() == [True, True, False, False]


def test_a_small_box_counts_as_large_as_a_cell() -> None:
    boxes = boxes_of([(0, 10, 10, 12, 12)])
    near, far = found_of((0, 0, 1.0, 11, 11, 19, 19)), found_of((0, 0, 1.0, 12, 12, 20, 20))
    assert right_centres(near, Scenes(boxes, GRID)).tolist() == [True]  # centre 15: 4 pixels off
    assert right_centres(far, Scenes(boxes, GRID)).tolist() == [False]


def test_f1_is_the_mean_over_the_classes_that_there_are() -> None:
    right, found = np.array([[3, 0, 0], [1, 0, 0]]), np.array([[4, 0, 1], [1, 0, 0]])
    tally = ObjectTally(right, found, np.array([[3, 2, 0], [2, 0, 0]]))
    assert tally.f1_of_classes.tolist() == pytest.approx([2 * 4 / (5 + 5), 0, 0])
    assert tally.f1 == pytest.approx(0.4)
    assert tally.f1_of_images.tolist() == pytest.approx([2 * 3 / (5 + 5), 2 / 3])
    assert tally.count_error == pytest.approx(((1 + 2 + 1) + 1) / 2)
    low, high = tally.interval
    assert low <= tally.f1 <= high


def logits(scenes: Scenes, seed: int) -> np.ndarray:
    """Of a detector that is nearly right."""
    maps = np.log(np.maximum(scenes.grid.maps_of(scenes.boxes), 1e-3))
    return (maps + np.random.default_rng(seed).normal(0, 2.0, maps.shape)).astype(np.float32)


def crowd(images: int) -> Scenes:
    rng = np.random.default_rng(3)
    rows = []
    for _ in range(images):
        corners = rng.integers(0, 24, (rng.integers(0, 4), 2))
        rows.append([(int(rng.integers(0, 2)), x, y, x + 8, y + 8) for x, y in corners.tolist()])
    return Scenes(boxes_of(*rows), GRID)


@pytest.mark.parametrize("whole", [False, True])
def test_no_threshold_has_a_larger_f1(whole: bool) -> None:
    scenes = crowd(30)
    outputs = logits(scenes, 1)
    if whole:
        outputs = np.clip(np.rint(8 * outputs), -128, 127).astype(np.int8)
    best = best_thresholds(outputs, scenes)
    assert not whole or all(each == int(each) for each in best)
    most = tally_of(outputs, scenes, best).f1_of_classes
    for threshold in np.linspace(-200, 200, 401) if whole else np.linspace(-10, 10, 401):
        assert (tally_of(outputs, scenes, (threshold, threshold)).f1_of_classes <= most + 1e-9).all()


def test_overlaps_are_intersection_over_union() -> None:
    boxes = np.array([[0.0, 0.0, 10.0, 10.0]])
    others = np.array([[0, 0, 10, 10], [5, 0, 15, 10], [20, 20, 30, 30]], np.float32)
    assert overlaps(boxes, others)[0].tolist() == pytest.approx([1, 1 / 3, 0])


def test_average_precision_by_hand() -> None:
    """Right, wrong, right, of three: precision 1 up to recall 1/3, 2/3 up to 2/3, then 0."""
    boxes = boxes_of([(0, 0, 0, 10, 10), (0, 20, 20, 30, 30)], [(0, 0, 0, 10, 10)])
    found = found_of((0, 0, 9.0, 0, 0, 10, 10), (0, 0, 8.0, 10, 10, 20, 20), (0, 0, 7.0, 20, 20, 30, 30))
    result = AveragePrecision.of_boxes(found, boxes, 1)
    assert result.ap50 == pytest.approx((34 * 1 + 33 * 2 / 3) / 101)
    assert result.ap == pytest.approx(result.ap50)
    low, high = result.ap50_interval
    assert low <= result.ap50 <= high


def test_the_loss_is_0_where_all_is_right_and_without_anything_known() -> None:
    tf = libraries().tf
    scenes = crowd(6)
    maps = scenes.grid.maps_of(scenes.boxes)
    right = np.log(np.maximum(maps, 1e-7)).astype(np.float32)
    assert float(labelled_maps(tf.constant(right), tf.constant(maps), GRID)) == pytest.approx(0, abs=1e-4)
    wrong = tf.constant(np.random.default_rng(0).normal(0, 1, maps.shape).astype(np.float32))
    assert float(labelled_maps(wrong, tf.constant(maps), GRID)) > 0.1
    assert float(labelled_maps(wrong, tf.zeros_like(wrong), GRID)) == 0
    assert float(taught_maps(wrong, wrong, GRID, 2.0)) == pytest.approx(0, abs=1e-6)


def test_background_weighs_what_the_grid_says() -> None:
    """One cell, all background by its target, and taken for one of two classes at even odds."""
    tf = libraries().tf
    for background in (0.25, 1.0):
        one = replace(GRID, height=8, width=8, background=background)
        loss = labelled_maps(tf.constant([[0.0, 0.0, 0.0]]), tf.constant([[1.0, 0.0, 0.0]]), one)
        assert float(loss) == pytest.approx(background * 2 / 3 * np.log(3), rel=1e-5)


def test_what_a_teacher_says_is_not_focal() -> None:
    """One cell, at even odds; the teacher says background by 2 to 1 to 1: KL divergence, and its weight."""
    tf = libraries().tf
    one = replace(GRID, height=8, width=8, background=0.5)
    shares = np.array([0.5, 0.25, 0.25])
    loss = taught_maps(tf.zeros((1, 3)), tf.constant([np.log(shares).astype(np.float32)]), one)
    divergence = np.log(3) + float(shares @ np.log(shares))
    assert float(loss) == pytest.approx((0.5 + 0.5 * 0.5) * divergence, rel=1e-5)


def test_a_box_counts_in_the_cell_of_its_centre_alone() -> None:
    tf = libraries().tf
    boxed = replace(GRID, head="box")
    maps = boxed.maps_of(boxes_of([(0, 8, 8, 24, 16)]))
    given = maps.reshape(1, *boxed.shape).copy()
    given[..., :3] = np.log(np.maximum(given[..., :3], 1e-7))
    given[0, 1, 2, 3:] += 0.5  # centre 16, 12: of row 1, column 2
    elsewhere = given.copy()
    given[0, 0, 0, 3:] += 9.0
    losses = [
        float(labelled_maps(tf.constant(g.reshape(1, -1)), tf.constant(maps), boxed))
        for g in (given, elsewhere)
    ]
    assert losses == pytest.approx([0.25 * 4 * 0.5 * 0.5 / 2] * 2, abs=1e-4)
