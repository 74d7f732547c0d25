"""What a person sees in a serial monitor: the lines of the firmware itself, behind a terminal."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.link import build
from tests.link.fakes import SHA256, fake_outputs
from tests.link.test_harness import Wire
from tinykd.link.frames import Frame

HELP = """\
help     this list
info     the model and its memory
test     accuracy on the samples in the firmware, with a confusion matrix
bench    time of one inference
infer 3  the answer to sample 3 of the firmware, and its scores
mem      arena and stack, needed and there
"""
NAMES = (" (zero)", " (one)", " (two)", *[""] * 7)


@pytest.fixture(scope="module")
def wire(board: Path) -> Iterator[Wire]:
    """One board for all: no line changes what a later one says."""
    with build.running(board, "samples") as port:
        found = Wire(port)
        yield found
        found.serial.close()


def answers() -> np.ndarray:
    inputs = np.zeros((3, 64), np.int8)
    inputs[1, 0], inputs[2, 2] = 1, 100
    return fake_outputs(inputs)


def test_help_info_mem_bench(wire: Wire) -> None:
    assert wire.text("help\r\n", "there\n") == HELP
    memory = "arena 106 of 106 bytes\nstack 1234 of 8192 bytes used\n"
    assert wire.text("mem\r\n", "used\n") == memory
    assert wire.text("info\n", "used\n") == (
        "model fake, runtime static\n"
        f"sha256 {SHA256.hex()}\n"
        "input 64 bytes, output 10 bytes, layers 2\n" + memory
    )
    bench = wire.text("bench\r", "Hz\n")
    assert bench.startswith("inference ")
    assert bench.endswith(" ns at 1000000000 Hz\n")


def test_mistypes(wire: Wire) -> None:
    assert wire.text("hepl\x08\x08\x08elq\x7fp\r", "there\n").startswith("help     this list")
    for line in ("nonsense", "infer", "infer3", "tests", "Help"):
        assert wire.text(line + "\n", "help\n") == "unknown command, type help\n"


def test_accuracy_with_a_confusion_matrix(wire: Wire) -> None:
    found = answers().argmax(axis=1)
    assert sorted(set(found.tolist())) != [0, 1, 2]  # something is wrong, or this would show little
    rows = []
    for true, answer in enumerate(found.tolist()):
        cells = "".join("   1" if column == answer else "   ." for column in range(10))
        rows.append(f"{true:4}{cells}")
        if answer != true:
            expected = f"{true}{NAMES[true]}"
            rows.append(f"sample {true} is {answer}{NAMES[answer]}, expected {expected}: wrong")
    head = "rows: true class, columns: answer\n    " + "".join(f"{c:4}" for c in range(10))
    correct = int((found == [0, 1, 2]).sum())
    verdict = f"correct {correct} of 3, {100 * correct // 3} %\n"
    assert wire.text("test\n", "%\n") == "\n".join([head, *rows, verdict])


def test_one_sample(wire: Wire) -> None:
    scores = answers()
    for sample in range(3):
        said = wire.text(f"infer {sample}\n", "\nscores").partition("\n")[0]
        best = int(scores[sample].argmax())
        wrong = f", expected {sample}{NAMES[sample]}: wrong, "
        start = f"sample {sample} is {best}{NAMES[best]}" + (": right, " if best == sample else wrong)
        assert said.startswith(start)
        assert said.endswith(" ns")
        wire.text("mem\n", "used\n")  # the rest of the scores is read
    said = wire.text("infer 1\n", f" {scores[1, -1]}\n")
    assert said.splitlines()[1] == "scores " + " ".join(map(str, scores[1].tolist()))


@pytest.mark.parametrize("number", ["3", "-1", "1x", "", " 1", "99999999999", "4294967296", "0x1"])
def test_no_such_sample(wire: Wire, number: str) -> None:
    assert wire.text(f"infer {number}\n", "2\n") == "infer wants the number of a sample, 0 to 2\n"


def test_without_samples(board: Path) -> None:
    with build.running(board) as port:
        wire = Wire(port)
        for line in ("test", "infer 0"):
            assert wire.text(line + "\n", "firmware\n") == "no samples in this firmware\n"
        wire.serial.close()


@pytest.mark.slow
def test_too_many_classes_for_a_matrix(tmp_path: Path) -> None:
    """Bounded by what fits the stack; the count and the wrong samples are said all the same."""
    with build.running(build.build_board(tmp_path / "few", "-DTKD_CONSOLE_CLASSES=4u"), "samples") as port:
        wire = Wire(port)
        said = wire.text("test\n", "%\n")
        wire.serial.close()
    assert said.startswith("sample ")
    assert said.endswith(" %\n")
    assert "rows" not in said


def test_frames_and_lines_share_the_line(wire: Wire) -> None:
    (reply,) = wire.ask(b"\r\nmem\r\n\0", Frame(0x87, 1), replies=1)
    assert reply.type == 0xC7
    assert wire.text("mem\r\n", "used\n").endswith("stack 1234 of 8192 bytes used\n")
