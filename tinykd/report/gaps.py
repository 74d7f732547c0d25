"""Steps of the ladder whose validation and test are more apart than chance allows, in one sentence."""

from collections.abc import Sequence

from tinykd.report.model import Detection, Fit, Quality, Rung
from tinykd.training.apart import WHY, Estimate, apart

_STEPS = ("teacher", "baseline", "student", "tflite")  # the others stand beside one of these


def gaps(ladder: Sequence[Rung]) -> tuple[str, ...]:
    """None where all is as it should be."""
    found = [_with_gap(rung) for rung in ladder if rung.step in _STEPS]
    names = ", ".join(filter(None, found))
    return (f"{names}: {WHY}.",) if names else ()


def _with_gap(rung: Rung) -> str:
    if rung.validation is None or not rung.validation.total or not rung.test.total:
        return ""
    if type(rung.validation) is not type(rung.test):
        return ""  # without an anomaly a split has no area, only what is right at the threshold
    validation, test = _estimate(rung.validation), _estimate(rung.test)
    if apart(validation, test) is None:
        return ""
    return f"{rung.title} ({validation} on validation, {test} on test)"


def _estimate(quality: Quality) -> Estimate:
    name = "R²" if isinstance(quality, Fit) else "AUC" if isinstance(quality, Detection) else ""
    return Estimate(quality.value, quality.low, quality.high, name)
