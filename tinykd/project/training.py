"""Sections of the project file on networks and their training: teacher, student, distillation to int8."""

import difflib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, PrivateAttr, ValidationInfo, field_validator

from tinykd.project.teacher_keys import OrderOfModels, Takes, TakesOfModels
from tinykd.project.user_code import function_file
from tinykd.project.values import Names, PositiveInt, SectionModel, only_list


def _check_student(model: str) -> str:
    if model not in STUDENTS and function_file(model) is None and not is_model_file(model):
        near = difflib.get_close_matches(model, STUDENTS, n=1)
        known = near or STUDENTS
        names = ", ".join(f'"{name}"' for name in known)
        own = 'a function such as "mymodels:student", or a model of yours such as "mine.keras" or "./folder"'
        raise ValueError(f"is no student; {names}, {own}")
    return model


def is_model_file(model: str) -> bool:
    """A file of a trained model, or the folder of a SavedModel, which has a ``/`` in its name."""
    return model.lower().endswith(MODEL_SUFFIXES) or ("/" in model and ":" not in model)


LOGITS_SUFFIXES = (".npy", ".npz")  # a teacher that is nothing but its answers
MODEL_SUFFIXES = (".keras", ".h5", ".hdf5", ".tflite", ".onnx")
STUDENTS = (
    *("autoencoder", "ds_cnn", "embedding_bag", "gru", "lstm", "mlp", "mobilenet_v1", "mobilenet_v2"),
    *("resnet8", "tcn", "text_cnn"),
)
StudentModel = Annotated[str, AfterValidator(_check_student)]
Activation = Literal["elu", "gelu", "hard_swish", "relu6", "swish"]
Replaced = Annotated[tuple[Activation, ...], BeforeValidator(only_list)]
Epochs = Annotated[int, Field(ge=1, le=100_000)]
Weight = Annotated[float, Field(gt=0, le=100)]  # of one term of a loss
FeatureMethod = Literal["hints", "at", "rkd"]  # losses on features, see tinykd/distillation/features.py
OverDistillation = Literal["note", "weaken", "stop"]  # see tinykd/distillation/over_distillation.py


class TeacherSection(SectionModel):
    """The teacher: a network to train here, a file of the user's, its logits; several are an ensemble."""

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
        """What the file at ``place`` in ``model`` takes; None: not set."""
        return self.range[place if len(self.range) > 1 else 0] if self.range else None

    def order(self, place: int) -> tuple[str, ...] | None:
        """The classes of its outputs; None: as the data has them."""
        return self.classes[place if len(self.classes) > 1 else 0] if self.classes else None


class FitSection(SectionModel):
    """What the compiled student may take at most; what is not given is not limited."""

    flash_bytes: PositiveInt | None = None  # weights and other constants; code comes on top
    ram_bytes: PositiveInt | None = None  # the arena
    macs: PositiveInt | None = None


class StudentSection(SectionModel):
    """The network for the microcontroller: a built-in one, a function of the user's, or a trained model."""

    model: StudentModel = "ds_cnn"
    range: TakesOfModels = ()  # what a trained model takes
    classes: OrderOfModels = ()  # of a trained model's outputs, in their order
    replace: Replaced = ()  # activations of a trained model that become ReLU
    width: Annotated[float, Field(gt=0, le=8)] | None = None  # None: 1, or found for ``fit``
    depth: Annotated[int, Field(ge=1, le=32)] | None = None  # None: as published
    fit: FitSection | None = None
    time_padding: Literal["same", "valid"] | None = None  # None: "same", with [stream] "valid"
    kernel: Literal[1, 3, 5, 7, 9, 11, 13, 15] | None = None  # of the blocks; None: as published
    stride: Annotated[int, Field(ge=1, le=8)] | None = None  # of the first convolution; None: as published
    _root: Path = PrivateAttr(Path())
    _made: Path | None = PrivateAttr(None)

    @property
    def is_file(self) -> bool:
        """A trained model of the user's."""
        return function_file(self.model) is None and is_model_file(self.model)

    @property
    def made(self) -> Path | None:
        """The folder in which stage ``check`` left a trained model as a student."""
        return self._made

    @property
    def is_function(self) -> bool:
        """The network is ``"module:function"``."""
        return ":" in self.model

    @property
    def root(self) -> Path:
        """The folder that the function's file is in."""
        return self._root

    def resolved(
        self, root: Path, width: float | None, depth: int | None, check_dir: Path | None = None
    ) -> "StudentSection":
        """The same network in a size that was chosen; ``root``: the folder of ``tinykd.toml``.

        ``check_dir``: what stage ``check`` wrote.
        """
        made = self.model_copy(update={"width": width, "depth": depth, "fit": None})
        made._root, made._made = root, check_dir
        return made

    @field_validator("range", "classes", "replace")
    @classmethod
    def _of_a_file(cls, value: tuple[Any, ...], info: ValidationInfo) -> tuple[Any, ...]:
        model = str(info.data.get("model", MODEL_SUFFIXES[0]))
        if value and not is_model_file(model):
            raise ValueError(f'is for a trained model and the student is "{model}"; no {info.field_name}')
        if info.field_name != "replace" and len(value) > 1:
            raise ValueError(f"has {len(value)} for one model; one")
        return value

    @field_validator("width", "depth", "fit", "kernel", "stride")
    @classmethod
    def _of_a_network(cls, value: Any, info: ValidationInfo) -> Any:
        if value is not None and is_model_file(str(info.data.get("model", ""))):
            raise ValueError(
                f"is for networks in several sizes and a trained model has one; no {info.field_name}"
            )
        return value

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


class DistillationSection(SectionModel):
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
    trailing_teacher: Literal["weaken", "keep"] = "weaken"  # see tinykd/distillation/trailing.py
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


class FineTuningSection(SectionModel):
    """After distillation, on samples of your own; the device is then made for and measured on these."""

    source: str
    memory: Annotated[float, Field(ge=0, lt=1)] = 0.5
    temperature: Annotated[float, Field(gt=0, le=100)] = 2.0
    epochs: Epochs = 30
    batch: PositiveInt = 32
    learning_rate: Annotated[float, Field(gt=0, le=10)] = 5e-4


class PruningSection(SectionModel):
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


class QuantizationSection(SectionModel):
    """Quantization-aware fine-tuning with the teacher still in the loss; no epochs: calibration alone."""

    epochs: Annotated[int, Field(ge=0, le=100_000)] = 30
    rescue: bool = False  # looks for what int8 loses, and takes the remedy that validation chooses
    batch: PositiveInt = 64
    learning_rate: Annotated[float, Field(gt=0, le=10)] = 5e-5
