"""A model that finds anomalies, on a board: score and threshold in console, live view, your code."""

from collections.abc import Iterator
from pathlib import Path

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
from tinykd.data.prepare import ANOMALY_CLASSES
from tinykd.firmware_project import EmbeddedSamples, Surroundings, firmware_files, lay_out
from tinykd.flash import open_board
from tinykd.front.raw_input import RawInput
from tinykd.graph.reader import read_graph
from tinykd.oracle import run_tflm
from tinykd.progress import Silent
from tinykd.verify import BoardAddress, CheckOptions, VerificationSamples, verify_board

__all__ = ["tinykd"]
pytestmark = pytest.mark.slow
HOST = load_board("host")
COUNT = 8
APP = """
#include "gives_back.h"
#include "gives_back_features.h"
#include "tkd_app.h"

void on_result(const tkd_result *result) {
    const bool same = result->threshold == GIVES_BACK_THRESHOLD &&
                      result->best == (result->error > result->threshold);
    tkd_app_say(!same ? "broken" : result->best ? "app: anomaly" : "app: normal");
}
"""


def model() -> bytes:
    """Gives 16 values back, some better, some worse."""
    net = Net(image(4, 4, 1))
    net.reshape((1, 16))
    net.dense(16)
    return net.bytes()


def errors_of(flatbuffer: bytes, inputs: np.ndarray) -> np.ndarray:
    """(n,) mean squared error of what TFLM answers."""
    main = read_graph(flatbuffer).main
    given, answer = main.inputs[0], main.outputs[0]
    outputs = run_tflm(flatbuffer, inputs).reshape(len(inputs), -1).astype(float)
    asked = inputs.reshape(len(inputs), -1).astype(float)
    there = given.scale * (asked - given.zero_point) - answer.scale * (outputs - answer.zero_point)
    return np.asarray((there**2).mean(axis=1))


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, np.ndarray, float]]:
    """The port of a firmware whose threshold parts its samples in halves, their errors, and the threshold."""
    folder = tmp_path_factory.mktemp("anomaly")
    flatbuffer = model()
    inputs = np.random.default_rng(3).integers(-128, 128, (COUNT, 4, 4, 1)).astype(np.int8)
    errors = errors_of(flatbuffer, inputs)
    threshold = float(np.median(errors))
    features = {"task": "anomaly", "threshold": threshold, "input": {"shape": [4, 4, 1]}}
    program = compile_graph(read_graph(flatbuffer), CompileOptions(name="gives_back"))
    labels = (errors > threshold).astype(int)
    labels[0] = 1 - labels[0]  # one that is wrong
    samples = EmbeddedSamples(inputs, tuple(labels.tolist()))
    around = Surroundings(ImageFrontend(), features)
    files = firmware_files(program, HOST, samples, ANOMALY_CLASSES, around=around)
    lay_out(files, folder / "project")
    (folder / "project/src/app.cpp").write_text(APP)
    built = build_firmware(folder / "project", HOST, folder / "out", Silent())
    with open_board(built, HOST) as url:
        yield url, errors, threshold


def said(url: str, line: str, end: bytes) -> str:
    with serial.Serial(url, timeout=10) as port:
        port.write(line.encode() + b"\r")
        return port.read_until(end).decode().replace("\r\n", "\n")


def test_a_sample_is_scored_against_the_threshold(board: tuple[str, np.ndarray, float]) -> None:
    url, errors, threshold = board
    for sample in (0, 1, 5):
        is_anomaly = int(errors[sample] > threshold)
        text = said(url, f"infer {sample}", f"threshold {threshold:.6f}\r\n".encode())
        found = f"sample {sample} is {is_anomaly} ({ANOMALY_CLASSES[is_anomaly]})"
        assert found in text and (": wrong" if sample == 0 else ": right") in text
        score = float(text.partition("\nerror ")[2].partition(",")[0])
        assert score == pytest.approx(errors[sample], rel=1e-4)
        assert f"app: {ANOMALY_CLASSES[is_anomaly]}\n" in text and "scores" not in text


def test_all_samples_are_tested_as_normal_or_anomaly(board: tuple[str, np.ndarray, float]) -> None:
    url, _, threshold = board
    text = said(url, "test", b"%\r\n")
    assert "rows: true class, columns: answer\n       0   1\n" in text
    assert text.endswith(f"correct {COUNT - 1} of {COUNT}, {100 * (COUNT - 1) // COUNT} %\n")
    assert f"anomaly: error above threshold {threshold:.6f}\n" in said(url, "info", b"used\r\n")


def test_the_live_view_shows_errors(board: tuple[str, np.ndarray, float], tinykd: Run) -> None:
    url, errors, threshold = board
    done = tinykd("monitor", "--port", url, "--live", "--answers", str(COUNT))
    assert (done.returncode, done.stderr) == (0, "")
    assert f"an error above {threshold:.6f}" in done.stdout
    assert f"{COUNT - 1} of {COUNT}" in done.stdout
    assert f"{errors[-2]:.3f}" in done.stdout


def test_from_raw_samples_on_the_errors_are_the_same(tmp_path: Path) -> None:
    """A camera's bytes go in; what the front end makes of them is kept for the error."""
    flatbuffer = model()
    given = read_graph(flatbuffer).main.inputs[0]
    front = ImageFrontend(255.0)
    raw = RawInput(front, given.scale, given.zero_point, (4, 4, 1))
    pixels = np.random.default_rng(4).integers(0, 256, (4, 16), dtype=np.uint8).view(np.int8)
    errors = errors_of(flatbuffer, raw.model_inputs(pixels))
    features = {"task": "anomaly", "threshold": float(np.median(errors)), "input": {"shape": [4, 4, 1]}}
    program = compile_graph(read_graph(flatbuffer), CompileOptions(name="gives_back"))
    samples = EmbeddedSamples(pixels, (0, 0, 0, 0))
    around = Surroundings(front, features, raw=raw)
    lay_out(firmware_files(program, HOST, samples, ANOMALY_CLASSES, around=around), tmp_path / "project")
    built = build_firmware(tmp_path / "project", HOST, tmp_path / "out", Silent())
    with open_board(built, HOST) as url:
        for number, error in enumerate(errors):
            text = said(url, f"infer {number}", b"threshold ")
            assert float(text.partition("error ")[2].partition(",")[0]) == pytest.approx(error, abs=1e-5)
        address = BoardAddress(url, "host", 20.0)
        verdict = verify_board(
            flatbuffer, VerificationSamples.of(pixels, None), address, CheckOptions(raw=raw)
        )
    assert verdict.exact == 4 and len(set(np.round(errors, 4))) > 1


def test_your_code_is_written_for_the_task() -> None:
    """Not of classes where there are none."""
    program = compile_graph(read_graph(model()), CompileOptions(name="gives_back"))

    def app(features: dict[str, object]) -> str:
        return firmware_files(program, HOST, around=Surroundings(ImageFrontend(), features))["src/app.cpp"]

    anomaly = app({"task": "anomaly", "threshold": 0.5})
    assert "result->error > result->threshold" in anomaly and "class" not in anomaly
    targets = {"names": ["litres"], "mean": [1.0], "deviation": [2.0]}
    regression = app({"task": "regression", "targets": targets})
    assert "gives_back_value(" in regression and "class" not in regression
    assert "result->best is the class" in app({"task": "classification", "classes": ["a"]})
