"""Objects from int8 outputs: the host's are those of hand-computed maps, and C's are the host's."""

import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.objects import build
from tinykd.data.objects.boxes import Boxes
from tinykd.data.objects.grid import Grid, Scenes
from tinykd.firmware_project.libraries import firmware_text
from tinykd.firmware_project.objects import object_files
from tinykd.objects.decode import MOST, detect
from tinykd.objects.rules import ObjectRules
from tinykd.paths import FIRMWARE

HERE = Path(__file__).parent
STRICT = "-std=c99 -O1 -Wall -Wextra -Wpedantic -Werror -Wshadow -Wconversion -Wstrict-prototypes -Wvla"
CHECKED = "-fsanitize=address,undefined -fno-sanitize-recover=all"
GRID = Grid(37, 50, 8, 3, ((10.0, 9.0), (40.4, 70.0), (3.0, 2.0)))
BOXED = replace(GRID, head="box")
SCALE, ZERO = 0.07, -11


def rules(grid: Grid) -> ObjectRules:
    """With thresholds that are reached now and then."""
    return ObjectRules.of(("a", 'b"\\', "c"), grid, {"thresholds": [12, -300, 60]}, (SCALE, ZERO))


def scenes(grid: Grid, images: int) -> Scenes:
    return Scenes(Boxes.none(images), grid, SCALE, ZERO)


def maps(grid: Grid, images: int, seed: int) -> np.ndarray:
    """Random ones; every second one of few values, so that neighbours are equal."""
    rng = np.random.default_rng(seed)
    wild = rng.integers(-128, 128, (images, grid.outputs))
    calm = rng.choice([-128, -5, 0, 60, 127], (images, grid.outputs))
    return np.where(np.arange(images)[:, np.newaxis] % 2 == 0, wild, calm).astype(np.int8)


@pytest.mark.parametrize("grid", [GRID, BOXED, replace(GRID, usual=((64.0, 99.0),) * 3)])
@pytest.mark.parametrize("capacity", [MOST, 3])
def test_c_finds_what_the_host_finds(grid: Grid, capacity: int, tmp_path: Path) -> None:
    given, images = rules(grid), 40
    for path, text in object_files("spots", given).items():
        (tmp_path / path).write_text(text)
    (tmp_path / "main.c").write_text((HERE / "objects_main.c").read_text())
    (tmp_path / "tkd_objects.c").write_text(firmware_text("objects/tkd_objects.c"))
    folders = [f"-I{FIRMWARE / name}" for name in ("objects", "include", "kernels")]
    sizes = [f"-DOUTPUTS={grid.outputs}", f"-DCAPACITY={capacity}"]
    command = ["cc", *STRICT.split(), *CHECKED.split(), "-I.", *folders, *sizes]
    sources = [tmp_path / name for name in ("main.c", "tkd_objects.c", "spots_objects.c")]
    done = build(command, sources, tmp_path / "found")
    assert done.returncode == 0, done.stderr
    outputs = maps(grid, images, 5)
    said = subprocess.run([tmp_path / "found"], input=outputs.tobytes(), capture_output=True, check=True)
    blocks = said.stdout.decode().split("end\n")[:-1]
    host = detect(outputs, scenes(grid, images), given.thresholds, capacity)
    assert len(blocks) == images and len(host) > images
    for image, block in enumerate(blocks):
        mine = host.at(image)
        rows = np.column_stack([mine.classes, mine.scores, mine.centres, mine.corners]).astype(int)
        assert block == "".join(" ".join(map(str, row)) + "\n" for row in rows.tolist()), image


def one_map(grid: Grid, cells: dict[tuple[int, int], tuple[int, ...]]) -> np.ndarray:
    """Background everywhere but in ``cells``."""
    found = np.full((1, *grid.shape), -20, np.int8)
    found[..., 0] = 20
    for (row, column), values in cells.items():
        found[0, row, column, : len(values)] = values
    return found.reshape(1, -1)


def test_a_peak_is_above_those_before_it_and_not_below_those_after() -> None:
    equal = (0, 50, 0, 0)
    outputs = one_map(GRID, {(1, 1): equal, (1, 2): equal, (2, 4): (0, 60, 0, 0), (3, 4): (0, 59, 0, 0)})
    found = detect(outputs, scenes(GRID, 1), (0, 0, 0))
    assert found.scores.tolist() == [60, 50]
    assert found.centres.tolist() == [[36, 20], [12, 12]]
    assert found.corners.tolist() == [[31, 16, 41, 25], [7, 8, 17, 17]]


def test_thresholds_are_reached_not_passed() -> None:
    outputs = one_map(GRID, {(0, 0): (10, 30, 0, 0)})
    assert len(detect(outputs, scenes(GRID, 1), (20, 0, 0))) == 1
    assert len(detect(outputs, scenes(GRID, 1), (21, 0, 0))) == 0


def test_a_cell_has_one_class_and_boxes_end_at_the_image() -> None:
    outputs = one_map(GRID, {(0, 0): (0, 30, 31, 31)})
    found = detect(outputs, scenes(GRID, 1))
    assert found.classes[0] == 1
    assert found.corners[0].tolist() == [0, 0, 24, 37]


def test_a_box_is_what_its_cell_says() -> None:
    grid = replace(GRID, classes=1, usual=((8.0, 8.0),), head="box")
    boxes = Boxes.of([(np.array([[9.0, 4.0, 25.0, 36.0]], np.float32), np.array([0]))])
    truth = Scenes(boxes, grid)
    logits = np.where(grid.maps_of(boxes).reshape(1, *grid.shape)[..., :2] > 0, 1.0, -1.0)
    outputs = grid.maps_of(boxes).reshape(1, *grid.shape)
    outputs[..., :2] = logits * outputs[..., :2]
    found = detect(outputs.reshape(1, -1), truth, (0.5,))
    assert found.corners.tolist() == [[9, 4, 25, 36]]
    assert found.centres.tolist() == [[17, 20]]
