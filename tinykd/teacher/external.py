"""An external teacher model: loaded and run in a subprocess, since a hostile or broken file may end it.

Parent and child share a folder: ``job.json``, the data and a copy of the model go in; logits, or
``refused.json``, come out. The child is ``tinykd.teacher.child``.
"""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tinykd.children import child, follow
from tinykd.data.augmentation.options import augmentation_json
from tinykd.data.dataset import Dataset
from tinykd.data.stored.lazy_rows import blocks
from tinykd.data.stored.npy import written
from tinykd.errors import ModelError
from tinykd.files import write_json
from tinykd.progress import Progress, Task
from tinykd.scratch import scratch
from tinykd.teacher.archive import check_archive
from tinykd.teacher.formats import Format
from tinykd.teacher.logits import Views
from tinykd.teacher.mismatch import Interpretation
from tinykd.teacher.takes import usual

SILENCE_S = 3600.0  # for loading it, and for each piece of its labels
MAX_FILE_BYTES = 2 << 30


@dataclass(frozen=True)
class ExternalModel:
    """The result of the subprocess."""

    parameters: int
    notes: tuple[str, ...] = ()  # the kind of its outputs, and its input range where that was chosen


@dataclass(frozen=True)
class ExternalRequest:
    """A model file that shall label samples."""

    path: Path
    format: Format
    stem: str = "teacher"  # of its copy
    asking: Interpretation | None = None  # None: it takes samples as they are, unchecked
    section: str = "[teacher]"  # of the project file, that says how it is asked

    @property
    def file_name(self) -> str:
        """What the copy is called."""
        if self.format is Format.SAVED_MODEL:
            return self.stem
        suffix = self.path.suffix.lower()
        return f"{self.stem}.h5" if suffix == ".hdf5" else f"{self.stem}{suffix}"


def run_external(
    request: ExternalRequest, data: Dataset, views: Views, out: Path, progress: Progress
) -> ExternalModel:
    """Write the model's logits into ``out``, and a copy of it."""
    path = request.path
    check_file(path, request.format)
    total = sum(len(split) for split in data.splits.values()) + views.count * len(data.train_inputs)
    with scratch("tinykd-teacher-") as folder, progress.task("teacher labels samples", total) as task:
        task.advance(0, "it is loaded and looked at")
        file = folder / request.file_name
        copy_model(path, file)
        _write_job(folder, request, data, views)
        run_child("tinykd.teacher.child", folder, request, task)
        for made in (file, *folder.glob("logits_*.npy")):
            shutil.move(made, out / made.name)
        found = json.loads((folder / "found.json").read_text())
        return ExternalModel(found["parameters"], tuple(found["notes"]))


def check_file(path: Path, format: Format) -> None:
    """Checks of a model file that need none of its libraries."""
    if path.suffix == ".keras":
        check_archive(path)  # needs nothing but the standard library
    check_place(path, format)


def check_place(path: Path, format: Format) -> None:
    """The model file is there, is of its kind, and is not too large."""
    if not path.exists():
        raise ModelError(path, "no such file", f"a {format.value}")
    if not (path.is_file() or path.is_dir()):
        raise ModelError(path, "is a device or a pipe", f"a {format.value}")
    if path.is_dir() != (format is Format.SAVED_MODEL):
        raise ModelError(path, "is a folder", f"a {format.value}")
    size = (
        sum(f.stat().st_size for f in path.rglob("*") if f.is_file())
        if path.is_dir()
        else path.stat().st_size
    )
    if size > MAX_FILE_BYTES:
        raise ModelError(path, f"is {size} bytes", f"at most {MAX_FILE_BYTES}")


def copy_model(path: Path, to: Path) -> None:
    """Links of a folder stay links, for the child to refuse."""
    if path.is_dir():
        shutil.copytree(path, to, symlinks=True)
    else:
        shutil.copyfile(path, to)


def _write_job(folder: Path, request: ExternalRequest, data: Dataset, views: Views) -> None:
    asking = request.asking or Interpretation(usual(data), judged=False)
    job = {
        "path": str(request.path),
        "format": request.format.value,
        "file": request.file_name,
        "name": data.name,
        "classes": data.classes,
        "task": data.task,
        "target_mean": data.target_mean,
        "target_scale": data.target_scale,
        "grid": asdict(data.grid) if data.grid else None,
        "asking": asdict(asking),
        "seed": views.seed,
        "views": views.count,
        "how": augmentation_json(views.how),
        "mixing": views.mixing,
    }
    write_json(folder / "job.json", job)
    arrays: dict[str, Any] = {f"{name}_y": split.y for name, split in data.splits.items()}
    samples = {f"{name}_x": split.x for name, split in data.splits.items()}
    for name, split in data.splits.items():
        if split.scenes is not None:
            boxes = split.scenes.boxes
            found = {"corners": boxes.corners, "classes": boxes.classes, "starts": boxes.starts}
            arrays |= {f"{name}_{key}": value for key, value in found.items()}
    if data.unlabelled is not None:
        samples["unlabelled"] = data.unlabelled
    np.savez(folder / "data.npz", **arrays)
    for name, x in samples.items():
        with written(folder / f"{name}.npy", x.shape) as file:
            for block in blocks(x):
                file.append(block)


def run_child(module: str, folder: Path, request: ExternalRequest, task: Task) -> None:
    """Run ``module`` on ``folder`` until it ends; what it refuses, or its crash, is a ``ModelError``."""
    path = request.path
    command = [sys.executable, "-P", "-m", module, str(folder)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    streams: dict[str, Any] = {"stdout": subprocess.PIPE, "encoding": "utf-8", "errors": "replace"}
    with (
        (folder / "said").open("wb") as stderr,
        child(command, stderr=stderr, env=environment, **streams) as process,
    ):
        if not follow(process, SILENCE_S, lambda line: _advance(task, line)):
            raise ModelError(path, f"it does not answer within {SILENCE_S:g} s")
    if (refused := folder / "refused.json").is_file():
        said = json.loads(refused.read_text())
        raise ModelError(**{key: text.replace("[teacher]", request.section) for key, text in said.items()})
    code = process.returncode
    if code != 0:
        ended = f"signal {-code}" if code < 0 else f"code {code}"
        lines = (folder / "said").read_text("utf-8", "replace").strip().splitlines() or [""]
        raise ModelError(path, f"loading it ended the process ({ended}) {lines[-1][:160]}", "a valid model")


def _advance(task: Task, line: str) -> None:
    """The child says how many samples it has labelled more."""
    if (count := line.strip()).isdecimal():
        task.advance(int(count), "labels")
