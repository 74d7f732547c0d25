"""Every front end in C beside the host, every byte of every step: sanitized here, and on other cores."""

import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.compiler.models import Net, image
from tests.conformance.cores import MACHINES
from tests.front.cases import CASES
from tests.front.running import build, check
from tests.ports.compiling import write_files
from tests.tflm.conftest import program_on
from tinykd.boards import load_board
from tinykd.firmware_project import Surroundings, firmware_files

ELSEWHERE = [
    *(("m4", name) for name in ("log_mel", "filters", "area", "bytes")),
    *(("m0", name) for name in ("filtered_spectrum", "bilinear", "words")),
    *(("riscv", name) for name in ("log_mel", "filtered_spectrum", "characters")),
    *(("esp8266", name) for name in ("integer_log_mel", "byte_pairs")),
    *(("avr", name) for name in ("filters", "area", "byte_pairs")),
]


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_under_sanitizers(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    build(case.raw, tmp_path)
    check(case.raw, case.draw(np.random.default_rng(1), 24), tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize(("machine", "name"), ELSEWHERE)
def test_on_other_cores(machine: str, name: str, tmp_path: Path) -> None:
    case = CASES[name]
    build(case.raw, tmp_path, MACHINES[machine])
    check(case.raw, case.draw(np.random.default_rng(2), 5), tmp_path, MACHINES[machine])


@pytest.mark.slow
@pytest.mark.parametrize("name", ["integer_log_mel", "filtered_spectrum", "area", "words"])
def test_before_a_model_that_places_its_input(name: str, tmp_path: Path) -> None:
    """That of the runtime tflm, which is set up in its own part of the arena."""
    case = CASES[name]
    build(case.raw, tmp_path, placed=True)
    check(case.raw, case.draw(np.random.default_rng(3), 4), tmp_path)


@pytest.mark.slow
def test_firmware_of_the_runtime_tflm_begins_at_raw_samples(tmp_path: Path) -> None:
    """Its C compiles; TensorFlow Lite Micro itself is not here."""
    raw = replace(CASES["filters"].raw, shape=(40, 1, 8))
    net = Net(image(40, 1, 8))
    net.reshape((1, 320))
    net.dense(3)
    board = load_board("nucleo_f401re")
    around = Surroundings(raw.frontend, {"input": {"shape": [40, 1, 8]}}, raw=raw)
    files = firmware_files(program_on(board, net.bytes()), board, around=around)
    write_files(files, tmp_path)
    headers = sorted({f"-I{(tmp_path / path).parent}" for path in files if path.endswith(".h")})
    flags = ["-std=gnu99", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", "-DTKD_BAUD=115200", *headers]
    sources = [tmp_path / "src/model/tiny_raw.c", tmp_path / "src/main.c"]
    subprocess.run(["gcc", *flags, *map(str, sources)], check=True)
    assert (
        '"tflm"' in sources[0].read_text() and "placement->input(session->arena, 0)" in sources[1].read_text()
    )
