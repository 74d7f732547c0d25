"""A model file of the user's in a subprocess, since a hostile or broken one may end it: ``child``."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tinykd.children import child, follow, signal_name
from tinykd.data.types import Samples
from tinykd.errors import ModelError, one_line
from tinykd.files import write_json
from tinykd.own_model.recurrent import RecurrentLayer, read_recurrent
from tinykd.scratch import scratch
from tinykd.teacher.external import ExternalRequest, check_place, copy_model
from tinykd.teacher.signature import ModelSignature

SILENCE_S = 900.0  # for loading and converting it


@dataclass(frozen=True)
class OwnModel:
    """``flatbuffer``: float, batch 1; ``answers`` (n, outputs): what the file itself says of the samples."""

    flatbuffer: bytes
    answers: NDArray[np.float32]
    parameters: int
    notes: tuple[str, ...]
    layers: Mapping[str, str]  # the class of each by its name; empty where the file does not know layers
    recurrent: tuple[RecurrentLayer, ...] = ()  # by their numbers; custom ops in ``flatbuffer``
    problems: Mapping[str, str] = field(default_factory=dict)  # a line for each that recurs without a form


def load_own_model(
    request: ExternalRequest, signature: ModelSignature, samples: Samples
) -> OwnModel | tuple[str, ...]:
    """The model, or a line for each layer that it cannot have; ``samples`` (n, H, W, C) in its own range.

    Raises a ``ModelError`` for what is wrong with the whole.
    """
    check_place(request.path, request.format)
    with scratch("tinykd-own-") as folder:
        copy_model(request.path, folder / request.file_name)
        np.save(folder / "samples.npy", samples.astype(np.float32))
        job = {
            "path": str(request.path),
            "format": request.format.value,
            "file": request.file_name,
            "input_shape": signature.input_shape,
            "outputs": signature.outputs,
            "classes": signature.classes,
        }
        write_json(folder / "job.json", job)
        _run(folder, request.path)
        found = json.loads((folder / "found.json").read_text())
        if found["problems"]:
            return tuple(found["problems"])
        content = (folder / "float.tflite").read_bytes()
        answers = np.load(folder / "answers.npy", allow_pickle=False)
        return OwnModel(
            content,
            answers,
            found["parameters"],
            tuple(found["notes"]),
            found["layers"],
            read_recurrent(found["recurrent"], folder),
            found["recurrent_problems"],
        )


def _run(folder: Path, path: Path) -> None:
    command = [sys.executable, "-P", "-m", "tinykd.own_model.child", str(folder)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with (
        (folder / "said").open("wb") as stderr,
        child(command, stdout=subprocess.PIPE, stderr=stderr, env=environment, encoding="utf-8") as process,
    ):
        if not follow(process, SILENCE_S, lambda _line: None):
            raise ModelError(path, f"it is not loaded within {SILENCE_S:g} s")
    if (refused := folder / "refused.json").is_file():
        raise ModelError(**json.loads(refused.read_text()))
    if process.returncode != 0:
        code = process.returncode
        ended = signal_name(code) if code < 0 else f"code {code}"
        found = f"loading it ended the process ({ended}) {one_line(_why(folder / 'said'), 160)}"
        raise ModelError(path, found, "a valid model")


def _why(said: Path) -> str:
    """The last line that names an error; else the last one."""
    lines = said.read_text("utf-8", "replace").strip().splitlines() or [""]
    named = [line for line in lines if re.match(r"[\w.]+(Error|Exception|Warning)\b", line)]
    return (named or lines)[-1]
