"""``python -m benchmarks.keywords fsdd_8k.npz``: words found in long recordings, by an emulated Cortex-M4.

A small network is trained and made int8; the threshold is chosen on takes of their own; then test takes are
played in noise at 10 dB and silence: samples go in, events come out, in C here and on the M4, which must be
equal in every output, average and event, to each other and to the host's front end, TFLM and events.
Needs TensorFlow; trains for minutes. ``--model FOLDER`` keeps the model, or takes the one that is there.
"""

import argparse
import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.keywords.cost import cost_lines
from benchmarks.keywords.fitting import Training
from benchmarks.keywords.network import Trained, train
from benchmarks.keywords.runner import Heard, audio_front, build, hear
from benchmarks.keywords.sounds import (
    FRAMES,
    HOP_S,
    KEYWORDS,
    NAMES,
    OTHER,
    RATE_HZ,
    TEST,
    TUNE,
    Int16,
    features_of,
    front_end,
    recordings,
    samples_of,
    takes_of,
)
from tinykd.events import EventRules, averages, confidences, detect, rules_of
from tinykd.graph.quantize import quantize
from tinykd.graph.reader import read_graph
from tinykd.oracle import run_tflm
from tinykd.project.events import EventsSection
from tinykd.tuning.judge import Fired
from tinykd.tuning.play import Played, tallies
from tinykd.tuning.recordings import MarkedRecording

THRESHOLDS = tuple(step / 100 for step in range(40, 99, 2))
TUNED_HOURS = 1.0  # with each of the seeds: other noise, other gaps, in another order
TUNED_SEEDS = (101, 102, 103)
CHECKED_HOPS = 2000  # beside TFLM, which computes whole windows


@dataclass(frozen=True)
class Score:
    """Over all recordings, keywords together."""

    marks: int
    found: int
    others: int
    taken: int
    alarms: int
    background_s: float

    @property
    def lines(self) -> Iterator[str]:
        """The three figures, each beside its aim."""
        hours = self.background_s / 3600
        found, taken = self.found / self.marks, self.taken / self.others
        rate = f"{self.alarms} in {hours:.2f} h of background, {self.alarms / hours:.2f} an hour"
        yield f"keywords found        {self.found} of {self.marks}, {found:.1%}   (aim: 90 %)"
        yield f"false alarms          {rate}   (aim: 1)"
        yield f"other words taken     {self.taken} of {self.others}, {taken:.1%}   (aim: 5 %)"

    @property
    def distance(self) -> float:
        """The worst of the three, as a multiple of what its aim allows."""
        missed, taken = 1 - self.found / self.marks, self.taken / self.others
        return max(missed / 0.1, self.alarms * 3600 / self.background_s, taken / 0.05)

    @property
    def holds(self) -> bool:
        """Whether all three aims are reached."""
        return self.distance <= 1


def rules_at(threshold: float, trained: Trained, hop_rows: int, smoothing_ms: float = 400) -> EventRules:
    """One threshold for all keywords."""
    section = EventsSection(
        hop_ms=1000 * HOP_S * hop_rows, threshold=threshold, smoothing_ms=smoothing_ms, refractory_ms=1000
    )
    return rules_of(section, NAMES, read_graph(trained.model).main.outputs[0].scale)


