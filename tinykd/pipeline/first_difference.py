"""The first layer that differs, of a project or a bundle."""

from dataclasses import replace
from pathlib import Path

from tinykd.diff import Difference
from tinykd.engine.events import Reporter
from tinykd.errors import DataError
from tinykd.pipeline.many_boards import verification_tasks
from tinykd.sessions.first_difference import difference_of_sample
from tinykd.sessions.many_boards import BoardChoice
from tinykd.sessions.verification import VerifyOptions, verify_now


def first_difference(
    target: Path, choice: BoardChoice, sample: int | None, options: VerifyOptions, reporter: Reporter
) -> tuple[Difference | None, int]:
    """What differs first on the first board of ``choice``, and how many samples were compared for it.

    ``sample``: the one to look at; None: the first that differs among those of ``options``.
    """
    task = verification_tasks(target, choice, reporter)[0]
    with task.opened as place:
        if sample is not None:
            return difference_of_sample(task.case, place, sample), 1
        at_first = replace(options, until_different=True, restart=True)
        verdict = verify_now(task.case, place, at_first, reporter)
    if verdict.first_difference is None and verdict.exact < verdict.samples:
        raise DataError(
            target,
            f"sample {verdict.numbers[-1]} differs, and its tensors are not in the bundle",
            "them, or the oracle",
            "Type `pip install tflite-micro`, or bundle more of them: tinykd bundle --traced 64",
        )
    return verdict.first_difference, verdict.samples
