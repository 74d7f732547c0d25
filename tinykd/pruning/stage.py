"""Stage ``prune``: the distilled student made smaller, the teacher making up for what was lost.

Only where the project has ``[pruning]``. Channels go in steps (Molchanov et al., arXiv 1611.06440), and after
each the student is distilled as in ``distill``. Writes ``architecture.json``, ``student.weights.h5`` and
``prune.json``.
"""

import gzip
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tinykd.data.dataset import Dataset
from tinykd.data.spread import spread
from tinykd.distillation.batches import TrainingBatches
from tinykd.distillation.methods import distillation_loss
from tinykd.errors import ModelError
from tinykd.files import write_json, write_whole
from tinykd.fitting.cost import Cost, compile_options, limits, program_cost
from tinykd.progress import Progress
from tinykd.project.schema import Project
from tinykd.project.training import FitSection, PruningSection
from tinykd.pruning import magnitude
from tinykd.pruning.channels import Network, trace
from tinykd.pruning.cut import Chunk, chunks, rebuilt, without
from tinykd.quantization.export import to_int8
from tinykd.student.macs import macs
from tinykd.student.made import ARCHITECTURE_FILE
from tinykd.student.weights import WEIGHTS_FILE, load_student
from tinykd.teacher.logits import Views, read_logits
from tinykd.training.counts import TrainingHistory
from tinykd.training.loop import Loss, Predictor, Schedule, Training, fit, is_balanced
from tinykd.training.metrics import scores_of
from tinykd.training.scores import format_score
from tinykd.training.tensorflow import libraries

_SAMPLES = 64


def prune(
    project: Project, data: Dataset, train_dir: Path, student_dir: Path, out: Path, progress: Progress
) -> None:
    """Prune the student of ``student_dir``, distilled from the logits in ``train_dir``."""
    section = project.pruning
    assert section is not None
    out.mkdir(parents=True, exist_ok=True)
    views = Views.of(project, data.augmentation)
    batches = TrainingBatches(data, read_logits(train_dir, data, views), views)
    student = load_student(project, data, student_dir / WEIGHTS_FILE)
    work = _Pruning(project, section, batches, progress)
    before = work.measured(student)
    student, steps = work.sparse(student) if section.method == "magnitude" else work.without_channels(student)
    after = work.measured(student)
    student.save_weights(out / WEIGHTS_FILE)
    write_whole(out / ARCHITECTURE_FILE, student.to_json())
    progress.note(_summary(section, before, after))
    facts = {"method": section.method, "before": before, "after": after, "zeros": magnitude.zeros(student)}
    write_json(out / "prune.json", facts | {"steps": steps})


