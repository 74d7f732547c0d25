"""``tinykd compile``: a library or a firmware project; refusals word for word, with nothing written."""

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run
from tests.compiler.models import Net, dense_net, image
from tests.compiler.streamed import time_net
from tests.conformance.builder import Op, Tensor, build
from tests.graph.shape_models import dilated

MODEL = dense_net()  # 40 scores
STRANGE = ['say "hi"', "back\\slash", "??/", "*/ int x; /*", "née ☃ 🎉", "%n", *(f"c{i}" for i in range(34))]


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "Key Words-2.tflite"
    path.write_bytes(MODEL)
    return path


def tree(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if not p.is_dir()}


def test_a_library_for_any_core(tinykd: Run, model: Path, tmp_path: Path) -> None:
    done = tinykd("compile", model.name)
    assert (done.returncode, done.stderr) == (0, "")
    files = len(tree(tmp_path / "key_words_2"))
    first, *others = done.stdout.splitlines()
    assert re.fullmatch(
        rf"key_words_2/: {files} files, {files} of them written; arena \d+ B, weights 1,\d{{3}} B", first
    )
    assert others == [
        "Kernels in plain C99, for any core; --board or --core chooses faster ones.",
        "Type `make -C key_words_2`.",
    ]
    header = (tmp_path / "key_words_2/include/key_words_2.h").read_text()
    for fact in (
        " * source    Key Words-2.tflite, ",
        " * input 0   1x40 int8, scale 0.100000001, zero point 7: x\n",
        "tinykd compile Key Words-2.tflite --name key_words_2 --core generic --optimize balanced",
    ):
        assert fact in header
    subprocess.run(["make", "-s", "-C", str(tmp_path / "key_words_2"), "example"], check=True)


def test_a_board_chooses_the_kernels(tinykd: Run, model: Path, tmp_path: Path) -> None:
    by_board = tinykd("compile", model.name, "--board", "nucleo_f446re", "-o", "a", "--name", "m")
    by_core = tinykd("compile", model.name, "--core", "cortex-m4", "-o", "b", "--name", "m")
    assert by_board.stdout.splitlines()[1:] == ["Type `make -C a`."]
    assert (by_board.returncode, by_core.returncode) == (0, 0)
    assert (tmp_path / "a/kernels/arm_dsp").is_dir()
    assert {p: (tmp_path / "a" / p).read_bytes() for p in tree(tmp_path / "a")} == {
        p: (tmp_path / "b" / p).read_bytes() for p in tree(tmp_path / "b")
    }


def test_a_firmware_project(tinykd: Run, model: Path, tmp_path: Path) -> None:
    done = tinykd("compile", model.name, "--board", "host", "--firmware", "-o", "fw", "--json")
    assert done.returncode == 0
    value = json.loads(done.stdout)
    assert value["out"] == "fw" and set(value["files"]) == set(value["written"])
    assert tree(tmp_path / "fw") - set(value["files"]) == {".tinykd.json"}
    assert {"src/main.c", "Makefile", "src/model/key_words_2.c"} <= set(value["files"])
    (tmp_path / "fw/src/app.cpp").write_text("// mine\n")
    again = json.loads(
        tinykd("compile", model.name, "--board", "host", "--firmware", "-o", "fw", "--json").stdout
    )
    assert again["written"] == [] and (tmp_path / "fw/src/app.cpp").read_text() == "// mine\n"


def test_what_changed_is_written_and_a_library_may_take_the_place_of_a_firmware(
    tinykd: Run, model: Path, tmp_path: Path
) -> None:
    assert tinykd("compile", model.name, "-o", "m").returncode == 0
    (tmp_path / "m/src/key_words_2.c").write_text("spoilt")
    assert " files, 1 of them written; " in tinykd("compile", model.name, "-o", "m").stdout
    assert tinykd("compile", model.name, "-o", "m", "--board", "host", "--firmware").returncode == 0


