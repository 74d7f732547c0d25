"""Folders for a while, which do not stay when the process has to end without tidying up."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_OPEN: set[Path] = set()  # of this process


@contextmanager
def scratch(prefix: str, inside: Path | None = None) -> Iterator[Path]:
    """A new folder that is gone after the context; ``inside``: where, if not among temporary files."""
    with tempfile.TemporaryDirectory(prefix=prefix, dir=inside, ignore_cleanup_errors=True) as name:
        _OPEN.add(Path(name))
        try:
            yield Path(name)
        finally:
            _OPEN.discard(Path(name))


def remove_all() -> None:
    """Every such folder of this process."""
    for folder in list(_OPEN):
        shutil.rmtree(folder, ignore_errors=True)
