"""Boards verified now, one or several beside each other, outside of the stages: nothing is skipped."""

from collections.abc import Sequence
from dataclasses import dataclass

from tinykd.errors import UserError
from tinykd.progress import Progress
from tinykd.stages.places import Opened, Place, reserved, way_back
from tinykd.stages.subject import Subject
from tinykd.verify import Expected, Resume, Verification, Wanted, choose, verify_board
from tinykd.verify.journal import journal_folder
from tinykd.verify.outcome import Outcome
from tinykd.workers import result_of, workers


@dataclass(frozen=True)
class How:
    """Which of the samples, and when to stop."""

    samples: int | None = None  # None: as the project says, or all
    seed: int | None = None  # None: the project's
    until_different: bool = False
    restart: bool = False  # forget what was answered before


@dataclass(frozen=True)
class Task:
    """A board to verify: ``name`` and ``where`` are known before it is opened."""

    name: str
    where: str
    opened: Opened
    subject: Subject


def verify_now(subject: Subject, place: Place, how: How, progress: Progress) -> Verification:
    """The verdict on the board at ``place``."""
    seed = subject.seed if how.seed is None else how.seed
    samples = choose(subject.samples, how.samples or subject.count, seed)
    expected = subject.expected
    if expected:
        expected = Expected(expected.outputs[samples.numbers], expected.oracle, expected.traces)
    wanted = Wanted(
        until_different=how.until_different,
        classification=subject.is_classification,
        firmware=subject.firmware,
        expected=expected,
        footprint=subject.footprint,
        resume=Resume(journal_folder(), place.identity, how.restart),
        find=way_back(place.url),
        numbers=samples.numbers,
    )
    with reserved(place, f"tinykd verify of {subject.name}"):
        return verify_board(
            subject.model,
            samples.inputs,
            samples.labels,
            place.url,
            place.board,
            subject.timeout_s,
            progress,
            settings=place.settings,
            wanted=wanted,
        )


def verify_task(task: Task, how: How, progress: Progress) -> Outcome:
    """The outcome for one board; what goes wrong with it is part of it."""
    try:
        with task.opened as place:
            verdict = verify_now(task.subject, place, how, progress)
    except UserError as error:
        return Outcome(task.name, task.where, None, False, error)
    return Outcome(task.name, place.url, verdict, reaches_gate(verdict, task.subject))


def verify_tasks(tasks: Sequence[Task], how: How, progress: Progress) -> list[Outcome]:
    """All boards at once, each in a thread of its own; in the order given."""
    if len(tasks) == 1:
        return [verify_task(tasks[0], how, progress)]
    with workers(len(tasks)) as pool:
        return [result_of(future) for future in [pool.submit(verify_task, t, how, progress) for t in tasks]]


def reaches_gate(verdict: Verification, subject: Subject) -> bool:
    """Enough of the samples are exact."""
    return 100 * verdict.exact >= subject.exact_percent * verdict.samples
