"""What ``tinykd tune`` measured (``build/tune/tune.json``): read for the report, which shows and keeps it."""

from pathlib import Path

from tinykd.report.inputs import Count, Metrics, parse_metrics

EVENTS_FILE = "tune.json"


class EventPoint(Metrics):
    """One class at one threshold: marks, those missed, false alarms in ``background_s`` seconds."""

    threshold: float
    marks: Count
    missed: Count
    false_alarms: Count
    background_s: float

    @property
    def per_hour(self) -> float:
        """False alarms per hour of background; 0 where there is none."""
        return 3600 * self.false_alarms / self.background_s if self.background_s else 0.0

    @property
    def misses(self) -> float:
        """Share of the marks; 0 where there are none."""
        return self.missed / self.marks if self.marks else 0.0


class EventClass(EventPoint):
    """At its chosen threshold; ``curve``: at all. Intervals of 95 %, those of false alarms as counts."""

    name: str
    missed_interval: tuple[float, float]
    others: Count
    taken: Count
    taken_interval: tuple[float, float]
    false_alarms_interval: tuple[float, float]
    curve: tuple[EventPoint, ...]

    @property
    def per_hour_interval(self) -> tuple[float, float]:
        """Of the false alarms per hour."""
        hours = self.background_s / 3600
        low, high = self.false_alarms_interval
        return (low / hours, high / hours) if hours else (0.0, 0.0)


class Events(Metrics):
    """Long recordings through the int8 model whose SHA-256 is ``model``."""

    model: str
    recordings: str
    hours: float
    note: str = ""  # what to think of the recordings
    misses: float | None
    false_alarms_per_hour: float | None
    classes: tuple[EventClass, ...]


def read_events(folder: Path, model_sha256: str | None) -> Events | None:
    """None where nothing was tuned, or another model was."""
    path = folder / EVENTS_FILE
    if not path.is_file():
        return None
    found = parse_metrics(path, path.read_text(encoding="utf-8"), Events)
    return found if found.model == model_sha256 else None
