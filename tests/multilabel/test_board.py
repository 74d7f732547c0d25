"""A model of several labels on boards: console, live view and the user's code have the classes on that the
host has, of eleven classes (two bytes of labels) and of one alone.
"""

import re
from collections.abc import Iterator

import numpy as np
import pytest
import serial

from tests.cli.conftest import Run, tinykd
from tests.compiler.models import Net, image
from tinykd.boards import load_board
from tinykd.build import build_firmware
from tinykd.compiler.compile import compile_graph
from tinykd.compiler.core import CompileOptions
from tinykd.data.features.frontend import ImageFrontend
from tinykd.firmware_project import EmbeddedSamples, Surroundings, firmware_files, lay_out
from tinykd.flash import open_board
from tinykd.graph.reader import read_graph
from tinykd.oracle import run_tflm
from tinykd.progress import Silent

__all__ = ["tinykd"]
COUNT = 6
APP = """
#include "tags_features.h"
#include "tkd_app.h"

void on_result(const tkd_result *result) {
    uint32_t on = 0;
    for (uint32_t i = 0; i < TAGS_CLASSES; ++i) {
        on += tags_is_on(static_cast<const int8_t *>(result->scores), i) ? 1u : 0u;
    }
    tkd_app_say(on == result->best ? "app: the same" : "app: others");
}
"""


def model(classes: int) -> bytes:
    """A convolution and a dense layer."""
    net = Net(image(8, 8, 1))
    net.conv(8, (3, 3), (2, 2))
    net.reshape((1, 128))
    net.dense(classes)
    return net.bytes()


Opened = tuple[str, np.ndarray, np.ndarray, np.ndarray]


@pytest.fixture(scope="module", params=[("host", 11), ("qemu-mps2-an386", 11), ("host", 1)], ids=str)
def tags(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """A port; of each sample the model's outputs, which classes are on, and which the labels have."""
    name, classes = request.param
    folder, board, flatbuffer = tmp_path_factory.mktemp("tags"), load_board(name), model(classes)
    rng = np.random.default_rng(3)
    inputs = rng.integers(-128, 128, (COUNT, 8, 8, 1)).astype(np.int8)
    outputs = run_tflm(flatbuffer, inputs).reshape(COUNT, -1)
    thresholds = [int(each) for each in np.median(outputs, axis=0)]
    thresholds[-1] = 128 if classes > 1 else thresholds[-1]  # never
    on = outputs >= np.array(thresholds)
    labels = on.copy()
    labels[1, 0] = not labels[1, 0]  # two samples are not as the labels have them
    labels[2, classes - 1] = not labels[2, classes - 1]
    names = tuple(f"tag {k} (so)" for k in range(classes))
    features = {"task": "multilabel", "classes": list(names), "thresholds": thresholds}
    around = Surroundings(ImageFrontend(), features | {"input": {"shape": [8, 8, 1]}})
    program = compile_graph(read_graph(flatbuffer), CompileOptions(name="tags"))
    samples = EmbeddedSamples(inputs, tuple(labels.sum(axis=1).tolist()), labels)
    lay_out(firmware_files(program, board, samples, names, around=around), folder / "project")
    (folder / "project/src/app.cpp").write_text(APP)
    built = build_firmware(folder / "project", board, folder / "out", Silent())
    with open_board(built, board) as url:
        yield url, outputs, on, labels


def said(url: str, line: str, end: bytes) -> str:
    with serial.serial_for_url(url, timeout=30) as port:
        port.write(line.encode() + b"\r")
        return port.read_until(end).decode().replace("\r\n", "\n")


@pytest.mark.slow
def test_a_board_has_the_classes_on_that_the_host_has(tags: Opened) -> None:
    url, outputs, on, labels = tags
    assert on.any() and not on.all()
    for sample in range(COUNT):
        text = said(url, f"infer {sample}", b"end of classes\r\n")
        right = "right" if (on[sample] == labels[sample]).all() else "wrong"
        assert f"sample {sample} has {on[sample].sum()} of {on.shape[1]} classes on: {right}, " in text
        assert "app: the same\n" in text
        lines = [line for line in text.splitlines() if line.startswith("class ")]
        assert lines == [
            f"class {k} (tag {k} (so)) {'on' if on[sample, k] else 'off'}, score {outputs[sample, k]}"
            + (
                ""
                if on[sample, k] == labels[sample, k]
                else ", in the labels"
                if labels[sample, k]
                else ", not in the labels"
            )
            for k in np.flatnonzero(on[sample] | labels[sample])
        ]
    found, there = (on & labels).sum(), labels.sum()
    labels_found = f"{found} of {there} labels found, {on.sum() - found} that are none"
    assert f"every class right in 4 of 6 samples; {labels_found}" in said(url, "test", b" that are none\r\n")


@pytest.mark.slow
def test_the_live_view_names_the_classes(tags: Opened, tinykd: Run) -> None:
    url, _, on, _ = tags
    done = tinykd("monitor", "--port", url, "--live", "--answers", str(COUNT))
    assert (done.returncode, done.stderr) == (0, "")
    assert re.search(r"right +4 of 6", done.stdout)
    assert "tag 0 (so)" in done.stdout or not on[:, 0].any()


def test_labels_are_bits_of_bytes() -> None:
    on = np.zeros((2, 11), bool)
    on[0, [0, 3]], on[1, [7, 8, 10]] = True, True
    samples = EmbeddedSamples(np.zeros((2, 1), np.int8), (2, 3), on)
    assert (samples.label_bytes, samples.label_lines) == (2, ("9, 0", "128, 5"))
