"""What a report holds: frozen, versioned, free of NaN and of this machine's paths; dumped to ``report.json``.

Fields are only added within one ``REPORT_VERSION``; a renamed or removed one raises it (see docs/report.md).
"""

from typing import Literal

from tinykd.intervals import wilson
from tinykd.project.values import TaskName
from tinykd.report.class_results import ClassResult
from tinykd.report.confidence import Confidence, FarAnswer, WrongAnswer
from tinykd.report.event_results import Events
from tinykd.report.int8_results import Int8Costs
from tinykd.report.part import Part
from tinykd.report.scene_results import Scene
from tinykd.report.speed import HeldBytes, Speed
from tinykd.training.classes import ByClass

REPORT_SCHEMA = "tinykd-report"
REPORT_VERSION = 1


class Accuracy(Part):
    """Right answers of a number asked, with the 95 % Wilson interval; all rates in [0, 1].

    Where it is known what is right of each class: the balanced accuracy, the mean over the classes.
    """

    correct: int
    total: int
    value: float
    low: float
    high: float
    balanced: float | None = None
    balanced_low: float | None = None
    balanced_high: float | None = None
    uneven: bool = False  # classes differ so much in size that ``value`` alone misleads
    never_named: tuple[int, ...] = ()  # classes that there are samples of
    classes: int | None = None  # how many there are samples of

    @classmethod
    def of(cls, correct: int, total: int, by_class: ByClass | None = None) -> "Accuracy":
        """The accuracy and its interval from the counts."""
        low, high = wilson(correct, total)
        rate = correct / total if total else 0.0
        plain = cls(correct=correct, total=total, value=rate, low=low, high=high)
        return plain if by_class is None else plain.model_copy(update=_balanced(by_class))


def _balanced(found: ByClass) -> dict[str, object]:
    low, high = found.balanced_interval
    return {
        "balanced": found.balanced,
        "balanced_low": low,
        "balanced_high": high,
        "uneven": found.uneven,
        "never_named": found.never_named,
        "classes": sum(count > 0 for count in found.samples),
    }


class Fit(Part):
    """R² of a regression with its 95 % interval, and the mean absolute error in the target's own unit."""

    total: int
    value: float
    low: float
    high: float
    mae: float
    mae_high: float | None = None  # upper end of its 95 % interval


class Detection(Part):
    """Area under the ROC curve with its 95 % interval; ``correct`` of ``total`` at the threshold."""

    kind: Literal["detection"] = "detection"  # tells it from an accuracy in JSON
    correct: int
    total: int
    value: float
    low: float
    high: float


class Objects(Part):
    """F1 of the objects found, the mean over the classes, with its 95 % interval; ``total`` images.

    Precision and recall are of all classes together. Average precision is of boxes, as COCO has it.
    """

    kind: Literal["objects"] = "objects"
    total: int
    value: float
    low: float
    high: float
    precision: float
    recall: float
    right: int
    found: int
    there: int
    count_error: float  # objects too many or too few in an image, the mean
    mistakes: float  # objects missed or invented in an image, the mean
    ap50: float
    ap50_low: float
    ap50_high: float
    ap: float  # AP50-95
    ap_low: float
    ap_high: float
    f1_of_classes: tuple[float, ...]
    there_of_classes: tuple[int, ...]
    thresholds: tuple[float, ...]


class SeveralLabels(Part):
    """F1 of the classes that are on, the mean over the classes, with its 95 % interval; ``total`` samples.

    ``mean_ap``: the mean over the classes of average precision, which needs no thresholds. ``thresholds``:
    logits from which on each class is on, by validation.
    """

    kind: Literal["multilabel"] = "multilabel"
    total: int
    value: float
    low: float
    high: float
    micro_f1: float  # of all classes together
    micro_low: float
    micro_high: float
    mean_ap: float
    mean_ap_low: float
    mean_ap_high: float
    all_right: int  # samples with every class right
    mistakes: float  # classes wrong in a sample, the mean
    f1_of_classes: tuple[float, ...]
    thresholds: tuple[float, ...]


Quality = Accuracy | Detection | Fit | Objects | SeveralLabels  # ``value`` ends at 1, larger is better
RungStep = Literal[
    "teacher",
    "baseline",
    "student",
    "pruned",
    "untuned",
    "tuned",
    "ptq",
    "qat",
    "baseline_int8",
    "tflite",
    "host",
    "device",
]


class Rung(Part):
    """One step of the ladder from the teacher to the device."""

    step: RungStep
    title: str
    what: str
    board: str | None = None
    test: Quality
    validation: Quality | None = None
    bytes: int | None = None  # of what this step stores: weights file, flatbuffer or flash image
    compression: float | None = None  # teacher bytes / bytes
    remark: str | None = None  # that it is not better than what needs no model


class Distillation(Part):
    """Whether the teacher helped: student minus baseline on the test split.

    The difference is in percentage points of right answers, or in the unit of a regression's target.
    """

    verdict: Literal["helped", "hurt", "not shown", "not measured"]
    sentence: str
    difference_points: float | None = None  # percentage points
    low_points: float | None = None
    high_points: float | None = None
    p_value: float | None = None  # exact McNemar; None when only totals are known
    paired: bool = False
    agreement: Quality | None = None  # student and teacher give the same class, or values as near as this
    over_distillation: str | None = None  # a sentence: did student or baseline get worse on validation?


class Curve(Part):
    """One model's training, epoch by epoch; the lists are of equal length."""

    name: str
    epoch: tuple[int, ...]
    loss: tuple[float, ...]
    val_accuracy: tuple[float, ...]
    best: int | None = None  # the epoch whose weights were kept


