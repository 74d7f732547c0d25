"""Which part of the split a shard is of: ``train-0001.tar``, ``test/0001.parquet``, or none says so."""

from collections.abc import Sequence
from pathlib import Path

from tinykd.data.sources.folder.split_names import Role, hint_of, parts_of
from tinykd.errors import DataError


def part_of_files(source: Path, files: Sequence[Path]) -> list[int | None]:
    """Of each of ``files`` below ``source``, by its name or its folder's; all of them, or none."""
    roles = [_role(source, file) for file in files]
    known = parts_of(role for role in roles if role is not None)
    if known is None or len(set(known.values())) < 2:
        return [None] * len(files)
    for file, role in zip(files, roles, strict=True):
        if role is None or role not in known:
            found = "its name says no part, and those of others do"
            raise DataError(file, found, "train, validation or test in it", "Rename it, or put it elsewhere")
    return [known[role] for role in roles if role is not None]


def _role(source: Path, file: Path) -> Role | None:
    """The nearest name that says one."""
    if file == source:
        return None
    names = [file.name.partition(".")[0], *reversed(file.relative_to(source).parts[:-1])]
    return next((role for name in names if (role := hint_of(name)) is not None), None)
