"""The oracle: right numbers, all tensors, and one line for whatever breaks it."""

import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.conformance.builder import Op, Tensor, build
from tests.oracle.dense import WEIGHTS_1, WEIGHTS_2, dense_model, dense_outputs
from tinykd.errors import ModelError, ToolError
from tinykd.oracle import oracle_name, run_tflm, run_tflm_tensors, tflm, tflm_arena_bytes


def samples(n: int, *shape: int) -> NDArray[np.int8]:
    return np.random.default_rng(n).integers(-128, 128, (n, *shape), dtype=np.int8)


def test_outputs_are_right() -> None:
    inputs = samples(50, 64)
    outputs = run_tflm(dense_model(), inputs)
    assert (outputs.shape, outputs.dtype) == ((50, 10), np.int8)
    assert np.array_equal(outputs, dense_outputs(inputs)[1])


def test_every_tensor_in_order() -> None:
    (sample,) = samples(1, 64)
    hidden, logits = run_tflm_tensors(dense_model(), sample)
    assert [(t.name, t.operator, t.data.shape) for t in (hidden, logits)] == [
        ("hidden", 0, (1, len(WEIGHTS_1))),
        ("logits", 1, (1, len(WEIGHTS_2))),
    ]
    expected = dense_outputs(sample[np.newaxis])
    assert np.array_equal(hidden.data, expected[0])
    assert np.array_equal(logits.data, expected[1])


def test_no_samples() -> None:
    assert len(run_tflm(dense_model(), np.zeros((0, 64), np.int8))) == 0


def test_several_inputs_and_outputs_are_one_after_another() -> None:
    a, b = Tensor("a", (1, 3), scale=1.0), Tensor("b", (1, 3), scale=1.0)
    total, less = Tensor("total", (1, 3), scale=1.0), Tensor("less", (1, 3), scale=1.0)
    model = build([Op("ADD", [a, b], [total]), Op("SUB", [a, b], [less])])
    assert run_tflm(model, np.array([[1, 2, 3, 10, 20, 30]], np.int8)).tolist() == [
        [11, 22, 33, -9, -18, -27]
    ]


def test_every_sample_starts_from_the_initial_state() -> None:
    """The same sample gives the same answer, whatever came before it."""
    inputs = samples(4, 64)
    doubled = np.concatenate([inputs, inputs])
    outputs = run_tflm(dense_model(), doubled)
    assert np.array_equal(outputs[:4], outputs[4:])


def test_arena() -> None:
    assert 100 < tflm_arena_bytes(dense_model()) < 4096


def test_name_has_a_version() -> None:
    assert oracle_name().startswith("TFLM (tflite_micro 0.")


@pytest.mark.parametrize("model", [b"", b"x" * 300, dense_model()[:200], dense_model()[:40] + b"\xff" * 400])
def test_broken_models(model: bytes) -> None:
    with pytest.raises(ModelError, match=r"^model\.tflite: TFLM (refuses it|crashed on it) \("):
        run_tflm(model, samples(1, 64))


def test_samples_of_another_size() -> None:
    with pytest.raises(ModelError) as error:
        run_tflm(dense_model(), samples(1, 63))
    assert str(error.value) == (
        "model.tflite: TFLM refuses it (ValueError: a sample has 63 bytes, the model's inputs 64); "
        "expected a model that TFLM runs"
    )


def test_what_tflm_says_is_passed_on() -> None:
    x, y = Tensor("x", (1, 4), "float32"), Tensor("y", (1, 4), "float64")
    with pytest.raises(ModelError, match=r"TFLM refuses it \(") as error:
        run_tflm(build([Op("CAST", [x], [y])]), samples(1, 16))
    assert "\n" not in str(error.value)
    assert "Traceback" not in str(error.value)


def stub_worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    worker = tmp_path / "worker.py"
    worker.write_text(textwrap.dedent(code))
    monkeypatch.setattr(tflm, "WORKER", worker)


def test_crash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stub_worker(tmp_path, monkeypatch, "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)")
    with pytest.raises(ModelError) as error:
        run_tflm(dense_model(), samples(1, 64))
    assert str(error.value) == "model.tflite: TFLM crashed on it (SIGSEGV); expected a valid int8 model"


def test_hang(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stub_worker(tmp_path, monkeypatch, "import time; time.sleep(60)")
    with pytest.raises(ModelError) as error:
        run_tflm(dense_model(), samples(1, 64), timeout_s=0.2)
    assert str(error.value) == "model.tflite: TFLM does not end within 0.2 s"


def test_not_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = "import sys; print(\"No module named 'tflite_micro'\", file=sys.stderr); sys.exit(3)"
    stub_worker(tmp_path, monkeypatch, code)
    with pytest.raises(ToolError) as error:
        run_tflm(dense_model(), samples(1, 64))
    assert str(error.value) == "tflite_micro: No module named 'tflite_micro'. pip install tinykd"


@pytest.mark.parametrize(
    ("system", "machine"), [("linux", "aarch64"), ("darwin", "arm64"), ("win32", "AMD64")]
)
def test_where_there_is_no_wheel_it_says_where_there_is_one(
    monkeypatch: pytest.MonkeyPatch, system: str, machine: str
) -> None:
    """ "pip install tinykd" was the advice on a Mac too, where it cannot help."""
    monkeypatch.setattr(tflm.platform, "machine", lambda: machine)
    with monkeypatch.context() as patch:
        patch.setattr(tflm.sys, "platform", system)
        advice = tflm.how_to_install()
    assert advice == (
        "It is made for Linux on x86-64: run tinykd there, in WSL or in a container; what "
        "`tinykd bundle` makes there can be verified here"
    )


def test_import_is_light() -> None:
    """Neither TFLM nor TensorFlow comes in before it is needed."""
    code = (
        "import sys, tinykd.verify; "
        "print([m for m in ('tflite_micro', 'tensorflow', 'serial', 'tflite') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.slow
def test_many_samples_are_counted_as_they_are_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the time limit is for a few of them: the worker that says something gets it again."""
    worker = tmp_path / "worker.py"
    worker.write_text(
        "import sys, time\nimport numpy as np\n"
        "for done in range(1, 6):\n    time.sleep(2.5)\n    print(done, flush=True)\n"
        "np.save(sys.argv[2] + '/outputs.npy', np.zeros((5, 1), np.int8))\n"
    )
    monkeypatch.setattr(tflm, "WORKER", worker)
    moves: list[int] = []
    assert len(run_tflm(dense_model(), np.zeros((5, 64), np.int8), timeout_s=10.0, advance=moves.append)) == 5
    assert moves == [1] * 5
