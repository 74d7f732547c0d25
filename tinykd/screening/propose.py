"""From a file or folder of data to the project that fits it: kind, task, sizes, rate, networks, with reasons.

Only headers and shapes decide, and then the data is read once as the project will read it; what that says
(classes, samples, splits, notes) stands in the comments. Nothing is written here.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from tinykd.data.dataset import Dataset
from tinykd.data.features.frontend import TextFrontend
from tinykd.data.features.text.features import TextFeatures
from tinykd.data.load import project_dataset
from tinykd.data.raw import RawTexts
from tinykd.data.several_labels import names_in
from tinykd.data.sources.content import Content
from tinykd.data.sources.csv.file import CsvFile
from tinykd.data.sources.csv.label_column import label_like
from tinykd.data.sources.folder.files import files_below
from tinykd.data.sources.folder.images import SUFFIXES as IMAGES
from tinykd.data.sources.folder.images import image_size
from tinykd.data.sources.folder.sounds import SUFFIXES as SOUNDS
from tinykd.data.sources.folder.sounds import read_samples
from tinykd.data.sources.npz import read_arrays
from tinykd.data.sources.records.plain_columns import as_csv
from tinykd.data.sources.records.read import kind_of_records, records_of, shards_of
from tinykd.data.sources.text.read import are_texts, read_texts
from tinykd.errors import DataError, UserError, one_line
from tinykd.project.samples import DataKind, DataSection
from tinykd.project.schema import Project
from tinykd.project.text import TextSection

_MOST_LOOKED_AT = 300  # files
_LARGEST_SIDE = 96  # pixels of an image that a microcontroller's student sees
_SMALL_SIDE = 32  # below it ds_cnn, from it on mobilenet_v1
_SOUND_RATES = (8000, 16000)
_MOST_CHANNELS = 16  # of a sensor
_OUTSIDE = ("none", "oos", "out_of_scope", "other", "unknown", "fallback")  # names of no class
_LETTERS = (3, 4)  # n-grams of them
_SHORTEST_TEXT = 16  # ids
_SOUND_SAMPLES = 2000  # values: what is longer and has one channel is sound


@dataclass(frozen=True)
class Key:
    """A line of the project file, and why it says so."""

    name: str
    value: Any
    why: str = ""


@dataclass(frozen=True)
class Proposal:
    """Sections of the project file by name; ``seen``: what was found in the data, for the file's head."""

    sections: Mapping[str, tuple[Key, ...]]
    seen: tuple[str, ...]
    problem: UserError | None = None  # why the data cannot be read so

    def values(self) -> dict[str, dict[str, Any]]:
        """As ``Project.model_validate`` takes them."""
        return {name: {key.name: key.value for key in keys} for name, keys in self.sections.items() if keys}


@dataclass
class _Draft:
    kind: DataKind
    task: str = "classification"
    why: str = ""
    keys: dict[str, list[Key]] = field(default_factory=dict)

    def add(self, section: str, *keys: Key) -> None:
        self.keys.setdefault(section, []).extend(keys)


def propose(path: Path, name: str, url: str | None = None) -> Proposal:
    """A project called ``name`` for the data at ``path``; ``DataError`` where nothing is there to read.

    ``url``: where the data is, if ``path`` is a copy of it.
    """
    shards = shards_of(path)
    draft = _of_shards(path, shards) if shards else _of_folder(path) if path.is_dir() else _of_file(path)
    _networks(draft)
    sections = _ordered(draft, name, url or str(path.resolve()))
    return _read(Proposal(sections, ()), path.parent)


def _of_folder(path: Path) -> _Draft:
    if are_texts(path):
        return _of_texts(path)
    images, sounds = files_below(path, IMAGES), files_below(path, SOUNDS)
    if images and not sounds:
        return _of_images(images)
    if sounds and not images:
        return _of_sounds(sounds)
    return _Draft("sensor")  # CSV files, or what the reader refuses in one line


def _of_shards(path: Path, files: list[Path]) -> _Draft:
    """By the first samples; of plain columns as of a CSV file."""
    section = DataSection(source=str(path))
    records = records_of(path, files, section)
    if records is None:
        with as_csv(path, files) as copy:
            return _of_folder(copy) if copy.is_dir() else _of_file(copy)
    some = [each.sample for each in islice(records, _MOST_LOOKED_AT)]
    contents = [each for each in some if isinstance(each, Content)]
    if not contents:
        if not some:
            raise DataError(path, "no samples", "images, sounds or arrays, and their labels")
        first = some[0]
        assert isinstance(first, np.ndarray)
        return _Draft(_kind_of((len(some), *first.shape)))
    return _of_sounds(contents) if kind_of_records(records) == "audio" else _of_images(contents)


