"""Data at a URL, ``s3://bucket/words.tar`` or ``https://host/train-{000..031}.tar``: copied here once.

fsspec (optional) reads it. The copy lies in the user's cache (``TINYKD_DATA_CACHE`` says another folder)
under the URL's hash, and is made again where the size, the ETag or the time of the original has changed. All
that reads files then reads the copy. Nothing is written outside of the copy's folder, whatever is listed.
"""

import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import SplitResult, urlsplit

from tinykd.errors import DataError, ToolError, one_line
from tinykd.files import write_json
from tinykd.progress import Progress, Silent

VARIABLE = "TINYKD_DATA_CACHE"
MAX_BYTES = 256 << 30
MAX_FILES = 1_000_000
_BLOCK = 1 << 20
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_RANGE = re.compile(r"\{(\d+)\.\.(\d+)\}")
_MARKS = "marks.json"
_TOLD = (  # of the original, by what fsspec calls it
    *("ETag", "etag", "Content-MD5", "Digest", "md5Hash"),
    *("Last-Modified", "LastModified", "last_modified", "updated", "mtime", "created"),
)
_INSTALL = {"s3": "s3fs", "s3a": "s3fs", "gs": "gcsfs", "gcs": "gcsfs", "az": "adlfs", "abfs": "adlfs"}


def is_url(source: str) -> bool:
    """Whether ``source`` is read from elsewhere; a path of Windows has no two slashes behind its colon."""
    return _URL.match(source) is not None


def local_path(root: Path, source: str) -> Path:
    """Where the files of ``source`` are, or will be: a path below ``root``, or the copy of a URL."""
    return _copy_of(source).path if is_url(source) else root / source


def present(root: Path, source: str) -> Path:
    """The same, copied first where it is a URL of which there is no copy."""
    if not is_url(source):
        return root / source
    copy = _copy_of(source)
    return copy.path if copy.is_whole else brought(source)


def brought(source: str, progress: Progress | None = None) -> Path:
    """The copy of the URL ``source``, as the original is now. Where that cannot be asked, an older copy."""
    progress, copy = progress or Silent(), _copy_of(source)
    try:
        wanted = list(_listed(source))
    except DataError as error:
        if not copy.is_whole:
            raise
        progress.note(f"{one_line(error.where, 80)}: {error.found}; the copy from before is taken")
        return copy.path
    _check_sizes(source, wanted)
    marks = {each.name: each.mark for each in wanted}
    if copy.is_whole and copy.marks == marks:
        return copy.path
    with _alone(copy):
        if not copy.is_whole or copy.marks != marks:  # another process may have copied it meanwhile
            _fetch(copy, wanted, progress)
    return copy.path


@contextmanager
def _alone(copy: "_Copy") -> Iterator[None]:
    """One process at a time; the lock goes with its process."""
    from filelock import FileLock

    copy.folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{copy.folder}.lock"):
        yield


@dataclass(frozen=True)
class _Remote:
    """A file elsewhere; ``name``: its path below what the URL names."""

    files: Any  # fsspec's file system
    path: str
    name: str
    size: int | None
    mark: str


