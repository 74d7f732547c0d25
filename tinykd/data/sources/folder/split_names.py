"""The split that the name of a folder or a file means: ``Train``, ``valid``, ``test_set``, ``hold-out``.

Names alone. Whether a folder is meant as a split also hangs on what is in it: see ``layout``.
"""

import re
import unicodedata
from collections.abc import Iterable
from enum import Enum

from tinykd.data.raw import TEST, TRAIN, VALIDATION


class Role(Enum):
    """What a name may mean; ``DEV`` and ``EVAL`` are read by what stands beside them."""

    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"
    DEV = "dev"
    EVAL = "eval"
    UNLABELLED = "unlabelled"


_WORDS = {
    Role.TRAIN: (
        "train training trn trainval learn learning lernen trainieren entrenamiento apprentissage "
        "entrainement addestramento treino treinamento"
    ),
    Role.VALIDATION: "val vali valid validation validate validating validierung validacion validacao",
    Role.TEST: "test testing tests tst holdout heldout teste prueba prova essai pruefung prufung",
    Role.DEV: "dev develop development",
    Role.EVAL: "eval evaluation evaluate evaluating",
    Role.UNLABELLED: "unlabelled unlabeled unsupervised unsup unannotated nolabel nolabels",
}
_ROLE_OF = {word: role for role, words in _WORDS.items() for word in words.split()}
_GUESSED = {  # where all folders say something, and hold the same
    Role.UNLABELLED: "pred prediction predict",
    Role.TRAIN: "tr",
    Role.TEST: "te ts",
    Role.VALIDATION: "va",
}
_GUESSES = {word: role for role, words in _GUESSED.items() for word in words.split()}
_FILLERS = ("set", "sets", "data", "dataset", "split", "part", "images", "imgs", "samples", "files", "folder")
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


def role_of(name: str) -> Role | None:
    """Of a name that says nothing else: ``train``, ``Training Set``, ``testdata``; not ``train_station``."""
    if any(c.isdigit() for c in name):
        return None
    words = [word for word in _words(name) if word not in _FILLERS]
    return _role("".join(words)) if words else None


def hint_of(name: str) -> Role | None:
    """The split named within a longer name: ``seg_train``, ``test1``, ``x-valid-2017``."""
    found = {role for word in _words(name) if (role := _role(word) or _GUESSES.get(word)) is not None}
    return role_of(name) or (found.pop() if len(found) == 1 else None)


def parts_of(roles: Iterable[Role]) -> dict[Role, int] | None:
    """The part of the split that each role stands for beside the others; None where nothing is to learn from.

    ``dev`` is validation, or what is learnt from where there is no other; ``eval`` is the test, or where
    there is one, validation. Unlabelled samples have no part.
    """
    present = set(roles)
    parts = {Role.TRAIN: TRAIN, Role.VALIDATION: VALIDATION, Role.TEST: TEST}
    parts[Role.DEV] = VALIDATION if Role.TRAIN in present else TRAIN
    parts[Role.EVAL] = VALIDATION if Role.TEST in present else TEST
    found = {role: part for role, part in parts.items() if role in present}
    return found if TRAIN in found.values() else None


def _role(word: str) -> Role | None:
    if word in _ROLE_OF:
        return _ROLE_OF[word]
    ends = (word.removesuffix(filler) for filler in _FILLERS if word.endswith(filler))
    return next((_ROLE_OF[end] for end in ends if end in _ROLE_OF), None)


def _words(name: str) -> list[str]:
    """Runs of letters in lower case, without accents."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return [word.lower() for word in _WORD.findall(plain)]
