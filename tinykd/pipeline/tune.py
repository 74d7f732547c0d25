"""``tinykd tune``: a finished model on long recordings, and the thresholds that follow from them.

Thresholds are chosen on recordings of the validation split, and what they do is measured on recordings of the
test split, or on the user's own.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tinykd.errors import ConfigError
from tinykd.pipeline.tune_case import TuneCase, player_of
from tinykd.pipeline.tune_recordings import OwnRecording, made_of, own_recording
from tinykd.progress import Progress

if TYPE_CHECKING:
    from tinykd.events.rules import EventRules
    from tinykd.tuning.play import Played, Player
    from tinykd.tuning.recordings import MarkedRecording
    from tinykd.tuning.result import Tuned
    from tinykd.tuning.sweep import OperatingLimits

FOLDER = "tune"  # in build/: tune.json, tune.svg


@dataclass(frozen=True)
class TuneOptions:
    """``hours``: of recordings that are made of a split, where its samples alone are not longer."""

    limits: "OperatingLimits"
    hours: float = 1.0
    own: Sequence[OwnRecording] = field(default_factory=tuple)


def tune(case: TuneCase, options: TuneOptions, progress: Progress) -> "Tuned":
    """Chosen on validation recordings, measured on test recordings or the user's own."""
    from tinykd.files import sha256_bytes
    from tinykd.tuning.play import tallies
    from tinykd.tuning.result import Tuned, TunedClass
    from tinykd.tuning.sweep import OF_ANOMALIES, OF_CLASSES, choose, sweep

    if case.data.task not in ("classification", "anomaly"):
        without = f'the task is "{case.data.task}", which has no events'
        raise ConfigError("tinykd tune", without, "classes or anomalies")
    case.rules()  # a mistake in [events] is refused before anything is played
    player = player_of(case)
    own = [own_recording(each, case) for each in options.own]
    chosen_on = _played(made_of(case, "validation", options.hours), player, progress)
    recordings = own or made_of(case, "test", options.hours)
    test = _played(recordings, player, progress)
    levels = OF_CLASSES if case.names else OF_ANOMALIES

    def rules_at(threshold: float) -> "EventRules":
        return case.rules(threshold=threshold, thresholds=None)

    before, after = (sweep(played, rules_at, levels) for played in (chosen_on, test))
    points = [choose(curve, options.limits) for curve in before]
    usual = case.rules()
    thresholds = {
        name: point.threshold
        for name, point, fires in zip(usual.names, points, usual.fires, strict=True)
        if fires
    }
    found = tallies(test, case.rules(thresholds=thresholds))
    classes = tuple(
        TunedClass(name, thresholds[name], found[i], before[i], after[i])
        for i, name in enumerate(usual.names)
        if name in thresholds
    )
    what = "Your own recordings" if own else "Recordings made of the test split"
    hours = sum(each.seconds for each in test) / 3600
    drowned = sum(each.drowned for each in test)
    return Tuned(sha256_bytes(case.model), what, hours, classes, drowned)


def _played(recordings: "Iterable[MarkedRecording]", player: "Player", progress: Progress) -> "list[Played]":
    """One after another: each is long."""
    from tinykd.tuning.play import play

    found = []
    for recording in recordings:
        progress.detail(f"{recording.name}: {recording.seconds:.0f} s, {len(recording.marks)} marks")
        found.append(play(recording, player))
    return found


def save_tuned(tuned: "Tuned", build: Path) -> Path:
    """``tune.json`` and the picture, whose path this is."""
    from tinykd.files import write_json
    from tinykd.report.event_charts import event_curves
    from tinykd.report.event_results import EVENTS_FILE, Events
    from tinykd.report.save import save

    folder = build / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / EVENTS_FILE, tuned.to_json())
    save(event_curves(Events.model_validate(tuned.to_json())), folder / "tune.svg")
    return folder / "tune.svg"
