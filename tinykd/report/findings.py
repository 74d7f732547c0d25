"""What makes the ladder's figures worth less than they look, in sentences: rungs that are not better than
what needs no model, or no network, classes that are never named, validation and test that are too far
apart.
"""

from collections.abc import Iterable, Iterator

from tinykd.errors import one_line
from tinykd.project.schema import Project
from tinykd.report.axis import figure
from tinykd.report.board_part import quality_of
from tinykd.report.inputs import YardstickMetrics
from tinykd.report.model import Accuracy, Detection, Fit, Objects, Quality, Report, Rung, SeveralLabels
from tinykd.training.apart import WHY, Estimate, apart

_SHOWN = 5  # names in one sentence
_COMPARED = ("teacher", "baseline", "student", "tflite")  # the others stand beside one of these


def findings(report: Report, project: Project) -> tuple[str, ...]:
    """None is best; the remedy stands at the end of those that it mends."""
    found = [*_no_better(report), *_never_named(report)]
    uneven = any(isinstance(rung.test, Accuracy) and rung.test.uneven for rung in report.ladder)
    if found and uneven and project.data.balance == "none":
        found.append('To show rare classes as often as the others: balance = "sampling" in [data].')
    return (*found, *_gaps(report.ladder))


def beside_yardstick(ladder: Iterable[Rung], simple: YardstickMetrics | None) -> tuple[Rung, ...]:
    """``ladder`` with a remark at rungs that a simple model on the same samples is better than."""
    test = quality_of(simple.test) if simple and simple.test else None
    if simple is None or test is None:
        return tuple(ladder)
    return tuple(_beside(rung, test, one_line(simple.name, 60)) for rung in ladder)


def _beside(rung: Rung, simple: Quality, name: str) -> Rung:
    found = rung.test
    if type(found) is not type(simple) or found.total != simple.total or found.value >= simple.value:
        return rung
    text = f"behind {name} ({figure(simple)})"
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


def _gaps(ladder: Iterable[Rung]) -> tuple[str, ...]:
    """Rungs whose validation and test are more apart than chance allows, in one sentence."""
    found = [_with_gap(rung) for rung in ladder if rung.step in _COMPARED]
    names = ", ".join(filter(None, found))
    return (f"{names}: {WHY}.",) if names else ()


def _with_gap(rung: Rung) -> str:
    if rung.validation is None or not rung.validation.total or not rung.test.total:
        return ""
    if type(rung.validation) is not type(rung.test) or isinstance(rung.test, Objects):
        return ""  # a split without an anomaly has no area; validation chose the thresholds of objects
    validation, test = _estimate(rung.validation), _estimate(rung.test)
    if apart(validation, test) is None:
        return ""
    return f"{rung.title} ({validation} on validation, {test} on test)"


def _estimate(quality: Quality) -> Estimate:
    if isinstance(quality, SeveralLabels):  # validation chose the thresholds that F1 hangs on
        return Estimate(quality.mean_ap, quality.mean_ap_low, quality.mean_ap_high, "mAP")
    name = "R²" if isinstance(quality, Fit) else "AUC" if isinstance(quality, Detection) else ""
    return Estimate(quality.value, quality.low, quality.high, name)


def listed(names: list[str]) -> str:
    """``a, b and c``; of many the first."""
    if len(names) > _SHOWN:
        return f"{', '.join(names[:_SHOWN])} and {len(names) - _SHOWN} more"
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
