"""Send every sample to the board, run the same on the oracle, and compare.

The oracle works in its own process while the board answers. Which firmware runs is known before the first
sample is sent: the board says the SHA-256 of its model.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tinykd.errors import DataError, LinkError
from tinykd.files import sha256_bytes
from tinykd.link.device import Device
from tinykd.link.replies import Hello, Status
from tinykd.link.transport import DEFAULT_SETTINGS, PortSettings
from tinykd.oracle import oracle_name, run_tflm, run_tflm_tensors
from tinykd.progress import Progress, Silent
from tinykd.verify import compare
from tinykd.verify.result import FirstDifference, Ticks, Verification

HASH_DIGITS = 12  # of a SHA-256, enough for a person


@dataclass(frozen=True)
class _Answers:
    """What the board said to all samples."""

    hello: Hello
    outputs: NDArray[np.int8]  # (n, output bytes)
    ticks: NDArray[np.uint32]  # (n,)
    seconds: float
    sent_bytes: int
    received_bytes: int


def verify_board(
    model: bytes,
    inputs_q: NDArray[np.int8],
    labels: NDArray[np.int64] | None,
    url: str,
    board_name: str,
    timeout_s: float = 5.0,
    progress: Progress | None = None,
    *,
    settings: PortSettings = DEFAULT_SETTINGS,
) -> Verification:
    """Verify the board at the pyserial ``url`` on ``inputs_q`` (n, *input shape) with ``labels`` (n,).

    A silent port, the wrong model, a model that cannot start: ``LinkError``. What differs is no error.
    """
    _check_samples(inputs_q, labels)
    with (
        ThreadPoolExecutor(1) as pool,
        Device.open(url, settings.baud, dtr=settings.dtr, rts=settings.rts, timeout_s=timeout_s) as device,
    ):
        hello = device.hello()
        _check_model(hello, sha256_bytes(model), url, board_name)
        oracle = pool.submit(run_tflm, model, inputs_q)
        answers = _ask(device, inputs_q, hello, progress or Silent())
        expected = oracle.result()
        return _judge(device, model, inputs_q, labels, board_name, answers, expected)


def _judge(
    device: Device,
    model: bytes,
    inputs_q: NDArray[np.int8],
    labels: NDArray[np.int64] | None,
    board_name: str,
    answers: _Answers,
    expected: NDArray[np.int8],
) -> Verification:
    received = answers.outputs.reshape(expected.shape)
    agreed = compare.agreement(expected, received)
    differs = agreed.first_differing
    return Verification(
        board=board_name,
        oracle=oracle_name(),
        samples=len(inputs_q),
        exact=agreed.exact,
        within_one=agreed.within_one,
        same_class=agreed.same_class,
        max_difference=agreed.max_difference,
        first_difference=None if differs is None else _locate(device, model, inputs_q, differs),
        device=None if labels is None else compare.accuracy(received, labels),
        host=None if labels is None else compare.accuracy(expected, labels),
        ticks=Ticks.of(answers.ticks, answers.hello),
        layer_ticks=tuple(ticks for _, ticks in device.profile(inputs_q[0])),
        hello=answers.hello,
        memory=device.memory(),
        seconds=answers.seconds,
        sent_bytes=answers.sent_bytes,
        received_bytes=answers.received_bytes,
        recoveries=device.statistics.recoveries,
        expected=expected,
        received=received,
    )


def _check_samples(inputs_q: NDArray[np.int8], labels: NDArray[np.int64] | None) -> None:
    if inputs_q.dtype != np.int8 or len(inputs_q) == 0:
        raise DataError("samples", f"{len(inputs_q)} of {inputs_q.dtype}", "at least one sample of int8")
    if labels is not None and labels.shape != (len(inputs_q),):
        raise DataError("labels", f"shape {labels.shape}", f"one for each of {len(inputs_q)} samples")


def _check_model(hello: Hello, sha256: str, url: str, board_name: str) -> None:
    """The right model, and able to run."""
    if hello.model_sha256 != sha256:
        raise LinkError(
            url,
            f"the board runs model {hello.model_name}, SHA-256 {hello.model_sha256[:HASH_DIGITS]}",
            f"{sha256[:HASH_DIGITS]}",
            f"Flash the right one: tinykd flash --board {board_name}",
        )
    if hello.fault is not Status.OK:
        raise LinkError(
            url,
            f"the firmware cannot run its model, status {hello.fault.name} ({hello.fault.value})",
            "a model that starts",
            f"Build and flash again: tinykd flash --board {board_name}",
        )


def _ask(device: Device, inputs_q: NDArray[np.int8], hello: Hello, progress: Progress) -> _Answers:
    outputs = np.empty((len(inputs_q), hello.output_bytes), np.int8)
    ticks = np.empty(len(inputs_q), np.uint32)
    before = device.statistics.sent_bytes, device.statistics.received_bytes
    start = time.perf_counter()
    with progress.task("verify", len(inputs_q)) as task:
        for i, result in enumerate(device.infer_many(inputs_q)):
            outputs[i] = np.frombuffer(result.output, np.int8)
            ticks[i] = result.ticks
            task.advance()
    seconds = time.perf_counter() - start
    after = device.statistics.sent_bytes, device.statistics.received_bytes
    return _Answers(hello, outputs, ticks, seconds, after[0] - before[0], after[1] - before[1])


def _locate(device: Device, model: bytes, inputs_q: NDArray[np.int8], sample: int) -> FirstDifference:
    """Run ``sample`` layer by layer on the board and on the oracle."""
    tensors = run_tflm_tensors(model, inputs_q[sample])
    runs = device.run_layers(inputs_q[sample])
    return compare.first_difference(sample, device.layers(), runs, tensors)
