"""One set of images with boxes in every format is read as the same; each mistake is one line."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.detection.scenes import CLASSES, SIDE, arrays, save_images, save_npz
from tinykd.data.kinds import USUAL
from tinykd.data.raw import Raw
from tinykd.data.sources.read import read_source
from tinykd.errors import DataError
from tinykd.project.samples import DataSection

Rows = np.ndarray


def read(source: str, root: Path, **keys: object) -> Raw:
    section = DataSection.model_validate({"source": source, **keys})
    found = read_source(section, root, "detection", USUAL)
    assert isinstance(found, Raw)
    return found


def voc(folder: Path, paths: list[Path], boxes: Rows) -> None:
    for image, path in enumerate(paths):
        objects = "".join(
            f"<object><name>{CLASSES[int(k)]}</name><bndbox><xmin>{x0:g}</xmin><ymin>{y0:g}</ymin>"
            f"<xmax>{x1:g}</xmax><ymax>{y1:g}</ymax></bndbox></object>"
            for number, k, x0, y0, x1, y1 in boxes
            if number == image
        )
        size = f"<size><width>{SIDE}</width><height>{SIDE}</height><depth>1</depth></size>"
        text = f"<annotation><filename>{path.name}</filename>{size}{objects}</annotation>"
        (folder / f"{path.stem}.xml").write_text(text)


def coco(folder: Path, paths: list[Path], boxes: Rows) -> None:
    images = [{"id": i, "file_name": p.name, "width": SIDE, "height": SIDE} for i, p in enumerate(paths)]
    annotations = [
        {
            "id": n,
            "image_id": int(i),
            "category_id": int(k) + 1,
            "bbox": [float(v) for v in (x0, y0, x1 - x0, y1 - y0)],
        }
        for n, (i, k, x0, y0, x1, y1) in enumerate(boxes)
    ]
    categories = [{"id": k + 1, "name": name} for k, name in enumerate(CLASSES)]
    value = {"images": images, "annotations": annotations, "categories": categories}
    (folder / "boxes.json").write_text(json.dumps(value))


def yolo(folder: Path, paths: list[Path], boxes: Rows) -> None:
    (folder / "classes.txt").write_text("\n".join(CLASSES))
    for image, path in enumerate(paths):
        lines = [
            f"{int(k)} {(x0 + x1) / 2 / SIDE} {(y0 + y1) / 2 / SIDE} {(x1 - x0) / SIDE} {(y1 - y0) / SIDE}"
            for number, k, x0, y0, x1, y1 in boxes
            if number == image
        ]
        if lines:  # an image without a file has no object
            (folder / f"{path.stem}.txt").write_text("\n".join(lines))


def table(folder: Path, paths: list[Path], boxes: Rows) -> None:
    lines = ["filename,class,xmin,ymin,xmax,ymax"]
    for image, path in enumerate(paths):
        mine = [row for row in boxes if row[0] == image]
        lines += [f"{path.name},{CLASSES[int(r[1])]},{','.join(f'{v:g}' for v in r[2:])}" for r in mine]
        lines += [] if mine else [f"{path.name},,,,,"]
    (folder / "boxes.csv").write_text("\n".join(lines))


@pytest.mark.parametrize("write", [voc, coco, yolo, table])
def test_every_format_says_the_same(write: Callable[[Path, list[Path], Rows], None], tmp_path: Path) -> None:
    paths, boxes = save_images(tmp_path / "set")
    write(tmp_path / "set", paths, boxes)
    found, (x, _) = read("set", tmp_path), arrays(12, 9)
    assert np.array_equal(np.rint(255 * found.x[..., 0]), x)
    order = [found.classes.index(name) for name in CLASSES]
    assert found.boxes is not None
    images, kinds = boxes[:, 0].astype(int), np.array(order)[boxes[:, 1].astype(int)]
    assert np.array_equal(found.boxes.images, images)
    assert np.array_equal(found.boxes.classes, kinds)
    assert np.allclose(found.boxes.corners, boxes[:, 2:], atol=1e-4)


def test_image_sets_are_the_split(tmp_path: Path) -> None:
    paths, boxes = save_images(tmp_path / "set/JPEGImages")
    (tmp_path / "set/Annotations").mkdir()
    voc(tmp_path / "set/Annotations", paths, boxes)
    (tmp_path / "set/ImageSets").mkdir()
    names = [path.stem for path in paths]
    for part, some in (("train", names[:8]), ("val", names[8:10]), ("test", names[10:])):
        (tmp_path / f"set/ImageSets/{part}.txt").write_text("\n".join(some))
    found = read("set", tmp_path)
    assert found.parts is not None and np.bincount(found.parts).tolist() == [8, 2, 2]


def refused(root: Path, source: str = "set.npz", **keys: object) -> str:
    with pytest.raises(DataError) as error:
        read(source, root, **keys)
    return str(error.value).replace(f"{root}/", "")


BAD_ROWS = {
    "set.npz: boxes: image 2: box [30, 4, 38, 12] lies outside; expected boxes within its 32 x 32 pixels": (
        (2, 0, 30, 4, 38, 12),
    ),
    "set.npz: boxes: image 1: box [20, 4, 8, 12]: its right end lies before its left one; expected "
    "x0, y0, x1, y1 "
    "with x0 < x1 and y0 < y1. If these are x, y, width, height: add x and y to the last two": (
        (1, 0, 20, 4, 8, 12),
    ),
    "set.npz: boxes: image 0: box [5, 5, 5, 9] is empty; expected a width and a height above 0": (
        (0, 0, 5, 5, 5, 9),
    ),
    "set.npz: boxes: image 3: every corner lies between 0 and 0.5: shares of the image, or another "
    "unit; expected "
    "pixels of its 32 x 32. Multiply x by the width and y by the height": ((3, 1, 0.1, 0.1, 0.5, 0.4),),
    "set.npz: boxes: class 7 for 2 classes; expected 0 to 1": ((3, 7, 1, 1, 5, 5),),
    "set.npz: boxes: image 90 for 8 images; expected 0 to 7": ((90, 0, 1, 1, 5, 5),),
    "set.npz: boxes: image 4: 1001 boxes in one image; expected at most 1000": ((4, 0, 1, 1, 5, 5),) * 1001,
}


@pytest.mark.parametrize("line", BAD_ROWS)
def test_a_bad_box_is_one_line(line: str, tmp_path: Path) -> None:
    x, _ = arrays(8, 1)
    rows = np.array(BAD_ROWS[line], np.float32)
    np.savez(tmp_path / "set.npz", x=x, boxes=rows, classes=np.array(CLASSES))
    assert refused(tmp_path) == line


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    np.savez(tmp_path / "set.npz", x=np.zeros((8, 4, 4)), y=np.zeros(8, int))
    wanted = "x and boxes: rows of image, class, x0, y0, x1, y1"
    assert refused(tmp_path) == f"set.npz: has no array boxes, but x, y; expected {wanted}"


def test_classes_that_differ_by_case_and_unknown_ones(tmp_path: Path) -> None:
    paths, _ = save_images(tmp_path / "set", 2)
    rows = [
        "filename,class,xmin,ymin,xmax,ymax",
        f"{paths[0].name},Bar,1,1,5,5",
        f"{paths[1].name},bar,1,1,5,5",
    ]
    (tmp_path / "set/boxes.csv").write_text("\n".join(rows))
    assert refused(tmp_path, "set") == (
        "set/boxes.csv: image01.png: classes Bar and bar differ by their case alone; expected one "
        "name for a class"
    )
    assert refused(tmp_path, "set", classes=("bar", "square")) == (
        "set/boxes.csv: image00.png: a box of class Bar; expected one of bar, square. Call it bar"
    )


def test_xml_that_declares_entities_is_refused(tmp_path: Path) -> None:
    paths, _ = save_images(tmp_path / "set", 2)
    (tmp_path / "set/image00.xml").write_text('<!DOCTYPE a [<!ENTITY b "c">]><annotation/>')
    found = "declares a document type; expected a plain Pascal VOC annotation"
    assert refused(tmp_path, "set") == f"set/image00.xml: {found}"
    assert paths


def test_pixels_in_a_yolo_file_are_refused(tmp_path: Path) -> None:
    save_images(tmp_path / "set", 2)
    (tmp_path / "set/image00.txt").write_text("0 16 16 8 8")
    assert refused(tmp_path, "set") == (
        "set/image00.txt: line 1: 16 16 8 8 are no shares of the image; expected numbers from 0 to "
        "1. Divide by the "
        "image's width and height"
    )


def test_an_npz_with_parts_keeps_them(tmp_path: Path) -> None:
    save_npz(tmp_path / "set.npz")
    found = read("set.npz", tmp_path)
    assert found.parts is not None and np.bincount(found.parts).tolist() == [64, 24, 24]
    assert found.boxes is not None and len(found.boxes) == 112
