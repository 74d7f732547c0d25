"""A teacher of the user's: loaded and asked in a subprocess, since a hostile or broken file may end it.

Parent and child share a folder: ``job.json`` and the data go in; logits, or ``refused.json``, come out.
Child: ``python -m tinykd.teacher.foreign FOLDER``.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tinykd.data.dataset import Dataset, Split
from tinykd.data.views import Augmentation
from tinykd.errors import ModelError, UserError
from tinykd.files import write_json
from tinykd.progress import Progress, Silent
from tinykd.teacher.archive import check_archive
from tinykd.teacher.keras_file import check_shapes, load_keras, logits_of
from tinykd.teacher.logits import TEACHER_FILE, VIEWS_FILE, Views, split_file, write_logits
from tinykd.training.tensorflow import libraries

TIMEOUT_S = 3600.0
_WEIGHTS_BYTES = 1 << 30
_MEMORY_BYTES = 4 << 30  # for the teacher, above what TensorFlow itself takes


@dataclass(frozen=True)
class Foreign:
    """What the child found out."""

    parameters: int
    probabilities: bool  # it gives softmax, of which the logarithm was taken


def ask_foreign(path: Path, data: Dataset, views: Views, out: Path, progress: Progress) -> Foreign:
    """Write the logits of the ``.keras`` file at ``path``, and a copy of the file, into ``out``."""
    check_archive(path)
    with tempfile.TemporaryDirectory(prefix="tinykd-teacher-") as name, progress.task("teacher", 1) as task:
        folder = Path(name)
        shutil.copyfile(path, folder / TEACHER_FILE)
        _write_job(folder, path, data, views)
        _run(folder, path)
        for file in (TEACHER_FILE, VIEWS_FILE, *map(split_file, data.splits)):
            shutil.move(folder / file, out / file)
        task.advance()
        return Foreign(**json.loads((folder / "found.json").read_text()))


def _write_job(folder: Path, path: Path, data: Dataset, views: Views) -> None:
    job = {"path": str(path), "name": data.name, "classes": data.classes, "views": asdict(views)}
    write_json(folder / "job.json", job)
    arrays = {f"{name}_{key}": getattr(s, key) for name, s in data.splits.items() for key in ("x", "y")}
    np.savez(folder / "data.npz", **arrays)


def _run(folder: Path, path: Path) -> None:
    command = [sys.executable, "-P", "-m", "tinykd.teacher.foreign", str(folder)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    try:
        done = subprocess.run(command, capture_output=True, timeout=TIMEOUT_S, env=environment, check=False)
    except subprocess.TimeoutExpired:
        raise ModelError(path, f"it does not answer within {TIMEOUT_S:g} s") from None
    if (refused := folder / "refused.json").is_file():
        raise ModelError(**json.loads(refused.read_text()))
    if done.returncode != 0:
        how = f"signal {-done.returncode}" if done.returncode < 0 else f"code {done.returncode}"
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines() or [""]
        raise ModelError(
            path, f"loading it ended the process ({how}) {lines[-1][:160]}", "a valid .keras file"
        )


def main(folder: Path) -> None:
    """The child: everything that touches the foreign file."""
    job = json.loads((folder / "job.json").read_text())
    path = Path(job["path"])
    try:
        found = _answer(folder, path, job)
    except UserError as error:
        fields = {"where": str(path), "found": error.found, "expected": error.expected, "fix": error.fix}
        write_json(folder / "refused.json", fields)
        return
    write_json(folder / "found.json", asdict(found))


def _answer(folder: Path, path: Path, job: dict[str, Any]) -> Foreign:
    data, views = _read_job(folder, job)
    _bound_memory()
    check_weights(folder / TEACHER_FILE)
    model = load_keras(folder / TEACHER_FILE)
    check_shapes(model, path, data.input_shape, len(data.classes))
    predict, probabilities = logits_of(model, path, data.validation.x)
    write_logits(predict, data, views, folder, Silent())
    return Foreign(int(model.count_params()), probabilities)


def _read_job(folder: Path, job: dict[str, Any]) -> tuple[Dataset, Views]:
    raw = job["views"]
    with np.load(folder / "data.npz") as arrays:
        splits = {n: Split(arrays[f"{n}_x"], arrays[f"{n}_y"]) for n in ("train", "validation", "test")}
    how = Augmentation(**raw["how"]) if raw["how"] else None
    return Dataset(str(job["name"]), **splits, classes=tuple(job["classes"])), Views(
        raw["seed"], raw["count"], how
    )


def _bound_memory() -> None:
    """A layer of 10^12 units is an error here, not the end of the machine. Linux only."""
    statm = Path("/proc/self/statm")
    if not statm.exists():
        return
    import resource

    libraries()
    used = int(statm.read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + _MEMORY_BYTES,) * 2)


def check_weights(path: Path) -> None:
    """Refuse links and absurd sizes in ``model.weights.h5`` (CVE-2026-1462 and kin) before Keras reads it."""
    import io
    import zipfile

    import h5py

    with zipfile.ZipFile(path) as archive:
        raw = archive.read("model.weights.h5")
    total = 0
    try:
        with h5py.File(io.BytesIO(raw), "r") as file:
            for item in _walk(file, path):
                if item.external or item.is_virtual:
                    raise ModelError(path, "its weights point to another file", "weights inside of the file")
                total += item.nbytes
                if total > _WEIGHTS_BYTES:
                    raise ModelError(path, f"its weights claim {total} bytes", f"at most {_WEIGHTS_BYTES}")
    except OSError as error:
        raise ModelError(path, f"its weights cannot be read ({error})", "a valid HDF5 file") from None


def _walk(group: Any, path: Path) -> Iterator[Any]:
    """Every dataset below ``group``; soft and external links are refused, not followed."""
    import h5py

    for name in group:
        link = group.get(name, getlink=True)
        if not isinstance(link, h5py.HardLink):
            raise ModelError(path, f"its weights hold a link ({name})", "weights inside of the file")
        item = group[name]
        if isinstance(item, h5py.Group):
            yield from _walk(item, path)
        else:
            yield item


if __name__ == "__main__":
    main(Path(sys.argv[1]))
