"""One thing that was found, and what to type about it."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

Level = Literal["fault", "warning", "note"]
LEVELS: tuple[Level, ...] = ("fault", "warning", "note")


@dataclass(frozen=True)
class ScreeningFinding:
    """``rows``: samples of ``split`` that show it, worst first."""

    level: Level  # fault: nothing can be trained so; warning: figures would deceive; note: worth knowing
    subject: str  # a split, a channel, a file
    text: str
    key: str = ""  # what to type, or to do
    split: str = ""
    rows: tuple[int, ...] = ()

    @property
    def sentence(self) -> str:
        """Where, what, and what to do."""
        return f"{self.subject}: {self.text}" + (f" ({self.key})" if self.key else "")

    def to_json(self) -> dict[str, Any]:
        """As in ``check.json``."""
        return asdict(self)


def worst_first(found: list[ScreeningFinding]) -> tuple[ScreeningFinding, ...]:
    """Faults, warnings, notes; each in the order found."""
    return tuple(sorted(found, key=lambda each: LEVELS.index(each.level)))