def _of_images(files: Sequence[Path | Content]) -> _Draft:
    """The commonest size, halved until a student can look at it."""
    with_size = Counter(image_size(each) for each in _some(files))
    (width, height), count = with_size.most_common(1)[0]
    side, whole = (height, width), len(with_size) == 1
    while max(side) > _LARGEST_SIDE:
        side = (max(1, side[0] // 2), max(1, side[1] // 2))
    draft = _Draft("image")
    if not (whole and side == (height, width)):
        why = f"{count} of {sum(with_size.values())} files have {width} x {height} pixels"
        draft.add("image", Key("size", list(side), why))
    return draft


def _of_sounds(files: Sequence[Path | Content]) -> _Draft:
    rates: Counter[int] = Counter()
    seconds = []
    for path in _some(files):
        with suppress(DataError):
            rate, samples = read_samples(path)
            rates[rate] += 1
            seconds.append(len(samples) / rate)
    usual = rates.most_common(1)[0][0] if rates else _SOUND_RATES[-1]
    rate = usual if usual in _SOUND_RATES else _SOUND_RATES[-1]
    length = float(np.percentile(seconds, 90)) if seconds else 1.0
    draft = _Draft("audio")
    shown = f"most recordings have {usual} Hz" if rates else "what most models hear"
    draft.add("audio", Key("rate", rate, shown))
    draft.add("audio", Key("seconds", round(min(max(length, 0.5), 5.0), 1), "nine in ten are no longer"))
    return draft


def _some(files: Sequence[Path | Content]) -> Sequence[Path | Content]:
    return files[:: max(1, len(files) // _MOST_LOOKED_AT)][:_MOST_LOOKED_AT]


def _of_file(path: Path) -> _Draft:
    if are_texts(path):
        return _of_texts(path)
    if path.suffix.lower() != ".npz" or not path.is_file():
        return _of_table(path)
    arrays = read_arrays(path)
    x = next((arrays[name] for name in ("x", "x_train") if name in arrays), None)
    y = next((arrays[name] for name in ("y", "y_train") if name in arrays), None)
    if x is None:
        return _Draft("image")
    draft = _Draft(_kind_of(x.shape))
    if draft.kind == "audio":
        rate = _SOUND_RATES[0] if x.shape[1] <= 1.5 * _SOUND_RATES[0] else _SOUND_RATES[-1]
        why = f"a guess, from {x.shape[1]} samples each: the file does not say"
        draft.add("audio", Key("rate", rate, why), Key("seconds", round(x.shape[1] / rate, 3), "all of them"))
    if y is not None and _are_several(y):
        draft.task, draft.why = "multilabel", "y has a column of 0 and 1 for each class"
    elif y is not None and _are_measured(y):
        draft.task, draft.why = "regression", "y has fractions"
    return draft


def _of_table(path: Path) -> _Draft:
    """A CSV file, with several labels where a cell says so, or what the reader refuses in one line."""
    draft = _Draft("sensor")
    with suppress(DataError):
        file = CsvFile.read(path)
        column = file.find("label") or label_like(file)
        if column is not None and any(len(names_in(cell)) > 1 for cell in file.texts(column)):
            draft.task, draft.why = "multilabel", "some cells name several classes"
            draft.add("sensor", Key("label", column, "its column"))
    return draft


def _of_texts(path: Path) -> _Draft:
    """With the label of what belongs to no class, where one is called so."""
    draft = _Draft("text")
    draft.add(
        "text",
        Key("characters", list(_LETTERS), "n-grams of letters too: slips of the keyboard are understood"),
    )
    with suppress(UserError):
        section = DataSection(source=str(path.resolve()), kind="text")
        read = read_texts(section, path.parent, TextSection(), None)
        draft.add("text", Key("length", _enough(read.texts), "n-grams: 99 % of the texts have no more"))
        classes = read.classes
        outside = next((name for name in classes if name.casefold() in _OUTSIDE), None)
        if outside is not None and len(classes) > 2:
            why = "no class: the device shall be unsure of these"
            draft.add("text", Key("out_of_scope", outside, why))
    return draft


def _enough(texts: RawTexts | None) -> int:
    """Ids that nearly all texts have at most."""
    counts = TextFeatures(TextSection(characters=_LETTERS)).counts(texts.lines if texts else ())
    return max(_SHORTEST_TEXT, int(np.quantile(counts, 0.99, method="higher"))) if len(counts) else 48


def _kind_of(shape: tuple[int, ...]) -> DataKind:
    """By the axes: (n, columns), (n, samples), (n, time, channels), (n, height, width[, colours])."""
    if len(shape) == 2:
        return "audio" if shape[1] >= _SOUND_SAMPLES else "table"
    if len(shape) == 3 and shape[2] <= _MOST_CHANNELS < shape[1]:
        return "sensor"
    return "image"


def _are_measured(y: Any) -> bool:
    """Numbers with fractions are no labels."""
    return bool(y.dtype.kind == "f" and y.size and (y != np.round(y)).any())


def _are_several(y: Any) -> bool:
    """Columns of 0 and 1."""
    return bool(y.ndim == 2 and y.dtype.kind in "biuf" and y.size and np.isin(y, (0, 1)).all())


def _networks(draft: _Draft) -> None:
    """Teacher and student that fit the kind."""
    match draft.kind:
        case "image":
            size = next((key.value for key in draft.keys.get("image", ()) if key.name == "size"), None)
            small = size is None or min(size) < _SMALL_SIDE
            draft.add("teacher", Key("model", "resnet", "trained here; or a file of your own"))
            draft.add("student", Key("model", "ds_cnn" if small else "mobilenet_v1"))
            if not small:
                draft.add("student", Key("width", 0.25))
        case "text":
            why = "trained here; or a sentence encoder, or another file of your own"
            draft.add("teacher", Key("model", "text_cnn", why))
            draft.add("student", Key("model", "embedding_bag"))
            draft.add("distillation", Key("alpha", 0.5, "half the teacher, half the labels"))
            draft.add("distillation", Key("learning_rate", 0.015, "tables of small values want large steps"))
        case "table":
            draft.add("teacher", Key("model", "mlp", "trained here; or a file of your own"))
            draft.add("student", Key("model", "mlp"))
        case _:
            if draft.kind == "audio":
                draft.add("audio", Key("layout", "time", "what tcn takes"))
            draft.add("teacher", Key("model", "tcn", "trained here; or a file of your own"))
            draft.add("student", Key("model", "tcn"), Key("width", 0.25))


def _ordered(draft: _Draft, name: str, source: str) -> dict[str, tuple[Key, ...]]:
    task = () if draft.task == "classification" else (Key("task", draft.task, draft.why),)
    data = (Key("source", source), Key("kind", draft.kind))
    kinds: dict[str, tuple[Key, ...]] = {
        each: tuple(draft.keys[each]) for each in ("image", "audio", "sensor", "text") if each in draft.keys
    }
    boards = Key("board", ["qemu-mps2-an386", "host"], "emulated; any names from `tinykd boards`")
    return {
        "project": (Key("name", name, "becomes the stem of the C names"), *task),
        "data": data,
        **kinds,
        "teacher": tuple(draft.keys["teacher"]),
        "student": tuple(draft.keys["student"]),
        **({"distillation": tuple(draft.keys["distillation"])} if "distillation" in draft.keys else {}),
        "target": (boards,),
        "gates": (Key("exact_percent", 100, "of the outputs equal TFLM's, byte by byte"),),
    }


def _read(found: Proposal, root: Path) -> Proposal:
    """``found`` with what its data holds; of CSV files that are no recordings, as a table."""
    project = Project.model_validate(found.values(), strict=False)
    try:
        data = project_dataset(project, root)
    except UserError as error:
        if project.data.kind == "sensor" and not project.data.source.endswith(".npz"):
            return _as_table(found, root, error)
        return Proposal(found.sections, (), error)
    return Proposal(found.sections, tuple(_seen(data)))


def _as_table(found: Proposal, root: Path, error: UserError) -> Proposal:
    source = found.sections["data"][0]
    mlp = (Key("model", "mlp", "trained here; or a file of your own"),)
    changes = {"data": (source, Key("kind", "table")), "teacher": mlp, "student": (Key("model", "mlp"),)}
    table = Proposal({**found.sections, **changes}, ())
    try:
        data = project_dataset(Project.model_validate(table.values(), strict=False), root)
    except UserError:
        return Proposal(found.sections, (), error)
    return Proposal(table.sections, tuple(_seen(data)))


def _seen(data: Dataset) -> Iterator[str]:
    is_text = isinstance(data.frontend, TextFrontend)
    sides = " x ".join(str(side) for side in data.input_shape)
    shape = f"at most {data.input_shape[2]} ids" if is_text else sides
    parts = ", ".join(f"{len(split)} for {name}" for name, split in data.splits.items())
    yield f"Samples of {shape}: {parts}."
    if data.task in ("classification", "multilabel"):
        shown = ", ".join(one_line(name, 40) for name in data.classes[:12]) + (
            ", ..." if len(data.classes) > 12 else ""
        )
        several = ", of which several may be on" if data.task == "multilabel" else ""
        yield f"{len(data.classes)} classes{several}: {shown}."
    yield from (f"{note[:1].upper()}{note[1:]}." for note in data.notes)
