"""A firmware project on disk, beside what the user writes there.

What was generated is written where it changed (times of the rest stay, so builds are incremental) and removed
when it is no more generated; ``.tinykd.json`` remembers what that was. ``src/app.cpp`` is the user's: it is
written once. A generated file that was edited is kept as ``NAME.edited``. All else is never looked at.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from tinykd.errors import ConfigError
from tinykd.files import sha256_bytes, sha256_file, write_if_changed, write_tree

MADE = ".tinykd.json"
YOURS = ("src/app.cpp",)
MARK, MARK_WITHIN = b"by tinykd", 1024  # bytes; in all that tinykd makes
SDKCONFIG = "sdkconfig.defaults"
_INTERFACE = re.compile(r"#define (\w+_INTERFACE) (0x[0-9a-f]{8}u)")  # as interface.h.j2 writes it
_EXAMPLE = "from templates/project/examples/"
Made = dict[str, list[str]]  # SHA-256s that a generated file may have, by its path


@dataclass(frozen=True)
class FileChanges:
    """Paths that were touched."""

    written: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    edited: tuple[str, ...] = ()  # of the user's hand, kept beside as NAME.edited
    code_notes: tuple[str, ...] = ()  # on the user's own code, which is not for this model

    @property
    def notes(self) -> tuple[str, ...]:
        """What the user should hear of."""
        edited = (
            f"{path} was edited and is generated: your copy is {path}.edited "
            f"(settings belong into user.ini, code into {YOURS[0]})"
            for path in self.edited
        )
        return (*edited, *self.code_notes)


def lay_out(files: Mapping[str, str], folder: Path, yours: tuple[str, ...] = YOURS) -> FileChanges:
    """Bring ``folder`` up to date with the generated ``files``; those of ``yours`` are written once."""
    made = _read_made(folder)
    own = {path: text for path, text in files.items() if not (path in yours and (folder / path).exists())}
    generated = {path: text for path, text in own.items() if path not in yours}
    _check_place(folder, generated, made)
    edited = tuple(path for path in sorted({*generated, *made}) if _is_edited(folder, path, generated, made))
    stale = tuple(path for path in sorted(made) if path not in generated and (folder / path).is_file())
    now = {path: [sha256_bytes(text.encode())] for path, text in generated.items()}
    if now != made:  # known before it is written: a killed run's files are still ours
        _write_made(
            folder, {path: sorted({*made.get(path, []), *now.get(path, [])}) for path in {*made, *now}}
        )
    _clear_away(folder, edited, stale)
    written = write_tree(folder, own)
    if SDKCONFIG in written:
        _begin_configuration_anew(folder)
    _write_made(folder, now)
    return FileChanges(tuple(written), stale, edited, tuple(_notes_on_code(files, folder, yours)))


def _notes_on_code(files: Mapping[str, str], folder: Path, yours: tuple[str, ...]) -> Iterator[str]:
    """Whether the user's code names the interface of another model, or is an example that names none."""
    defined = (path for path in files if path.endswith("_interface.h"))
    header = next(defined, "")
    now = _INTERFACE.search(files.get(header, ""))
    for path in (path for path in yours if path in files and now):
        text = (folder / path).read_text(encoding="utf-8", errors="replace")
        named = re.search(rf"{now[1]} != (0x[0-9a-f]{{8}}u)", text) if now else None
        if named and now and named[1] != now[2]:
            yield (
                f"{path} was written for other inputs or outputs than the model has now: read it again, "
                f"and then write {now[1]}'s number from {header} into it"
            )
        elif not named and _EXAMPLE in text[:MARK_WITHIN]:
            yield (
                f"{path} is an example of an older tinykd, which asks for no rate, channels or features: "
                "its answers may be wrong. Take one from examples/, or write your own"
            )


def _clear_away(folder: Path, edited: tuple[str, ...], stale: tuple[str, ...]) -> None:
    """Keep what was edited under another name, and remove what is no more generated."""
    for path in edited:
        (folder / path).replace(folder / f"{path}.edited")
    for path in stale:
        (folder / path).unlink(missing_ok=True)
        _remove_empty((folder / path).parent, folder)


def _is_edited(folder: Path, path: str, generated: Mapping[str, str], made: Made) -> bool:
    """On disk, and neither what it was made as nor what it is to be."""
    if not (folder / path).is_file():
        return False
    found = sha256_file(folder / path)
    return found not in made.get(path, []) and found != sha256_bytes(generated.get(path, "").encode())


def _check_place(folder: Path, generated: Mapping[str, str], made: Made) -> None:
    """Nothing of somebody else's stands where we would write."""
    if folder.exists() and not folder.is_dir():
        raise ConfigError(
            folder, "is a file, not a folder", "a folder for the firmware project", "Move it away"
        )
    for path, text in generated.items():
        place = folder / path
        if path not in made and place.exists() and not _is_ours(place, text):
            fix = "Move it away, and type the command again"
            raise ConfigError(place, "is there, and was not made by tinykd", "a folder of its own", fix)


def _is_ours(place: Path, text: str) -> bool:
    """It holds what is to be written, or says that tinykd made it (as a library, say)."""
    if not place.is_file():
        return False
    found = place.read_bytes()
    return found == text.encode() or MARK in found[:MARK_WITHIN]


def _begin_configuration_anew(folder: Path) -> None:
    """ESP-IDF reads its defaults only where it has no configuration yet; the one that was is kept."""
    for path in folder.glob("sdkconfig.*"):
        if path.name != SDKCONFIG and not path.name.endswith(".edited"):
            path.replace(path.with_name(f"{path.name}.edited"))


def _remove_empty(path: Path, folder: Path) -> None:
    while path != folder and path.is_dir() and not any(path.iterdir()):
        path.rmdir()
        path = path.parent


def _read_made(folder: Path) -> Made:
    try:
        files = json.loads((folder / MADE).read_bytes())["files"]
        return {path: [str(sha) for sha in found] for path, found in files.items() if _is_inside(path)}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _is_inside(path: str) -> bool:
    """Whatever the file says, nothing outside of the folder is ours."""
    pure = PurePosixPath(path)
    return not (pure.is_absolute() or ".." in pure.parts or "\\" in path or ":" in path)


def _write_made(folder: Path, made: Made) -> None:
    about = "What tinykd generated here, by SHA-256. Everything else is yours."
    text = json.dumps({"about": about, "files": made}, indent=1, sort_keys=True)
    write_if_changed(folder / MADE, text + "\n")