@pytest.mark.slow
@pytest.mark.parametrize("end", ["\n", "\r\n", "\n\n\n", ""])
def test_labels_of_any_text(tinykd: Run, model: Path, tmp_path: Path, end: str) -> None:
    newline = "\r\n" if end == "\r\n" else "\n"
    (tmp_path / "labels.txt").write_bytes(("\ufeff" + newline.join(STRANGE) + end).encode())
    assert tinykd("compile", model.name, "-o", "m", "--labels", "labels.txt").returncode == 0
    command = [
        "make",
        "-s",
        "-C",
        str(tmp_path / "m"),
        "example",
        "CFLAGS=-Wall -Werror -Wpedantic -trigraphs",
    ]
    done = subprocess.run(command, capture_output=True, check=True)
    assert [line.split(" ", 2)[2] for line in done.stdout.decode().splitlines()] == STRANGE


def float_model() -> bytes:
    x, y = Tensor("x", (1, 4), "float32"), Tensor("y", (1, 4), "float32")
    return build([Op("RELU", [x], [y])])


def dynamic_model() -> bytes:
    return build([Op("RELU", [Tensor("x", (-1, 4), scale=0.1)], [Tensor("y", (-1, 4), scale=0.1)])])


def hybrid_model() -> bytes:
    net = Net(image(4, 4, 3))
    net.conv(2)
    op = net.ops[0]
    op.inputs[0], op.outputs[0] = Tensor("x", (1, 4, 4, 3), "float32"), Tensor("y", (1, 4, 4, 2), "float32")
    return net.bytes()


def gigantic_model() -> bytes:
    shape = (1, 60000, 60000, 64)
    return build([Op("RELU", [Tensor("x", shape, scale=0.1)], [Tensor("y", shape, scale=0.1)])])


