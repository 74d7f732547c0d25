"""The subprocess of ``load``: everything that reads a model file of the user's happens here.

Type ``python -m tinykd.own_model.child FOLDER``. The folder holds ``job.json``, ``samples.npy`` (n, H, W, C)
in the range that the model takes, and a copy of the model. ``float.tflite``, ``answers.npy`` (n, outputs),
``recurrent.npz`` and ``found.json`` come out, or ``refused.json``.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np

from tinykd.errors import UserError
from tinykd.files import write_json
from tinykd.own_model.convert import flatbuffer_of
from tinykd.own_model.foreign_layers import all_layers, in_float32, layer_classes, layer_problems
from tinykd.own_model.per_step import on_all_steps
from tinykd.own_model.recurrent import marked, write_recurrent
from tinykd.teacher.child import load_external
from tinykd.teacher.formats import Format
from tinykd.teacher.signature import ModelSignature


def main(folder: Path) -> None:
    """Convert and answer, or say why not."""
    os.dup2(2, 1)
    job = json.loads((folder / "job.json").read_text())
    try:
        found = _taken(folder, job)
    except UserError as error:
        write_json(folder / "refused.json", _fields(error, str(folder / job["file"]), job["path"]))
        return
    write_json(folder / "found.json", found)


def _fields(error: UserError, copy: str, path: str) -> dict[str, str]:
    """Of the message, with the user's own ``path`` where the ``copy`` is named, and keys of the student's."""
    texts = {"where": error.where, "found": error.found, "expected": error.expected, "fix": error.fix}
    return {name: text.replace(copy, path).replace("[teacher]", "[student]") for name, text in texts.items()}


def _taken(folder: Path, job: dict[str, Any]) -> dict[str, Any]:
    path, file, format = Path(job["path"]), folder / job["file"], Format(job["format"])
    if problems := layer_problems(file, path, format):
        return {"problems": problems}
    signature = ModelSignature(tuple(job["input_shape"]), job["outputs"], job["classes"])
    loaded = load_external(format, file, path, signature)
    notes = [loaded.note] if loaded.note else []
    notes += in_float32(loaded.model)
    samples = np.load(folder / "samples.npy", allow_pickle=False)
    np.save(folder / "answers.npy", loaded.predict(samples).reshape(len(samples), -1))
    on_all_steps(all_layers(loaded.model))
    recurrent = marked(all_layers(loaded.model))
    flatbuffer = flatbuffer_of(loaded, file, path, format, bool(recurrent.layers))
    (folder / "float.tflite").write_bytes(flatbuffer)
    return {
        "problems": [],
        "parameters": loaded.parameters,
        "notes": notes,
        "layers": layer_classes(loaded.model),
        "recurrent": write_recurrent(recurrent.layers, folder),
        "recurrent_problems": recurrent.problems,
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]))
