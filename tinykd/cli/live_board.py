"""A board watched as it works: its classes, latency and memory, drawn anew as they come (rich)."""

import time
from collections.abc import Callable

from rich.columns import Columns
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from tinykd.cli.live_metrics import LiveMetrics
from tinykd.cli.live_scene import scene_text
from tinykd.errors import LinkError, one_line
from tinykd.link.transport import PortSettings, SerialTransport, Transport

ANSWER_S = 30.0  # for one inference
QUIET_S = 0.2  # nothing more comes
MEMORY_EVERY = 10  # inferences between two looks at the memory
BAR = 24  # characters of the longest bar
STEPS = "▁▂▃▄▅▆▇█"
SHOWN_CLASSES = 12
LINE = 40  # latencies in the line of the last ones


def watch(url: str, settings: PortSettings, answers: int | None) -> LiveMetrics:
    """Ask for one sample of the firmware after another, until Ctrl-C or after so many ``answers``."""
    seen = LiveMetrics()
    console = Console()
    with SerialTransport.open(url, settings) as port, Live(console=console, refresh_per_second=8) as live:
        _ask(port, seen, "", lambda: False, QUIET_S)
        sample = 0
        while answers is None or seen.count < answers:
            if seen.count % MEMORY_EVERY == 0:
                _ask(port, seen, "mem", lambda: bool(seen.refusal or (seen.stack and seen.arena)))
            sample = _next(port, url, seen, sample)
            live.update(view(seen, url))
    return seen


def _next(port: Transport, url: str, seen: LiveMetrics, sample: int) -> int:
    """Ask for ``sample``, or for the first one again where there is no such; the number of the next."""
    before, known = seen.count, seen.samples
    _ask(
        port,
        seen,
        f"infer {sample}",
        lambda: seen.count > before or seen.samples != known or seen.refusal != "",
    )
    if seen.refusal:
        raise LinkError(url, seen.refusal, "answers to watch", seen.remedy)
    if seen.count == before and seen.samples == known:
        raise LinkError(
            url, f"no answer in {ANSWER_S:g} s", "tinykd firmware", "Reset the board, or flash it"
        )
    return (sample + 1) % (seen.samples or sample + 2)


def _ask(
    port: Transport, seen: LiveMetrics, line: str, done: Callable[[], bool], timeout_s: float | None = None
) -> None:
    if line:
        port.write(line.encode() + b"\r\n")
    deadline = time.monotonic() + (ANSWER_S if timeout_s is None else timeout_s)
    while not done() and time.monotonic() < deadline:
        seen.feed(port.read(0.05))


def view(seen: LiveMetrics, url: str) -> RenderableType:
    """Everything on one screen."""
    panels = (Panel.fit(_answers(seen), title="answers"), Panel.fit(_classes(seen), title="classes"))
    top = Columns(panels, padding=(0, 1))
    found = [Panel.fit(scene_text(seen.scene), title="found")] if seen.scene else []
    parts: list[RenderableType] = [*found, top, Panel(_numbers(seen), title=one_line(url, 60))]
    if seen.others:
        parts.append(Panel("\n".join(one_line(line, 100) for line in seen.others), title="other lines"))
    return Group(*parts)


def _answers(seen: LiveMetrics) -> Table:
    table = Table(box=None, padding=(0, 1))
    unit = seen.answers[-1].unit if seen.answers else ""
    scored = ("error",) if seen.threshold else ("unsure",) if seen.unsure else ()
    for name in ("sample", "class", "expected", *scored, unit):
        table.add_column(name, justify="right" if name in (unit, *scored) else "left", no_wrap=True)
    for answer in seen.answers:
        style = "red" if answer.wanted else ""
        more = (answer.error or answer.unsure,) if scored else ()
        cells = (str(answer.sample), answer.found, answer.wanted or "", *more, f"{answer.ticks:,}")
        table.add_row(*(Text(one_line(cell, 24)) for cell in cells), style=style)
    return table


def _classes(seen: LiveMetrics) -> Table:
    table = Table(box=None, padding=(0, 1), show_header=False)
    most = max(seen.classes.values(), default=1)
    for name, count in sorted(seen.classes.items(), key=lambda item: (-item[1], item[0]))[:SHOWN_CLASSES]:
        table.add_row(Text(one_line(name, 16)), "█" * max(1, round(BAR * count / most)), str(count))
    return table


def _numbers(seen: LiveMetrics) -> Text:
    unit = seen.answers[-1].unit if seen.answers else ""
    word = "as many as the labels in" if seen.scene else "right   "
    lines = [f"{word} {seen.right} of {seen.count}"]
    if seen.unsure:
        lines.append(f"unsure   {seen.unsure} of {seen.count}")
    if seen.threshold:
        lines.append(f"anomaly  an error above {seen.threshold}")
    if seen.times:
        spread = f"{min(seen.times):,} to {max(seen.times):,}"
        lines.append(f"latency  median {seen.median_ticks:,.0f} {unit}, {spread}  {_sparkline(seen)}")
    for name, marks in (("arena", seen.arena), ("stack", seen.stack)):
        if marks and marks[1]:
            lines.append(f"{name:<8} {marks[0]:,} of {marks[1]:,} bytes  {_gauge(*marks)}")
    return Text("\n".join(lines))


def _sparkline(seen: LiveMetrics) -> str:
    times = list(seen.times)[-LINE:]
    low, high = min(times), max(times)
    scale = (len(STEPS) - 1) / (high - low) if high > low else 0.0
    return "".join(STEPS[round((value - low) * scale)] for value in times)


def _gauge(used: int, there: int) -> str:
    full = round(BAR * min(used, there) / there)
    return "█" * full + "░" * (BAR - full)
