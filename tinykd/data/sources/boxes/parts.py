"""The split that folders on a file's path name: ``train/images/a.jpg``."""

from pathlib import Path

from tinykd.data.raw import TEST, TRAIN, VALIDATION
from tinykd.data.sources.folder.split_names import Role, hint_of, role_of

_PART_OF = {
    Role.TRAIN: TRAIN,
    Role.VALIDATION: VALIDATION,
    Role.DEV: VALIDATION,
    Role.TEST: TEST,
    Role.EVAL: TEST,
}


def part_of_path(path: Path, folder: Path) -> int | None:
    """By the folders between ``folder`` and the file."""
    for name in path.relative_to(folder).parts[:-1]:
        if (role := role_of(name)) in _PART_OF:
            return _PART_OF[role]
    return None


def part_of_name(name: str) -> int | None:
    """By a file's name, such as ``instances_train2017``."""
    role = hint_of("".join(c for c in name if not c.isdigit()))
    return None if role is None else _PART_OF.get(role)
