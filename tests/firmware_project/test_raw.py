"""Firmware that begins at raw samples: PCM in and scores out, each step beside the host's."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from tests.compiler.models import Net, image
from tests.firmware_project import test_examples
from tests.ports.compiling import write_files
from tinykd.boards import load_board
from tinykd.build import build_firmware
from tinykd.compiler.compile import compile_graph
from tinykd.compiler.core import CompileOptions
from tinykd.data.features.frontend import AudioFrontend
from tinykd.data.features.integer_log_mel import IntegerLogMel
from tinykd.data.features.micro_frontend import MicroFrontend
from tinykd.firmware_project import Surroundings, firmware_files
from tinykd.flash import open_board
from tinykd.front.raw_input import RawInput
from tinykd.graph.reader import read_graph
from tinykd.oracle import run_tflm
from tinykd.progress import Silent
from tinykd.sessions.open_board import port_settings
from tinykd.verify import BoardAddress, CheckOptions, Verification, VerificationSamples, verify_board

HOW = MicroFrontend(8000, 2400, 240, 160, 16, 125.0, 3750.0)
SOUND = AudioFrontend(HOW, "time", 190.25, 81.5)
SHAPE = (HOW.frames, 1, HOW.bands)


@dataclass(frozen=True)
class Case:
    """A small model, its front end, and raw samples of it."""

    model: bytes
    raw: RawInput
    samples: VerificationSamples


def case_of(front: AudioFrontend, shape: tuple[int, int, int]) -> Case:
    net = Net(image(*shape))
    net.reshape((1, int(np.prod(shape))))
    net.dense(3)
    tensor = read_graph(net.bytes()).main.inputs[0]
    raw = RawInput(front, tensor.scale, tensor.zero_point, shape)
    played = test_examples.sounds(4, front.how.rate)[:, : front.how.samples].astype("<i2")
    return Case(net.bytes(), raw, VerificationSamples.of(np.ascontiguousarray(played).view(np.int8), None))


def project(case: Case, board: str, folder: Path) -> Path:
    program = compile_graph(read_graph(case.model), CompileOptions(name="heard"))
    around = Surroundings(case.raw.frontend, {"input": {"shape": list(case.raw.shape)}}, raw=case.raw)
    write_files(firmware_files(program, load_board(board), around=around), folder)
    return folder


def verdict(case: Case, board: str, folder: Path) -> Verification:
    """Of the firmware in ``folder``."""
    known = load_board(board)
    image = build_firmware(folder, known, folder / "out", Silent())
    with open_board(image, known) as url:
        address = BoardAddress(url, known.name, 20.0, port_settings(known))
        return verify_board(case.model, case.samples, address, CheckOptions(raw=case.raw))


@pytest.fixture(scope="module")
def heard() -> Iterator[Case]:
    yield case_of(SOUND, SHAPE)


@pytest.mark.slow
@pytest.mark.parametrize("board", ["host", "qemu-mps2-an386"])
def test_sound_in_and_scores_out_are_exact(heard: Case, board: str, tmp_path: Path) -> None:
    found = verdict(heard, board, project(heard, board, tmp_path))
    assert (found.exact, found.samples, found.first_difference) == (4, 4, None)
    assert len(np.unique(found.received.reshape(4, -1), axis=0)) > 1
    assert found.front_ticks > 0 and len(found.layer_ticks) == 1
    assert found.to_json()["start"] == "raw"


@pytest.mark.slow
@pytest.mark.parametrize("board", ["host", "qemu-microbit"])
def test_integer_log_mel_is_exact_from_sound_on(board: str, tmp_path: Path) -> None:
    how = IntegerLogMel(8000, 1600, 240, 160, 16, 125.0, 3750.0)
    case = case_of(AudioFrontend(how, "time", 900.0, 120.0), (how.frames, 1, how.bands))
    assert case.raw.step_names == ("window", "scale", "fft", "energy", "bands", "root", "log", "quantize")
    found = verdict(case, board, project(case, board, tmp_path))
    assert (found.exact, found.samples, found.front_ticks > 0) == (4, 4, True)
    assert len(np.unique(found.received.reshape(4, -1), axis=0)) > 1


SABOTAGE = {
    "fft": ("tkd_fft_body.h", "/ radix;", "/ radix - 1;"),
    "noise": ("tkd_spectral_subtraction_u32.c", "(signal - taken) >>", "(signal - taken / 2) >>"),
    "log": ("tkd_log_u32.c", "UINT32_C(45426)", "UINT32_C(40000)"),
    "quantize": ("tkd_micro_frontend.c", "features[i]) + INT8_MIN", "features[i]) / 2 + INT8_MIN"),
}


@pytest.mark.slow
@pytest.mark.parametrize("step", SABOTAGE)
def test_a_difference_is_named_after_its_step(heard: Case, step: str, tmp_path: Path) -> None:
    """The first frame in which it shows, and no later one."""
    name, right, wrong = SABOTAGE[step]
    source = project(heard, "host", tmp_path) / "lib/tinykd_kernels/src" / name
    text = source.read_text()
    assert right in text
    source.write_text(text.replace(right, wrong, 1))
    found = verdict(heard, "host", tmp_path).first_difference
    assert found is not None and found.name.endswith(f", {step}") and found.pattern is not None, str(found)
    assert found.causes and all(name.partition(",")[2] != step for name in found.reads[-1:])


@pytest.mark.slow
def test_a_wrong_layer_of_the_model_is_still_found(heard: Case, tmp_path: Path) -> None:
    source = project(heard, "host", tmp_path) / "src/model/heard.c"
    text = source.read_text()
    at = text.index("_bias[")
    begin = text.index("{", at) + 1
    source.write_text(text[:begin] + text[begin:].replace("\n", "\n 9999 + ", 1))
    found = verdict(heard, "host", tmp_path).first_difference
    assert found is not None and "frame" not in found.name and found.layer == heard.raw.layers_count


APP = """
#include "tkd_app.h"

