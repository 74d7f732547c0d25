"""Ask the board every sample that it has not answered before, and keep each answer in a journal at once."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from tinykd.data.stored.kept import in_array
from tinykd.data.stored.lazy_rows import chosen, rows_in
from tinykd.errors import LinkError, ToolError
from tinykd.link.device import Device
from tinykd.link.replies import Hello
from tinykd.progress import Progress
from tinykd.verify.identity import firmware_of
from tinykd.verify.journal import Journal, JournalKey, JournalRecord
from tinykd.verify.options import Resume
from tinykd.verify.samples import VerificationSamples

_SENT_BYTES = 16 << 20  # of samples that are made before they are sent
Differs = Callable[[int, bytes], bool]  # position of a sample, what the board said


@dataclass(frozen=True)
class BoardAnswers:
    """What the board said, sample by sample."""

    positions: NDArray[np.int64]  # of the answered samples, ascending
    outputs: NDArray[np.int8]  # (answered, output bytes)
    ticks: NDArray[np.uint32]  # (answered,)
    resumed: int  # of them, answered in an earlier run
    seconds: float  # of this run
    sent_bytes: int
    received_bytes: int


def ask(
    device: Device,
    samples: VerificationSamples,
    hello: Hello,
    progress: Progress,
    resume: Resume | None,
    stop: Differs | None,
) -> BoardAnswers:
    """All of ``samples``, or up to the first answer at which ``stop`` says so."""
    with _journal(samples, hello, resume, progress) as journal:
        found = dict(journal.answers) if journal else {}
        resumed = len(found)
        if resumed:
            progress.note(f"going on after {resumed} of {len(samples)} samples that were answered before")
        before = device.statistics.sent_bytes, device.statistics.received_bytes
        start = time.perf_counter()
        if not any(stop(i, answer.output) for i, answer in found.items() if stop):
            _ask_the_rest(device, samples, found, journal, progress, stop)
        seconds = time.perf_counter() - start
        after = device.statistics.sent_bytes, device.statistics.received_bytes
        if journal:
            journal.finish()
    positions = np.array(sorted(found), np.int64)
    return BoardAnswers(
        positions,
        np.array([np.frombuffer(found[i].output, np.int8) for i in positions]),
        np.array([found[i].ticks for i in positions], np.uint32),
        resumed,
        seconds,
        after[0] - before[0],
        after[1] - before[1],
    )


def _ask_the_rest(
    device: Device,
    samples: VerificationSamples,
    found: dict[int, JournalRecord],
    journal: Journal | None,
    progress: Progress,
    stop: Differs | None,
) -> None:
    left = np.array([i for i in range(len(samples)) if i not in found], np.int64)
    step = rows_in(samples.inputs, _SENT_BYTES)
    pieces = (left[i : i + step] for i in range(0, len(left), step))
    results = chain.from_iterable(
        device.infer_many(in_array(chosen(samples.inputs, piece))) for piece in pieces
    )
    with progress.task("verify", len(samples)) as task, _can_go_on(found, samples, journal):
        task.advance(len(found))
        for position, result in zip(left.tolist(), results, strict=True):
            answer = found[position] = JournalRecord(result.ticks, result.output)
            if journal:
                journal.add(position, answer)
            task.advance()
            if stop and stop(position, answer.output):
                break


@contextmanager
def _can_go_on(
    found: dict[int, JournalRecord], samples: VerificationSamples, journal: Journal | None
) -> Iterator[None]:
    """A run that is cut says how to go on."""
    try:
        yield
    except KeyboardInterrupt as stopped:
        if journal and found:
            stopped.add_note(f"the answers to {len(found)} of {len(samples)} samples are kept")
        raise
    except LinkError as error:
        if not journal or not found:
            raise
        so_far = f"{len(found)} of {len(samples)} answers are kept: run it again to go on"
        fix = f"{error.fix}. {so_far}" if error.fix else f"Then: {so_far}"
        raise LinkError(error.where, error.found, error.expected, fix) from error


@contextmanager
def _journal(
    samples: VerificationSamples, hello: Hello, resume: Resume | None, progress: Progress
) -> Iterator[Journal | None]:
    """The journal of this board and these samples; None where none is wanted or can be had."""
    journal = None
    if resume:
        key = JournalKey(hello.model_sha256, samples.sha256, firmware_of(hello), resume.board)
        try:
            journal = Journal.open(resume.folder, key, len(samples), hello.output_bytes, resume.restart)
        except ToolError as error:
            progress.note(f"a run that is cut cannot be resumed: {error}")
    if journal is None:
        yield None
        return
    with journal:
        yield journal
