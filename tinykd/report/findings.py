"""What makes the ladder's figures worth less than they look, in sentences: rungs that are not better than
what needs no model, or no network, classes that are never named, validation and test that are too far
apart.
"""

from collections.abc import Iterable, Iterator

from tinykd.errors import one_line
from tinykd.project.schema import Project
from tinykd.report.axis import figure
from tinykd.report.board_part import quality_of
from tinykd.report.gaps import gaps
from tinykd.report.inputs import Scores
from tinykd.report.model import Accuracy, Fit, Report, Rung

_SHOWN = 5  # names in one sentence


def findings(report: Report, project: Project) -> tuple[str, ...]:
    """None is best; the remedy stands at the end of those that it mends."""
    found = [*_no_better(report), *_never_named(report)]
    uneven = any(isinstance(rung.test, Accuracy) and rung.test.uneven for rung in report.ladder)
    if found and uneven and project.data.balance == "none":
        found.append('To show rare classes as often as the others: balance = "sampling" in [data].')
    return (*found, *gaps(report.ladder))


def beside_ridge(ladder: Iterable[Rung], ridge: Scores | None) -> tuple[Rung, ...]:
    """``ladder`` with a remark at rungs of a regression that needed no network to be better."""
    test = quality_of(ridge.test) if ridge else None
    return tuple(_beside(rung, test) if isinstance(test, Fit) else rung for rung in ladder)


def _beside(rung: Rung, ridge: Fit) -> Rung:
    found = rung.test
    if not isinstance(found, Fit) or found.total != ridge.total or found.value >= ridge.value:
        return rung
    text = f"behind ridge regression ({figure(ridge)})"
    return rung.model_copy(update={"remark": f"{rung.remark}; {text}" if rung.remark else text})


def _no_better(report: Report) -> Iterator[str]:
    """Rungs with the same remark in one sentence."""
    for remark in dict.fromkeys(rung.remark for rung in report.ladder if rung.remark):
        rungs = [rung for rung in report.ladder if rung.remark == remark]
        names = listed([f"{rung.title} ({_short(rung)})" for rung in rungs])
        yield f"{names}: {remark}."


def _never_named(report: Report) -> Iterator[str]:
    """Of what is deployed, else of the student."""
    by_step = {rung.step: rung for rung in report.ladder if rung.board is None}
    rung = by_step.get("tflite", by_step.get("student"))
    if rung is None or not isinstance(rung.test, Accuracy) or not rung.test.never_named:
        return
    names = listed([_class_name(report, k) for k in rung.test.never_named])
    yield f"{rung.title} never names {names} on the test split."


def _class_name(report: Report, number: int) -> str:
    return one_line(report.classes[number]) if number < len(report.classes) else f"class {number}"


def _short(rung: Rung) -> str:
    test = rung.test
    return f"{test.correct} of {test.total} right" if isinstance(test, Accuracy) else figure(test)


def listed(names: list[str]) -> str:
    """``a, b and c``; of many the first."""
    if len(names) > _SHOWN:
        return f"{', '.join(names[:_SHOWN])} and {len(names) - _SHOWN} more"
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
