"""The project file's sections: frozen pydantic models, every default a good one, no unknown key."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

PositiveInt = Annotated[int, Field(gt=0)]
Epochs = Annotated[int, Field(ge=1, le=100_000)]


class Section(BaseModel):
    """A part of the project file: immutable, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ProjectSection(Section):
    """What the project is called and does. ``name`` becomes part of C identifiers."""

    name: str
    task: Literal["classification"] = "classification"
    seed: Annotated[int, Field(ge=0, lt=2**31)] = 1


class DataSection(Section):
    """Where samples come from: a built-in name or an ``.npz`` with x, y and optionally classes."""

    source: str = "digits"
    classes: tuple[str, ...] | None = None
    augment: bool = True


class TeacherSection(Section):
    """The model that teaches: a built-in architecture to train, or a Keras 3 ``.keras`` file."""

    model: str = "resnet"
    epochs: Epochs = 40
    batch: PositiveInt = 64
    learning_rate: Annotated[float, Field(gt=0, le=10)] = 2e-3


class StudentSection(Section):
    """The network for the microcontroller."""

    model: Literal["ds_cnn"] = "ds_cnn"
    width: Annotated[float, Field(gt=0, le=8)] = 1.0


class DistillationSection(Section):
    """Loss = alpha * tau^2 * KL(teacher || student) + (1 - alpha) * cross-entropy with the labels."""

    method: Literal["kd"] = "kd"
    temperature: Annotated[float, Field(gt=0, le=100)] = 2.0
    alpha: Annotated[float, Field(ge=0, le=1)] = 0.7
    epochs: Epochs = 60
    batch: PositiveInt = 64
    learning_rate: Annotated[float, Field(gt=0, le=10)] = 4e-3


class QuantizationSection(Section):
    """Quantization-aware fine-tuning with the teacher still in the loss."""

    epochs: Epochs = 15
    batch: PositiveInt = 64
    learning_rate: Annotated[float, Field(gt=0, le=10)] = 5e-4


class TargetSection(Section):
    """The board or boards to prove the firmware on, any names from ``tinykd boards``."""

    board: str | tuple[str, ...] = "host"
    runtime: Literal["static"] = "static"
    optimize: Literal["speed", "balanced", "size"] = "balanced"
    port: str | None = None

    @property
    def boards(self) -> tuple[str, ...]:
        """The boards in the order given."""
        return (self.board,) if isinstance(self.board, str) else self.board


class VerifySection(Section):
    """How many test samples are sent to the board."""

    samples: PositiveInt | None = None  # None: all of the test split
    timeout_s: Annotated[float, Field(gt=0)] = 5.0


class GatesSection(Section):
    """What decides the exit code; None: not gated. Exactness is always gated for the static runtime."""

    accuracy: Annotated[float, Field(ge=0, le=1)] | None = None
    accuracy_drop_points: Annotated[float, Field(ge=0)] | None = None
    exact_percent: Annotated[float, Field(ge=0, le=100)] = 100.0
    flash_bytes: PositiveInt | None = None
    ram_bytes: PositiveInt | None = None


class Project(Section):
    """A whole ``tinykd.toml``."""

    project: ProjectSection
    data: DataSection = DataSection()
    teacher: TeacherSection = TeacherSection()
    student: StudentSection = StudentSection()
    distillation: DistillationSection = DistillationSection()
    quantization: QuantizationSection = QuantizationSection()
    target: TargetSection = TargetSection()
    verify: VerifySection = VerifySection()
    gates: GatesSection = GatesSection()
