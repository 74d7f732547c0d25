"""What arrays are called: ``x_train`` as here, or ``X_val``, ``train_images``, ``labels_test`` as elsewhere.

Only names that are known here come out; what else a file holds is none of them.
"""

import re
from collections.abc import Iterable

from tinykd.data.raw import TEST, TRAIN, VALIDATION
from tinykd.data.sources.folder.split_names import Role, parts_of, role_of
from tinykd.errors import DataError

GROUP_NAMES = ("group", "subject", "speaker")
PARTS = {"train": TRAIN, "validation": VALIDATION, "test": TEST}
_OTHERS = ("classes", "scale")
_SAMPLES = frozenset(("x", "data", "image", "images", "sample", "samples", "feature", "features", "inputs"))
_LABELS = frozenset(("y", "label", "labels", "target", "targets"))
_STEMS = {
    **dict.fromkeys(_SAMPLES, "x"),
    **dict.fromkeys(_LABELS, "y"),
    **{f"{name}{plural}": name for name in GROUP_NAMES for plural in ("", "s")},
}
_NAME_OF_PART = {part: name for name, part in PARTS.items()}
_ALONE = {
    Role.TRAIN: TRAIN,
    Role.VALIDATION: VALIDATION,
    Role.DEV: VALIDATION,
    Role.TEST: TEST,
    Role.EVAL: TEST,
}


def canonical_names(names: Iterable[str], where: str) -> dict[str, str]:
    """What each of ``names`` is called here, without those that mean nothing or what another is called."""
    split = {name: apart for name in names if (apart := _taken_apart(name)) is not None}
    parts = _parts({role for _, role in split.values() if role is not None})
    ends = {role: f"_{part}" for role, part in parts.items()}
    found = {name: stem + ("" if role is None else ends[role]) for name, (stem, role) in split.items()}
    found = {name: meant for name, meant in found.items() if name == meant or meant not in found}
    for name, meant in found.items():
        twin = next((other for other in found if other != name and found[other] == meant), None)
        if twin is not None:
            raise DataError(where, f"arrays {name} and {twin} both are {meant}", "one of them")
    return found


def part_names(names: Iterable[str]) -> dict[str, str]:
    """``train``, ``validation`` or ``test`` for each of ``names`` that is called as one of them."""
    roles = {name: role for name in names if (role := role_of(name)) not in (None, Role.UNLABELLED)}
    parts = _parts({role for role in roles.values() if role is not None})
    return {name: parts[role] for name, role in roles.items() if role is not None}


def _parts(roles: set[Role]) -> dict[Role, str]:
    known = parts_of(roles) or _ALONE
    found = {role: _NAME_OF_PART[part] for role, part in known.items() if role in roles}
    return found | {Role.UNLABELLED: "unlabelled"}


def _taken_apart(name: str) -> tuple[str, Role | None] | None:
    """``("x", Role.TRAIN)`` of ``X_train``."""
    if name in _OTHERS:
        return name, None
    words = [word.casefold() for word in re.findall(r"[A-Za-z]+", name)]
    if len(words) == 1:
        return (_STEMS[words[0]], None) if words[0] in _STEMS else None
    if len(words) != 2:
        return None
    for stem, part in (words, reversed(words)):
        if stem in _STEMS and (role := role_of(part)) is not None:
            return _STEMS[stem], role
    return None
