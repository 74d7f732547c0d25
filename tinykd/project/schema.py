"""The project file: frozen pydantic models, every default a good one, no unknown key.

Sections on samples stand in ``samples``, those on networks in ``training``, what keys may hold in ``values``.
"""

from typing import Annotated, Any, Literal

from pydantic import Field, ValidationInfo, field_validator, model_validator

from tinykd.project.detection import DetectionSection
from tinykd.project.events import EventsSection
from tinykd.project.features import FeaturesSection
from tinykd.project.samples import AudioSection, DataSection, ImageSection, SensorSection
from tinykd.project.search import SearchSection
from tinykd.project.stream import StreamSection
from tinykd.project.text import TextSection
from tinykd.project.training import (
    DistillationSection,
    FineTuningSection,
    PruningSection,
    QuantizationSection,
    StudentSection,
    TeacherSection,
    is_model_file,
)
from tinykd.project.user_code import function_file
from tinykd.project.values import Names, PositiveInt, ProjectName, SectionModel, TaskName


class ProjectSection(SectionModel):
    """What the project is called and does. ``name`` becomes part of C identifiers."""

    name: ProjectName
    task: TaskName = "classification"
    seed: Annotated[int, Field(ge=0, lt=2**31)] = 1


class AnomalySection(SectionModel):
    """When a sample counts as an anomaly: its reconstruction error is above the threshold."""

    false_alarms: Annotated[float, Field(gt=0, lt=1)] = 0.05  # share of normal validation samples above it


class TargetSection(SectionModel):
    """The board or boards to prove the firmware on, any names from ``tinykd boards``."""

    board: Names = ("host",)
    runtime: Literal["static", "tflm"] = "static"
    tflm_dir: str | None = None  # a tree of TensorFlow Lite Micro, for boards without a library of it
    optimize: Literal["speed", "balanced", "size", "ram"] = "balanced"
    psram: Literal["arena", "weights"] | None = None  # what lies outside the chip; None: nothing
    port: str | None = None
    builder: Literal["make", "pio"] | None = None  # None: make for virtual boards, PlatformIO for real ones
    via: Literal["pio", "esptool", "pyocd", "stlink", "dfu", "serial"] = "pio"
    protocol: Literal["tinykd", "mlperf"] = "tinykd"

    @property
    def boards(self) -> tuple[str, ...]:
        """The boards in the order given."""
        return self.board


class FirmwareSection(SectionModel):
    """What the firmware carries beside the model."""

    samples: Annotated[int, Field(ge=0, le=65_535)] | None = None  # None: what there is room for
    slot: bool = False  # another model of the same graph can take the model's place: `tinykd swap`


Start = Literal["features", "raw"]


class VerifySection(SectionModel):
    """How many test samples are sent to the board."""

    samples: PositiveInt | None = None  # None: all of the test split
    timeout_s: Annotated[float, Field(gt=0)] = 5.0
    start: Start = "features"  # what is sent: the model's inputs, or raw samples


class GatesSection(SectionModel):
    """What decides the exit code; None: not gated. Exactness is always gated for the static runtime."""

    accuracy: Annotated[float, Field(ge=0, le=1)] | None = None
    balanced_accuracy: Annotated[float, Field(ge=0, le=1)] | None = None  # the mean over the classes
    r2: Annotated[float, Field(le=1)] | None = None  # of a regression
    mae: Annotated[float, Field(ge=0)] | None = None  # of a regression, in the target's own unit
    auc: Annotated[float, Field(ge=0, le=1)] | None = None  # of an anomaly task
    f1: Annotated[float, Field(ge=0, le=1)] | None = (
        None  # of a detection or of several labels, the mean over the classes
    )
    mean_ap: Annotated[float, Field(ge=0, le=1)] | None = None  # of several labels
    accuracy_drop_points: Annotated[float, Field(ge=0)] | None = None
    misses: Annotated[float, Field(ge=0, le=1)] | None = None  # share of what should fire, by `tinykd tune`
    false_alarms_per_hour: Annotated[float, Field(ge=0)] | None = None  # of background, by `tinykd tune`
    exact_percent: Annotated[float, Field(ge=0, le=100)] = 100.0
    flash_bytes: PositiveInt | None = None
    ram_bytes: PositiveInt | None = None


class Project(SectionModel):
    """A whole ``tinykd.toml``."""

    project: ProjectSection
    data: DataSection = DataSection()
    image: ImageSection = ImageSection()
    audio: AudioSection = AudioSection()
    sensor: SensorSection = SensorSection()
    features: FeaturesSection = FeaturesSection()
    text: TextSection = TextSection()
    stream: StreamSection | None = None
    detection: DetectionSection = DetectionSection()
    teacher: TeacherSection = TeacherSection()
    student: Annotated[StudentSection, Field(validate_default=True)] = StudentSection()
    distillation: DistillationSection = DistillationSection()
    fine_tuning: FineTuningSection | None = None
    pruning: PruningSection | None = None
    quantization: QuantizationSection = QuantizationSection()
    anomaly: AnomalySection = AnomalySection()
    events: EventsSection | None = None
    target: TargetSection = TargetSection()
    firmware: FirmwareSection = FirmwareSection()
    verify: VerifySection = VerifySection()
    gates: GatesSection = GatesSection()
    search: SearchSection | None = None

    @model_validator(mode="before")
    @classmethod
    def _its_own_teacher(cls, given: Any) -> Any:
        """A trained student without a teacher teaches itself."""
        student = given.get("student") if isinstance(given, dict) else None
        if not isinstance(student, dict) or "teacher" in given:
            return given
        model = student.get("model")
        if not isinstance(model, str) or function_file(model) or not is_model_file(model):
            return given
        taken = {key: student[key] for key in ("range", "classes") if key in student}
        return {**given, "teacher": {"model": [model], **taken}}

    @property
    def teaches_itself(self) -> bool:
        """The student is a trained model, and its own teacher."""
        return self.student.is_file and self.teacher.model == (self.student.model,)

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

    @field_validator("student")
    @classmethod
    def _without_padding(cls, value: StudentSection, info: ValidationInfo) -> StudentSection:
        """With [stream] nothing pads time."""
        if info.data.get("stream") is None:
            return value
        if value.time_padding == "same":
            raise ValueError('has time_padding = "same" and [stream] is given; "valid"')
        return value.model_copy(update={"time_padding": "valid"})

    @field_validator("events")
    @classmethod
    def _one_hop(cls, value: EventsSection | None, info: ValidationInfo) -> EventsSection | None:
        """That of [stream], where it is given."""
        stream = info.data.get("stream")
        if value is None or stream is None:
            return value
        if "hop_ms" in value.model_fields_set and value.hop_ms != stream.hop_ms:
            found = f"has hop_ms = {value.hop_ms:g} and [stream] hop_ms = {stream.hop_ms:g}"
            raise ValueError(f"{found}; one hop: no hop_ms in [events]")
        return value.model_copy(update={"hop_ms": stream.hop_ms})

    @field_validator("events")
    @classmethod
    def _what_fires(cls, value: EventsSection | None, info: ValidationInfo) -> EventsSection | None:
        project = info.data.get("project")
        if value is not None and project is not None and project.task not in ("classification", "anomaly"):
            raise ValueError(f'is for classes and anomalies and the task is "{project.task}"; no [events]')
        return value

    @property
    def deployed(self) -> "Project":
        """As the device sees it: after fine-tuning, its samples stand where [data]'s were."""
        if self.fine_tuning is None:
            return self
        own = self.data.model_copy(update={"source": self.fine_tuning.source})
        return self.model_copy(update={"data": own})
