"""The stages' metrics files, read into typed values.

A file that is not there is no error: the report says what it cannot show. One that is there and cannot be
understood is refused in one line. Keys that a stage adds are ignored until the report has a use for them.
"""

import json
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from tinykd.errors import DataError

Count = Annotated[int, Field(ge=0)]


class Metrics(BaseModel):
    """Part of a stage's JSON: immutable, finite, other keys ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)


class ClassCounts(Metrics):
    """Of each class: samples, how many of them are right, how often it was named."""

    samples: tuple[Count, ...]
    right: tuple[Count, ...]
    named: tuple[Count, ...]

    @model_validator(mode="after")
    def _of_the_same_classes(self) -> "ClassCounts":
        if not len(self.samples) == len(self.right) == len(self.named):
            raise ValueError("samples, right and named differ in length")
        if any(right > samples for right, samples in zip(self.right, self.samples, strict=True)):
            raise ValueError("right is more than samples")
        return self


class ScoreMetrics(Metrics):
    """Right answers of a number asked; R² and MAE of a regression; an area under the ROC curve; objects;
    several labels.
    """

    correct: Count = 0
    total: Count
    by_class: ClassCounts | None = None
    r2: float | None = None
    mae: float | None = None
    mae_high: float | None = None
    auc: float | None = None
    low: float | None = None
    high: float | None = None
    f1: float | None = None
    precision: float = 0.0
    recall: float = 0.0
    right: Count = 0
    found: Count = 0
    there: Count = 0
    count_error: float = 0.0
    mistakes: float = 0.0
    ap50: float = 0.0
    ap50_low: float = 0.0
    ap50_high: float = 0.0
    ap: float = 0.0
    ap_low: float = 0.0
    ap_high: float = 0.0
    f1_of_classes: tuple[float, ...] = ()
    there_of_classes: tuple[Count, ...] = ()
    thresholds: tuple[float, ...] = ()
    micro_f1: float = 0.0
    micro_low: float = 0.0
    micro_high: float = 0.0
    mean_ap: float | None = None  # of several labels alone
    mean_ap_low: float = 0.0
    mean_ap_high: float = 0.0
    chance: float = 0.0
    all_right: Count = 0
    right_of_classes: tuple[Count, ...] = ()
    found_of_classes: tuple[Count, ...] = ()
    ap_of_classes: tuple[float | None, ...] = ()

    @model_validator(mode="after")
    def _not_more_than_all(self) -> "ScoreMetrics":
        if self.correct > self.total:
            raise ValueError("correct is more than total")
        return self


class CurveMetrics(Metrics):
    """Lists per epoch, of equal length."""

    epoch: tuple[int, ...] = ()
    loss: tuple[float, ...] = ()
    val_accuracy: tuple[float, ...] = ()

    @model_validator(mode="after")
    def _equal_lengths(self) -> "CurveMetrics":
        if not len(self.epoch) == len(self.loss) == len(self.val_accuracy):
            raise ValueError("epoch, loss and val_accuracy differ in length")
        return self


class Scores(Metrics):
    """A model's right answers on each split, and how it was trained."""

    train: ScoreMetrics | None = None
    validation: ScoreMetrics | None = None
    test: ScoreMetrics | None = None
    curve: CurveMetrics | None = None
    best_epoch: Count | None = None  # whose weights were kept


class YardstickMetrics(Scores):
    """A simple model's name and its scores."""

    name: str


class FindingsMetrics(Metrics):
    """``findings.json`` of stage check."""

    findings: tuple[str, ...] = ()


class Paired(Metrics):
    """On the same test samples: right in one and wrong in the other."""

    student_only: Count
    baseline_only: Count


class DataMetrics(Metrics):
    """What the stage ``train`` knows of the data."""

    notes: tuple[str, ...] = ()


class TrainMetrics(Metrics):
    """``train.json``."""

    teacher: Scores
    data: DataMetrics = DataMetrics()
    parameters: Count | None = None
    bytes: Count | None = None
    curve: CurveMetrics | None = None
    best_epoch: Count | None = None
    source: str | None = None


class ErrorMetrics(Metrics):
    """The student's wrong answers: the teacher's very own, and others."""

    inherited: Count
    own: Count


