"""One trial from values to a quality: build, count, refuse what does not fit, train the rest for a short
while."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tinykd.data.dataset import Dataset
from tinykd.project.schema import Project
from tinykd.quantization.qat_compatibility import check_qat_compatible
from tinykd.search.brief import distill_briefly
from tinykd.search.costs import Counter, is_over
from tinykd.search.goals import Goals
from tinykd.search.material import Material, front_of
from tinykd.search.record import Record
from tinykd.search.space import SECTIONS
from tinykd.search.suggest import Values, candidate
from tinykd.student.build import build_student
from tinykd.student.shapes import check_takes
from tinykd.training.tensorflow import set_seed

TAUGHT = ("distillation",)  # sections that decide what is learnt, not the network


class DoesNotFitError(Exception):
    """A limit is passed, so nothing was trained."""


@dataclass(frozen=True)
class Evaluator:
    """All that the trials of one study share; ``project`` is the study's, without a candidate's values."""

    project: Project
    root: Path
    goals: Goals
    counter: Counter
    material: Material

    @classmethod
    def of(cls, project: Project, root: Path, goals: Goals, material: Material) -> "Evaluator":
        """With a counter for the project's boards."""
        return cls(project, root, goals, Counter.of(project, root, goals), material)

    def quality(self, values: Values, record: Record) -> float:
        """On validation; raises ``ModelError`` for a network that cannot be, and what ends a trial early."""
        project = candidate(self.project, values, self.root)
        data = self.material.data(project)
        model = self._network(project, data)
        shape_key = _hash(model.to_json(), front_of(project), project.target.optimize)
        key = _hash(shape_key, *(getattr(project, name).model_dump_json() for name in TAUGHT))
        record.is_network(described(model, data), key, shape_key)
        costs = record.known_costs(shape_key) or self.counter.costs(model, data.train.x)
        record.counted(costs)
        if is_over(self.goals, costs):
            raise DoesNotFitError
        known = record.quality_of_same(key)
        if known is not None:
            return known
        batches = self.material.batches(project)
        return distill_briefly(model, project, batches, record.pace.epochs, record.watch)

    def _network(self, project: Project, data: Dataset) -> Any:
        check_takes(project.student, data)
        set_seed(project.project.seed)
        model = build_student(project.student, data)
        check_qat_compatible(model)
        return model


def described(model: Any, data: Dataset) -> str:
    """``ds_cnn on 8 x 8 x 1: 16-24-32 channels, 1,462 weights``, for people."""
    counts = [
        str(layer.output_shape[-1])
        for layer in model.layers
        if type(layer).__name__ in ("Conv2D", "Dense", "LSTM", "GRU", "SimpleRNN")
    ]
    shape = " x ".join(str(size) for size in data.input_shape)
    return f"{model.name} on {shape}: {'-'.join(counts)} channels, {model.count_params():,} weights"


def default_values(project: Project, keys: Values) -> Values:
    """What ``project`` itself has at those of ``keys`` that it sets."""
    found = {key: getattr(getattr(project, key.split(".")[0]), key.split(".")[1]) for key in keys}
    assert all(key.split(".")[0] in SECTIONS for key in keys)
    return {key: value for key, value in found.items() if value is not None}


def _hash(*parts: str) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]
