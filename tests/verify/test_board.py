"""Boards that are right, wrong in one layer, wrong in one value, wrong altogether: what the verdict says."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from tests.link import build
from tests.oracle.dense import dense_model, dense_outputs
from tinykd.errors import DataError, LinkError, ModelError
from tinykd.files import sha256_bytes
from tinykd.progress import Silent
from tinykd.verify import (
    BoardAddress,
    CheckOptions,
    Expected,
    Verification,
    VerificationSamples,
    verify_board,
)

SOURCE = Path(__file__).with_name("dense_model.c")
INPUTS = np.random.default_rng(7).integers(-128, 128, (200, 64), dtype=np.int8)
HIDDEN, LOGITS = dense_outputs(INPUTS)
LABELS = LOGITS.argmax(axis=1).astype(np.int64)
LABELS[:30] = (LABELS[:30] + 1) % 10  # the model is not always right
SAMPLES = VerificationSamples.of(INPUTS, LABELS)

Start = Callable[..., AbstractContextManager[str]]


@pytest.fixture(scope="session")
def started(tmp_path_factory: pytest.TempPathFactory) -> Start:
    """Starts the dense model's board, built with some options; its port."""
    folder = tmp_path_factory.mktemp("boards")

    @cache
    def built(options: tuple[str, ...], model: bytes) -> Path:
        digits = ",".join(f"0x{b:02x}" for b in bytes.fromhex(sha256_bytes(model)))
        out = folder / sha256_bytes(repr((options, model)).encode())[:12]
        return build.build_board(out, f"-DMODEL_SHA256={digits}", *options, model=SOURCE)

    @contextmanager
    def start(*options: str, arguments: tuple[str, ...] = (), model: bytes = dense_model()) -> Iterator[str]:
        with build.running(built(options, model), *arguments) as port:
            yield port

    return start


def verify(port: str) -> Verification:
    return verify_board(dense_model(), SAMPLES, BoardAddress(port, "host", 2.0), progress=Silent())


def test_a_right_board(started: Start, tmp_path: Path) -> None:
    with started() as port:
        found = verify(port)
    assert (found.samples, found.exact, found.within_one, found.same_class) == (200, 200, 200, 200)
    assert (found.max_difference, found.first_difference) == (0, None)
    assert found.device == found.host
    assert found.device is not None
    assert (found.device.correct, found.device.total) == (170, 200)
    assert np.array_equal(found.expected, LOGITS)
    assert np.array_equal(found.received, LOGITS)
    assert found.oracle.startswith("TFLM (tflite_micro ")
    assert (found.ticks.unit, found.ticks.hz, len(found.layer_ticks)) == ("ns", 10**9, 2)
    assert 0 < found.ticks.median <= found.ticks.p99
    assert (found.memory.stack_used, found.recoveries) == (1234, 0)
    assert found.sent_bytes > 200 * 70
    assert found.bytes_per_s > 0
    found.write(tmp_path)
    assert np.array_equal(np.load(tmp_path / "received.npy"), LOGITS)
    assert np.array_equal(np.load(tmp_path / "expected.npy"), LOGITS)
    written = json.loads((tmp_path / "verification.json").read_text())
    assert written == json.loads(json.dumps(found.to_json()))
    assert written["device"]["correct"] == 170
    assert written["first_difference"] is None
    assert written["model"]["sha256"] == sha256_bytes(dense_model())


def test_json_is_what_the_report_reads(started: Start) -> None:
    from tinykd.report.board_inputs import VerificationMetrics

    with started("-DWRONG_LAYER=1") as port:
        found = VerificationMetrics.model_validate(verify(port).to_json())
    assert found.ticks is not None
    assert found.first_difference is not None
    assert found.arena_bytes == 106


@pytest.mark.parametrize(
    ("layer", "name", "kernel"), [(0, "hidden", "dense_first"), (1, "logits", "dense_second")]
)
def test_the_first_wrong_layer_is_named(started: Start, layer: int, name: str, kernel: str) -> None:
    with started(f"-DWRONG_LAYER={layer}") as port:
        found = verify(port)
    spoiled = INPUTS[:, 0] > 100
    difference = found.first_difference
    assert difference is not None
    assert (difference.layer, difference.name, difference.kernel) == (layer, name, kernel)
    assert difference.pattern is not None
    assert (difference.differing, difference.pattern.max_difference) == (1, 1)
    values = 16 if layer == 0 else 10
    assert re.fullmatch(
        rf"layer {layer} {name} \({kernel}\): scattered: 1 of {values} values; off by one: "
        rf"\+1 in [01], -1 in [01] \(sample {difference.sample}\)",
        str(difference),
    )
    assert "the kernel rounds otherwise than TFLM" in difference.causes[0]
    assert spoiled[difference.sample]
    assert found.exact < 200
    if layer == 1:
        assert difference.sample == int(np.flatnonzero(spoiled)[0])
        assert found.exact == int((~spoiled).sum())
        assert found.within_one == 200  # counted on its own
        assert found.max_difference == 1


