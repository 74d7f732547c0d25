"""The training loop of teacher, baseline, student and quantized student: one compiled call per epoch.

A model of a thousand weights spends its time in Python when each step is a call; here TensorFlow runs all
steps of an epoch by itself. The order of the samples comes from NumPy, so that it can be replayed.

What is kept of a training are the weights of the epoch that is best on validation, whoever is trained and for
whatever task: nobody's last epoch is held against another's best.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from tinykd.data.dataset import Dataset, Split
from tinykd.data.stored.ahead import in_order
from tinykd.data.stored.lazy_rows import LazyRows, blocks, rows_at_once
from tinykd.data.types import SampleRows
from tinykd.errors import ModelError
from tinykd.progress import Progress
from tinykd.project.schema import Project
from tinykd.training.checkpoint import (
    Checkpoint,
    Remembering,
    State,
    arrays_of,
    as_text,
    fits,
    from_text,
    restore,
)
from tinykd.training.counts import TrainingHistory
from tinykd.training.metrics import figure_of, merit_of
from tinykd.training.tensorflow import libraries

Arrays = tuple[SampleRows, ...]  # samples first, then what the loss wants; equal first dimension
Loss = Callable[..., Any]  # (logits, *rest of the batch) -> scalar tensor
EpochMetrics = Callable[[NDArray[np.float32]], Mapping[str, float]]  # of validation logits (n, classes)
After = Callable[
    [NDArray[np.float32], TrainingHistory], bool
]  # (validation outputs, curve so far) -> whether to end


LEAST_STEPS = 16  # of an epoch in a project: with fewer, BatchNormalization's averages never settle


class Section(Protocol):
    """The part of a project file that says how something is trained."""

    @property
    def epochs(self) -> int: ...
    @property
    def batch(self) -> int: ...
    @property
    def learning_rate(self) -> float: ...


@dataclass(frozen=True)
class Schedule:
    """How long and how fast: the rate falls from ``learning_rate`` to 0, half a cosine (arXiv 1608.03983)."""

    epochs: int
    batch: int
    learning_rate: float
    least_steps: int = 1  # of an epoch; of few samples it goes over them several times

    @classmethod
    def of(cls, section: Section) -> Self:
        """As the project says; few samples are no reason for few steps."""
        return cls(section.epochs, section.batch, section.learning_rate, LEAST_STEPS)

    def steps_per_epoch(self, samples: int) -> int:
        """Whole batches only; samples left over are others in the next epoch."""
        return max(self.least_steps, samples // self.batch)

    def rate(self, step: int, steps: int) -> float:
        """The learning rate of ``step`` in [0, steps)."""
        return 0.5 * self.learning_rate * (1.0 + math.cos(math.pi * step / steps))


@dataclass(frozen=True)
class Training:
    """One model's training: ``epoch_arrays(e)`` gives the samples and targets of epoch ``e``."""

    label: str
    loss: Loss
    epoch_arrays: Callable[[int], Arrays]
    schedule: Schedule
    seed: int
    epoch_metrics: EpochMetrics = lambda _: {}  # after every epoch, noted in the curve
    after: After = lambda _outputs, _curve: False
    balanced: bool = False  # every class as often as any other; the second array holds labels
    kept_from: int = 0  # weights of earlier epochs are not kept, however good they are


def is_balanced(project: Project, data: Dataset) -> bool:
    """Whether every class is shown as often as any other, to whoever is trained."""
    return project.data.balance == "sampling" and data.task == "classification"


