"""The verdict per set: means over seeds with 95 % intervals, paired tests, sizes; Markdown and a figure."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from tinykd.errors import ToolError

Found = dict[str, Any]  # a cell's JSON
_CONFIDENCE = 0.95


@dataclass(frozen=True)
class Mean:
    """Of one figure over seeds: Student's t interval, both in percent."""

    mean: float
    half_width: float

    @classmethod
    def of(cls, values: NDArray[np.float64]) -> "Mean":
        """``values``: shares in [0, 1], one per seed."""
        count = len(values)
        if count < 2:
            return cls(100 * float(values.mean()), float("nan"))
        factor = stats.t.ppf((1 + _CONFIDENCE) / 2, count - 1)
        return cls(100 * float(values.mean()), 100 * float(factor * values.std(ddof=1) / np.sqrt(count)))

    def __str__(self) -> str:
        return f"{self.mean:.2f} ± {self.half_width:.2f}"

    @property
    def signed(self) -> str:
        """Of a difference, in points."""
        return f"{self.mean:+.2f} ± {self.half_width:.2f}"


@dataclass(frozen=True)
class Row:
    """One set."""

    set: str
    seeds: int
    parameters: int
    teacher: float  # percent right on test
    labels_arm: str
    labels_float: Mean
    labels_int8: Mean
    taught_float: Mean
    taught_int8: Mean
    taught_ptq: Mean
    gain: Mean  # distilled int8 - labels int8, points
    wins: int
    p: float  # paired t-test, two-sided
    sign_p: float  # exact sign test, two-sided, ties left out
    over_ptq: Mean  # distilled int8 - distilled PTQ, points
    over_ptq_p: float  # paired t-test, two-sided
    teacher_bytes: int
    bytes: int

    @property
    def kept(self) -> float:
        """Share of the teacher's accuracy that the int8 student has."""
        return self.taught_int8.mean / self.teacher

    @property
    def fewer_bytes(self) -> float:
        """Share of the teacher's bytes that the .tflite file saves."""
        return 1 - self.bytes / self.teacher_bytes


def row(labels: Sequence[Found], taught: Sequence[Found]) -> Row:
    """From the cells of both arms, seed by seed in the same order."""
    assert [cell["seed"] for cell in labels] == [cell["seed"] for cell in taught]
    gain = _rates(taught, "int8") - _rates(labels, "int8")
    over_ptq = _rates(taught, "int8") - _rates(taught, "ptq")
    wins, losses = int((gain > 0).sum()), int((gain < 0).sum())
    first = taught[0]
    return Row(
        set=first["set"],
        seeds=len(taught),
        parameters=first["parameters"],
        teacher=100 * float(_rates(taught, "teacher").mean()),
        labels_arm=labels[0]["recipe"],
        labels_float=Mean.of(_rates(labels, "float")),
        labels_int8=Mean.of(_rates(labels, "int8")),
        taught_float=Mean.of(_rates(taught, "float")),
        taught_int8=Mean.of(_rates(taught, "int8")),
        taught_ptq=Mean.of(_rates(taught, "ptq")),
        gain=Mean.of(gain),
        wins=wins,
        p=_paired_p(gain),
        sign_p=float(stats.binomtest(wins, wins + losses).pvalue) if wins + losses else 1.0,
        over_ptq=Mean.of(over_ptq),
        over_ptq_p=_paired_p(over_ptq),
        teacher_bytes=first["teacher_bytes"],
        bytes=max(cell["bytes"] for cell in taught),
    )


def _rates(cells: Sequence[Found], what: str) -> NDArray[np.float64]:
    counts = [cell[what]["test"] for cell in cells]
    return np.array([c["correct"] / c["total"] for c in counts])


def _paired_p(gain: NDArray[np.float64]) -> float:
    if len(gain) < 2 or np.allclose(gain, gain[0]):
        return float("nan")  # nothing varies: no test
    return float(stats.ttest_1samp(gain, 0.0).pvalue)


_HEAD = (
    "| set | weights | teacher | labels, int8 | distilled, float | distilled, int8 | distilled, PTQ | "
    "gain, int8 | wins | p | sign p | int8 less PTQ | its p | teacher's bytes → .tflite | kept |"
)


def markdown(rows: Sequence[Row]) -> str:
    """The table; accuracies on test in percent, gains in points."""
    lines = [_HEAD, "|" + "---|" * (_HEAD.count("|") - 1)]
    for r in rows:
        lines.append(
            f"| {r.set} | {r.parameters:,} | {r.teacher:.2f} | {r.labels_int8} ({r.labels_arm}) | "
            f"{r.taught_float} | {r.taught_int8} | {r.taught_ptq} | "
            f"{r.gain.signed} | {r.wins} of {r.seeds} | {r.p:.3f} | {r.sign_p:.3f} | "
            f"{r.over_ptq.signed} | {r.over_ptq_p:.3f} | "
            f"{r.teacher_bytes:,} → {r.bytes:,} "
            f"({-100 * r.fewer_bytes:.1f} %) | {100 * r.kept:.1f} % |"
        )
    return "\n".join(lines) + "\n"


def to_json(rows: Sequence[Row]) -> list[dict[str, object]]:
    """All figures of all rows; null where one seed says nothing of an interval."""
    return [_known(asdict(r)) | {"kept": r.kept, "fewer_bytes": r.fewer_bytes} for r in rows]


def _known(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _known(each) for name, each in value.items()}
    return None if isinstance(value, float) and np.isnan(value) else value


def check_drawing() -> None:
    """``ToolError`` where the extra ``plots``, which ``draw`` needs, is not installed."""
    if find_spec("matplotlib") is None:
        fix = 'Type `pip install "tinykd[plots]"`'
        raise ToolError("gain.svg", "matplotlib is not installed", "the extra plots", fix)


def draw(rows: Sequence[Row], path: Path) -> None:
    """The gain of every set with its interval."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 0.5 + 0.5 * len(rows)), layout="constrained")
    axes = figure.subplots()
    places = range(len(rows))
    axes.errorbar(
        [r.gain.mean for r in rows], places, xerr=[r.gain.half_width for r in rows], fmt="o", capsize=3
    )
    axes.axvline(0, color="0.6", linewidth=1)
    axes.set_yticks(places, [r.set for r in rows])
    axes.invert_yaxis()
    axes.set_xlabel("distilled less labels alone, int8 on test, percentage points (95 % interval over seeds)")
    figure.savefig(path)
