"""A killed training goes on from the last epoch that was kept, and ends with the same weights, bit for bit.

After each epoch, at most once a second, a file holds all that the next epoch hangs on: every variable of the
model (those of Keras 3's random generators too) and of the optimizer, the curve, the best weights so far and
what a callback remembers. The order of the samples and their views are functions of seed and epoch. Whoever
runs a stage says in which folder, and for what (``kept_in``): another project, other data or another tinykd
begin anew. A model of tf_keras that draws random numbers is not kept: their generator cannot be set.
"""

import io
import json
import time
import tokenize
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from tinykd.files import write_whole

EVERY_S = 1.0
_RANDOM = ("dropout", "noise", "random")  # in names of tf_keras' layers that draw numbers
_DAMAGED = (  # what numpy and zipfile raise of a damaged file; an array's header is Python's text
    *(OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error, RuntimeError, MemoryError),
    *(SyntaxError, TypeError, OverflowError, tokenize.TokenError),
)
State = dict[str, NDArray[Any]]


@runtime_checkable
class Remembering(Protocol):
    """A callback with a state of its own."""

    def state(self) -> State: ...
    def restore(self, state: Mapping[str, NDArray[Any]]) -> None: ...


@dataclass
class Trainings:
    """Those of one stage, which come in the same order each time; ``folder`` is theirs alone."""

    folder: Path
    _count: Counter[str] = field(default_factory=Counter)

    def file(self, label: str) -> Path:
        """Of the next training called ``label``."""
        self._count[label] += 1
        name = "".join(sign if sign.isalnum() else "_" for sign in label)
        return self.folder / f"{name}-{self._count[label]}.npz"


_CURRENT: ContextVar[Trainings | None] = ContextVar("trainings", default=None)


@contextmanager
def kept_in(folder: Path | None) -> Iterator[None]:
    """Trainings within go on from what ``folder`` holds; None: they are not kept."""
    token = _CURRENT.set(None if folder is None else Trainings(folder))
    try:
        yield
    finally:
        _CURRENT.reset(token)


@dataclass
class Checkpoint:
    """That of one training; ``file``: None where it is not kept."""

    file: Path | None
    _last: float = float("-inf")

    @classmethod
    def of(cls, label: str, model: Any) -> "Checkpoint":
        """For the training ``label`` of ``model``."""
        trainings = _CURRENT.get()
        if trainings is None:
            return cls(None)
        file = trainings.file(label)
        return cls(None if draws_numbers(model) else file)

    def read(self) -> State:
        """What was kept; empty where nothing was, or a part of it."""
        if self.file is None or not self.file.is_file():
            return {}
        try:
            with np.load(self.file, allow_pickle=False) as found:
                return {name: found[name] for name in found.files}
        except _DAMAGED:
            return {}

    def is_due(self, at_once: bool) -> bool:
        """Whether this epoch is kept."""
        return self.file is not None and (at_once or time.monotonic() - self._last >= EVERY_S)

    def write(self, state: State) -> None:
        """Whole or not at all; a disk without room for it is no reason to end a training."""
        assert self.file is not None
        content = io.BytesIO()
        np.savez(content, **state)  # type: ignore[arg-type]
        with suppress(OSError):
            self.file.parent.mkdir(parents=True, exist_ok=True)
            write_whole(self.file, content.getvalue())
        self._last = time.monotonic()


def draws_numbers(model: Any) -> bool:
    """Whether a model of tf_keras has a layer whose random numbers hang on how many were drawn before."""
    if not type(model).__module__.startswith("tf_keras"):
        return False
    return any(map(_draws, model._flatten_layers()))


def _draws(layer: Any) -> bool:
    """By its class, or by its share of dropout: that of an LSTM is no layer of its own."""
    name, shares = type(layer).__name__.lower(), ("dropout", "recurrent_dropout")
    return any(word in name for word in _RANDOM) or any(getattr(layer, share, 0) for share in shares)


def variables_of(holder: Any) -> list[Any]:
    """Of a model or an optimizer of either Keras."""
    found = holder.variables
    return list(found if isinstance(found, list | tuple) else found())


def arrays_of(prefix: str, holder: Any) -> State:
    """Every variable's value, by number."""
    return {f"{prefix}{i}": np.asarray(each) for i, each in enumerate(variables_of(holder))}


def restore(prefix: str, holder: Any, state: Mapping[str, NDArray[Any]]) -> None:
    """What ``arrays_of`` gave."""
    for i, each in enumerate(variables_of(holder)):
        each.assign(state[f"{prefix}{i}"])


def fits(prefix: str, holder: Any, state: Mapping[str, NDArray[Any]]) -> bool:
    """Whether ``state`` is of such variables."""
    held = variables_of(holder)
    shapes = [tuple(each.shape) for each in held]
    found = [state[f"{prefix}{i}"].shape for i in range(len(held)) if f"{prefix}{i}" in state]
    return shapes == found and f"{prefix}{len(held)}" not in state


def as_text(value: Any) -> NDArray[Any]:
    """JSON in an array."""
    return np.frombuffer(json.dumps(value).encode(), np.uint8)


def from_text(array: NDArray[Any]) -> Any:
    """What ``as_text`` was given."""
    return json.loads(array.tobytes())
