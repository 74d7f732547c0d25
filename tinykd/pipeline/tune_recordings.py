"""The long recordings that ``tinykd tune`` plays: made of a split's samples, or the user's own."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tinykd.errors import ConfigError, DataError
from tinykd.pipeline.tune_case import TuneCase

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from tinykd.tuning.recordings import LabelledSignal, MarkedRecording, RecordingPlan


@dataclass(frozen=True)
class OwnRecording:
    """A sound of the user's, and the file that says what is in it."""

    recording: Path
    labels: Path


def own_recordings(recordings: Sequence[Path], labels: Sequence[Path]) -> tuple[OwnRecording, ...]:
    """Each with its label file, in the order given."""
    if len(recordings) != len(labels):
        found = f"{len(recordings)} recordings and {len(labels)} label files"
        raise ConfigError("--labels", found, "one for each recording")
    return tuple(OwnRecording(r, each) for r, each in zip(recordings, labels, strict=True))


def made_of(case: TuneCase, split: str, hours: float) -> "Iterator[MarkedRecording]":
    """Recordings of ``hours`` in all, of the samples of a split."""
    from tinykd.tuning.recordings import compose

    return compose(_takes(case, split), _plan(case, hours), case.project.project.seed, f"{split} recording")


def _takes(case: TuneCase, split: str) -> "list[LabelledSignal]":
    """The samples of a split; of an anomaly task, the normal ones are background."""
    import numpy as np

    from tinykd.tuning.recordings import LabelledSignal, trimmed

    part = case.data.splits[split]
    labels = part.y if part.labels is None else part.labels
    if case.names:
        counts = np.bincount(labels, minlength=len(case.names))
        for name, count, fires in zip(case.names, counts, case.rules().fires, strict=True):
            if fires and not count:
                raise DataError(
                    f"{split} split", f'class "{name}" has no sample', "some, to make recordings of"
                )
    signals = _signals(case, split)
    if not case.names:
        return [
            LabelledSignal(signal, 0 if label else None)
            for signal, label in zip(signals, labels, strict=True)
        ]
    shortened = [trimmed(signal) if case.is_sound else signal for signal in signals]
    return [LabelledSignal(signal, int(label)) for signal, label in zip(shortened, labels, strict=True)]


def _signals(case: TuneCase, split: str) -> "NDArray[np.float32]":
    """(n, time, channels)."""
    import numpy as np

    x = case.data.splits[split].x
    if not case.is_sound:
        found: NDArray[np.float32] = x[:].reshape(len(x), x.shape[1], -1)
        return found
    if case.data.sounds is None:
        wanted = "WAV files in folders, or an .npz file"
        raise DataError(case.project.data.source, "its sounds cannot be read again", wanted)
    return case.data.sounds(split)[..., np.newaxis]


def _plan(case: TuneCase, hours: float) -> "RecordingPlan":
    from tinykd.project.events import EventsSection
    from tinykd.tuning.recordings import RecordingPlan

    rules, section = case.rules(), case.project.events or EventsSection()
    least_s = case.window / case.rate_hz + (rules.smoothing + rules.refractory) * rules.hop_ms / 1000
    background = _background(case, section.background) if section.background else ()
    return RecordingPlan(
        case.rate_hz, hours, least_s, section.snr_db, background, gaps=case.names is not None
    )


def _background(case: TuneCase, name: str) -> "list[NDArray[np.float32]]":
    import numpy as np

    from tinykd.data.sources.folder.files import files_below
    from tinykd.data.sources.folder.sounds import SUFFIXES, read_recording

    where = f"[events] background = {name}"
    if not case.is_sound:
        raise ConfigError(where, "is for sound, and this is a sensor", "no background")
    folder = case.root / name
    files = files_below(folder, SUFFIXES) if folder.is_dir() else []
    if not files:
        raise DataError(where, "no folder with .wav files", "some, of background noise")
    found = [read_recording(path, case.project.audio.rate)[:, np.newaxis] for path in files]
    for path, sound in zip(files, found, strict=True):
        if not np.any(sound):
            raise DataError(path, "silence only", "noise")
    return found


def own_recording(own: OwnRecording, case: TuneCase) -> "MarkedRecording":
    """Read and checked: rate, channels, and that its labels fit."""
    import numpy as np

    from tinykd.data.sources.folder.sounds import read_recording
    from tinykd.tuning.labels import read_labels
    from tinykd.tuning.recordings import MarkedRecording

    if not case.is_sound:
        raise ConfigError("--recording", "is for sound, and this is a sensor", "no recording")
    if not own.recording.is_file():
        raise DataError(own.recording, "no such file", "a WAV file")
    signal = read_recording(own.recording, case.project.audio.rate)[:, np.newaxis]
    marks = read_labels(own.labels, case.rules().names, len(signal) / case.rate_hz)
    return MarkedRecording(str(own.recording), signal, case.rate_hz, marks)
