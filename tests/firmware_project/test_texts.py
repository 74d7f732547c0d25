"""A model that takes texts, on boards: lines that a person types are answered as TFLM would."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pytest
import serial

from tests.cli.conftest import Run, tinykd
from tests.compiler.models import Net
from tests.conformance.builder import Op, Tensor
from tinykd.boards import load_board
from tinykd.build import build_firmware
from tinykd.compiler.compile import compile_graph
from tinykd.compiler.core import CompileOptions
from tinykd.data.features.frontend import TextFrontend
from tinykd.data.features.text import TextFeatures
from tinykd.firmware_project import EmbeddedSamples, Surroundings, firmware_files, lay_out
from tinykd.firmware_project.text import TextReplies, as_line
from tinykd.flash import open_board
from tinykd.front.raw_input import RawInput
from tinykd.graph.reader import read_graph
from tinykd.oracle import run_tflm
from tinykd.progress import Silent
from tinykd.project.text import TextSection
from tinykd.verify import BoardAddress, CheckOptions, VerificationSamples, verify_board

__all__ = ["tinykd"]
pytestmark = pytest.mark.slow
CLASSES = ("light on", 'light "off"', "café")
HOW = TextFeatures(TextSection(length=9, vocabulary=64, longest_bytes=40, reject_below=0.5))
SAMPLES = ("turn on the light", "Turn OFF\0the  light!", "", "un café 💡 s'il vous plaît", "x" * 60)
TYPED = (
    *("turn on the light", "make it dark", "two  words", "caf\u00e9 \u03a3", "infer \u00e9t\u00e9", "\u00e9"),
    *('infer "help"', "infer on", "y" * 2000, "a\tb \U0001f4a1"),
)


APP = """#include "tkd_app.h"
void on_result(const tkd_result *result) { tkd_app_say(result->is_unsure ? "mine: unsure" : "mine: sure"); }
"""


def model() -> bytes:
    """A table, and a dense layer over all of it."""
    ids = Tensor("ids", (1, HOW.length), "int32")
    net = Net(Tensor("x", (1,), scale=0.05, zero_point=3))
    rows = net.random.integers(-127, 128, (HOW.rows, 8)).astype(np.int8)
    table = Tensor("table", rows.shape, scale=0.05, zero_point=3, data=rows)
    found = Tensor("found", (1, HOW.length, 8), scale=0.05, zero_point=3)
    net.add_op(Op("GATHER", [table, ids], [found], axis=0, batchDims=0))
    net.reshape((1, HOW.length * 8))
    net.dense(len(CLASSES))
    return net.bytes()


@dataclass
class Opened:
    url: str
    model: bytes
    raw: RawInput | None

    def logits(self, texts: tuple[str, ...]) -> np.ndarray:
        """(n, classes) of TFLM."""
        rows = np.ascontiguousarray(HOW.ids(texts), "<i4").view(np.int8)
        return run_tflm(self.model, rows).reshape(len(texts), -1)

    def answer(self, text: str) -> str:
        """Without the time."""
        logits, scale = self.logits((text,))[0].astype(int), read_graph(self.model).main.outputs[0].scale
        best = int(logits.argmax())
        exact = 1 / np.exp(scale * (logits - logits[best])).sum()
        permille = 65_535_000 // np.rint(65_535 * np.exp(scale * (logits - logits[best]))).astype(int).sum()
        assert abs(permille - 1000 * exact) <= 1.1
        name = f"{best} ({CLASSES[best]})"
        said = f"unsure, {name} has" if permille < 500 else f"{name},"
        return f"{said} {(permille + 5) // 10} %, "


@pytest.fixture(scope="module", params=["host", "host raw", "qemu-mps2-an386", "qemu-microbit raw"])
def opened(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """A board with the model, or with the model behind its front end."""
    folder, flatbuffer = tmp_path_factory.mktemp("texts"), model()
    name, _, start = request.param.partition(" ")
    raw = RawInput(TextFrontend(HOW), 1.0, 0, (1, 1, HOW.length)) if start else None
    graph = read_graph(flatbuffer)
    features = {"classes": list(CLASSES), "input": {"shape": [1, 1, HOW.length]}}
    texts = TextReplies(HOW, graph.main.outputs[0].scale, CLASSES)
    around = Surroundings(TextFrontend(HOW), features, raw=raw, texts=texts)
    lines = tuple(as_line(bytes(row)) for row in HOW.raw(SAMPLES))
    inputs = np.zeros((len(SAMPLES), 40), np.int8)
    best = Opened("", flatbuffer, raw).logits(SAMPLES).argmax(axis=1)
    samples = EmbeddedSamples(inputs, tuple(best.tolist()), texts=lines)
    board = load_board(name)
    program = compile_graph(graph, CompileOptions(name="said"))
    lay_out(firmware_files(program, board, samples, CLASSES, around=around), folder / "project")
    (folder / "project/src/app.cpp").write_text(APP)
    built = build_firmware(folder / "project", board, folder / "out", Silent())
    with open_board(built, board) as url:
        yield Opened(url, flatbuffer, raw)


def said(url: str, line: bytes, end: bytes) -> str:
    with serial.serial_for_url(url, timeout=30) as port:
        port.write(line + b"\r\n")
        return port.read_until(end).decode().replace("\r\n", "\n")


def test_a_line_is_answered(opened: Opened, tinykd: Run) -> None:
    options = [option for text in TYPED for option in ("--send", text)]
    done = tinykd("monitor", "--port", opened.url, *options)
    answers = [line for line in done.stdout.splitlines() if " %, " in line]
    plain = [text.removeprefix("infer ").strip('"') for text in TYPED]
    wanted = [opened.answer(text) for text in plain]
    assert [line[: len(start)] for line, start in zip(answers, wanted, strict=True)] == wanted
    assert {start.partition(",")[0] for start in wanted} >= {"unsure"} and len(set(wanted)) > 3


def test_code_of_the_users_knows_what_is_unsure(opened: Opened) -> None:
    for text in ("turn on the light", "make it dark", "two  words", "what is the capital of peru"):
        found = said(opened.url, f'infer "{text}"'.encode(), b" %, ").splitlines()
        unsure = opened.answer(text).startswith("unsure")
        assert found[-2:] == [f"mine: {'unsure' if unsure else 'sure'}", opened.answer(text)]


def test_bytes_that_are_no_utf_8(opened: Opened) -> None:
    """A line in Latin-1: the host's replacement character becomes the same id."""
    text = "no utf-8: é ÿ".encode("latin-1")
    found = said(opened.url, text, b" %, ")
    assert found.splitlines()[-1] == opened.answer(text.decode("utf-8", "replace"))