static int asked;

extern "C" int on_sample(void *input, uint32_t bytes) {
    for (uint32_t i = 0; i < bytes; ++i) {
        ((int8_t *)input)[i] = (int8_t)i;
    }
    return bytes == %d && asked++ < 3;
}
"""


@pytest.mark.slow
def test_the_users_own_samples_are_the_models_and_the_tools_are_raw(heard: Case, tmp_path: Path) -> None:
    """The line is quiet for a while between two samples, and the user's code has its turn."""
    folder = project(heard, "host", tmp_path)
    (folder / "src/app.cpp").write_text(APP % int(np.prod(SHAPE)))
    board = load_board("host")
    image = build_firmware(folder, board, folder / "out", Silent())
    wanted = run_tflm(heard.model, heard.raw.model_inputs(heard.samples.inputs))
    with open_board(image, board) as url, BoardAddress(url, "host", 20.0, port_settings(board)).open() as it:
        for row, right in zip(heard.samples.inputs[:3], wanted, strict=False):
            (answer,) = it.infer_many(row[np.newaxis])
            assert answer.output == right.tobytes()
            time.sleep(1.3)
        assert it.statistics.recoveries == 0


def test_each_step_is_numbered_with_what_it_reads(heard: Case) -> None:
    layers = heard.raw.layers(heard.samples.inputs[0])
    steps = len(heard.raw.step_names)
    assert steps == 10 and len(layers) == heard.raw.layers_count == steps * HOW.frames + 1
    assert layers[steps + 6].name == "frame 1, noise" and layers[steps + 6].reads == (6, steps + 5)
    assert layers[steps].reads == () and layers[-1].reads == tuple(range(9, steps * HOW.frames, steps))
    whole = heard.raw.model_inputs(heard.samples.inputs)
    assert np.array_equal(layers[-1].data.reshape(SHAPE), whole[0])
