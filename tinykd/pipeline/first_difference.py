"""The first layer that differs, of a project or a bundle."""

from pathlib import Path

from tinykd.diff import Difference
from tinykd.engine.events import Reporter
from tinykd.errors import DataError
from tinykd.sessions.first_difference import difference_of_sample
from tinykd.sessions.verification import VerifyOptions, VerifyTask, verify_now


def difference_at(
    target: Path,
    board: str | None,
    port: str | None,
    sample: int | None,
    options: VerifyOptions,
    reporter: Reporter,
) -> tuple[Difference | None, int]:
    """What differs first, and how many samples were compared for it."""
    (task,) = _tasks(target, board, port, reporter)
    with task.opened as place:
        if sample is not None:
            return difference_of_sample(task.case, place, sample), 1
        at_first = VerifyOptions(options.samples, options.seed, until_different=True, restart=True)
        verdict = verify_now(task.case, place, at_first, reporter)
    if verdict.first_difference is None and verdict.exact < verdict.samples:
        raise DataError(
            target,
            f"sample {verdict.numbers[-1]} differs, and its tensors are not in the bundle",
            "them, or the oracle",
            "Type `pip install tflite-micro`, or bundle more of them: tinykd bundle --traced 64",
        )
    return verdict.first_difference, verdict.samples


def _tasks(target: Path, board: str | None, port: str | None, reporter: Reporter) -> list[VerifyTask]:
    from tinykd.bundle import is_bundle
    from tinykd.pipeline.many_boards import tasks_of_project
    from tinykd.sessions.many_boards import tasks_of_bundle

    boards = [board] if board else []
    if is_bundle(target):
        return tasks_of_bundle(target, boards, port, every=False)[:1]
    return tasks_of_project(target, boards, port, every=False, reporter=reporter)[:1]
