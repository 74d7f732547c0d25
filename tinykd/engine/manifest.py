"""``manifest.json``: what a finished stage read, what it wrote, and why it would have to run again."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from tinykd.engine.fingerprint import FileMark, tree_marks
from tinykd.files import write_whole
from tinykd.project.former_keys import with_present_keys

MANIFEST = "manifest.json"
FORMAT = 1


class Fingerprint(BaseModel):
    """All that a stage's result depends on."""

    model_config = ConfigDict(frozen=True)

    config: Annotated[dict[str, Any], AfterValidator(with_present_keys)]  # "distillation.temperature": 2.0
    code: dict[str, str]  # "teacher": SHA-256 of its source
    reads: dict[str, str]  # "train/logits_train.npy": SHA-256
    external: dict[str, FileMark]  # "data.source" or "data.source/a/b.png": files that the user brought

    def difference(self, now: "Fingerprint") -> str | None:
        """What changed between ``self`` and ``now``, in a few words; None if nothing did."""
        pairs: tuple[tuple[str, Mapping[str, Any], Mapping[str, Any]], ...] = (
            ("{} changed", _keys_in_brackets(self.config), _keys_in_brackets(now.config)),
            ("the file of {} changed", _hashes(self.external), _hashes(now.external)),
            ("{} changed", self.reads, now.reads),
            ("tinykd's {} changed", self.code, now.code),
        )
        for words, old, new in pairs:
            changed = [key for key in {**old, **new} if old.get(key, _NOTHING) != new.get(key, _NOTHING)]
            if changed:
                return words.format(changed[0])
        return None


_NOTHING = object()


def _keys_in_brackets(config: Mapping[str, Any]) -> dict[str, Any]:
    return {"[{}] {}".format(*key.split(".", 1)): value for key, value in config.items()}


def _hashes(marks: Mapping[str, FileMark]) -> dict[str, str]:
    return {name: mark.sha256 for name, mark in marks.items()}


class Manifest(BaseModel):
    """The record of one finished stage."""

    model_config = ConfigDict(frozen=True)

    format: int = FORMAT
    stage: str
    board: str | None
    tinykd: str
    packages: dict[str, str]
    seconds: float
    inputs: Fingerprint
    outputs: dict[str, FileMark]

    def hashes_of(self, pattern: str) -> dict[str, str]:
        """SHA-256 by ``board/stage/path`` of the outputs that ``"train/"`` or ``"train/a.json"`` names."""
        wanted = pattern.partition("/")[2]
        place = f"{self.board}/{self.stage}" if self.board else self.stage
        return {
            f"{place}/{name}": mark.sha256
            for name, mark in self.outputs.items()
            if name == wanted or not wanted or (wanted.endswith("/") and name.startswith(wanted))
        }


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write it into ``folder``, as the last file: a folder with a manifest is whole."""
    write_whole(folder / MANIFEST, manifest.model_dump_json(indent=2) + "\n")


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest in ``folder``; None if there is none that this version understands."""
    try:
        manifest = Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    except (FileNotFoundError, NotADirectoryError, ValidationError):
        return None
    return manifest if manifest.format == FORMAT else None


def output_marks(folder: Path, before: Mapping[str, FileMark] | None = None) -> dict[str, FileMark]:
    """A mark per file of ``folder``, its manifest apart."""
    marks = tree_marks(folder, before or {})
    marks.pop(MANIFEST, None)
    return marks


def is_whole(folder: Path) -> bool:
    """The stage in ``folder`` was finished and its files are as it left them, whatever changed since."""
    manifest = read_manifest(folder)
    return manifest is not None and _damage(folder, manifest) is None


def stale_reason(folder: Path, now: Fingerprint) -> str | None:
    """Why the stage in ``folder`` has to run, or None when its files are whole and up to date."""
    manifest = read_manifest(folder)
    if manifest is None:
        return "never run"
    reason = manifest.inputs.difference(now)
    if reason:
        return reason
    return _damage(folder, manifest)


def _damage(folder: Path, manifest: Manifest) -> str | None:
    marks = output_marks(folder, manifest.outputs)
    changed = [name for name, mark in manifest.outputs.items() if _sha(marks.get(name)) != mark.sha256]
    return f"{changed[0]} was changed or deleted" if changed else None


def _sha(mark: FileMark | None) -> str | None:
    return mark.sha256 if mark else None
