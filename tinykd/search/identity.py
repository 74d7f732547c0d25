"""Whose study it is: what must be the same in every worker, and whenever it is resumed."""

import hashlib
import json
from pathlib import Path
from typing import Any

from tinykd.errors import DataError
from tinykd.files import sha256_file
from tinykd.project.schema import Project
from tinykd.teacher.logits import VIEWS_FILE, split_file
from tinykd.version import __version__

_NOT = ("target", "search", "firmware", "verify", "gates", "quantization", "pruning")  # of no trial
_LATER = ("trials",)  # a study may go on for longer


def identity_of(project: Project, train: Path) -> dict[str, Any]:
    """By what is compared; ``train``: the folder of the teacher's answers, else a ``DataError``."""
    whole = project.model_dump(mode="json")
    search = {k: v for k, v in (whole["search"] or {}).items() if k not in _LATER}
    sections = {k: v for k, v in whole.items() if k not in _NOT}
    sections["data"].pop(
        "source"
    )  # another machine may have it elsewhere; the teacher's answers are compared
    return {
        "project": project.project.name,
        "version": __version__,
        "teacher": _hash([_answers(train / name) for name in (VIEWS_FILE, split_file("validation"))]),
        "[search]": _hash([search, whole["target"]["board"], whole["target"]["optimize"]]),
        "other sections": _hash([sections]),
    }


def _answers(file: Path) -> str:
    """The SHA-256 of one of the teacher's files."""
    if not file.is_file():
        fix = "Type `tinykd train`, then search again"
        raise DataError(file, "no such file", "the teacher's answers", fix)
    return sha256_file(file)


def _hash(parts: list[Any]) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]