def test_counts_are_not_hidden_in_each_other(started: Start) -> None:
    with started("-DWRONG_LAYER=1", "-DWRONG_BY=100") as port:
        found = verify(port)
    wrong = LOGITS.copy()
    spoiled = INPUTS[:, 0] > 100
    wrong[spoiled, 0] += np.where(wrong[spoiled, 0] > 0, -100, 100).astype(np.int8)
    same_class = wrong.argmax(axis=1) == LOGITS.argmax(axis=1)
    assert np.array_equal(found.received, wrong)
    assert (found.exact, found.within_one) == (int((~spoiled).sum()),) * 2
    assert found.same_class == int(same_class.sum())
    assert found.exact < found.same_class < 200
    assert found.max_difference == 100
    assert found.device is not None
    assert found.device.correct == int((wrong.argmax(axis=1) == LABELS).sum())


def test_layers_right_but_the_whole_wrong(started: Start) -> None:
    with started("-DWRONG_INVOKE") as port:
        found = verify(port)
    assert found.exact < 200
    assert str(found.first_difference) == (
        "no layer differs when they are run one by one (2 of 2 layers compared)"
    )


def test_firmware_that_cannot_step(started: Start) -> None:
    with started("-DNO_STEP", "-DWRONG_INVOKE") as port:
        found = verify(port)
    assert found.layer_ticks == ()
    assert str(found.first_difference).endswith("(0 of 0 layers compared)")


def test_without_labels(started: Start) -> None:
    with started() as port:
        found = verify_board(
            dense_model(), VerificationSamples.of(INPUTS[:3], None), BoardAddress(port, "host")
        )
    assert found.device is None
    assert found.host is None
    assert found.to_json()["device"] is None


def test_wrong_model_on_the_board(started: Start) -> None:
    with started(model=b"another") as port, pytest.raises(LinkError) as error:
        verify(port)
    assert str(error.value) == (
        f"{port}: the board runs model dense, SHA-256 {sha256_bytes(b'another')[:12]}; "
        f"expected {sha256_bytes(dense_model())[:12]}. Flash the right one: tinykd flash --board host"
    )


def test_model_that_cannot_start(started: Start) -> None:
    with started(arguments=("noarena",)) as port, pytest.raises(LinkError) as error:
        verify(port)
    assert str(error.value) == (
        f"{port}: the firmware cannot run its model, status ARENA (1); expected a model that starts. "
        "Build and flash again: tinykd flash --board host"
    )


def test_missing_port() -> None:
    with pytest.raises(LinkError, match=r"^/dev/ttyTINYKD: no such port"):
        verify("/dev/ttyTINYKD")


def test_silent_port() -> None:
    """The other end of a terminal where nobody is."""
    import os
    import pty

    master, slave = pty.openpty()
    with pytest.raises(LinkError, match=r": no answer in 0\.3 s; expected tinykd firmware\. Check port"):
        verify_board(dense_model(), SAMPLES, BoardAddress(os.ttyname(slave), "host", 0.3))
    os.close(slave)
    os.close(master)


def test_a_model_that_the_oracle_refuses(started: Start) -> None:
    broken = dense_model()[:200]
    with started(model=broken) as port, pytest.raises(ModelError, match="TFLM refuses it"):
        verify_board(broken, SAMPLES, BoardAddress(port, "host"))


def test_expected_outputs_of_another_width(started: Start) -> None:
    """As in a bundle that somebody made."""
    known = Expected(LOGITS[:, :3], "x", lambda _: None)
    with started() as port, pytest.raises(LinkError) as error:
        verify_board(dense_model(), SAMPLES, BoardAddress(port, "host"), CheckOptions(expected=known))
    assert str(error.value) == (
        f"{port}: a model with 10 output bytes; expected 3, as the expected outputs have"
    )


@pytest.mark.parametrize(
    ("inputs", "labels", "text"),
    [
        (INPUTS[:0], LABELS[:0], "samples: 0 of int8; expected at least one sample of int8"),
        (INPUTS.astype(np.float32), LABELS, "samples: 200 of float32; expected at least one sample of int8"),
        (INPUTS, LABELS[:9], "labels: shape (9,); expected one for each of 200 samples"),
    ],
)
def test_unusable_samples(inputs: np.ndarray, labels: np.ndarray, text: str) -> None:
    with pytest.raises(DataError) as error:
        VerificationSamples.of(inputs, labels)
    assert str(error.value) == text
