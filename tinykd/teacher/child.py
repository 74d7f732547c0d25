"""The subprocess of ``external``: everything that reads an external model file happens here.

Type ``python -m tinykd.teacher.child FOLDER``. The folder holds ``job.json``, ``data.npz`` and a copy of the
model; logits and ``found.json``, or ``refused.json``, come out.
"""

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinykd.data.augmentation.options import augmentation_of
from tinykd.data.dataset import Dataset, Split
from tinykd.data.objects.boxes import Boxes
from tinykd.data.objects.grid import Grid, Scenes
from tinykd.data.stored.lazy_rows import blocks
from tinykd.data.stored.npy import rows_of
from tinykd.data.types import SampleRows, Samples
from tinykd.errors import UserError
from tinykd.files import write_json
from tinykd.progress import Silent
from tinykd.teacher.bounded import bound_memory
from tinykd.teacher.external import ExternalModel
from tinykd.teacher.formats import Format
from tinykd.teacher.interpretation import interpret
from tinykd.teacher.logits import Views, write_logits
from tinykd.teacher.mismatch import Interpretation
from tinykd.teacher.signature import LoadedModel, ModelSignature, Predict
from tinykd.teacher.stage import check_teaches

_ASKED_BYTES = 64 << 20  # of validation samples
PIECE = 256  # samples; the batches that are asked at once divide it
_PARENT = os.fdopen(os.dup(1), "w")  # what libraries print goes elsewhere


def main(folder: Path) -> None:
    """OutputKind, or say why not."""
    os.dup2(2, 1)
    job = json.loads((folder / "job.json").read_text())
    path = Path(job["path"])
    try:
        found = _answer(folder, path, job)
    except UserError as error:
        fields = {"where": str(path), "found": error.found, "expected": error.expected, "fix": error.fix}
        write_json(folder / "refused.json", fields)
        return
    write_json(folder / "found.json", asdict(found))


def _answer(folder: Path, path: Path, job: dict[str, Any]) -> ExternalModel:
    data, views = _read_job(folder, job)
    asking = Interpretation.of_json(job["asking"])
    loaded = load_external(
        Format(job["format"]), folder / job["file"], path, ModelSignature.of(data, asking.classes)
    )
    found = interpret(loaded.predict, path, data, asking)
    if asking.judged:  # before it labels every view
        answers = [found.predict(some) for some in blocks(data.validation.x, _ASKED_BYTES)]
        check_teaches(np.concatenate(answers), data, str(path), asking.balanced)
    write_logits(_reporting(found.predict), data, views, folder, Silent())
    return ExternalModel(loaded.parameters, tuple(filter(None, (*found.notes, loaded.note))))


def _reporting(predict: Predict) -> Predict:
    """``predict`` in pieces, each reported to the parent."""

    def ask(x: Samples) -> NDArray[np.float32]:
        pieces = []
        for at in range(0, max(1, len(x)), PIECE):
            pieces.append(predict(x[at : at + PIECE]))
            print(len(pieces[-1]), file=_PARENT, flush=True)
        return np.concatenate(pieces)

    return ask


def load_external(format: Format, file: Path, path: Path, signature: ModelSignature) -> LoadedModel:
    """``file``, a copy of ``path``; its libraries are imported first, since their memory is not the model's.

    Memory is bounded from then on: only in a process that was made for the file.
    """
    if format is Format.ONNX:
        from tinykd.teacher.onnx_file import import_packages, load_onnx

        import_packages(path)
        bound_memory()
        return load_onnx(file, path, signature)
    from tinykd.training.tensorflow import libraries

    libraries()
    bound_memory()
    if format is Format.TFLITE:
        from tinykd.teacher.tflite_file import load_tflite

        return load_tflite(file, path, signature)
    if format is Format.SAVED_MODEL:
        from tinykd.teacher.saved_model import load_saved_model

        return load_saved_model(file, path, signature)
    from tinykd.teacher.keras_file import load_keras_file

    return load_keras_file(file, path, signature)


def _read_job(folder: Path, job: dict[str, Any]) -> tuple[Dataset, Views]:
    with np.load(folder / "data.npz") as arrays:
        grid = _grid(job["grid"])
        train, validation, test = (
            _split(folder, arrays, n, grid, job["task"] == "multilabel")
            for n in ("train", "validation", "test")
        )
        more = folder / "unlabelled.npy"
        unlabelled = _rows(more) if more.is_file() else None
    splits = (train, validation, test)
    data = Dataset(
        str(job["name"]),
        *splits,
        tuple(job["classes"]),
        job["task"],
        unlabelled=unlabelled,
        target_mean=tuple(job["target_mean"]),
        target_scale=tuple(job["target_scale"]),
    )
    return data, Views(job["seed"], job["views"], augmentation_of(job["how"]), job["mixing"])


def _grid(value: dict[str, Any] | None) -> Grid | None:
    """Of a detection."""
    if value is None:
        return None
    usual = tuple((float(width), float(height)) for width, height in value["usual"])
    return Grid(**{**value, "usual": usual})


def _rows(file: Path) -> SampleRows:
    """Mapped, and read as they are asked for where they are many."""
    return rows_of(np.load(file, mmap_mode="r", allow_pickle=False))


def _split(folder: Path, arrays: Any, name: str, grid: Grid | None, multilabel: bool) -> Split:
    x, y = _rows(folder / f"{name}_x.npy"), arrays[f"{name}_y"]
    if grid is None:
        return Split(x, y, multilabel=multilabel)
    boxes = Boxes(*(arrays[f"{name}_{key}"] for key in ("corners", "classes", "starts")))
    return Split(x, y, scenes=Scenes(boxes, grid))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
