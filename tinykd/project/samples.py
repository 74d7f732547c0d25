"""Sections of the project file on samples: where they come from, how each kind is read and augmented."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from tinykd.project.values import GroupNames, Names, SectionModel, check_distinct, only_list


def _check_size(size: tuple[int, ...]) -> tuple[int, ...]:
    if len(size) != 2 or not all(1 <= side <= 4096 for side in size):
        raise ValueError("is no size; height and width, such as [32, 32]")
    return size


def _check_range(range: tuple[float, ...]) -> tuple[float, ...]:
    if len(range) != 2 or not range[0] < range[1]:
        raise ValueError("is no range; its lower and its upper end, such as [0, 255]")
    return range


DataKind = Literal["image", "audio", "sensor", "table", "text"]
SplitName = Literal["class", "group", "given"]
Share = Annotated[float, Field(ge=0, lt=1)]
Size = Annotated[tuple[int, ...], BeforeValidator(only_list), AfterValidator(_check_size)]
Range = Annotated[tuple[float, ...], BeforeValidator(only_list), AfterValidator(_check_range)]
ClassNames = Annotated[tuple[str, ...], BeforeValidator(only_list), AfterValidator(check_distinct)]


class DataSection(SectionModel):
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


class ImageSection(SectionModel):
    """Images: how they are read, and how training samples may be changed."""

    size: Size | None = None  # (height, width); None: as they are
    camera: Size | None = None  # of the frames that a device's camera gives; None: those of the model
    crop: Literal["center", "none"] = (
        "center"  # of a camera's frame: its middle in the shape of ``size``, or all
    )
    resize: Literal["area", "bilinear"] = "area"  # from a camera's frame to ``size``
    grayscale: bool | None = None  # None: if all files are
    range: Range | None = None  # the numbers that become 0 and 1; None: by what the images hold
    shift: Share = 0.1  # of height and width, either way
    rotation_degrees: Annotated[float, Field(ge=0, le=180)] = 12.0
    scale: Share = 0.1
    flip: bool = False
    flip_rows: bool = False


_MICRO_FRONTEND = {"frame_ms": 30.0, "n_mels": 40, "f_min": 125.0}  # as wake-word models have it


class AudioSection(SectionModel):
    """Sound: its features, and how training samples may be changed."""

    features: Literal["integer_log_mel", "log_mel", "micro_frontend"] = "integer_log_mel"
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

    @model_validator(mode="before")
    @classmethod
    def _of_features(cls, given: Any) -> Any:
        """The defaults of the micro frontend."""
        if not isinstance(given, dict) or given.get("features") != "micro_frontend":
            return given
        rate = given.get("rate", cls.model_fields["rate"].default)
        highest = min(7500.0, 0.46875 * rate) if isinstance(rate, int) and rate > 0 else None
        return {**_MICRO_FRONTEND, "f_max": highest, **given}


class SensorSection(SectionModel):
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
    rotation_degrees: Annotated[float, Field(ge=0, le=180)] = 0.0
