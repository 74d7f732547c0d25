"""The converter's process: what it says, and what becomes of us when it ends. The workers here are fakes."""

import threading
import time
from pathlib import Path

import pytest

from tinykd.errors import ModelError, ToolError
from tinykd.quantization import converter
from tinykd.quantization.converter import Converter, convert
from tinykd.workers import workers

COUNTING = """
    print("1", "2", "end", sep="\\n", flush=True)
"""
CRASHING = """
    os.kill(os.getpid(), signal.SIGSEGV)
"""
ENDING = """
    if not os.path.exists(folder + "/asked"):
        open(folder + "/asked", "w").close()
        sys.exit(0)
"""


@pytest.fixture
def one(monkeypatch, tmp_path):
    """A ``Converter`` whose process does ``body`` for each folder that it is asked for."""
    made = Converter()
    monkeypatch.setattr(converter, "_converter", lambda: made)

    def of(body: str) -> Converter:
        script = tmp_path / "worker.py"
        script.write_text(
            f"import os, signal, sys, time\nfor line in sys.stdin:\n    folder = line.strip()\n{body}"
        )
        monkeypatch.setattr(converter, "WORKER", script)
        return made

    yield of
    made.close()


def converted(folder: Path, counts: list[int] | None = None) -> bytes:
    return convert(folder, "student s", (counts if counts is not None else []).append)


def test_the_model_comes_back_and_the_process_stays(one, tmp_path):
    made, counts = one("    open(folder + '/model.tflite', 'w').write('m')" + COUNTING), list[int]()
    assert converted(tmp_path, counts) == b"m" and sum(counts) == 2
    first = made._process
    assert converted(tmp_path) == b"m" and made._process is first


def test_what_the_converter_refuses_is_one_line(one, tmp_path):
    one("    open(folder + '/error.txt', 'w').write('no\\\\nsuch op')" + COUNTING)
    with pytest.raises(ModelError) as error:
        converted(tmp_path)
    assert str(error.value) == "student s: cannot be converted (no\\nsuch op)"


def test_a_converter_that_crashes_is_one_line(one, tmp_path):
    one(CRASHING)
    for _ in range(2):
        with pytest.raises(ModelError) as error:
            converted(tmp_path)
        assert str(error.value) == (
            "student s: cannot be converted (TensorFlow's converter crashed on it: SIGSEGV)"
        )


def test_an_idle_process_that_has_just_ended_is_started_again(one, tmp_path):
    (tmp_path / "model.tflite").write_bytes(b"m")
    one(ENDING + COUNTING)
    assert converted(tmp_path) == b"m"


def test_a_converter_that_hangs_is_ended(one, tmp_path, monkeypatch):
    made = one("    time.sleep(60)")
    monkeypatch.setattr(converter, "SILENCE_S", 0.3)
    with pytest.raises(ToolError, match=r"^TensorFlow's converter: says nothing for 0.3 s$"):
        converted(tmp_path)
    assert made._process is None


def test_ctrl_c_ends_the_process(one, tmp_path):
    """A thread that is stopped does not wait for the model."""
    made, asked = one("    time.sleep(60)"), threading.Event()
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt), workers(1) as pool:
        future = pool.submit(lambda: (asked.set(), converted(tmp_path)))
        asked.wait(10)
        time.sleep(0.2)
        raise KeyboardInterrupt
    assert isinstance(future.exception(), KeyboardInterrupt)
    assert made._process is None and time.monotonic() - began < 30