class Confusion(Part):
    """counts[true][predicted] of the .tflite on the test split."""

    labels: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]


class ProfiledLayer(Part):
    """One step of the compiled program. ``name`` is the flatbuffer's, ``label`` the short one for people."""

    name: str
    label: str
    op: str
    kernel: str
    macs: int
    weights_bytes: int
    output_shape: tuple[int, ...]
    ticks: float | None = None  # measured on the board, per inference


class ArenaBuffer(Part):
    """One arena buffer: bytes at an offset, alive from step ``first`` to step ``last`` (both included)."""

    name: str
    label: str
    offset: int
    bytes: int
    first: int
    last: int


class HopPlan(Part):
    """The same model hop by hop, where the project has ``[stream]``."""

    hop_ms: float
    hop_rows: int  # new rows of the input
    window_rows: int
    macs: int  # of a hop
    window_macs: int
    ring_bytes: int  # of the arena: rows of earlier hops
    arena_bytes: int
    whole: tuple[tuple[str, str], ...]  # layers that are computed on all of the window, and why


class ProgramPlan(Part):
    """The compiled program's memory plan and work."""

    arena_bytes: int
    lower_bound_bytes: int
    weights_bytes: int
    macs: int
    samples: int = 0  # that the firmware carries
    samples_bytes: int = 0
    layers: tuple[ProfiledLayer, ...]
    buffers: tuple[ArenaBuffer, ...]
    stream: HopPlan | None = None


class LinkedSection(Part):
    """One ELF section that takes flash, RAM or both (initialised data)."""

    name: str
    bytes: int
    flash: bool
    ram: bool


class Image(Part):
    """What the firmware takes of the board's memories."""

    flash_bytes: int
    ram_bytes: int
    stack_bytes: int | None = None
    flash_budget: int | None = None
    ram_budget: int | None = None
    sections: tuple[LinkedSection, ...] = ()


class Exactness(Part):
    """Outputs compared with the oracle's, sample by sample. Each count stands alone: exact ones are also
    within one LSB, and neither says anything about the class."""

    oracle: str
    samples: int
    exact: int
    within_one: int
    same_class: int | None = None  # None: the model names no class
    max_difference: int | None = None  # LSB
    first_difference: str | None = None  # the first layer that differs


class Timing(Part):
    """Ticks of the board's own counter per inference. ``instructions`` are counted, not cycles."""

    unit: str
    hz: int | None = None
    median: float
    p99: float | None = None


class Link(Part):
    """The serial line while the samples went over it, both ways together."""

    seconds: float
    bytes_per_s: float
    recoveries: int  # times that the line had to be put in step again


class MemoryMarks(Part):
    """What the running firmware reported of its stack and arena."""

    stack_used: int | None = None
    stack_bytes: int | None = None
    arena_bytes: int | None = None


class BoardResult(Part):
    """One board: image, verdict and measurements."""

    name: str
    title: str
    mcu: str = ""
    core: str = ""
    kind: str = ""  # qemu, host or platformio
    image: Image | None = None
    plan: ProgramPlan | None = None
    exactness: Exactness | None = None
    device: Quality | None = None
    oracle: Quality | None = None  # on the same samples
    of_samples: int | None = None  # that the test split has, where fewer were sent
    remark: str | None = None  # that it is not better than what needs no model
    timing: Timing | None = None
    speed: Speed | None = None  # in milliseconds, where they can be known
    holds: tuple[HeldBytes, ...] = ()  # what the flash image is made of
    marks: MemoryMarks | None = None
    link: Link | None = None
    compiler: str = ""  # as the firmware names it
    models: tuple[str, ...] = ()  # SHA-256 of what was compiled and of what answered: one, if all is well


class GateResult(Part):
    """One gate of the project file, held against what was measured. Unmeasured means failed."""

    name: str
    board: str | None
    measured: float | None
    limit: float
    at_least: bool  # True: measured >= limit passes; False: measured <= limit
    passed: bool
    text: str
    note: str = ""  # what ``measured`` is, where it is no figure of the ladder


class Report(Part):
    """All of it. ``missing`` states in plain words what could not be shown, and why."""

    schema_name: str = REPORT_SCHEMA
    version: int = REPORT_VERSION
    project: str
    task: TaskName = "classification"
    classes: tuple[str, ...] = ()
    settings: dict[str, dict[str, str]]  # the project file's sections with defaults filled in
    ladder: tuple[Rung, ...]
    distillation: Distillation
    shipped: Distillation | None = None  # the same in int8: .tflite minus the int8 baseline
    int8_costs: Int8Costs | None = None  # where [quantization] rescue asked for it
    confusion: Confusion | None
    by_class: tuple[ClassResult, ...] = ()  # of the same answers
    confidence: Confidence | None = None  # of a classification, in int8
    wrong_answers: tuple[WrongAnswer, ...] = ()  # of the test split, the surest first
    far_answers: tuple[FarAnswer, ...] = ()  # of a regression, the furthest off first
    curves: tuple[Curve, ...]
    events: Events | None = None  # what `tinykd tune` measured
    scenes: tuple[Scene, ...] = ()  # of a detection, the worst first
    boards: tuple[BoardResult, ...]
    gates: tuple[GateResult, ...] = ()
    findings: tuple[str, ...] = ()  # what makes the figures worth less than they look
    notes: tuple[str, ...] = ()  # what is to know of the data, as the stage train said it
    hashes: dict[str, str]
    versions: dict[str, str]
    missing: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether every gate holds."""
        return all(gate.passed for gate in self.gates)