@dataclass(frozen=True)
class _Pruning:
    """One student's way to fewer weights."""

    project: Project
    section: PruningSection
    batches: TrainingBatches
    progress: Progress

    def without_channels(self, student: Any) -> tuple[Any, list[dict[str, Any]]]:
        """The student after all steps, and what it was after each."""
        steps, done = self.section.steps, []
        whole = trace(student).weights(student, {})
        share = 1.0 - self._least_left(student) / whole
        for number in range(1, steps + 1):
            network, last = trace(student), number == steps
            order = chunks(student, network)
            target = whole * (1.0 - share) ** (number / steps)
            gone = self._enough(student, network, order, target, self.section.fit if last else None)
            student = rebuilt(student, network, without(network, gone))
            curve = self._distilled(student, f"pruned student {number}/{steps}")
            weights = student.count_params()
            done.append({"weights": weights, "macs": macs(student), **curve.with_best_epoch()})
        return student, done

    def _least_left(self, student: Any) -> float:
        """How many weights shall be left at the end, by the fraction or, about, by the budget."""
        network = trace(student)
        if self.section.fit is None:
            return network.weights(student, {}) * (1.0 - self.section.share)
        order = chunks(student, network)
        gone = self._enough(student, network, order, float("inf"), self.section.fit)
        return network.weights(student, without(network, gone))

    def _enough(
        self, student: Any, network: Network, order: list[Chunk], target: float, budget: FitSection | None
    ) -> list[Chunk]:
        """The fewest first chunks of ``order`` without which ``target`` and ``budget`` are kept."""
        low, high = 0, len(order)
        if not self._kept(student, network, order, target, budget):
            raise self._too_large(student, network, order, budget)
        while low < high:
            middle = (low + high) // 2
            enough = self._kept(student, network, order[:middle], target, budget)
            low, high = (low, middle) if enough else (middle + 1, high)
        return order[:low]

    def _kept(
        self, student: Any, network: Network, gone: list[Chunk], target: float, budget: FitSection | None
    ) -> bool:
        kept = without(network, gone)
        if network.weights(student, kept) > target + 0.5:  # a product of shares, of a whole number
            return False
        return budget is None or self._cost(rebuilt(student, network, kept))[0].within(budget)

    def _too_large(
        self, student: Any, network: Network, order: list[Chunk], budget: FitSection | None
    ) -> ModelError:
        least = rebuilt(student, network, without(network, order))
        found = f"without every channel that can go the student has {least.count_params():,} weights"
        if budget is None:
            whole = student.count_params()
            return ModelError(
                "[pruning] fraction", found, f"at most {1 - self.section.share:.2%} of {whole:,}"
            )
        wanted = "at most " + ", ".join(f"{name} = {limit}" for name, limit in limits(budget))
        fix = "Allow more, or give [student] a smaller width"
        return ModelError("[pruning] fit", f"{found}: {self._cost(least)[0]}", wanted, fix)

    def sparse(self, student: Any) -> tuple[Any, list[dict[str, Any]]]:
        """The student with zeros."""
        wrapped = magnitude.sparse(student, self.section.share, self.section.epochs)
        curve = self._distilled(wrapped, "sparse student", stepping=True)
        return magnitude.stripped(wrapped), [curve.with_best_epoch()]

    def _distilled(self, student: Any, label: str, stepping: bool = False) -> TrainingHistory:
        section, seed = self.section, self.project.project.seed
        epoch_arrays = magnitude.stepping(student, self.batches.epoch) if stepping else self.batches.epoch
        schedule = Schedule.of(section)
        kept_from = magnitude.end_of_growth(section.epochs) if stepping else 0
        balanced = is_balanced(self.project, self.batches.data)
        training = Training(
            label, self._loss(), epoch_arrays, schedule, seed, balanced=balanced, kept_from=kept_from
        )
        optimizer = libraries().tf_keras.optimizers.Adam(section.learning_rate)
        return fit(student, optimizer, training, self.batches.data.validation, self.progress)

    def _loss(self) -> Loss:
        data = self.batches.data
        return distillation_loss(self.project.distillation, None, data.task, data.grid)

    def measured(self, student: Any) -> dict[str, Any]:
        """Size, work and quality, as in ``prune.json``."""
        data, predict = self.batches.data, Predictor(student)
        answers = {name: predict(data.splits[name].x) for name in ("validation", "test")}
        scores = scores_of(data, answers, self.project.anomaly.false_alarms)
        cost, packed = self._cost(student)
        return {
            "weights": int(student.count_params()),
            **cost.to_json(),
            "gzip_bytes": packed,
            **{name: score.to_json() for name, score in scores.items()},
            "shown": format_score(scores["test"]),
        }

    def _cost(self, student: Any) -> tuple[Cost, int]:
        """Of the compiled int8 program, and the gzipped flatbuffer's bytes."""
        target, root = self.project.target, self.project.student.root
        flatbuffer = to_int8(student, spread(self.batches.data.train.x, _SAMPLES))
        options = compile_options(target.board, root, target.optimize)
        return program_cost(flatbuffer, macs(student), options), len(gzip.compress(flatbuffer, 9, mtime=0))


def _summary(section: PruningSection, before: dict[str, Any], after: dict[str, Any]) -> str:
    """The sizes before and after, in one line."""
    quality = f"{before['shown']} before, {after['shown']} after"
    if section.method == "magnitude":
        sizes = f"gzipped {before['gzip_bytes']:,} to {after['gzip_bytes']:,} bytes"
        return f"zeros: {sizes}; flash does not shrink ({after['flash_bytes']:,} bytes); {quality}"
    parts = (f"{before[k]:,} to {after[k]:,} {name}" for k, name in _FIGURES.items())
    return f"pruned: {', '.join(parts)}; {quality}"


_FIGURES = {"weights": "weights", "macs": "MACs", "flash_bytes": "bytes of flash"}
