"""From float to int8 for people: a row for each model, and what the difference is."""

from collections.abc import Sequence

from tinykd.post_training.ladder import PtqLadder, PtqRung

_NAMES = {
    "accuracy": "accuracy",
    "agreement": "same class as float",
    "mse": "mean squared error",
    "mse to float": "mean squared difference from float",
}
Table = tuple[tuple[str, ...], Sequence[tuple[str, ...]]]


def ladder_table(found: PtqLadder) -> Table:
    """Header and rows."""
    counted = found.measure in ("accuracy", "agreement")
    header = ("model", _NAMES[found.measure], "95 % interval", *(("samples",) if counted else ()), "bytes")
    return header, [_row(found, step, counted) for step in found.steps]


def _row(found: PtqLadder, step: PtqRung, counted: bool) -> tuple[str, ...]:
    size = f"{step.bytes:,}"
    if not counted:
        return step.model, f"{step.value:.4g}", f"{step.low:.4g} - {step.high:.4g}", size
    interval = f"{100 * step.low:.1f} - {100 * step.high:.1f} %"
    return step.model, f"{100 * step.value:.2f} %", interval, f"{step.right}/{found.samples}", size


def difference_line(found: PtqLadder) -> str:
    """``int8 - float``, with its interval; "" where nothing was held against the truth."""
    if found.difference is None or found.low is None or found.high is None:
        return ""
    if found.p_value is None:
        return f"int8 - float: {found.difference:+.4g} ({found.low:+.4g} to {found.high:+.4g})"
    points = [100 * value for value in (found.difference, found.low, found.high)]
    return "int8 - float: {:+.2f} points ({:+.2f} to {:+.2f}, p = {:.2g})".format(*points, found.p_value)
