"""What came of one file, as one line of JSON."""

from dataclasses import asdict, dataclass, fields
from enum import Enum
from typing import Any


class Kind(Enum):
    """What tinykd made of a file."""

    EXACT = "exact"  # compiled, built, every output byte equals TFLM's
    WRONG = "wrong"  # compiled and built, and a byte differs
    COMPILED = "compiled"  # and built; TFLM does not run the file, so there is nothing to compare with
    REFUSED = "refused"  # in one line
    FAILED = "failed"  # an exception, a hang, no memory, C that does not build or does not run


RUNS = "runs"  # what is written of TFLM where it does


@dataclass(frozen=True)
class Outcome:
    """Times in seconds; ``compile_s`` is read, compile and render, 0 where that did not end."""

    kind: Kind
    tflm: str  # RUNS, or why not
    reason: str = ""  # of kinds other than EXACT
    is_float: bool = False  # no op computes on quantized integers
    compile_s: float = 0.0
    total_s: float = 0.0

    @property
    def is_behind(self) -> bool:
        """Whether TFLM runs a quantized file and tinykd does not, or otherwise."""
        return self.tflm == RUNS and not self.is_float and self.kind is not Kind.EXACT

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "kind": self.kind.value}

    @staticmethod
    def of_json(found: dict[str, Any]) -> "Outcome":
        """Keys that are no fields are left to whoever wrote them."""
        known = {f.name: found[f.name] for f in fields(Outcome) if f.name in found}
        return Outcome(**{**known, "kind": Kind(found["kind"])})
