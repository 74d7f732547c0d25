"""The generated C++: golden files, the resolver's text, and every compiler's opinion of it."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.conformance.cases.recurrent import lstm
from tests.conformance.choose import Seeded
from tests.tflm import models
from tests.tflm.conftest import program_on
from tinykd.boards import load_board
from tinykd.paths import FIRMWARE
from tinykd.tflm.make import TflmOptions, make_program
from tinykd.tflm.render import render
from tinykd.tflm.target import target_of

HERE = Path(__file__).parent
GOLDEN = HERE / "golden"
WARNINGS = [
    *("-Wall", "-Wextra", "-Wpedantic", "-Werror", "-Wshadow", "-Wconversion", "-Wdouble-promotion", "-Wvla"),
    *("-fno-exceptions", "-fno-rtti"),
]
INCLUDES = [f"-I{FIRMWARE / 'include'}", f"-I{FIRMWARE / 'tflm'}", f"-I{HERE / 'fake'}"]


def tiny() -> dict[str, str]:
    return render(program_on("nano33ble", models.convolution()))


def test_golden(request: pytest.FixtureRequest) -> None:
    for name, text in tiny().items():
        file = GOLDEN / name
        if request.config.getoption("--update-golden"):
            file.parent.mkdir(exist_ok=True)
            file.write_text(text)
        assert text == file.read_text(), f"{name} changed; if that is meant, run with --update-golden"


def test_exactly_the_ops_of_the_model() -> None:
    source = tiny()["tiny.cpp"]
    assert "typedef tkd_tflm::Runtime<3, 3> Runtime;" in source
    assert re.findall(r"resolver\.(\w+)\(\)", source) == ["AddConv2D", "AddFullyConnected", "AddReshape"]


@pytest.mark.parametrize(("windows", "stateful"), [(True, True), (True, False), (False, True)])
def test_a_project_starts_each_window_from_the_initial_state(windows: bool, stateful: bool) -> None:
    board = load_board("nano33ble")
    model = lstm(Seeded(3), "UNIDIRECTIONAL_SEQUENCE_LSTM").model() if stateful else models.convolution()
    options = TflmOptions("tiny", "tiny.tflite", windows=windows)
    files = render(make_program(model, board, target_of(board, None), options))
    assert ("    Runtime::invoke_window,\n" in files["tiny.cpp"]) == (windows and stateful)
    assert ("from the initial state" in files["tiny.h"]) == (windows and stateful)


def test_what_must_never_be_generated() -> None:
    """Both headers are gone upstream; the function opens the serial port at another speed."""
    adapter = (FIRMWARE / "tflm" / "tkd_tflm.h").read_text()
    code = "\n".join([*tiny().values(), adapter.split("#ifndef TKD_TFLM_H")[1]])
    for word in ("all_ops_resolver", "tensorflow/lite/version.h", "InitializeTarget"):
        assert word not in code


def test_the_flatbuffer_is_in_flash_byte_for_byte() -> None:
    model = models.convolution()
    text = tiny()["tiny_flatbuffer.cpp"]
    assert f"alignas(16) const uint8_t tiny_flatbuffer[{len(model)}] = {{" in text
    numbers = text.split("= {")[1].split("}")[0].replace("\n", " ").split(",")
    assert bytes(int(n, 16) for n in numbers if n.strip()) == model


def test_hostile_names_stay_inside_their_literals() -> None:
    program = program_on("nano33ble", models.dense())
    tensor = program.inputs[0]
    from dataclasses import replace

    evil = replace(program, inputs=(replace(tensor, name='x"};*/ #error "'),), source="*/ evil\n#error")
    files = render(evil)
    assert '"x\\"};*/ #error \\"", 0u' in files["tiny.cpp"]
    assert "* / evil" in files["tiny.h"]
    assert "\n#error\n" not in files["tiny.h"]


@pytest.mark.slow
@pytest.mark.parametrize("compiler", ["g++", "clang++"])
@pytest.mark.parametrize("standard", ["c++11", "c++14", "c++17"])
def test_compiles_without_a_warning(tmp_path: Path, compiler: str, standard: str) -> None:
    """Against the fake of TFLM's interface, as of 2023 and later; with this machine's pointers."""
    from dataclasses import replace

    from tinykd.tflm.arena import head_bytes

    program = program_on("nano33ble", models.convolution())
    arena = replace(program.arena, head_bytes=head_bytes(3, wide=True))
    for name, text in render(replace(program, arena=arena)).items():
        (tmp_path / name).write_text(text)
    for variant in ([], ["-DFAKE_2023"]):
        for source in ("tiny.cpp", "tiny_flatbuffer.cpp"):
            command = [compiler, f"-std={standard}", *WARNINGS, *INCLUDES, *variant, "-fsyntax-only", source]
            done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("compiler", ["g++", "clang++"])
def test_a_flatbuffer_in_a_slot_compiles_without_a_warning(tmp_path: Path, compiler: str) -> None:
    from dataclasses import replace

    from tinykd.tflm.arena import head_bytes

    program = program_on("nano33ble", models.convolution())
    arena = replace(program.arena, head_bytes=head_bytes(3, wide=True))
    for name, text in render(replace(program, arena=arena, replaceable=True)).items():
        (tmp_path / name).write_text(text)
    assert (
        "other != nullptr ? static_cast<const uint8_t *>(other) : tiny_flatbuffer;"
        in (tmp_path / "tiny.cpp").read_text()
    )
    command = [
        compiler,
        "-std=c++11",
        *WARNINGS,
        *INCLUDES,
        f"-I{FIRMWARE / 'slot'}",
        "-fsyntax-only",
        "tiny.cpp",
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_which_flatbuffers_are_of_one_graph() -> None:
    from tests.slot.twins import twin

    own = program_on("nano33ble", models.convolution())
    assert program_on("nano33ble", twin(models.convolution(), 3)).graph_hash == own.graph_hash
    assert program_on("nano33ble", models.dense()).graph_hash != own.graph_hash


@pytest.mark.slow
@pytest.mark.parametrize("variant", [[], ["-DFAKE_2023"]], ids=["today", "2023"])
def test_adapter(tmp_path: Path, variant: list[str]) -> None:
    """c/adapter_test.cpp under ASan and UBSan: it runs, and a setup that failed never runs on."""
    command = [
        *("g++", "-std=c++11", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"),
        *(*WARNINGS, *INCLUDES, *variant, str(HERE / "c" / "adapter_test.cpp"), "-o", str(tmp_path / "test")),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    ran = subprocess.run([tmp_path / "test"], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, ""), f"line {ran.returncode} of adapter_test.cpp"


@pytest.mark.slow
def test_structures_must_agree_with_the_library(tmp_path: Path) -> None:
    """TF_LITE_STATIC_MEMORY is set for the whole build or not at all."""
    for name, text in tiny().items():
        (tmp_path / name).write_text(text)
    command = ["g++", "-std=c++14", *INCLUDES, "-DTF_LITE_STATIC_MEMORY", "-fsyntax-only", "tiny.cpp"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "compiled without TF_LITE_STATIC_MEMORY; do not define it" in done.stderr
    assert load_board("nano33ble").tflm is not None
