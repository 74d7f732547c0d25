"""The first layer that differs on one board, for a sample that is named or for the first that differs."""

from pathlib import Path
from typing import TYPE_CHECKING

from tinykd.diff import Difference, find_difference
from tinykd.errors import DataError
from tinykd.files import sha256_bytes
from tinykd.link.device import Device
from tinykd.oracle import run_tflm, run_tflm_tensors
from tinykd.stages.events import Reporter
from tinykd.stages.places import Place, reserved
from tinykd.stages.subject import Subject
from tinykd.stages.verification import How, Task, verify_now
from tinykd.verify.identity import check_identity

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def difference_at(
    target: Path, board: str | None, port: str | None, sample: int | None, how: How, reporter: Reporter
) -> tuple[Difference | None, int]:
    """What differs first, and how many samples were compared for it."""
    (task,) = _tasks(target, board, port, reporter)
    with task.opened as place:
        if sample is not None:
            return _of_sample(task.subject, place, sample), 1
        at_first = How(how.samples, how.seed, until_different=True, restart=True)
        verdict = verify_now(task.subject, place, at_first, reporter)
    if verdict.first_difference is None and verdict.exact < verdict.samples:
        raise DataError(
            target,
            f"sample {verdict.numbers[-1]} differs, and its tensors are not in the bundle",
            "them, or the oracle",
            "Type `pip install tflite-micro`, or bundle more of them: tinykd bundle --traced 64",
        )
    return verdict.first_difference, verdict.samples


def _tasks(target: Path, board: str | None, port: str | None, reporter: Reporter) -> list[Task]:
    from tinykd.bundle import is_bundle
    from tinykd.stages.verify_tasks import tasks_of_bundle, tasks_of_project

    boards = [board] if board else []
    if is_bundle(target):
        return tasks_of_bundle(target, boards, port, every=False)[:1]
    return tasks_of_project(target, boards, port, every=False, reporter=reporter)[:1]


def _of_sample(subject: Subject, place: Place, sample: int) -> Difference:
    total = len(subject.samples)
    if sample >= total:
        raise DataError(f"--sample {sample}", "no such sample", f"0 to {total - 1}")
    row = subject.samples.inputs[sample]
    known = subject.expected
    tensors = known.traces(sample) if known else None
    if tensors is None:
        tensors = run_tflm_tensors(subject.model, row)
    settings = place.settings
    with (
        reserved(place, f"tinykd diff of {subject.name}"),
        Device.open(
            place.url, settings.baud, dtr=settings.dtr, rts=settings.rts, timeout_s=subject.timeout_s
        ) as device,
    ):
        check_identity(device.hello(), sha256_bytes(subject.model), subject.firmware, place.url, place.board)
        (answer,) = device.infer_many(row[None])
        differs = answer.output != _outputs(subject, row, sample)
        return find_difference(device, subject.model, row, sample, tensors, whole_differs=differs)


def _outputs(subject: Subject, row: "NDArray[np.int8]", sample: int) -> bytes:
    """What the board should answer."""
    known = subject.expected
    expected = known.outputs[sample] if known else run_tflm(subject.model, row[None])[0]
    return bytes(expected.tobytes())
