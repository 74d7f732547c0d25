"""A project whose firmware listens: its model on the host, and a recording played to its boards."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tinykd.errors import ConfigError
from tinykd.pipeline.options import Flashing, RunOptions

if TYPE_CHECKING:
    from tinykd.engine.events import Reporter
    from tinykd.live.compare import StreamVerification
    from tinykd.live.hear import Hearing, LiveModel
    from tinykd.pipeline.run import RunResult
    from tinykd.sessions.many_boards import BoardChoice
    from tinykd.sessions.stream_verification import Playback


@dataclass(frozen=True)
class StreamedFile:
    """A WAV or CSV file, ``speed`` times as fast as the board's time (0: as fast as it goes)."""

    path: Path
    rate_hz: float | None = None  # of a table without a column of time
    speed: float = 1.0


@dataclass(frozen=True)
class StreamVerdicts:
    """Each of the boards and its verdict; the ``names`` of the classes."""

    verdicts: "Sequence[tuple[str, StreamVerification]]"
    names: tuple[str, ...]


def verify_recording(
    project: Path, choice: "BoardChoice", recording: StreamedFile, reporter: "Reporter"
) -> StreamVerdicts:
    """One board after another."""
    from tinykd.live.hear import hear
    from tinykd.pipeline.run import run
    from tinykd.recording.virtual import read_virtual
    from tinykd.sessions.stream_verification import Playback, check_recording

    where = str(recording.path)
    played = read_virtual(recording.path, recording.rate_hz)
    asked = RunOptions("flash", choice.boards, Flashing(choice.port), trains=False)
    done = run(project, asked, reporter)
    live = live_model(done)
    columns = getattr(live.frontend, "columns", ())
    played = check_recording(where, played, live, columns)
    reporter.detail(f"{where} on the host")
    wanted = hear(live, played.source.samples, played.signal.scale, where)
    playback = Playback(played, recording.speed)
    verdicts = [(name, _verify(done, name, live, wanted, playback, reporter)) for name in done.space.boards]
    return StreamVerdicts(verdicts, live.rules.names)


def live_model(done: "RunResult") -> "LiveModel":
    """Of a finished model; ``ConfigError`` where the project's firmware does not listen."""
    from tinykd.data.load import project_dataset
    from tinykd.data.summary import FEATURES_FILE
    from tinykd.firmware_project.live_plan import plan_of
    from tinykd.live.hear import LiveModel
    from tinykd.pipeline.events import event_rules

    project, folder = done.space.project, done.folder("quantize")
    features = json.loads((folder / FEATURES_FILE).read_text())
    model = (folder / "model.tflite").read_bytes()
    rules = event_rules(project, features, model)
    if rules is None:
        fix = "Add the line [events] to tinykd.toml; see docs/events.md"
        raise ConfigError("--stream", "the project has no [events]", "when a class fires", fix)
    frontend = project_dataset(project.deployed, done.space.root).frontend
    shape = tuple(features["input"]["shape"])
    plan = plan_of(frontend, rules.hop_ms, shape)
    if plan is None:
        found = "samples that have no time, or no rate"
        raise ConfigError("--stream", found, "sound, or a sensor with rate in [sensor]")
    threshold = features.get("threshold")
    return LiveModel(model, frontend, plan, rules, shape, None if threshold is None else float(threshold))


def _verify(
    done: "RunResult",
    name: str,
    live: "LiveModel",
    wanted: "Hearing",
    playback: "Playback",
    reporter: "Reporter",
) -> "StreamVerification":
    from tinykd.pipeline.project_board import flashed_board
    from tinykd.sessions.connected_boards import reserved
    from tinykd.sessions.open_board import open_device
    from tinykd.sessions.stream_verification import verify_stream

    board = done.space.known_board(name)
    with (
        flashed_board(done, board) as place,
        reserved(place, f"tinykd verify of {name}"),
        open_device(place.url, board, done.space.project.verify.timeout_s) as device,
        reporter.task(f"{name}: listen", len(wanted)) as task,
    ):
        return verify_stream(device, live, wanted, playback, lambda _: task.advance())
