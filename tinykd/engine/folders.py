"""A stage's folder appears whole or not at all, whenever the process is killed.

The stage writes into ``.NAME.new``; its manifest is the last file written there and says that it is done.
``swap`` then moves the old folder aside and the new one into place. Killed between the two moves, the done
``.NAME.new`` is still there, and ``recover`` completes the swap: nothing finished is computed twice.
"""

import shutil
from pathlib import Path

from tinykd.engine.manifest import read_manifest


def fresh(folder: Path) -> Path:
    """An empty ``.NAME.new`` beside ``folder``."""
    new = _new(folder)
    discard(new)
    new.mkdir(parents=True)
    return new


def swap(folder: Path) -> None:
    """Put the finished ``.NAME.new`` in ``folder``'s place."""
    old = folder.with_name(f".{folder.name}.old")
    discard(old)
    if folder.exists():
        folder.rename(old)
    _new(folder).rename(folder)
    discard(old)


def recover(folder: Path) -> None:
    """Complete or remove what a killed run left beside ``folder``. Only while holding the lock."""
    new = _new(folder)
    if new.exists():
        if read_manifest(new):
            swap(folder)
            forget_trainings(folder)
        else:
            discard(new)
    discard(folder.with_name(f".{folder.name}.old"))


def kept_trainings(folder: Path, key: str) -> Path:
    """Where trainings of the stage of ``folder`` are kept while it is not finished; those for another ``key``
    are removed.
    """
    kept = _trainings(folder)
    for other in kept.iterdir() if kept.is_dir() else ():
        if other.name != key:
            shutil.rmtree(other, ignore_errors=True)
    return kept / key


def forget_trainings(folder: Path) -> None:
    """The stage is finished."""
    shutil.rmtree(_trainings(folder), ignore_errors=True)


def _trainings(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.epochs")


def discard(folder: Path) -> None:
    """Remove ``folder`` if it is there."""
    if folder.exists():
        shutil.rmtree(folder)


def _new(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.new")
