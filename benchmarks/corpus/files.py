"""The files of a corpus: every ``.tflite`` below a folder, one of those that are equal."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from tinykd.files import sha256_file
from tinykd.paths import FIRMWARE, TEMPLATES

SUFFIXES = (".tflite", ".lite")
_PACKAGE = Path(__file__).resolve().parents[2] / "tinykd"


@dataclass(frozen=True)
class File:
    """``folder``: the first one below the corpus, usually a repository; "." for files beside it."""

    path: Path
    folder: str
    sha256: str


def find(corpus: Path) -> list[File]:
    """Sorted by path; of equal files the first."""
    found: dict[str, File] = {}
    for path in sorted(p for p in corpus.rglob("*") if p.suffix in SUFFIXES and p.is_file()):
        parts = path.relative_to(corpus).parts
        sha256 = sha256_file(path)
        found.setdefault(sha256, File(path, parts[0] if len(parts) > 1 else ".", sha256))
    return list(found.values())


def code_version() -> str:
    """12 hexadecimal digits over the package, its templates and its firmware."""
    digest = hashlib.sha256()
    for root in (_PACKAGE, TEMPLATES, FIRMWARE):
        for path in sorted(p for p in root.rglob("*") if p.is_file() and "__pycache__" not in p.parts):
            digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]
