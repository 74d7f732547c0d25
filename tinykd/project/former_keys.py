"""Keys of the project file that had other names before: still read, with one line that says so."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tinykd.errors import ConfigError

PRESENT = {  # section and former key: the key's name now
    ("data", "obtain"): "download_hint",
    ("data", "views"): "augmented_copies",
    ("data", "mix"): "mixup",
    ("image", "grey"): "grayscale",
    ("image", "turn_degrees"): "rotation_degrees",
    ("audio", "bands"): "n_mels",
    ("sensor", "rotate_degrees"): "rotation_degrees",
}


@dataclass(frozen=True)
class Renamed:
    """A parsed project file under present names; ``former``: the old key by section and present key."""

    values: dict[str, Any]
    former: dict[tuple[str, str], str]

    def note(self, path: Path) -> str:
        """The line for the user; empty where no old key was found."""
        names = ", ".join(f"[{section}] {old} is now {new}" for (section, new), old in self.former.items())
        return f"{path}: {names}; the old names are still read" if names else ""


def renamed(values: Mapping[str, Any], path: Path) -> Renamed:
    """``values`` of the file ``path`` under present names; ``ConfigError`` where both names stand."""
    sections, former = dict(values), dict[tuple[str, str], str]()
    for (section, old), new in PRESENT.items():
        held = sections.get(section)
        if not isinstance(held, dict) or old not in held:
            continue
        if new in held:
            found = f"is the former name of {new}, and both are given"
            raise ConfigError(f"{path}: [{section}] {old}", found, "one of them", f"Leave {old} out")
        sections[section] = {new if key == old else key: value for key, value in held.items()}
        former[section, new] = old
    return Renamed(sections, former)


def with_present_keys(config: Mapping[str, Any]) -> dict[str, Any]:
    """``{"data.views": 32}`` as ``{"data.augmented_copies": 32}``: what was noted of a project before."""
    names = {f"{section}.{old}": f"{section}.{new}" for (section, old), new in PRESENT.items()}
    return {names.get(key, key): value for key, value in config.items()}
