"""A model that finds objects, on boards: console, live view and the user's code see what the host finds."""

import io
import re
from collections.abc import Iterator

import numpy as np
import pytest
import serial
from rich.console import Console

from tests.cli.conftest import Run, tinykd
from tests.compiler.models import Net, image
from tinykd.boards import load_board
from tinykd.build import build_firmware
from tinykd.cli.live_board import view
from tinykd.cli.live_metrics import LiveMetrics, SeenObject
from tinykd.compiler.compile import compile_graph
from tinykd.compiler.core import CompileOptions
from tinykd.data.features.frontend import ImageFrontend
from tinykd.data.objects.boxes import Boxes
from tinykd.data.objects.grid import Grid, Scenes
from tinykd.firmware_project import EmbeddedSamples, Surroundings, firmware_files, lay_out
from tinykd.flash import open_board
from tinykd.graph.reader import read_graph
from tinykd.objects.decode import Detections, detect
from tinykd.objects.rules import ObjectRules
from tinykd.oracle import run_tflm
from tinykd.progress import Silent

__all__ = ["tinykd"]
CLASSES = ("ring", "bar (long)")
GRID = Grid(24, 32, 4, 2, ((8.0, 6.0), (12.0, 4.0)), "box")
COUNT = 6
APP = """
#include "spots_objects.h"
#include "tkd_app.h"

void on_result(const tkd_result *result) {
    static tkd_object again[SPOTS_OBJECTS_MOST];
    const uint16_t count = spots_objects(static_cast<const int8_t *>(result->scores), again,
    SPOTS_OBJECTS_MOST); bool same = count == result->objects_count && result->best == count; for (uint16_t i
    = 0; i < count; ++i) { same = same && again[i].x == result->objects[i].x && again[i].score ==
    result->objects[i].score; } tkd_app_say(same ? "app: the same" : "app: others"); }
"""


def model() -> bytes:
    """Two convolutions down to 6 x 8 cells of 7 channels, all in a row."""
    net = Net(image(24, 32, 1))
    net.conv(8, (3, 3), (2, 2))
    net.conv(GRID.channels, (3, 3), (2, 2))
    net.reshape((1, GRID.outputs))
    return net.bytes()


def found_by_host(flatbuffer: bytes, inputs: np.ndarray) -> tuple[ObjectRules, Detections]:
    """The rules, and the objects of what TFLM answers."""
    output = read_graph(flatbuffer).main.outputs[0]
    ends = output.scale, output.zero_point
    rules = ObjectRules.of(CLASSES, GRID, {"thresholds": [4, 9]}, ends)
    outputs = run_tflm(flatbuffer, inputs).reshape(len(inputs), -1)
    return rules, detect(outputs, Scenes(Boxes.none(len(inputs)), GRID, *ends), rules.thresholds)


Opened = tuple[str, Detections]


@pytest.fixture(scope="module", params=["host", "qemu-mps2-an386"])
def spots(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """The port of a firmware that finds objects, and those that the host finds in its samples."""
    folder, board = tmp_path_factory.mktemp("spots"), load_board(request.param)
    flatbuffer = model()
    inputs = np.random.default_rng(3).integers(-128, 128, (COUNT, 24, 32, 1)).astype(np.int8)
    rules, found = found_by_host(flatbuffer, inputs)
    features = {"task": "detection", "classes": list(CLASSES), "input": {"shape": [24, 32, 1]}}
    around = Surroundings(ImageFrontend(), features, objects=rules)
    labels = np.bincount(found.images, minlength=COUNT)
    labels[0] += 1  # one that is not as the labels have it
    program = compile_graph(read_graph(flatbuffer), CompileOptions(name="spots"))
    samples = EmbeddedSamples(inputs, tuple(labels.tolist()))
    lay_out(firmware_files(program, board, samples, CLASSES, around=around), folder / "project")
    (folder / "project/src/app.cpp").write_text(APP)
    built = build_firmware(folder / "project", board, folder / "out", Silent())
    with open_board(built, board) as url:
        yield url, found


def said(url: str, line: str, end: bytes) -> str:
    with serial.serial_for_url(url, timeout=30) as port:
        port.write(line.encode() + b"\r")
        return port.read_until(end).decode().replace("\r\n", "\n")


@pytest.mark.slow
def test_a_board_finds_what_the_host_finds(spots: Opened) -> None:
    url, found = spots
    assert len(found) > COUNT
    for sample in range(COUNT):
        text = said(url, f"infer {sample}", b"end of objects\r\n")
        mine = found.at(sample)
        assert f"sample {sample} has {len(mine)} objects in 32 x 24, labels " in text
        assert "app: the same\n" in text
        lines = [line for line in text.splitlines() if line.startswith("object ")]
        rows = zip(mine.classes.tolist(), mine.centres, mine.corners, mine.scores, strict=True)
        assert lines == [
            f"object {k} ({CLASSES[k]}) at {x} {y}, box {' '.join(map(str, box))}, score {score:.0f}"
            for k, (x, y), box, score in rows
        ]
    total = re.escape(f"found {len(found)} objects, labels {len(found) + 1}; as many as the labels in 5 of 6")
    assert re.search(total, said(url, "test", b" samples\r\n"))


@pytest.mark.slow
def test_the_live_view_draws_what_a_board_finds(spots: Opened, tinykd: Run) -> None:
    url, found = spots
    done = tinykd("monitor", "--port", url, "--live", "--answers", str(COUNT))
    assert (done.returncode, done.stderr) == (0, "")
    last = found.at(COUNT - 1)
    assert f"{len(last)} objects (labels {len(last)}):" in done.stdout
    assert "as many as the labels in 5 of 6" in done.stdout and "┌" in done.stdout


def test_lines_of_objects_become_a_picture() -> None:
    seen = LiveMetrics()
    seen.feed(
        b"sample 3 has 2 objects in 64 x 32, labels 3, 4711 cycles\r\n"
        b"object 1 (a, b: (c)) at 20 12, box 8 4 32 20, score -7\r\n"
        b"object 0 at 60 30, box 52 22 64 32, score -80\r\nend of objects\r\n"
        b"sample 4 has 0 objects in 64 x 32, labels 0, 4711 cycles\r\n"
    )
    assert seen.scene is not None and seen.scene.objects == ()
    assert (seen.count, seen.right, list(seen.times)) == (1, 0, [4711, 4711])
    seen.feed(b"end of objects\r\nsample 3 has 1 objects in 64 x 32, labels 1, 4711 cycles\r\n")
    seen.feed(b"object 1 (a, b: (c)) at 20 12, box 8 4 32 20, score -7\r\nend of objects\r\n")
    assert seen.scene.objects == (SeenObject("a, b: (c)", 20, 12, (8, 4, 32, 20), -7),)
    out = io.StringIO()
    Console(file=out, width=120).print(view(seen, "/dev/ttyX"))
    text = out.getvalue()
    assert "1 objects (labels 1): 1 a, b: (c)" in text
    assert "┌a, b: (c)───" in text and "as many as the labels in 2 of 3" in text
