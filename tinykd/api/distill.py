"""``tinykd.distill``: a teacher and data in, an int8 student with its whole ladder out."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tinykd.api.distilled import Distilled
from tinykd.api.folder import Sections, write_data, write_project, write_student, write_teacher
from tinykd.api.progress import reporter
from tinykd.errors import UserError

LAST = "quantize"


@dataclass(frozen=True)
class Budget:
    """What the compiled student may take at most; None: not limited.

    ``flash_bytes``: weights and other constants (code comes on top); ``ram_bytes``: the arena; ``macs``:
    multiply-accumulates of one inference.
    """

    flash_bytes: int | None = None
    ram_bytes: int | None = None
    macs: int | None = None


def distill(  # noqa: PLR0913 - a call in a notebook, by keywords
    teacher: Any = "resnet",
    student: Any = "ds_cnn",
    data: Any = "digits",
    *,
    fit: Budget | None = None,
    classes: "tuple[str, ...] | list[str]" = (),
    name: str = "model",
    task: str = "classification",
    seed: int = 1,
    settings: Mapping[str, Mapping[str, Any]] | None = None,
    folder: str | Path | None = None,
    verbose: bool = True,
) -> Distilled:
    """Teach a small student what ``teacher`` knows, and make it full int8.

    ``teacher``: a ``keras.Model`` or ``tf_keras.Model`` (logits or probabilities out), a file of one (.keras,
    .h5, SavedModel, ONNX), logits computed elsewhere (.npz), the name of a network to train here ("resnet",
    "tcn", "lstm", "mlp"), or several of these.
    ``student``: "ds_cnn", "mobilenet_v1", "resnet8", "tcn", "lstm", "gru", "mlp" or "autoencoder"; or a
        ``tf_keras.Model``.
    ``data``: ``(x, y)`` with x (n, H, W[, C]) images, (n, time, channels) windows or as ``settings`` say, and
    y (n,) labels from 0 on; ``((x_train, y_train), (x_test, y_test))``; a dictionary as in an .npz (x_train,
    y_validation, group, ...); a ``tf.data.Dataset`` of pairs, or a dictionary of them; the path of a folder
    or file. What has no split of its own is split by class.
    ``fit``: the largest student within these limits.
    ``settings``: sections of ``tinykd.toml`` by name, such as ``{"distillation": {"epochs": 60}}``.
    ``folder``: keeps all files, and a second call goes on where the first was stopped; else they last as long
    as the result.

    Raises ``tinykd.UserError`` (one line: where, what was found, what was expected, what to type), of which
    ``tinykd.InputError`` is a ``ValueError``.
    """
    from tinykd.pipeline.options import RunOptions
    from tinykd.pipeline.run import run

    place = _Place.at(folder)
    with _named_from_within(place.path), reporter(verbose) as report:
        source = write_data(place.path, data, tuple(classes), report)
        sections = _sections(place.path, source, teacher, student)
        sections["project"] = {"name": name, "task": task, "seed": seed}
        sections["student"] |= {"fit": asdict(fit)} if fit else {}
        path = write_project(place.path, _merged(sections, settings or {}))
        done = run(path, RunOptions(until=LAST), report)
    return Distilled(done.space, place.keep)


@contextmanager
def _named_from_within(folder: Path) -> Iterator[None]:
    """Errors name files of ``folder``, which may be gone by then, without it."""
    from tinykd.engine.failures import as_user_errors

    try:
        with as_user_errors(folder):
            yield
    except UserError as error:
        where = error.where.removeprefix(f"{folder}/")
        raise type(error)(where, error.found, error.expected, error.fix) from error.__cause__


@dataclass(frozen=True)
class _Place:
    """A folder, and what keeps it there."""

    path: Path
    keep: "tempfile.TemporaryDirectory[str] | None"

    @classmethod
    def at(cls, folder: str | Path | None) -> "_Place":
        if folder is not None:
            Path(folder).mkdir(parents=True, exist_ok=True)
            return cls(Path(folder).resolve(), None)
        keep = tempfile.TemporaryDirectory(prefix="tinykd-")
        return cls(Path(keep.name).resolve(), keep)


def _sections(folder: Path, source: str, teacher: Any, student: Any) -> Sections:
    return {
        "data": {"source": source},
        "teacher": {"model": write_teacher(folder, teacher)},
        "student": {"model": write_student(folder, student)},
    }


def _merged(sections: Sections, settings: Mapping[str, Mapping[str, Any]]) -> Sections:
    """Arguments win over ``settings`` of the same key."""
    names = (*sections, *(name for name in settings if name not in sections))
    return {name: {**settings.get(name, {}), **sections.get(name, {})} for name in names}
