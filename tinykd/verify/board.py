"""Send the samples to the board, run the same on the oracle, and compare.

The oracle works in its own process while the board answers, unless its answers are known already. Which model
and which firmware run is known before the first sample is sent.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tinykd.data.stored.kept import slice_of
from tinykd.data.stored.lazy_rows import LazyRows, changed, rows_in
from tinykd.diff import Difference, find_difference
from tinykd.errors import LinkError
from tinykd.files import sha256_bytes
from tinykd.front.raw_input import FrontLayer
from tinykd.graph.end_values import model_outputs, program_inputs, without_tail
from tinykd.link.device import Device
from tinykd.link.replies import Hello
from tinykd.oracle import OracleTensor, is_installed, oracle_name, run_tflm, run_tflm_tensors
from tinykd.progress import Progress, Silent
from tinykd.verify import compare
from tinykd.verify.answers import BoardAnswers, Differs, ask
from tinykd.verify.identity import check_identity
from tinykd.verify.options import BoardAddress, CheckOptions, Expected
from tinykd.verify.result import Ticks, Verification
from tinykd.verify.samples import VerificationSamples
from tinykd.workers import result_of, workers

_ASKED_BYTES = 64 << 20  # of samples that TFLM is asked about together


def verify_board(
    model: bytes,
    samples: VerificationSamples,
    board: BoardAddress,
    options: CheckOptions | None = None,
    progress: Progress | None = None,
) -> Verification:
    """Verify ``board``, which is to run the flatbuffer ``model``, on ``samples``.

    A silent port, the wrong model or firmware, a model that cannot start: ``LinkError``. What differs is no
    error.
    """
    options = options or CheckOptions()
    with board.open() as device:
        hello = device.hello()
        check_identity(hello, sha256_bytes(model), options.firmware, board.url, board.name)
        return _Verdict(device, hello, model, samples, board.name, options).reach(progress or Silent())


@dataclass(frozen=True)
class _Verdict:
    """One board that is known to be the right one, and what it is asked."""

    device: Device
    hello: Hello
    model: bytes
    samples: VerificationSamples
    board: str
    options: CheckOptions

    def reach(self, progress: Progress) -> Verification:
        """Ask, compare, and look for the first layer that differs."""
        with workers(1) as pool:
            oracle = pool.submit(self._expected, progress)
            if self.options.expected:
                self._check_width(self.options.expected)
            stop = self._differs_from(result_of(oracle)) if self.options.until_different else None
            with _noted_for(self.board):
                answers = ask(self.device, self._sent, self.hello, progress, self.options.resume, stop)
            expected = result_of(oracle)[answers.positions]
        return self._judge(answers, expected)

    def _expected(self, progress: Progress) -> NDArray[np.int8]:
        if known := self.options.expected:
            return known.outputs
        with progress.task("TFLM on this machine", len(self.samples)) as task:
            model = without_tail(self.model, self.options.ends)
            inputs = self.samples.inputs
            step = rows_in(inputs, _ASKED_BYTES) if isinstance(inputs, LazyRows) else len(inputs)
            asked = (slice_of(inputs, i, step) for i in range(0, len(inputs), step))
            found = [run_tflm(model, self._of_model(some), advance=task.advance) for some in asked]
            return np.concatenate(found)

    def _of_model(self, rows: NDArray[np.int8]) -> NDArray[np.int8]:
        """Samples as the model takes them."""
        raw = self.options.raw
        return rows if raw is None else raw.model_inputs(rows)

    @property
    def _sent(self) -> VerificationSamples:
        """The samples as the board takes them."""
        ends = self.options.ends
        inputs = changed(self.samples.inputs, lambda rows: program_inputs(ends, rows), np.int8)
        return replace(self.samples, inputs=inputs)

    def _differs_from(self, expected: NDArray[np.int8]) -> Differs:
        def differs(position: int, output: bytes) -> bool:
            row = np.frombuffer(output, np.int8)[np.newaxis]
            return bool(model_outputs(self.options.ends, row).tobytes() != expected[position].tobytes())

        return differs

    def _check_width(self, known: Expected) -> None:
        """A bundle may come from anywhere."""
        width = int(np.prod(known.outputs.shape[1:]))
        if width != self.hello.output_bytes:
            found = f"a model with {self.hello.output_bytes} output bytes"
            raise LinkError(self.device.where, found, f"{width}, as the expected outputs have")

    def _judge(self, answers: BoardAnswers, expected: NDArray[np.int8]) -> Verification:
        asked = self.samples.take(answers.positions)
        received = model_outputs(self.options.ends, answers.outputs).reshape(expected.shape)
        agreed = compare.agreement(expected, received)
        labels = asked.labels if self.options.classification else None
        known = self.options.expected
        ticks = tuple(ticks for _, ticks in self.device.profile(self._taken(asked.inputs[0])))
        front = self.options.raw.layers_count if self.options.raw and ticks else 0
        return Verification(
            board=self.board,
            oracle=known.oracle if known else oracle_name(),
            samples=len(asked),
            wanted=len(self.samples),
            resumed=answers.resumed,
            exact=agreed.exact,
            within_one=agreed.within_one,
            same_class=agreed.same_class if self.options.classification else None,
            max_difference=agreed.max_difference,
            first_difference=self._locate(asked, agreed.differing),
            device=None if labels is None else compare.accuracy(received, labels),
            host=None if labels is None else compare.accuracy(expected, labels),
            ticks=Ticks.of(answers.ticks, self.hello),
            front_ticks=sum(ticks[:front]),
            layer_ticks=ticks[front:],
            kernels=tuple(dict.fromkeys(layer.kernel for layer in self.device.layers() if layer.kernel)),
            hello=self.hello,
            memory=self.device.memory(),
            footprint=self.options.footprint,
            seconds=answers.seconds,
            sent_bytes=answers.sent_bytes,
            received_bytes=answers.received_bytes,
            recoveries=self.device.statistics.recoveries,
            numbers=asked.numbers,
            expected=expected,
            received=received,
        )

    def _locate(self, asked: VerificationSamples, differing: Sequence[int]) -> Difference | None:
        """The first layer that differs, for the first wrong sample of which the oracle's tensors are had."""
        for position in differing:
            row, number = asked.inputs[position], int(asked.numbers[position])
            tensors = self._traced(number, row)
            if tensors is not None:
                front = self.options.raw.layers(row) if self.options.raw else ()
                both: tuple[FrontLayer | OracleTensor, ...] = (*front, *tensors)
                return find_difference(self.device, self.model, self._taken(row), number, both)
        return None

    def _taken(self, row: NDArray[np.int8]) -> NDArray[np.int8]:
        """One sample as the board takes it."""
        return np.asarray(program_inputs(self.options.ends, row[np.newaxis])[0])

    def _traced(self, number: int, row: NDArray[np.int8]) -> Sequence[OracleTensor] | None:
        """From the bundle, else from the oracle where it is installed."""
        known = self.options.expected
        traced = known.traces(number) if known else None
        if traced is None and (known is None or is_installed()):
            traced = run_tflm_tensors(self.model, self._of_model(row[np.newaxis])[0])
        return traced


@contextmanager
def _noted_for(board: str) -> Iterator[None]:
    """What is kept when it is interrupted is this board's."""
    try:
        yield
    except KeyboardInterrupt as stopped:
        stopped.__notes__ = [f"{board}: {note}" for note in getattr(stopped, "__notes__", ())]
        raise