def fit(
    model: Any,
    optimizer: Any,
    training: Training,
    validation: Split,
    progress: Progress,
    answering: Any = None,
) -> TrainingHistory:
    """Train ``model`` (of either Keras) in place; a bar with loss and validation accuracy per epoch. In the
    end it has the weights of its best epoch, ``TrainingHistory.best``.

    ``answering``: the part of ``model`` that gives logits alone, where ``model`` itself gives more.
    """
    curve, schedule, best = TrainingHistory(), training.schedule, _Best()
    answering = model if answering is None else answering
    run_epoch, predict = _compiled_epoch(model, optimizer, training.loss), Predictor(answering)
    run = _UnderWay(model, optimizer, training, curve, best, Checkpoint.of(training.label, model))
    ended = run.resume()
    with progress.task(training.label, schedule.epochs) as task:
        if curve.epoch:
            progress.note(f"{training.label}: {_taken_up(len(curve.epoch), ended, schedule)}")
            task.advance(len(curve.epoch))
        for epoch in range(len(curve.epoch), 0 if ended else schedule.epochs):
            arrays = training.epoch_arrays(epoch)
            classes = _classes(arrays[1]) if training.balanced else None
            order = _order(len(arrays[0]), schedule, training.seed, epoch, classes)
            loss = _trained(run_epoch, order, _rates(schedule, epoch, len(order)), arrays)
            if not math.isfinite(loss):
                raise _diverged(training, epoch)
            logits = predict(validation.x)
            figure = figure_of(logits, validation)
            curve.add(round(loss, 6), round(figure, 6), training.epoch_metrics(logits))
            if epoch >= training.kept_from:
                best.look(merit_of(logits, validation, training.balanced), answering, epoch + 1)
            task.advance(metric=f"loss {loss:.3f}  val {figure:.4f}")
            ended = training.after(logits, curve)
            run.keep(ended or epoch + 1 == schedule.epochs, ended)
            if ended:
                break
    best.restore(answering)
    curve.best = best.epoch or len(curve.epoch)
    return curve


def _taken_up(epochs: int, ended: bool, schedule: Schedule) -> str:
    if ended or epochs == schedule.epochs:
        return "had ended before the run was stopped"
    return f"goes on after epoch {epochs}, where it was stopped"


@dataclass
class _Best:
    """The best epoch so far and its weights; of equals the later one, which was trained at a lower rate."""

    epoch: int = 0
    merit: tuple[float, float] = (-math.inf, -math.inf)
    weights: list[Any] = field(default_factory=list)

    def look(self, merit: tuple[float, float], model: Any, epoch: int) -> None:
        """Keep the weights that ``model`` has in ``epoch`` if none were better."""
        if merit >= self.merit:
            self.epoch, self.merit, self.weights = epoch, merit, model.get_weights()

    def restore(self, model: Any) -> None:
        """Give ``model`` its best weights again; as it is where no epoch was looked at."""
        if self.epoch:
            model.set_weights(self.weights)


@dataclass
class _UnderWay:
    """All that the next epoch hangs on, beside its number."""

    model: Any
    optimizer: Any
    training: Training
    curve: TrainingHistory
    best: _Best
    checkpoint: Checkpoint

    def keep(self, at_once: bool, ended: bool) -> None:
        """As it is after an epoch, if it is one that is kept."""
        if not self.checkpoint.is_due(at_once):
            return
        after = self.training.after
        remembered: State = after.state() if isinstance(after, Remembering) else {}
        said = {"curve": vars(self.curve), "best": self.best.epoch, "merit": self.best.merit, "ended": ended}
        state = {
            "said": as_text(said),
            **arrays_of("model", self.model),
            **arrays_of("optimizer", self.optimizer),
            **{f"best{i}": np.asarray(each) for i, each in enumerate(self.best.weights)},
            **{f"after_{name}": value for name, value in remembered.items()},
        }
        self.checkpoint.write(state)

    def resume(self) -> bool:
        """Where there is something to go on from; whether that had ended."""
        state = self.checkpoint.read()
        holders = (("model", self.model), ("optimizer", self.optimizer))
        if not state or not all(fits(name, holder, state) for name, holder in holders):
            return False
        for name, holder in holders:
            restore(name, holder, state)
        said = from_text(state["said"])
        vars(self.curve).update(said["curve"])
        self.best.epoch, self.best.merit = said["best"], tuple(said["merit"])
        self.best.weights = [state[f"best{i}"] for i in range(sum(n.startswith("best") for n in state))]
        if isinstance(self.training.after, Remembering):
            given = {n.removeprefix("after_"): v for n, v in state.items() if n.startswith("after_")}
            self.training.after.restore(given)
        return bool(said["ended"])


class Predictor:
    """Logits of a model in inference mode, block by block, compiled once."""

    def __init__(self, model: Any) -> None:
        tf = libraries().tf
        self._call = tf.function(lambda x: model(x, training=False), reduce_retracing=True)

    def __call__(self, x: SampleRows) -> NDArray[np.float32]:
        """(n, classes) float32, C order."""
        step = rows_at_once(x)
        answers = [self._call(x[i : i + step]).numpy() for i in range(0, len(x), step)]
        return np.ascontiguousarray(np.concatenate(answers), np.float32)


