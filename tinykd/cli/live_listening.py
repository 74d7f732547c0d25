"""A board watched as it listens: level, features, scores and events, drawn anew as they come (rich)."""

import math
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from tinykd.errors import one_line
from tinykd.link.live_messages import Answer, Heard

STEPS = " ▁▂▃▄▅▆▇█"
BAR = 24  # characters of a full bar
SHOWN_CLASSES = 12
LAST_EVENTS = 6
FULL = 32768  # of int16


@dataclass
class ListeningView:
    """What was heard so far; ``names``: of the classes, as far as they are known."""

    names: Sequence[str]
    tick_hz: int
    rate_hz: float
    peak: int = 0
    row: bytes = b""
    answer: Answer | None = None
    events: deque[tuple[float, str, float]] = field(default_factory=lambda: deque(maxlen=LAST_EVENTS))
    taken: int = 0
    lost: int = 0
    answers: int = 0

    def see(self, heard: Heard) -> None:
        """One report after the other."""
        self.peak, self.taken, self.lost = heard.peak, heard.taken, heard.lost
        self.row = heard.row if heard.row is not None else self.row
        if heard.answer is None:
            return
        self.answer, self.answers = heard.answer, self.answers + 1
        if heard.answer.index >= 0:
            share = (heard.answer.score + 128) / 256
            self.events.append((self.taken / self.rate_hz, self.name(heard.answer.index), share))

    def name(self, index: int) -> str:
        """Of a class."""
        return self.names[index] if index < len(self.names) else f"class {index}"

    def draw(self) -> RenderableType:
        """All of it."""
        head = f"{self.taken / self.rate_hz:8.2f} s   {_meter(self.peak)}   {self.lost:,} values lost"
        parts: list[RenderableType] = [Panel(Text(head), title="sensor")]
        if self.row:
            parts.append(Panel(Text(_bars(self.row)), title="features"))
        if self.answer is not None:
            parts.append(Panel(_scores(self, self.answer), title="scores"))
        lines = [f"{at:8.2f} s  {one_line(name, 40)}  {share:.2f}" for at, name, share in self.events]
        return Group(*parts, Panel(Text("\n".join(lines) or "none yet"), title="events"))


def watch_listening(reports: Iterable[Heard], view: ListeningView, answers: int | None) -> None:
    """Until Ctrl-C, or after so many ``answers``."""
    with Live(console=Console(), refresh_per_second=8) as live:
        for heard in reports:
            view.see(heard)
            live.update(view.draw())
            if answers is not None and view.answers >= answers:
                return


def _meter(peak: int) -> str:
    """In decibels below full scale, from -60."""
    level_db = 20 * math.log10(peak / FULL) if peak > 0 else -60.0
    full = round(BAR * min(1.0, max(0.0, 1 + level_db / 60)))
    return f"{'█' * full}{'░' * (BAR - full)} {max(-60.0, level_db):4.0f} dB"


def _bars(row: bytes) -> str:
    """One character for each of the newest features."""
    values = [byte - 256 if byte > 127 else byte for byte in row]
    return "".join(STEPS[(value + 128) * (len(STEPS) - 1) // 255] for value in values)


def _scores(view: ListeningView, answer: Answer) -> Table:
    table = Table(box=None, padding=(0, 1), show_header=False)
    for index, byte in enumerate(answer.averages[:SHOWN_CLASSES]):
        share = ((byte - 256 if byte > 127 else byte) + 128) / 256
        bar = "█" * round(BAR * share)
        table.add_row(Text(one_line(view.name(index), 20)), Text(f"{share:.2f}"), Text(bar))
    return table
