"""The project file's sections: frozen pydantic models, every default a good one, no unknown key."""

import difflib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    ValidationInfo,
    field_validator,
)

from tinykd.project.functions import function_file
from tinykd.project.names import name_problem, suggest_name
from tinykd.project.teacher_keys import OrderOfModels, Takes, TakesOfModels


def _list_of_texts(value: Any) -> Any:
    """TOML's lists become tuples; one text is a list of one."""
    if isinstance(value, str):
        return (value,)
    return tuple(value) if isinstance(value, list) else value


def _only_list(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _check_name(name: str) -> str:
    """Problem and remedy stand on both sides of ``"; "``, as ``load`` expects."""
    problem = name_problem(name)
    if problem:
        raise ValueError(f'{problem}; a lower-case C identifier such as "{suggest_name(name)}"')
    return name


def _check_student(model: str) -> str:
    if model not in STUDENTS and function_file(model) is None:
        near = difflib.get_close_matches(model, STUDENTS, n=1)
        known = near or STUDENTS
        names = ", ".join(f'"{name}"' for name in known)
        raise ValueError(f'is no student; {names} or a function such as "mymodels:student"')
    return model


def _check_distinct(texts: tuple[str, ...]) -> tuple[str, ...]:
    doubled = next((text for text in texts if texts.count(text) > 1), None)
    if doubled is not None:
        raise ValueError(f'names "{doubled}" twice; each name once')
    if not texts:
        raise ValueError("is empty; at least one name")
    return texts


def _check_size(size: tuple[int, ...]) -> tuple[int, ...]:
    if len(size) != 2 or not all(1 <= side <= 4096 for side in size):
        raise ValueError("is no size; height and width, such as [32, 32]")
    return size


def _check_range(range: tuple[float, ...]) -> tuple[float, ...]:
    if len(range) != 2 or not range[0] < range[1]:
        raise ValueError("is no range; its lower and its upper end, such as [0, 255]")
    return range


LOGITS_SUFFIXES = (".npy", ".npz")  # a teacher that is nothing but its answers

TaskName = Literal["classification", "regression", "anomaly"]
DataKind = Literal["image", "audio", "sensor", "table"]
SplitName = Literal["class", "group", "given"]
PositiveInt = Annotated[int, Field(gt=0)]
Epochs = Annotated[int, Field(ge=1, le=100_000)]
Weight = Annotated[float, Field(gt=0, le=100)]  # of one term of a loss
FeatureMethod = Literal["hints", "at", "rkd"]  # losses on features, see tinykd/distillation/features.py
OverDistillation = Literal["note", "weaken", "stop"]  # see tinykd/distillation/guard.py
STUDENTS = ("autoencoder", "ds_cnn", "mlp", "mobilenet_v1", "resnet8", "tcn")
StudentModel = Annotated[str, AfterValidator(_check_student)]
ProjectName = Annotated[str, AfterValidator(_check_name)]
Names = Annotated[tuple[str, ...], BeforeValidator(_list_of_texts), AfterValidator(_check_distinct)]
Share = Annotated[float, Field(ge=0, lt=1)]
Size = Annotated[tuple[int, ...], BeforeValidator(_only_list), AfterValidator(_check_size)]
Range = Annotated[tuple[float, ...], BeforeValidator(_only_list), AfterValidator(_check_range)]
GroupNames = Annotated[tuple[str, ...], BeforeValidator(_list_of_texts)]  # may be none
ClassNames = Annotated[tuple[str, ...], BeforeValidator(_only_list), AfterValidator(_check_distinct)]


class Section(BaseModel):
    """A part of the project file: immutable, unknown keys and loose types refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class ProjectSection(Section):
    """What the project is called and does. ``name`` becomes part of C identifiers."""

    name: ProjectName
    task: TaskName = "classification"
    seed: Annotated[int, Field(ge=0, lt=2**31)] = 1


class DataSection(Section):
    """Where samples come from: a built-in name or an ``.npz`` with x, y and optionally classes."""

    source: str = "digits"
    classes: ClassNames | None = None
    normal: ClassNames | None = None  # of an anomaly task: the classes that are no anomaly; None: the first
    kind: DataKind | None = None  # what the axes of a sample are; None: as the source says
    split: SplitName | None = None
    test_groups: GroupNames = ()
    validation_groups: GroupNames = ()
    folders: Literal["classes", "groups"] | None = None  # those at the top; None: by names and content
    test_folders: GroupNames = ()
    validation_folders: GroupNames = ()
    group_pattern: str | None = None  # of files in a folder: finds the group in a file's path
    unlabelled: str | None = None  # more samples, without labels
    balance: Literal["none", "sampling"] = "none"
    download_hint: str | None = None  # where to get the source, shown when it is not there
    augment: bool = True
    augmented_copies: Annotated[int, Field(ge=1, le=10_000)] = (
        32  # of the training split; the teacher labels each once
    )
    mixup: bool | None = None  # every second copy mixes samples by twos; None: where classes are augmented


class ImageSection(Section):
    """Images: how they are read, and how training samples may be changed."""

    size: Size | None = None  # (height, width); None: as they are
    grayscale: bool | None = None  # None: if all files are
    range: Range | None = None  # the numbers that become 0 and 1; None: by what the images hold
    shift: Share = 0.1  # of height and width, either way
    rotation_degrees: Annotated[float, Field(ge=0, le=180)] = 12.0
    scale: Share = 0.1
    flip: bool = False


class AudioSection(Section):
    """Sound: log-mel features, and how training samples may be changed."""

    rate: Annotated[int, Field(ge=1000, le=768_000)] = 16_000
    seconds: Annotated[float, Field(gt=0, le=60)] = 1.0
    frame_ms: Annotated[float, Field(gt=0, le=1000)] = 32.0
    hop_ms: Annotated[float, Field(gt=0, le=1000)] = 20.0
    n_mels: Annotated[int, Field(ge=2, le=256)] = 32
    f_min: Annotated[float, Field(ge=0)] = 60.0
    f_max: Annotated[float, Field(gt=0)] | None = None
    log_offset: Annotated[float, Field(gt=0, le=1)] = 1e-6
    layout: Literal["image", "time"] = "image"
    shift: Share = 0.1
    gain_db: Annotated[float, Field(ge=0, le=60)] = 6.0
    snr_db: Annotated[float, Field(ge=-20, le=100)] = 10.0
    time_mask: Share = 0.1
    band_mask: Share = 0.1


class SensorSection(Section):
    """Windows of measured values: how recordings are cut, and how training samples may be changed."""

    window: Annotated[int, Field(ge=2, le=100_000)] = 128
    stride: Annotated[int, Field(ge=1, le=100_000)] = 64
    rate: Annotated[float, Field(gt=0, le=1_000_000)] | None = None  # values per second on the device
    columns: GroupNames = ()
    label: Names = ("label",)  # of a regression: its targets
    time: str | None = None  # column of timestamps; "": none; None: found by name and content
    missing: Literal["refuse", "drop", "fill"] = "refuse"  # what becomes of empty cells
    group: str | None = None
    normalise: bool = True
    shift: Share = 0.05
    warp: Annotated[float, Field(ge=0, le=0.9)] = 0.1
    scale: Share = 0.1
    jitter: Annotated[float, Field(ge=0, le=10)] = 0.03
    rotate_degrees: Annotated[float, Field(ge=0, le=180)] = 0.0


class TeacherSection(Section):
    """Who teaches: a network to train here, a file of the user's, its logits; several are an ensemble."""

    model: Names = ("resnet",)
    range: TakesOfModels = ()  # what files take; of each, or of all
    classes: OrderOfModels = ()  # of the outputs of files and logits, in their order; of each, or of all
    ensemble: Annotated[int, Field(ge=1, le=20)] = 1  # seeds of each network that is trained here
    epochs: Epochs = 40
    batch: PositiveInt = 64
    learning_rate: Annotated[float, Field(gt=0, le=10)] = 2e-3

    @property
    def is_logits(self) -> bool:
        """Some answers are given, and known for the samples as they are only."""
        return any(model.lower().endswith(LOGITS_SUFFIXES) for model in self.model)

    @field_validator("range", "classes")
    @classmethod
    def _one_or_of_each(cls, value: tuple[Any, ...], info: ValidationInfo) -> tuple[Any, ...]:
        models = info.data.get("model", ())
        if len(value) > 1 and len(value) != len(models):
            raise ValueError(f"has {len(value)} for {len(models)} teachers; one, or one for each")
        return value

    def takes(self, place: int) -> Takes | None:
        """What the file at ``place`` in ``model`` takes; None: not said."""
        return self.range[place if len(self.range) > 1 else 0] if self.range else None

    def order(self, place: int) -> tuple[str, ...] | None:
        """The classes of its outputs; None: as the data has them."""
        return self.classes[place if len(self.classes) > 1 else 0] if self.classes else None


class FitSection(Section):
    """What the compiled student may take at most; what is not given is not limited."""

    flash_bytes: PositiveInt | None = None  # weights and other constants; code comes on top
    ram_bytes: PositiveInt | None = None  # the arena
    macs: PositiveInt | None = None


class StudentSection(Section):
    """The network for the microcontroller: a built-in one, or a function of the user's."""

    model: StudentModel = "ds_cnn"
    width: Annotated[float, Field(gt=0, le=8)] | None = None  # None: 1, or found for ``fit``
    depth: Annotated[int, Field(ge=1, le=32)] | None = None  # None: as published
    fit: FitSection | None = None
    _root: Path = PrivateAttr(Path())

    @property
    def is_function(self) -> bool:
        """The network is ``"module:function"``."""
        return ":" in self.model

    @property
    def root(self) -> Path:
        """The folder that the function's file is in."""
        return self._root

    def resolved(self, root: Path, width: float | None, depth: int | None) -> "StudentSection":
        """The same network in a size that was chosen; ``root``: the folder of ``tinykd.toml``."""
        made = self.model_copy(update={"width": width, "depth": depth, "fit": None})
        made._root = root
        return made

    @field_validator("fit")
    @classmethod
    def _finds_the_width(cls, value: FitSection | None, info: ValidationInfo) -> FitSection | None:
        if value is not None and info.data.get("width") is not None:
            raise ValueError("finds the width and a width is given; one of them")
        return value


_METHODS_OF = {  # options that not every method understands
    "target_weight": ("dkd",),
    "nontarget_weight": ("dkd",),
    "inter_weight": ("dist",),
    "intra_weight": ("dist",),
    "feature_weight": ("hints", "at", "rkd"),
    "teacher_layer": ("hints", "at", "rkd"),
    "student_layer": ("hints", "at", "rkd"),
}


class DistillationSection(Section):
    """Loss = alpha * (the method's, on the teacher) + (1 - alpha) * cross-entropy with the labels."""

    method: Literal["kd", "kd_ls", "dkd", "dist", "hints", "at", "rkd"] = (
        "kd"  # before its options: they are held against it
    )
    temperature: Annotated[float, Field(gt=0, le=100)] = 1.0
    last_temperature: Annotated[float, Field(gt=0, le=100)] | None = None  # None: as at first
    alpha: Annotated[float, Field(ge=0, le=1)] = 1.0
    last_alpha: Annotated[float, Field(ge=0, le=1)] | None = None  # None: as at first
    label_smoothing: Annotated[float, Field(ge=0, lt=1)] = 0.0
    target_weight: Weight | None = None  # None: as published, see tinykd/distillation/methods.py
    nontarget_weight: Weight | None = None
    inter_weight: Weight | None = None
    intra_weight: Weight | None = None
    feature_weight: Annotated[float, Field(gt=0, le=100_000)] | None = None
    teacher_layer: str | None = None
    student_layer: str | None = None
    over_distillation: OverDistillation = "note"
    assistant_width: Annotated[float, Field(gt=0, le=8)] | None = None  # of a student between the two
    epochs: Epochs = 150
    batch: PositiveInt = 64
    learning_rate: Annotated[float, Field(gt=0, le=10)] = 4e-3

    @field_validator(*_METHODS_OF)
    @classmethod
    def _of_its_method(cls, value: float | str | None, info: ValidationInfo) -> float | str | None:
        option = str(info.field_name)
        wanted = _METHODS_OF[option]
        found = info.data.get("method", wanted[0])  # not there: refused already
        if value is not None and found not in wanted:
            names = " or ".join(f'"{name}"' for name in wanted)
            problem = f'is for method {names} and the method is "{found}"'
            raise ValueError(f"{problem}; method = {names} or no {option}")
        return value


class FineTuningSection(Section):
    """After distillation, on samples of your own; the device is then made for and measured on these."""

    source: str
    memory: Annotated[float, Field(ge=0, lt=1)] = 0.5
    temperature: Annotated[float, Field(gt=0, le=100)] = 2.0
    epochs: Epochs = 30
    batch: PositiveInt = 32
    learning_rate: Annotated[float, Field(gt=0, le=10)] = 5e-4


class PruningSection(Section):
    """The distilled student made smaller, the teacher making up for what was lost."""

    method: Literal["channels", "magnitude"] = "channels"  # before its options: they are held against it
    fraction: Annotated[float, Field(gt=0, lt=1)] | None = None  # None: 0.5, unless ``fit`` says how much
    fit: FitSection | None = None
    steps: Annotated[int, Field(ge=1, le=20)] = 3
    epochs: Epochs = 20
    batch: PositiveInt = 64
    learning_rate: Annotated[float, Field(gt=0, le=10)] = 2e-3

    @property
    def share(self) -> float:
        """Of the weights that go, or become zero."""
        return 0.5 if self.fraction is None else self.fraction

    @field_validator("fit")
    @classmethod
    def _instead_of_the_fraction(cls, value: FitSection | None, info: ValidationInfo) -> FitSection | None:
        if value is not None and info.data.get("method") == "magnitude":
            raise ValueError('is for method "channels" and the method is "magnitude"; method = "channels"')
        if value is not None and info.data.get("fraction") is not None:
            raise ValueError("finds how much goes and a fraction is given; one of them")
        return value


class QuantizationSection(Section):
    """Quantization-aware fine-tuning with the teacher still in the loss."""

    epochs: Epochs = 30
    batch: PositiveInt = 64
    learning_rate: Annotated[float, Field(gt=0, le=10)] = 5e-5


class AnomalySection(Section):
    """When a sample counts as an anomaly: its reconstruction error is above the threshold."""

    false_alarms: Annotated[float, Field(gt=0, lt=1)] = 0.05  # share of normal validation samples above it


class TargetSection(Section):
    """The board or boards to prove the firmware on, any names from ``tinykd boards``."""

    board: Names = ("host",)
    runtime: Literal["static", "tflm"] = "static"
    tflm_dir: str | None = None  # a tree of TensorFlow Lite Micro, for boards without a library of it
    optimize: Literal["speed", "balanced", "size"] = "balanced"
    port: str | None = None
    builder: Literal["make", "pio"] | None = None  # None: make for virtual boards, PlatformIO for real ones
    via: Literal["pio", "esptool", "pyocd", "stlink", "dfu", "serial"] = "pio"
    protocol: Literal["tinykd", "mlperf"] = "tinykd"

    @property
    def boards(self) -> tuple[str, ...]:
        """The boards in the order given."""
        return self.board


class FirmwareSection(Section):
    """What the firmware carries beside the model."""

    samples: Annotated[int, Field(ge=0, le=65_535)] | None = None  # None: what there is room for


class VerifySection(Section):
    """How many test samples are sent to the board."""

    samples: PositiveInt | None = None  # None: all of the test split
    timeout_s: Annotated[float, Field(gt=0)] = 5.0


class GatesSection(Section):
    """What decides the exit code; None: not gated. Exactness is always gated for the static runtime."""

    accuracy: Annotated[float, Field(ge=0, le=1)] | None = None
    balanced_accuracy: Annotated[float, Field(ge=0, le=1)] | None = None  # the mean over the classes
    r2: Annotated[float, Field(le=1)] | None = None  # of a regression
    mae: Annotated[float, Field(ge=0)] | None = None  # of a regression, in the target's own unit
    auc: Annotated[float, Field(ge=0, le=1)] | None = None  # of an anomaly task
    accuracy_drop_points: Annotated[float, Field(ge=0)] | None = None
    exact_percent: Annotated[float, Field(ge=0, le=100)] = 100.0
    flash_bytes: PositiveInt | None = None
    ram_bytes: PositiveInt | None = None


class Project(Section):
    """A whole ``tinykd.toml``."""

    project: ProjectSection
    data: DataSection = DataSection()
    image: ImageSection = ImageSection()
    audio: AudioSection = AudioSection()
    sensor: SensorSection = SensorSection()
    teacher: TeacherSection = TeacherSection()
    student: StudentSection = StudentSection()
    distillation: DistillationSection = DistillationSection()
    fine_tuning: FineTuningSection | None = None
    pruning: PruningSection | None = None
    quantization: QuantizationSection = QuantizationSection()
    anomaly: AnomalySection = AnomalySection()
    target: TargetSection = TargetSection()
    firmware: FirmwareSection = FirmwareSection()
    verify: VerifySection = VerifySection()
    gates: GatesSection = GatesSection()

    @field_validator("fine_tuning")
    @classmethod
    def _classes_to_tune(
        cls, value: FineTuningSection | None, info: ValidationInfo
    ) -> FineTuningSection | None:
        project = info.data.get("project")
        if value is not None and project is not None and project.task != "classification":
            raise ValueError(
                f'is for task "classification" and the task is "{project.task}"; no [fine_tuning]'
            )
        return value

    @property
    def deployed(self) -> "Project":
        """As the device sees it: after fine-tuning, its samples stand where [data]'s were."""
        if self.fine_tuning is None:
            return self
        own = self.data.model_copy(update={"source": self.fine_tuning.source})
        return self.model_copy(update={"data": own})
