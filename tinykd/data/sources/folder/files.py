"""A folder of files as labelled samples: which file is of which class, group and part of the split.

Understood, in this order: Speech Commands (``validation_list.txt`` and ``testing_list.txt``), the Free
Spoken Digit Dataset (``7_jackson_32.wav``), and what ``layout`` makes of folders. What is hidden or begins
with ``_`` is left out. A link that leads out of the folder is refused, not followed.
"""

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from tinykd.data.raw import TEST, TRAIN, VALIDATION
from tinykd.data.sources.folder.layout import LabelledFile, LabelledFiles, arranged
from tinykd.errors import DataError
from tinykd.project.samples import DataSection

MAX_FILES = 1_000_000
_SPOKEN_DIGIT = re.compile(r"(\d+)_([^_/]+)_(\d+)")
_PUBLISHED_TEST_TAKES = 5  # of the Free Spoken Digit Dataset: takes 0 to 4


def entries(folder: Path, suffixes: Sequence[str], section: DataSection) -> LabelledFiles:
    """The files of ``folder``, of ``[data] classes`` only where given."""
    files = files_below(folder, suffixes)
    if not files:
        found_none = f"no {' or '.join(suffixes)} file in it"
        raise DataError(folder, found_none, "a folder for each class, with files")
    published = _speech_commands(folder, files) or _spoken_digits(files)
    places = [(path, path.relative_to(folder).parts[:-1]) for path in files]
    found = LabelledFiles(tuple(published)) if published else arranged(folder, places, section)
    return of_classes(folder, regrouped(folder, found, section), section)


def regrouped(folder: Path, found: LabelledFiles, section: DataSection) -> LabelledFiles:
    """``found`` with the groups of ``[data] group_pattern``, where there is one."""
    pattern = section.group_pattern
    if pattern is None:
        return found
    return replace(found, entries=tuple(_regrouped(entry, folder, pattern) for entry in found.entries))


def of_classes(folder: Path, found: LabelledFiles, section: DataSection) -> LabelledFiles:
    """``found``, of ``[data] classes`` only where given."""
    classes = section.classes
    if classes is None:
        return found
    _check_classes(folder, found.entries, classes)
    return replace(found, entries=tuple(entry for entry in found.entries if entry.label in classes))


def files_below(folder: Path, suffixes: Sequence[str]) -> list[Path]:
    """Sorted; without what is hidden or begins with ``_``."""
    found: list[Path] = []
    root = folder.resolve()
    for path in _walk(folder):
        if path.suffix.lower() in suffixes:
            _check_link(path, root)
            found.append(path)
            if len(found) > MAX_FILES:
                raise DataError(folder, f"more than {MAX_FILES} files", "fewer")
    return sorted(found)


def _walk(folder: Path) -> Iterator[Path]:
    for parent, folders, files in os.walk(folder):
        for name in folders:
            _check_link(Path(parent) / name, folder.resolve())
        folders[:] = sorted(name for name in folders if name[0] not in "._")
        yield from (Path(parent) / name for name in files if name[0] not in "._")


def _check_link(path: Path, root: Path) -> None:
    if path.is_symlink() and not path.resolve().is_relative_to(root):
        raise DataError(path, "is a link that leads out of the folder", "plain files and folders", "Copy it")


def _speech_commands(folder: Path, files: list[Path]) -> list[LabelledFile]:
    """Warden, Speech Commands, arXiv 1804.03209: a speaker's hash stands before ``_nohash_``."""
    lists = {VALIDATION: folder / "validation_list.txt", TEST: folder / "testing_list.txt"}
    if not all(path.is_file() for path in lists.values()):
        return []
    part_of = {
        line.strip(): part
        for part, path in lists.items()
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines()
    }
    return [
        _speech_command(path, part_of.get(_relative(path, folder), TRAIN))
        for path in files
        if path.parent.parent == folder
    ]


def _speech_command(path: Path, part: int) -> LabelledFile:
    return LabelledFile(path, path.parent.name, path.stem.partition("_nohash_")[0], part)


def _spoken_digits(files: list[Path]) -> list[LabelledFile]:
    """``{digit}_{speaker}_{take}``, the published split by take."""
    found = [(path, _SPOKEN_DIGIT.fullmatch(path.stem)) for path in files]
    if not all(match for _, match in found):
        return []
    return [
        LabelledFile(path, match[1], match[2], TEST if int(match[3]) < _PUBLISHED_TEST_TAKES else TRAIN)
        for path, match in found
        if match
    ]


def _regrouped(entry: LabelledFile, folder: Path, pattern: str) -> LabelledFile:
    return LabelledFile(entry.path, entry.label, group_of(entry.path, folder, pattern), entry.part)


def group_of(path: Path, folder: Path, pattern: str) -> str:
    """What ``[data] group_pattern`` finds in the path of a file below ``folder``."""
    try:
        found = re.search(pattern, _relative(path, folder))
        group = found[1] if found else None
    except (re.error, IndexError) as error:
        wanted = 'a regular expression with one group, such as "^[^/]+/([^_]+)_"'
        raise DataError("[data] group_pattern", str(error), wanted) from None
    if group is None:
        found_none = f"[data] group_pattern {pattern} does not find its group"
        raise DataError(path, found_none, "a group for every file")
    return group


def _check_classes(folder: Path, found: Sequence[LabelledFile], classes: Sequence[str]) -> None:
    known = sorted({entry.label for entry in found})
    for name in classes:
        if name not in known:
            shown = ", ".join(known[:20]) + (" ..." if len(known) > 20 else "")
            raise DataError("[data] classes", f"no {name} in {folder}", f"of {shown}")


def _relative(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()
