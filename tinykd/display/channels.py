"""What the compiler left out since it cannot change an output, as lines for people."""

from collections.abc import Iterator, Mapping
from typing import Any

from tinykd.compiler.ctext import short_names

NOTHING_REMOVED: Mapping[str, Any] = {"removed": []}
WHY = {"constant": "constant", "equal": "equal to another", "unread": "not read"}


def channel_lines(channels: Mapping[str, Any]) -> list[str]:
    """``summary["channels"]``: what was removed and what that saves; nothing where nothing was."""
    removed = channels["removed"]
    if not removed:
        return []
    reasons = _reasons({kind: sum(r[kind] for r in removed) for kind in WHY})
    return [
        f"channels left out, for every input the outputs are the same: {reasons}; saves "
        f"{channels['macs_saved']:,} MACs and {channels['weights_saved_bytes']:,} bytes of weights",
        *_by_layer(removed),
    ]


def _by_layer(removed: list[Mapping[str, Any]]) -> Iterator[str]:
    names = short_names([entry["layer"] for entry in removed])
    for name, entry in zip(names, removed, strict=True):
        left = entry["channels"] - sum(entry[kind] for kind in WHY)
        yield f"  {left} of {entry['channels']} of {name}: {_reasons(entry)}"


def _reasons(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{counts[kind]} {why}" for kind, why in WHY.items() if counts[kind])
