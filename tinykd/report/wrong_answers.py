"""The test samples that the int8 model answers worst: as pictures, players, signals or values.

Of a classification those that it is surest of, and wrong; of a regression those that it is furthest off.
"""

import base64
import io
import wave

import numpy as np
from numpy.typing import NDArray

from tinykd.data.dataset import Dataset
from tinykd.data.features.frontend import AudioFrontend, SensorFrontend, TableFrontend
from tinykd.errors import one_line
from tinykd.events.rules import STEPS
from tinykd.report.confidence import FarAnswer, WrongAnswer
from tinykd.report.rated_answers import RatedAnswers
from tinykd.report.sample_pictures import as_seen, decimated, png_uri
from tinykd.training.metrics import absolute_errors

MOST = 12  # samples
_LONGEST_S = 4.0  # of a player: a page is one file
_LETTERS = 160  # of a text
_COLUMNS = 3  # of a table


def wrong_answers(data: Dataset, rated: RatedAnswers) -> tuple[WrongAnswer, ...]:
    """Of the test split, the surest first; at most ``MOST``."""
    rows = rated.surest_errors(MOST)
    players = _players(data, rows)
    return tuple(_answer(data, rated, row, players.get(row, "")) for row in rows)


def far_answers(data: Dataset, values: NDArray[np.float32]) -> tuple[FarAnswer, ...]:
    """Of ``values``, (n, outputs) for the test split, the furthest off first; at most ``MOST``."""
    order = np.argsort(-absolute_errors(values, data.test, data), kind="stable")
    rows: list[int] = order[:MOST].tolist()
    players = _players(data, rows)
    return tuple(_far(data, values, row, players.get(row, "")) for row in rows)


def _far(data: Dataset, values: NDArray[np.float32], row: int, wav: str) -> FarAnswer:
    plain = FarAnswer(
        row=row,
        names=data.classes,
        wanted=tuple(data.in_units(data.test.y[row]).tolist()),
        answered=tuple(data.in_units(values[row]).tolist()),
        wav=wav,
    )
    return plain.model_copy(update=_seen(data, row))


def _answer(data: Dataset, rated: RatedAnswers, row: int, wav: str) -> WrongAnswer:
    plain = WrongAnswer(
        row=row,
        label=data.classes[int(data.test.y[row])],
        named=data.classes[int(rated.named[row])],
        confidence=int(rated.steps[row]) / STEPS,
        wav=wav,
    )
    return plain.model_copy(update=_seen(data, row))


def _seen(data: Dataset, row: int) -> dict[str, object]:
    """Test sample ``row`` as what its kind of data looks like."""
    if data.test.texts is not None:
        return {"what": one_line(data.test.texts.lines[row], _LETTERS)}
    x = data.test.x[row]
    match data.frontend:
        case TableFrontend(columns=columns):
            return {"what": _unusual(x.ravel(), columns)}
        case SensorFrontend():
            return {"series": tuple(map(tuple, decimated(x[:, 0, :]).tolist()))}
        case _:
            return {"png": png_uri(as_seen(x))}


def _unusual(values: NDArray[np.float32], columns: tuple[str, ...]) -> str:
    """The values furthest from the mean, in standard deviations: what the table's front end makes of them."""
    order = np.argsort(-np.abs(values), kind="stable")[:_COLUMNS].tolist()
    names = [one_line(columns[k], 40) if k < len(columns) else f"column {k}" for k in order]
    return ", ".join(f"{name} {values[k]:+.1f} sd" for name, k in zip(names, order, strict=True))


def _players(data: Dataset, rows: list[int]) -> dict[int, str]:
    """Of sounds, where they are still to be had."""
    if data.sounds is None or not rows or not isinstance(data.frontend, AudioFrontend):
        return {}
    sounds = data.sounds("test", np.array(rows, np.int64))
    rate = data.frontend.how.rate
    return {row: _wav_uri(sound, rate) for row, sound in zip(rows, sounds, strict=True)}


def _wav_uri(sound: NDArray[np.float32], rate: int) -> str:
    """(samples,) in [-1, 1] as a 16-bit mono WAV, the first seconds of it."""
    shown = np.clip(sound[: round(_LONGEST_S * rate)], -1, 1)
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setparams((1, 2, rate, 0, "NONE", ""))
        file.writeframes(np.rint(shown * 32767).astype("<i2").tobytes())
    return "data:audio/wav;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")
