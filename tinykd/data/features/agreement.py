"""A front end as ``features.json`` describes it, its hash, and whether a project still has that front end.

A model is right for the features that it was trained on, and for no others: where a project's ``[audio]`` or
its samples changed since, firmware of the old model would compute the new features without a word.
"""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tinykd.data.features.frontend import Frontend
from tinykd.errors import ConfigError
from tinykd.files import sha256_bytes

_TOLERANCE = 1e-6  # relative, of what is measured on samples: other processors sum in another order


def described(frontend: Frontend, shape: Sequence[int]) -> dict[str, Any]:
    """``input`` of ``features.json``; ``sha256``: of all the rest of it, keys sorted, as JSON."""
    found = {**frontend.to_json(), "shape": list(shape)}
    return {**found, "sha256": _digest(found)}


def check_same(
    features: Mapping[str, Any], frontend: Frontend, shape: Sequence[int], where: str | Path
) -> None:
    """``ConfigError`` where ``features``, read from ``where``, are not of ``frontend``.

    Without ``input`` they are of a model that nothing is known of; older ones have no hash.
    """
    trained = features.get("input")
    if trained is None:
        return
    rest = {key: value for key, value in trained.items() if key != "sha256"}
    if "sha256" in trained and trained["sha256"] != _digest(rest):
        raise ConfigError(
            where,
            "was changed after training",
            "the file as it was written",
            "Type `tinykd quantize --force`",
        )
    now = json.loads(json.dumps(described(frontend, shape)))
    for key, old, new in _differences(rest, {k: v for k, v in now.items() if k != "sha256"}):
        found = f"{key} is {old} in the model's features and {new} in the project's"
        fix = "Type `tinykd run` to train with the new ones, or put the old ones back"
        raise ConfigError(where, found, "the features that the model was trained on", fix)


def _digest(found: Mapping[str, Any]) -> str:
    return sha256_bytes(json.dumps(found, sort_keys=True).encode())


def _differences(old: Any, new: Any, key: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Key, old and new value of what differs; keys that one of them lacks too."""
    if isinstance(old, dict) and isinstance(new, dict):
        for name in dict.fromkeys((*old, *new)):
            path = f"{key}.{name}" if key else name
            yield from _differences(old.get(name, "absent"), new.get(name, "absent"), path)
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for index, pair in enumerate(zip(old, new, strict=True)):
            yield from _differences(*pair, f"{key}[{index}]")
    elif not _same(old, new):
        yield key, _shown(old), _shown(new)


def _same(old: Any, new: Any) -> bool:
    if isinstance(old, float) and isinstance(new, float):
        return math.isclose(old, new, rel_tol=_TOLERANCE, abs_tol=_TOLERANCE)
    return bool(old == new)


def _shown(value: Any) -> str:
    """A section by its being there."""
    return "given" if isinstance(value, dict) else str(value)
