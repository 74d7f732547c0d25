"""The subprocess of ``stage``: everything that reads a foreign model of texts happens here.

Type ``python -m tinykd.teacher.text.child FOLDER``. The folder holds ``job.json``, ``texts.json``,
``ids.npy`` and a copy of the model; ``answers.npy`` and ``found.json``, or ``refused.json``, come out.
"""

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tinykd.errors import UserError
from tinykd.files import write_json
from tinykd.teacher.bounded import bound_memory
from tinykd.teacher.formats import Format
from tinykd.teacher.text.answers import TextAnswers

_PARENT = os.fdopen(os.dup(1), "w")  # what libraries print goes elsewhere


def main(folder: Path) -> None:
    """Answer, or say why not."""
    os.dup2(2, 1)
    job = json.loads((folder / "job.json").read_text())
    path, lines = Path(job["path"]), json.loads((folder / "texts.json").read_text())
    ask = _encoded if Format(job["format"]) is Format.ONNX else _answered
    try:
        answers, found = ask(folder, path, lines)
    except UserError as error:
        fields = {"where": str(path), "found": error.found, "expected": error.expected, "fix": error.fix}
        write_json(folder / "refused.json", fields)
        return
    np.save(folder / "answers.npy", answers)
    write_json(folder / "found.json", asdict(found))


def _encoded(folder: Path, path: Path, lines: Sequence[str]) -> tuple[NDArray[np.float32], TextAnswers]:
    from tinykd.teacher.text.encoder import import_packages, load_encoder

    import_packages(path)
    bound_memory()
    encoder = load_encoder(_file(folder), path)
    return encoder.vectors(lines, _report), TextAnswers(True, encoder.parameters)


def _answered(folder: Path, path: Path, lines: Sequence[str]) -> tuple[NDArray[np.float32], TextAnswers]:
    from tinykd.teacher.text.keras_texts import load_keras_texts
    from tinykd.training.tensorflow import libraries

    libraries()
    bound_memory()
    model = load_keras_texts(_file(folder), path)
    answers = model.outputs(lines, np.load(folder / "ids.npy"), _report)
    return answers, TextAnswers(False, model.parameters, model.note)


def _file(folder: Path) -> Path:
    return Path(folder, json.loads((folder / "job.json").read_text())["file"])


def _report(count: int) -> None:
    """To the parent."""
    print(count, file=_PARENT, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
