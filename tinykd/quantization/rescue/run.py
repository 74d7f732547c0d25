"""``[quantization] rescue = true``: the table of layers, the remedies, and which validation chooses."""

from dataclasses import dataclass
from typing import Any

from tinykd.data.dataset import Dataset
from tinykd.data.spread import spread
from tinykd.progress import Progress
from tinykd.quantization.measure import quantized_scores, real_answers
from tinykd.quantization.recurrent import calibrated_layers
from tinykd.quantization.rescue.canonical import canonical
from tinykd.quantization.rescue.remedies import (
    CALIBRATION,
    MORE,
    Attempt,
    Remedy,
    RemedySearch,
    best_of,
    compiled_remedy,
    ranges_of,
)
from tinykd.quantization.rescue.sensitivity import Sensitivity, sensitivity
from tinykd.quantization.rescue.simulate import MixedNetwork
from tinykd.training.loop import Predictor
from tinykd.training.metrics import merit_of

_ASKED = 256  # validation samples that layers are judged on


@dataclass(frozen=True)
class Rescue:
    """``before``: the merit of int8 as it was; ``chosen``: None where nothing is better."""

    before: Remedy
    tried: tuple[Remedy, ...]
    chosen: Attempt | None
    layers: Sensitivity

    def to_json(self) -> dict[str, Any]:
        """As in ``rescue.json``."""
        return {
            "before": self.before.to_json(),
            "tried": [each.to_json() for each in self.tried],
            "chosen": self.chosen.remedy.name if self.chosen else None,
            "sensitivity": self.layers.to_json(),
        }

    def lines(self) -> list[str]:
        """For the user: the layer that costs most, and what was won."""
        worst, found = self.layers.worst, []
        share = f"{100 * worst.alone:.2g} % of the answers' variance"
        found.append(f"int8 costs most in layer {worst.layer}: by itself {share}, all layers {self._all()}")
        if self.chosen is None:
            return [*found, f"rescue: none of {len(self.tried)} remedies is better on validation"]
        won = f"{self.before.merit:.4g} to {self.chosen.remedy.merit:.4g} on validation"
        return [*found, f"rescue: {self.chosen.remedy.name}: from {won}, {self._cost(self.chosen.remedy)}"]

    def _cost(self, taken: Remedy) -> str:
        """Beside int8 as it was; time and RAM where they are others."""
        parts = [f"{taken.bytes - self.before.bytes:+,} bytes"]
        if taken.cycles and self.before.cycles and taken.cycles != self.before.cycles:
            parts.append(f"{taken.cycles / self.before.cycles:.2f} times the time on a Cortex-M4 (estimated)")
        if taken.arena_bytes and self.before.arena_bytes and taken.arena_bytes != self.before.arena_bytes:
            parts.append(f"an arena of {taken.arena_bytes:,} B instead of {self.before.arena_bytes:,}")
        return ", ".join(parts)

    def _all(self) -> str:
        return f"{100 * self.layers.all:.2g} %"


def rescue(
    student: Any, data: Dataset, flatbuffer: bytes, balanced: bool, progress: Progress
) -> Rescue | None:
    """What is better than ``flatbuffer``, the int8 of the trained float ``student``.

    None for a student that int8 cannot be simulated of, or that has no form of nodes.
    """
    x = data.train.x
    network = None if calibrated_layers(student) else canonical(student, x[:1])
    if network is None:
        progress.note("rescue: no remedy for a student whose int8 cannot be simulated")
        return None

    def merit(model: bytes) -> float:
        answers = {"validation": quantized_scores(model, data.validation.x)}
        found = real_answers(model, data, answers)
        return merit_of(found.outputs["validation"], found.data.validation, balanced)[0]

    more = spread(x, MORE)
    ranges = ranges_of(network, spread(x, CALIBRATION))
    mixed = MixedNetwork(network, ranges, (float(more.min()), float(more.max())))
    layers = sensitivity(mixed, spread(data.validation.x, _ASKED), progress)
    before = compiled_remedy("as it was", merit(flatbuffer), flatbuffer)
    attempts = RemedySearch(x, merit, progress, layers.worst.layer).run(network)
    tried = tuple(each.remedy for each in attempts)
    in_float = merit_of(Predictor(student)(data.validation.x), data.validation, balanced)[0]
    return Rescue(before, tried, best_of(before.merit, attempts, in_float), layers)