def test_the_samples_are_texts(opened: Opened) -> None:
    found = said(opened.url, b"test", b" %\r\n")
    assert f"correct {len(SAMPLES)} of {len(SAMPLES)}, 100 %" in found
    one = said(opened.url, b"infer 1", b"scores")
    assert "text   Turn OFF the  light!\n" in one and "sample 1 is " in one
    answer = opened.answer(SAMPLES[1])
    unsure = f"unsure, {answer.split(' has ')[1][:-2]}\n" if answer.startswith("unsure") else ""
    assert one.endswith(f"light!\n{unsure}scores")
    assert 'infer "TEXT", or any other line' in said(opened.url, b"help", b"probable that is\r\n")


def test_every_text_of_a_verification_is_exact(opened: Opened) -> None:
    texts = (*SAMPLES, *TYPED)
    rows = np.ascontiguousarray(HOW.ids(texts), "<i4").view(np.int8)
    if opened.raw:
        rows, inputs = HOW.raw(texts).view(np.int8), rows
        assert np.array_equal(opened.raw.model_inputs(rows).reshape(len(rows), -1), inputs)
    samples = VerificationSamples.of(rows, None)
    address, options = BoardAddress(opened.url, "host", 20.0), CheckOptions(raw=opened.raw)
    assert verify_board(opened.model, samples, address, options).exact == len(texts)