@dataclass(frozen=True)
class _Copy:
    """``folder`` holds ``path``, a file or a folder, and beside it what was known of the original."""

    folder: Path
    path: Path

    @property
    def marks(self) -> dict[str, str]:
        """By name; none where there is no copy, or a part of one."""
        try:
            found = json.loads((self.folder / _MARKS).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return {str(name): str(mark) for name, mark in found.items()} if isinstance(found, dict) else {}

    @property
    def is_whole(self) -> bool:
        """Whether all was copied."""
        return bool(self.marks) and self.path.exists()


def _copy_of(source: str) -> _Copy:
    from platformdirs import user_cache_path

    said = os.environ.get(VARIABLE)
    cache = Path(said) if said else user_cache_path("tinykd") / "data"
    folder = cache / hashlib.sha256(source.encode()).hexdigest()[:20]
    last = PurePosixPath(_parts_of(_without_range(source)).path).name
    name = re.sub(r"[^A-Za-z0-9._-]", "_", last).lstrip("._-") or "data"
    return _Copy(folder, folder / (PurePosixPath(name).stem if _RANGE.search(source) else name))


def _parts_of(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError as error:
        raise DataError(_shown(url), f"is no URL ({error})", "such as https://host/words.tar") from None


def _without_range(source: str) -> str:
    return _RANGE.sub("", source)


def _listed(source: str) -> Iterator[_Remote]:
    """Every file that the URL means."""
    if "::" in source or _parts_of(source).password is not None:
        found = "a chain of file systems" if "::" in source else "a password in the URL"
        raise DataError(_shown(source), found, "a plain URL", "Credentials are read from the environment")
    for url, name in _expanded(source):
        with _faults(url):
            files, path = _file_system(url)
            if name:
                yield _described(files, path, name)
            elif _is_folder(files, path):
                yield from _below(files, path, url)
            else:
                yield _described(files, path, "")


def _expanded(source: str) -> Iterator[tuple[str, str]]:
    """``h/a-{08..10}.tar`` as ``h/a-08.tar`` and so on, each with its name: ``a-08.tar``."""
    match = _RANGE.search(source)
    if match is None:
        yield source, ""
        return
    first, last = int(match[1]), int(match[2])
    if not first <= last < first + MAX_FILES:
        raise DataError(_shown(source), f"{match[0]}", "a range such as {000..031}")
    path, start = source.partition("?")[0], source.rfind("/", 0, match.start()) + 1
    _check_place(source, match, path[start:])
    for number in range(first, last + 1):
        said = str(number).zfill(len(match[1]))
        name = path[start : match.start()] + said + path[match.end() :]
        yield source[: match.start()] + said + source[match.end() :], name


def _check_place(source: str, match: re.Match[str], name: str) -> None:
    """Each file has a name of its own, below the copy's folder."""
    if match[0] not in name or _RANGE.search(source, match.end()) or ".." in name.split("/"):
        found, wanted = f"{match[0]} where it stands", "one range, in the name of a file or folder"
        raise DataError(_shown(source), found, wanted)


def _file_system(url: str) -> tuple[Any, str]:
    try:
        from fsspec.core import url_to_fs
    except ImportError:
        fix = 'Type `pip install "tinykd[remote]"`.'
        raise ToolError(_shown(url), "fsspec is not installed", "what reads URLs", fix) from None
    protocol = url.partition("://")[0].lower()
    try:
        files, path = url_to_fs(url)
    except ImportError as error:
        fix = f"Type `pip install {_INSTALL.get(protocol, 'fsspec[' + protocol + ']')}`."
        raise ToolError(_shown(url), one_line(str(error), 120), f"what reads {protocol}://", fix) from None
    return files, str(path)


def _is_folder(files: Any, path: str) -> bool:
    """Of HTTP nothing is: its listings are pages of whatever a server shows."""
    protocols = (files.protocol,) if isinstance(files.protocol, str) else files.protocol
    return not {"http", "https"} & set(protocols) and bool(files.isdir(path))


def _below(files: Any, folder: str, url: str) -> Iterator[_Remote]:
    start = folder.rstrip("/") + "/"
    for count, path in enumerate(sorted(files.find(folder))):
        name = str(path)[len(start) :]
        parts = name.replace("\\", "/").split("/")
        if not str(path).startswith(start) or ".." in parts or "" in parts or "\0" in name:
            raise DataError(_shown(url), f"lists {one_line(str(path), 80)}", "names below it")
        if count >= MAX_FILES:
            raise DataError(_shown(url), f"more than {MAX_FILES:,} files", "fewer")
        if not any(part[0] in "._" for part in parts):
            yield _described(files, str(path), name)


def _described(files: Any, path: str, name: str) -> _Remote:
    info = files.info(path)
    size = info.get("size")
    changed = next((info[key] for key in _TOLD if info.get(key)), "")
    return _Remote(files, path, name, None if size is None else int(size), f"{size} {changed}")


def _check_sizes(source: str, wanted: list[_Remote]) -> None:
    total = sum(each.size or 0 for each in wanted)
    if not wanted:
        raise DataError(_shown(source), "no files", "data")
    if total > MAX_BYTES:
        raise DataError(_shown(source), f"{total:,} bytes", f"at most {MAX_BYTES:,}")


def _fetch(copy: _Copy, wanted: list[_Remote], progress: Progress) -> None:
    """Beside the copy first: one that was stopped half-way is none."""
    from tinykd.data.stored.files import room_for

    part = copy.folder.with_name(f"{copy.folder.name}.part-{os.getpid()}")
    shutil.rmtree(part, ignore_errors=True)
    total = sum(each.size or 0 for each in wanted)
    try:
        with room_for(str(part)), progress.task("copy the data", max(1, total // _BLOCK)) as task:
            left = MAX_BYTES
            for each in wanted:
                target = part / copy.path.name / each.name if each.name else part / copy.path.name
                target.parent.mkdir(parents=True, exist_ok=True)
                left -= _copied(each, target, left, task.advance)
        write_json(part / _MARKS, {each.name: each.mark for each in wanted})
        shutil.rmtree(copy.folder, ignore_errors=True)
        part.rename(copy.folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _copied(remote: _Remote, target: Path, most: int, advance: Any) -> int:
    """How many bytes; what gives more than it said, or than is left, is refused."""
    most = min(most, remote.size) if remote.size is not None else most
    size = 0
    with target.open("wb") as out:
        for block in _blocks(remote):
            size += len(block)
            if size > most:
                raise DataError(_shown(remote.path), f"gives more than {most:,} bytes", "no more")
            out.write(block)
            advance(1)
    if remote.size is not None and size != remote.size:
        found = f"gave {size:,} bytes"
        raise DataError(_shown(remote.path), found, f"the {remote.size:,} that it has", "Type it again")
    return size


def _blocks(remote: _Remote) -> Iterator[bytes]:
    with _faults(remote.path), remote.files.open(remote.path, "rb") as given:
        while block := given.read(_BLOCK):
            yield block


@contextmanager
def _faults(url: str) -> Iterator[None]:
    """What file systems raise is one line."""
    try:
        yield
    except (DataError, ToolError, MemoryError):
        raise
    except FileNotFoundError:
        raise DataError(_shown(url), "no such file or folder", "data that is there") from None
    except Exception as error:  # noqa: BLE001 - every service has errors of its own
        raise DataError(_shown(url), f"cannot be read ({_said(error)})", "data that can be reached") from None


def _said(error: Exception) -> str:
    """Libraries name the whole URL."""
    plain = re.sub(r"(://[^\s?'\"]*)\?[^\s'\"]*", r"\1", _without_user(str(error)))
    return one_line(plain or type(error).__name__, 120)


def _shown(url: str) -> str:
    """Without what may be secret: a user's password, a signature."""
    return one_line(_without_user(url).partition("?")[0], 200)


def _without_user(text: str) -> str:
    return re.sub(r"//[^/@\s]*@", "//", text)