class OverDistillationMetrics(Metrics):
    """What was found while a network was trained; ``found``: the epoch of each, with the new alpha."""

    action: Literal["note", "weaken", "stop"]
    window: Count
    found: tuple[dict[str, float], ...] = ()
    stopped: bool = False
    baseline: "OverDistillationMetrics | None" = None  # the same of the other arm


class PairedErrors(Metrics):
    """Absolute error of the student minus the baseline's on the same test samples: mean, interval, p."""

    difference: float
    low: float
    high: float
    p: float


class TrailingMetrics(Metrics):
    """A teacher that trailed the baseline on validation, and what its weight became."""

    teacher: float
    baseline: float
    student: float | None = None
    weight: float


class DistillMetrics(Metrics):
    """``distill.json``."""

    baseline: Scores | None = None
    student: Scores
    kept: bool = False  # a trained model of the user's, as it was
    parameters: Count | None = None
    float_bytes: Count | None = None
    agreement_with_teacher: ScoreMetrics | None = None
    paired: Paired | None = None
    paired_errors: PairedErrors | None = None
    errors: ErrorMetrics | None = None
    yardstick: YardstickMetrics | None = None  # what is possible without a network
    over_distillation: OverDistillationMetrics | None = None
    trailing: TrailingMetrics | None = None


class PrunedScores(Scores):
    """A student's size and quality."""

    weights: Count
    gzip_bytes: Count


class PruneMetrics(Metrics):
    """``prune.json``."""

    method: str
    before: PrunedScores
    after: PrunedScores


class TunedScores(Scores):
    """``distilled_test``: on the test split of what the student was distilled on."""

    distilled_test: ScoreMetrics | None = None


class FineTuneMetrics(Metrics):
    """``finetune.json``: the student before and after, on samples of the user's own."""

    before: TunedScores
    after: TunedScores
    curve: CurveMetrics | None = None
    best_epoch: Count | None = None


class BaselineMetrics(Scores):
    """The baseline in int8."""

    bytes: Count


class QuantizeMetrics(Metrics):
    """``quantize.json``; ``paired``: the int8 student beside the int8 baseline."""

    baseline: BaselineMetrics | None = None
    paired: Paired | None = None
    paired_errors: PairedErrors | None = None

    qat: Scores | None = None
    tflite: Scores
    ptq: Scores | None = None
    bytes: Count
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    confusion: tuple[tuple[Count, ...], ...] | None = None

    @model_validator(mode="after")
    def _square(self) -> "QuantizeMetrics":
        if self.confusion and any(len(row) != len(self.confusion) for row in self.confusion):
            raise ValueError("confusion is not square")
        return self


M = TypeVar("M", bound=Metrics)


def read_metrics(folder: Path, name: str, kind: type[M], missing: list[str]) -> M | None:
    """``folder/name`` as a ``kind``; None when it is not there, and the stage is noted in ``missing``."""
    path = folder / name
    try:
        raw = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        missing.append(stage_name(folder))
        return None
    except (OSError, UnicodeDecodeError) as error:
        _refuse(path, f"cannot be read ({type(error).__name__})")
    return parse_metrics(path, raw, kind)


def parse_metrics(path: Path, raw: str, kind: type[M]) -> M:
    """``raw`` as a ``kind``, or one line that names the key that is wrong."""
    try:
        value: Any = json.loads(raw, parse_constant=_no_constant)
        return kind.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = ".".join(str(part) for part in first["loc"]) or "the whole file"
        more = f" and {error.error_count() - 1} more" if error.error_count() > 1 else ""
        _refuse(path, f"{key}: {first['msg']}{more}")
    except (ValueError, RecursionError):
        _refuse(path, "not JSON")


def stage_name(folder: Path) -> str:
    """``build/host/verify`` as ``host/verify``: enough to find it, nothing of this machine."""
    return "/".join(folder.parts[-2:])


def _no_constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is not JSON")


def _refuse(path: Path, found: str) -> NoReturn:
    fix = f"Delete {stage_name(path.parent)} and run again."
    raise DataError(path, found, "the metrics file of a finished stage", fix)