_PIECE_BYTES = 4 << 20  # of samples that wait for their steps


def _trained(run_epoch: Any, order: NDArray[np.int64], rates: NDArray[np.float32], arrays: Arrays) -> float:
    """The mean loss of the steps ``order`` (steps, batch); rows on disk are read some steps ahead.

    The same operations on the same values in the same order, wherever samples are kept.
    """
    total = np.float32(0.0)
    if not any(isinstance(array, LazyRows) for array in arrays):
        total = run_epoch(total, order, rates, arrays).numpy()
        return float(total / np.float32(len(order)))
    step_bytes = sum(array.nbytes // len(array) for array in arrays) * order.shape[1]
    size = max(1, _PIECE_BYTES // max(1, step_bytes))

    def piece(first: int) -> tuple[Any, ...]:
        steps = order[first : first + size]
        rows = tuple(array[steps.ravel()] for array in arrays)
        return np.arange(steps.size).reshape(steps.shape), rates[first : first + size], rows

    for made in in_order(piece, range(0, len(order), size)):
        total = run_epoch(total, *made).numpy()
    return float(total / np.float32(len(order)))


def _compiled_epoch(model: Any, optimizer: Any, loss: Loss) -> Any:
    tf = libraries().tf
    variables = model.trainable_variables
    optimizer.build(variables)

    @tf.function(reduce_retracing=True)  # type: ignore[untyped-decorator]
    def run_epoch(total: Any, order: Any, rates: Any, arrays: Any) -> Any:
        for step in tf.range(tf.shape(order)[0]):
            x, *rest = (tf.gather(array, order[step]) for array in arrays)
            with tf.GradientTape() as tape:
                value = loss(model(x, training=True), *rest)
            optimizer.learning_rate.assign(rates[step])
            optimizer.apply_gradients(zip(tape.gradient(value, variables), variables, strict=True))
            total += value
        return total

    return run_epoch


def _order(
    samples: int, schedule: Schedule, seed: int, epoch: int, classes: NDArray[np.int64] | None = None
) -> NDArray[np.int64]:
    """(steps, batch) rows of fresh permutations; with ``classes`` (n,), as many of each."""
    rng = np.random.default_rng([seed, epoch])
    steps, batch = schedule.steps_per_epoch(samples), min(schedule.batch, samples)
    passes = range(-(-steps * batch // samples))
    drawn = [rng.permutation(samples) if classes is None else balanced_rows(classes, rng) for _ in passes]
    return np.concatenate(drawn)[: steps * batch].reshape(steps, batch)


def _classes(labels: SampleRows) -> NDArray[np.int64]:
    """(n,) of labels or of their rows: the largest share, -1 for samples without a label."""
    if labels.ndim == 1:
        return np.asarray(labels)
    found = [np.where(rows.any(axis=1), rows.argmax(axis=1), -1) for rows in blocks(labels)]
    return np.concatenate(found)


def balanced_rows(classes: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    """(n,) shuffled rows, every class in equal share: those of a rare one repeat."""
    present = np.unique(classes)
    shares = np.diff(np.linspace(0, len(classes), len(present) + 1).astype(np.int64))
    drawn = [_repeated(np.flatnonzero(classes == k), n, rng) for k, n in zip(present, shares, strict=True)]
    return rng.permutation(np.concatenate(drawn))


def _repeated(rows: NDArray[np.int64], count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """``count`` of ``rows``, permutation after permutation."""
    rounds = [rng.permutation(rows) for _ in range(-(-count // len(rows)))]
    return np.concatenate([rows[:0], *rounds])[:count]


def _rates(schedule: Schedule, epoch: int, steps: int) -> NDArray[np.float32]:
    """(steps,) learning rates of ``epoch``."""
    first, total = epoch * steps, schedule.epochs * steps
    return np.array([schedule.rate(first + step, total) for step in range(steps)], np.float32)


def _diverged(training: Training, epoch: int) -> ModelError:
    rate = training.schedule.learning_rate
    fix = f"Try learning_rate = {rate / 4:g}"
    return ModelError(training.label, f"the loss became NaN or infinite in epoch {epoch + 1}", "", fix)
