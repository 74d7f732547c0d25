"""Failures of the machine (disk full, read-only folder) as errors that the user can mend."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tinykd.errors import ToolError, UserError

_WORDS = {
    errno.ENOSPC: ("the disk is full", "Free some space and run again; finished stages are kept."),
    errno.EDQUOT: ("the disk quota is used up", "Free some space and run again; finished stages are kept."),
    errno.EFBIG: ("the file would be larger than this machine allows", "Raise `ulimit -f` and run again."),
    errno.EROFS: ("the folder is read-only", "Copy the project to a folder that can be written."),
    errno.EACCES: ("permission denied", "Give yourself the right to write there, or copy the project."),
    errno.EPERM: ("permission denied", "Give yourself the right to write there, or copy the project."),
    errno.EEXIST: ("is a file, not a folder", "Move it away."),
    errno.ENOTDIR: ("is a file, not a folder", "Move it away."),
    errno.EMFILE: ("too many open files", "Raise `ulimit -n` and run again."),
}


@contextmanager
def as_user_errors(where: Path) -> Iterator[None]:
    """Turn an ``OSError`` that the user can mend into a ``ToolError``; others pass, being bugs."""
    try:
        yield
    except UserError:
        raise
    except OSError as error:
        wrapped = _as_tool_error(error, where)
        if wrapped is None:
            raise
        raise wrapped from error


def _as_tool_error(error: OSError, where: Path) -> ToolError | None:
    number = error.errno
    if number is None and "no space left" in str(error).lower():
        number = errno.ENOSPC  # HDF5 keeps the number in its text only
    if number not in _WORDS:
        return None
    found, fix = _WORDS[number]
    return ToolError(error.filename or where, found, "a folder that can be written", fix)