def played(recording: MarkedRecording, heard: Heard, rules: EventRules, hop_rows: int) -> Played:
    """The confidences from the first hop on whose window lies in the recording."""
    front, missing = front_end(), -(-(FRAMES - hop_rows) // hop_rows)
    first_s = (front.frame + ((missing + 1) * hop_rows - 1) * front.hop) / RATE_HZ
    found = confidences(heard.outputs[missing:], rules)
    return Played(found, first_s, HOP_S * hop_rows, recording.seconds, recording.marks)


def score(all_played: Sequence[Played], rules: EventRules) -> Score:
    """Keywords by the tallies of the tuning; other words by the events in their time."""
    found = tallies(all_played, rules)[: len(KEYWORDS)]
    others = [sum(mark.index == OTHER for mark in each.marks) for each in all_played]
    return Score(
        marks=sum(tally.marks for tally in found),
        found=sum(tally.found for tally in found),
        others=sum(others),
        taken=sum(_taken(each, rules) for each in all_played),
        alarms=sum(tally.false_alarms for tally in found),
        background_s=found[0].background_s,
    )


def _taken(each: Played, rules: EventRules) -> int:
    """Other words in whose time a keyword fired."""
    events = detect(averages(each.confidences, rules.smoothing), rules)
    fired = [Fired(each.first_s + event.step * each.hop_s, event.index) for event in events]
    reach_s = each.first_s + rules.smoothing * each.hop_s
    marks = [mark for mark in each.marks if mark.index == OTHER]
    return sum(any(m.start_s <= f.time_s <= m.end_s + reach_s for f in fired) for m in marks)


def tuned(file: Path, trained: Trained, options: argparse.Namespace, folder: Path) -> float:
    """The threshold whose worst figure is best beside its aim."""
    rules = rules_at(0.8, trained, options.hop)
    build(trained, rules, options.hop, "host", folder)
    takes = takes_of(file, TUNE, options.unknown)
    heard = [
        played(recording, hear(folder, "host", samples_of(recording), options.hop), rules, options.hop)
        for seed in TUNED_SEEDS
        for recording in recordings(takes, TUNED_HOURS, seed)
    ]
    return min(THRESHOLDS, key=lambda t: score(heard, rules_at(t, trained, options.hop)).distance)


def checked(samples: Int16, heard: Heard, trained: Trained, hop_rows: int) -> int:
    """How many of the first hops have the outputs of TFLM on windows of the host's features."""
    front, graph = audio_front(trained), read_graph(trained.model).main
    rows = features_of(samples, front_end()).astype(np.float32)
    given = graph.inputs[0]
    integers = quantize(
        (rows - np.float32(front.mean)) / np.float32(front.deviation), given.scale, given.zero_point
    )
    silence = np.full((FRAMES - hop_rows, rows.shape[1]), given.zero_point, np.int8)
    signal, count = np.concatenate([silence, integers]), min(CHECKED_HOPS, len(heard.outputs))
    windows = np.stack([signal[i * hop_rows : i * hop_rows + FRAMES] for i in range(count)])
    expected = run_tflm(trained.model, windows.reshape(count, *given.shape[1:]))
    return int((expected.reshape(count, -1) == heard.outputs[:count]).all(axis=1).sum())


def events_equal(heard: Heard, rules: EventRules) -> bool:
    """Whether averages and events are those that Python finds."""
    smoothed = averages(confidences(heard.outputs, rules), rules.smoothing)
    fired = np.full(len(smoothed), -1, np.int16)
    for event in detect(smoothed, rules):
        fired[event.step] = event.index
    return bool((smoothed == heard.averages).all() and (fired == heard.fired).all())


def model_of(file: Path, options: argparse.Namespace) -> Trained:
    """Trained now, or earlier."""
    kept = options.model
    if kept and (kept / "words.tflite").is_file():
        return Trained((kept / "words.tflite").read_bytes(), *json.loads((kept / "words.json").read_text()))
    trained = train(file, options.unknown, Training(width=options.width, epochs=options.epochs))
    if kept:
        kept.mkdir(parents=True, exist_ok=True)
        (kept / "words.tflite").write_bytes(trained.model)
        (kept / "words.json").write_text(json.dumps([trained.mean, trained.deviation]))
    return trained


def test(file: Path, trained: Trained, options: argparse.Namespace, work: Path) -> Iterator[str | Score]:
    """Lines while it plays, and at the end the score."""
    threshold = tuned(file, trained, options, work / "host")
    rules, machines = rules_at(threshold, trained, options.hop), ("host", "cortex-m4")
    yield f"threshold {threshold:g}, chosen on {TUNED_HOURS * len(TUNED_SEEDS):g} h of other takes"
    for machine in machines:
        build(trained, rules, options.hop, machine, work / machine)
    takes, heard = takes_of(file, TEST, options.unknown), []
    for number, recording in enumerate(recordings(takes, options.hours, 7), start=1):
        samples = samples_of(recording)
        here, there = (hear(work / machine, machine, samples, options.hop) for machine in machines)
        same = all((getattr(here, k) == getattr(there, k)).all() for k in ("outputs", "averages", "fired"))
        note = f"{int((there.fired >= 0).sum())} events; M4 = host: {same}"
        note += f"; = Python: {events_equal(there, rules)}"
        if number == 1:
            count = min(CHECKED_HOPS, len(there.outputs))
            note += f"; = TFLM on windows: {checked(samples, there, trained, options.hop)} of {count} hops"
        yield f"{recording.name}: {recording.seconds / 60:.1f} min, {len(there.outputs):,} hops, {note}"
        heard.append(played(recording, there, rules, options.hop))
    yield score(heard, rules)


def main(argv: Sequence[str] | None = None) -> int:
    """All of it, line by line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.keywords", description=__doc__)
    parser.add_argument("file", type=Path, help="an .npz with x int16 (n, 8000), y, speaker, take")
    parser.add_argument("--hop", type=int, default=8, help="frames of 24 ms a step")
    parser.add_argument("--hours", type=float, default=2.2, help="of test recordings, about")
    parser.add_argument("--unknown", type=int, default=5, help="the speaker whom training does not hear")
    parser.add_argument("--width", type=float, default=Training.width)
    parser.add_argument("--epochs", type=int, default=Training.epochs)
    parser.add_argument("--model", type=Path, help="a folder that the model is kept in")
    options = parser.parse_args(argv)
    trained, found = model_of(options.file, options), None
    print(*cost_lines(trained, options.hop), sep="\n")
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        for machine in ("host", "cortex-m4"):
            (work / machine).mkdir()
        for line in test(options.file, trained, options, work):
            found = line if isinstance(line, Score) else found
            print(*(line.lines if isinstance(line, Score) else [line]), sep="\n", flush=True)
    return 0 if found is not None and found.holds else 1


if __name__ == "__main__":
    raise SystemExit(main())
