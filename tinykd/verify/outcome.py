"""What became of one board among several: a verdict and whether it is good enough, or why there is none."""

from dataclasses import dataclass
from typing import Any

from tinykd.errors import UserError
from tinykd.verify.result import Verification


@dataclass(frozen=True)
class Outcome:
    """``passed``: the verdict reached its gate; never without a verdict."""

    board: str
    where: str  # its port
    verdict: Verification | None
    passed: bool
    error: UserError | None = None

    def to_json(self) -> dict[str, Any]:
        """The verdict with what is known of the board; ``error`` where there is none."""
        value: dict[str, Any] = self.verdict.to_json() if self.verdict else {}
        error = {"kind": type(self.error).__name__, "text": str(self.error)} if self.error else None
        return value | {"board": self.board, "port": self.where, "passed": self.passed, "error": error}
