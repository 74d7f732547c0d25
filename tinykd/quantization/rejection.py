"""What the int8 model makes of texts of no class: a threshold from validation, measured on test."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from tinykd.data.dataset import Dataset
from tinykd.data.texts import Texts
from tinykd.quantization.measure import model_ends, quantized_scores
from tinykd.training.rejection import (
    JudgedLogits,
    RejectionPoint,
    area_under_roc,
    chosen_threshold,
    rejection_curve,
)


@dataclass(frozen=True)
class Rejection:
    """``chosen``: on validation; ``found``: the same threshold on test; ``curve``: of test."""

    chosen: RejectionPoint
    found: RejectionPoint
    curve: tuple[RejectionPoint, ...]
    auc: float  # of test

    def to_json(self) -> dict[str, Any]:
        """As in ``rejection.json``."""
        points = [point.to_json() for point in self.curve]
        ends = {"validation": self.chosen.to_json(), "test": self.found.to_json()}
        return {"reject_below": self.chosen.threshold, **ends, "auc": self.auc, "curve": points}

    def __str__(self) -> str:
        rejected, right = 100 * self.found.rejected, 100 * self.found.right
        return (
            f"reject_below = {self.chosen.threshold:g}, by validation, rejects {rejected:.1f} % of the test "
            f"texts of no class and answers {right:.1f} % of the others right"
        )


def measured_rejection(model: bytes, data: Dataset, outputs: Mapping[str, NDArray[Any]]) -> Rejection | None:
    """None where ``data`` has no texts of no class; ``outputs``: int8 of validation and test."""
    if data.outside is None:
        return None
    answer = model_ends(model)[1]

    def answered(name: str, outside: Texts) -> JudgedLogits:
        strange = answer.real(quantized_scores(model, outside.ids()))
        return JudgedLogits(answer.real(outputs[name]), data.splits[name].y, strange)

    validation, test = answered("validation", data.outside.validation), answered("test", data.outside.test)
    chosen, curve = chosen_threshold(validation), rejection_curve(test)
    found = min(curve, key=lambda each: abs(each.threshold - chosen.threshold))
    return Rejection(chosen, found, curve, area_under_roc(test))
