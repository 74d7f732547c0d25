"""Heat maps, splits and augmentation of images with boxes."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from tests.detection.scenes import CLASSES, arrays, save_npz
from tinykd.data.augmentation.options import SceneAugmentation
from tinykd.data.augmentation.views import make_view, moves
from tinykd.data.dataset import Dataset
from tinykd.data.load import load_dataset
from tinykd.data.objects.boxes import Boxes
from tinykd.data.objects.grid import Grid, Scenes
from tinykd.data.view_targets import view_targets
from tinykd.errors import DataError
from tinykd.objects.decode import detect
from tinykd.objects.match import right_centres
from tinykd.project.samples import DataSection

GRID = Grid(32, 32, 8, 2, ((8.0, 8.0), (14.0, 4.0)))


def boxes_of(*rows: tuple[float, ...], images: int = 1) -> Boxes:
    """Rows of class, x0, y0, x1, y1, all in the first image."""
    array = np.array(rows, np.float32).reshape(-1, 5)
    none = np.zeros((0, 4), np.float32), np.zeros(0, np.int64)
    return Boxes.of([(array[:, 1:], array[:, 0].astype(np.int64)), *[none] * (images - 1)])


def test_maps_are_1_where_the_centre_is_and_fall_off_beside_it() -> None:
    maps = GRID.maps_of(boxes_of((1, 4, 10, 20, 14)))[0].reshape(GRID.shape)  # centre 12, 12: of cell (1, 1)
    assert maps[1, 1].tolist() == [0, 0, 1]
    assert maps[1, 2].tolist() == pytest.approx([1 - np.exp(-2), 0, np.exp(-2)])
    assert maps[3, 3].tolist() == [1, 0, 0]
    assert np.allclose(maps.sum(axis=-1), 1)


def test_shares_of_a_cell_add_up_to_1_whatever_is_in_it() -> None:
    maps = GRID.maps_of(boxes_of((0, 4, 4, 12, 12), (1, 5, 5, 13, 9), (1, 0, 0, 32, 32)))
    assert np.allclose(maps.reshape(GRID.shape).sum(axis=-1), 1)


def dataset(tmp_path: Path) -> Dataset:
    save_npz(tmp_path / "set.npz")
    return load_dataset(DataSection(source="set.npz"), tmp_path, 1, "detection")


def test_a_perfect_map_finds_every_object(tmp_path: Path) -> None:
    data = dataset(tmp_path)
    assert data.classes == CLASSES and data.grid is not None and data.outputs == 4 * 4 * 3
    scenes = data.test.scenes
    assert scenes is not None
    found = detect(data.test.y, scenes, (0.0, 0.0))
    assert right_centres(found, scenes).sum() == len(found)
    assert len(found) >= 0.9 * len(scenes.boxes.classes)  # two of a class may share a cell


def test_boxes_go_along_with_the_pixels() -> None:
    """Wherever a view is bright there is a box, and in the middle of every box it is bright."""
    x, rows = arrays(60, 4)
    pixels = (x[..., np.newaxis] / 255).astype(np.float32)
    starts = np.searchsorted(rows[:, 0], np.arange(61))
    boxes = Boxes.of((rows[a:b, 2:], rows[a:b, 1].astype(int)) for a, b in pairwise(starts))
    how = SceneAugmentation(shift=0.2, scale=0.2, flip=True, mosaic=0.5, flip_rows=True)
    for index in range(4):
        view = make_view(pixels, 1, index, how)
        moved = moves(pixels, 60, (1, index, how)).boxes(boxes)
        assert len(moved) == 60 and len(moved.classes) > 30
        for image in range(60):
            for x0, y0, x1, y1 in moved.at(image)[0]:
                assert view[image, int((y0 + y1) / 2), int((x0 + x1) / 2), 0] > 0.5


def test_targets_of_a_view_are_those_of_its_boxes(tmp_path: Path) -> None:
    data = dataset(tmp_path)
    still = SceneAugmentation(0.0, 0.0, False, 0.0)
    view = make_view(data.train.x, 1, 0, still)
    assert np.allclose(view, data.train.x, atol=1e-6)
    assert np.allclose(view_targets(data, view, (1, 0, still)), data.train.y, atol=1e-5)


def test_rows_that_nothing_is_known_of_are_zeros(tmp_path: Path) -> None:
    data = dataset(tmp_path)
    more = np.concatenate([data.train.x, data.train.x[:3]])
    found = view_targets(data, more, (1, 0, SceneAugmentation()))
    assert len(found) == len(more) and not found[-3:].any() and found[:-3].any(axis=1).all()


def test_images_without_boxes_are_background_and_none_with_any_is_refused(tmp_path: Path) -> None:
    x, boxes = arrays(40, 1)
    np.savez(tmp_path / "one.npz", x=x, boxes=boxes[boxes[:, 1] == 0], classes=np.array(["square"]))
    one = load_dataset(DataSection(source="one.npz"), tmp_path, 1, "detection")
    assert one.classes == ("square",) and one.outputs == 32
    np.savez(tmp_path / "none.npz", x=x, boxes=boxes[:0], classes=np.array(CLASSES))
    with pytest.raises(DataError) as error:
        load_dataset(DataSection(source="none.npz"), tmp_path, 1, "detection")
    text = (
        "none.npz: no box in any of the 40 images; expected some images with boxes; the others are background"
    )
    assert str(error.value) == text


def test_scenes_keep_their_boxes_when_taken() -> None:
    scenes = Scenes(boxes_of((0, 1, 1, 5, 5), (1, 2, 2, 9, 9), images=3), GRID)
    taken = scenes.take(np.array([2, 0, 0]))
    assert taken.boxes.starts.tolist() == [0, 0, 2, 4]
    assert taken.boxes.classes.tolist() == [0, 1, 0, 1]