MODELS: dict[str, Callable[[], bytes]] = {
    "truncated": lambda: MODEL[: len(MODEL) // 2],
    "empty": lambda: b"",
    "text": lambda: b"This is no model.\n" * 20,
    "float": float_model,
    "dynamic": dynamic_model,
    "hybrid": hybrid_model,
    "gigantic": gigantic_model,
}
FULL_INT8 = (
    "expected a full-int8 model. Convert with a representative dataset, TFLITE_BUILTINS_INT8, and int8 input "
    "and output types"
)
WORDS = {
    "truncated": "m.tflite: damaged flatbuffer: it ends before byte N; "
    "expected a complete .tflite file. Convert or copy it again",
    "empty": "m.tflite: not a TFLite flatbuffer; expected the mark TFL3 at byte 4. Give a .tflite file",
    "text": "m.tflite: not a TFLite flatbuffer; expected the mark TFL3 at byte 4. Give a .tflite file",
    "float": "m.tflite: op 0 RELU: float: tensor 0 'x' is float32; expected a full-int8 model. Make it int8: "
    "tinykd quantize m.tflite --data SAMPLES (.npy, .npz, .csv or a folder)",
    "dynamic": "m.tflite: tensor 0 'x': a dynamic shape [-1, 4]; expected fixed sizes. Fix batch 1 "
    "and every size before converting",
    "hybrid": "m.tflite: op 0 CONV_2D: hybrid (int8 weights, float activations): tensor 0 'x' is float32; "
    + FULL_INT8,
    "gigantic": "m.tflite: tensor 0 'x': 230400000000 bytes; expected at most 16777216. "
    "This is no model for a microcontroller",
}


def refused(done: Any, folder: Path, before: set[str]) -> str:
    """The one line of an error; nothing has been written."""
    assert (done.returncode, done.stdout) == (2, ""), done
    (line,) = done.stderr.splitlines()
    assert tree(folder) == before
    assert not any(p.is_dir() and not any(p.iterdir()) for p in folder.rglob("*"))
    return str(line)


@pytest.mark.parametrize("kind", MODELS)
def test_a_model_that_is_refused(tinykd: Run, kind: str, tmp_path: Path) -> None:
    (tmp_path / "m.tflite").write_bytes(MODELS[kind]())
    line = refused(tinykd("compile", "m.tflite", "-o", "out"), tmp_path, {"m.tflite"})
    assert re.sub(r"before byte \d+", "before byte N", line) == WORDS[kind]


def test_a_file_that_is_too_long(tinykd: Run, tmp_path: Path) -> None:
    with (tmp_path / "m.tflite").open("wb") as file:
        file.truncate(3 << 30)
    assert refused(tinykd("compile", "m.tflite"), tmp_path, {"m.tflite"}) == (
        "m.tflite: is 3221225472 bytes long; expected a model of at most 67108864 bytes"
    )


NAME = "expected a lower-case C identifier."
OPTIONS = {
    "a path": (["--name", "../x"], f'--name "../x": is a path; {NAME} Try x.'),
    "a keyword": (["--name", "while"], f'--name "while": is a C or C++ keyword; {NAME} Try model_while.'),
    "a header": (
        ["--name", "stdio"],
        f'--name "stdio": is taken by tinykd\'s own C files or the C library; {NAME} Try model_stdio.',
    ),
    "not one line": (
        ["--name", "a\nb"],
        f'--name "a\\nb": is not a lower-case C identifier; {NAME} Try a_b.',
    ),
    "no board for a firmware": (
        ["--firmware"],
        "--firmware: no board is named; expected the board that it is for. Name one with --board; "
        "`tinykd boards` has the list",
    ),
    "no such core": (
        ["--core", "cortex-m9"],
        "--core cortex-m9: no such core; expected generic, cortex-m0, cortex-m4, cortex-m7, cortex-m33, "
        "cortex-m55, rv32im, xtensa, esp8266, esp32-s3, esp32-p4",
    ),
    "board and core": (
        ["--core", "cortex-m4", "--board", "host"],
        "--core cortex-m4: given together with --board; expected one of the two. Leave one of them out",
    ),
    "no such goal": (
        ["--optimize", "tiny"],
        "--optimize tiny: no such choice; expected speed, balanced, size, ram",
    ),
    "too few labels": (
        ["--labels", "three.txt"],
        'three.txt: 3 labels; expected 40, one for each score of the output "t3"',
    ),
    "a hole in the labels": (
        ["--labels", "hole.txt"],
        "hole.txt: line 2 is empty; expected one class per line",
    ),
    "labels that are no text": (
        ["--labels", "m.tflite"],
        "m.tflite: cannot be read (UnicodeDecodeError); expected a UTF-8 text file",
    ),
    "labels that are not there": (
        ["--labels", "none.txt"],
        "none.txt: cannot be read (FileNotFoundError); expected a UTF-8 text file",
    ),
    "a file in the way": (
        ["-o", "three.txt"],
        "three.txt: is a file, not a folder; expected a folder. Choose another with --out",
    ),
    "somebody else's Makefile": (
        ["-o", "theirs"],
        "theirs/Makefile: is there, and was not made by tinykd; expected a folder of its own. "
        "Choose another folder with --out",
    ),
    "a folder below a file": (
        ["-o", "three.txt/out"],
        "three.txt/out: is a file, not a folder; expected a folder that can be written. Move it away.",
    ),
}


@pytest.mark.parametrize("case", OPTIONS)
def test_an_option_that_is_refused(tinykd: Run, case: str, tmp_path: Path) -> None:
    arguments, wanted = OPTIONS[case]
    (tmp_path / "m.tflite").write_bytes(MODEL)
    (tmp_path / "three.txt").write_text("a\nb\nc\n")
    (tmp_path / "hole.txt").write_text("a\n\nb\n")
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs/Makefile").write_text("all:\n")
    before = tree(tmp_path)
    assert refused(tinykd("compile", "m.tflite", *arguments), tmp_path, before) == wanted


def test_a_model_too_large_for_its_board(tinykd: Run, tmp_path: Path) -> None:
    shape = (1, 100, 100, 8)
    model = build([Op("RELU", [Tensor("x", shape, scale=0.1)], [Tensor("y", shape, scale=0.1)])])
    (tmp_path / "m.tflite").write_bytes(model)
    done = tinykd("compile", "m.tflite", "--board", "qemu-microbit", "--firmware")
    assert refused(done, tmp_path, {"m.tflite"}).startswith("m on qemu-microbit: arena ")


def test_firmware_for_mlperf_tiny(tinykd: Run, model: Path, tmp_path: Path) -> None:
    done = tinykd("compile", model.name, "--firmware", "--board", "host", "--protocol", "mlperf", "-o", "fw")
    assert (done.returncode, done.stderr) == (0, "")
    main = (tmp_path / "fw/src/main.c").read_text()
    assert "tkd_mlperf_run(&key_words_2_model, arena, sizeof arena, &benchmark);" in main
    assert (tmp_path / "fw/lib/tinykd_mlperf/src/tkd_mlperf.c").is_file()
    lone = tinykd("compile", model.name, "--protocol", "mlperf", "-o", "lib")
    assert (lone.returncode, lone.stderr) == (
        2,
        "--protocol: given without --firmware; expected a firmware that speaks it. "
        "Add --firmware, or leave it out\n",
    )
    assert not (tmp_path / "lib").exists()


def test_an_open_batch_is_told_when_it_is_compiled(tinykd: Run, tmp_path: Path) -> None:
    model = tmp_path / "open.tflite"
    model.write_bytes(dilated(True))
    done = tinykd("compile", str(model), "--out", str(tmp_path / "lib"))
    assert "note: its batch is open, and 4 shapes are not those that its ops give" in done.stdout
    model.write_bytes(dilated(False))
    assert "note:" not in tinykd("compile", str(model), "--out", str(tmp_path / "lib")).stdout


@pytest.fixture
def windows(tmp_path: Path) -> Path:
    path = tmp_path / "words.tflite"
    path.write_bytes(time_net(1).bytes())
    return path


def test_hop_by_hop(tinykd: Run, windows: Path, tmp_path: Path) -> None:
    done = tinykd("compile", windows.name, "--hop", "2")
    assert (done.returncode, done.stderr) == (0, "")
    header = (tmp_path / "words/include/words.h").read_text()
    for fact in (
        "#define WORDS_HOP_ROWS 2u",
        "#define WORDS_WINDOW_ROWS 29u",
        "tkd_status words_step(void *arena, const int8_t *frames, int8_t *out);",
        "tinykd compile words.tflite --name words --core generic --optimize balanced --hop 2",
    ):
        assert fact in header
    subprocess.run(["make", "-s", "-C", str(tmp_path / "words"), "example"], check=True)


def test_what_a_hop_saves(tinykd: Run, windows: Path) -> None:
    done = tinykd("inspect", windows.name, "--hop", "2")
    assert done.returncode == 0
    assert re.search(
        r"a hop: 2 new rows of 29, \d+\.\d times fewer MACs than the [\d,]+ of a whole window; "
        r"[\d,]+ bytes of the arena are rows of earlier hops\n  on all of the window: ",
        done.stdout,
    )


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (
            ["--hop", "29"],
            "words.tflite: tensor 0 'input': a hop of 29 rows in a window of 29; expected a hop of 1 to 28 "
            "rows. Choose a shorter hop",
        ),
        (
            ["--hop", "2", "--firmware", "--board", "host", "--runtime", "tflm"],
            "--hop 2: given together with --runtime tflm; expected static C. Leave one of them out",
        ),
    ],
)
def test_hops_that_do_not_suit(tinykd: Run, windows: Path, arguments: list[str], text: str) -> None:
    done = tinykd("compile", windows.name, *arguments)
    assert (done.returncode, done.stderr.strip()) == (2, text)
