"""Boards verified now, one or several beside each other, outside of the stages: nothing is skipped."""

from collections.abc import Sequence
from dataclasses import dataclass

from tinykd.errors import UserError
from tinykd.progress import Progress
from tinykd.sessions.connected_boards import ConnectedBoard, Opened, reserved
from tinykd.sessions.verification_case import VerificationCase
from tinykd.verify import CheckOptions, Expected, Resume, Verification, choose, verify_board
from tinykd.verify.journal import journal_folder
from tinykd.verify.outcome import Outcome
from tinykd.workers import result_of, workers


@dataclass(frozen=True)
class VerifyOptions:
    """Which of the samples, and when to stop."""

    samples: int | None = None  # None: as the project says, or all
    seed: int | None = None  # None: the project's
    until_different: bool = False
    restart: bool = False  # forget what was answered before


@dataclass(frozen=True)
class VerifyTask:
    """A board to verify: ``name`` and ``where`` are known before it is opened."""

    name: str
    where: str
    opened: Opened
    case: VerificationCase


def verify_now(
    case: VerificationCase, place: ConnectedBoard, options: VerifyOptions, progress: Progress
) -> Verification:
    """The verdict on the board at ``place``."""
    seed = case.seed if options.seed is None else options.seed
    samples = choose(case.samples, options.samples or case.count, seed)
    expected = case.expected
    if expected:
        expected = Expected(expected.outputs[samples.numbers], expected.oracle, expected.traces)
    checks = CheckOptions(
        until_different=options.until_different,
        classification=case.is_classification,
        firmware=case.firmware,
        expected=expected,
        footprint=case.footprint,
        raw=case.raw,
        resume=Resume(journal_folder(), place.identity, options.restart),
    )
    with reserved(place, f"tinykd verify of {case.name}"):
        return verify_board(case.model, samples, place.address(case.timeout_s), checks, progress)


def verify_task(task: VerifyTask, options: VerifyOptions, progress: Progress) -> Outcome:
    """The outcome for one board; what goes wrong with it is part of it."""
    try:
        with task.opened as place:
            verdict = verify_now(task.case, place, options, progress)
    except UserError as error:
        return Outcome(task.name, task.where, None, False, error)
    return Outcome(task.name, place.url, verdict, reaches_gate(verdict, task.case))


def verify_tasks(tasks: Sequence[VerifyTask], options: VerifyOptions, progress: Progress) -> list[Outcome]:
    """All boards at once, each in a thread of its own; in the order given."""
    if len(tasks) == 1:
        return [verify_task(tasks[0], options, progress)]
    with workers(len(tasks)) as pool:
        return [
            result_of(future) for future in [pool.submit(verify_task, t, options, progress) for t in tasks]
        ]


def reaches_gate(verdict: Verification, case: VerificationCase) -> bool:
    """Enough of the samples are exact."""
    return 100 * verdict.exact >= case.exact_percent * verdict.samples
