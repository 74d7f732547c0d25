"""Sentences from a folder: ``CLASS/FILE.txt``, with splits as of images, or tables that are splits."""

from pathlib import Path

from tinykd.data.sources.folder.files import entries, files_below
from tinykd.data.sources.folder.split_names import Role, role_of
from tinykd.data.sources.text.decode import decoded
from tinykd.data.sources.text.sentence import Sentence, Sentences
from tinykd.errors import DataError
from tinykd.project.samples import DataSection
from tinykd.project.text import TextSection

SUFFIXES = (".txt",)


def folder_sentences(folder: Path, section: DataSection, how: TextSection) -> Sentences:
    """A sentence of each file; ``[data] classes`` picks some."""
    found = entries(folder, SUFFIXES, section)
    labelled = tuple(
        Sentence(decoded(entry.path, how.encoding).strip(), entry.label, str(entry.path), entry.part)
        for entry in found.entries
    )
    return Sentences(folder.name, labelled, notes=found.notes)


def line_sentences(path: Path, how: TextSection) -> list[Sentence]:
    """Without labels: each line of ``path`` that holds something."""
    lines = decoded(path, how.encoding).splitlines()
    return [
        Sentence(line.strip(), None, f"{path}: line {number}")
        for number, line in enumerate(lines, 1)
        if line.strip()
    ]


def split_tables(folder: Path, suffixes: tuple[str, ...]) -> list[tuple[Path, Role]]:
    """The tables of ``folder`` that are called as a split each, such as ``train.csv`` and ``test.csv``."""
    files = files_below(folder, suffixes)
    roles = [(path, role) for path in files if (role := role_of(path.stem)) is not None]
    if not files:
        wanted = "CLASS/FILE.txt, or train.csv and test.csv"
        raise DataError(folder, f"no {', '.join((*suffixes, *SUFFIXES))} file in it", wanted)
    if len(roles) != len(files):
        other = next(path for path in files if role_of(path.stem) is None)
        found = f"a table that is no split by its name ({other.name})"
        raise DataError(folder, found, "train.csv, validation.csv, test.csv", f"Or name one file: {other}")
    return roles
