"""From a model's outputs to events, as C: ``NAME_events.h`` and ``.c`` with the constants of ``[events]``.

A pure function of the rules. What they are computed by is hand-written: firmware/events.
"""

from collections.abc import Iterable

from tinykd.compiler.ctext import wrapped
from tinykd.events.rules import ANOMALY_STEPS, STEPS, EventRules
from tinykd.firmware_project.libraries import FLASH_HEADER, firmware_text
from tinykd.firmware_project.template import render_template
from tinykd.version import __version__

_WIDTH = 100


def event_files(name: str, rules: EventRules, threshold: float | None = None) -> dict[str, str]:
    """``NAME_events.h`` and ``NAME_events.c``; ``threshold``: of an anomaly task's reconstruction errors."""
    factor = None if threshold is None else _float32_ratio(ANOMALY_STEPS, threshold)
    facts = {
        "name": name,
        "version": __version__,
        "rules": rules,
        "rows": [_row(rules, index) for index in range(len(rules.names))],
        "enumerated": list(enumerate(rules.names)),
        "thresholds": _lines(rules.threshold),
        "releases": _lines(rules.release),
        "firing": _lines(map(int, rules.fires)),
        "exponents": _lines(rules.exponents) if rules.exponents else None,
        "anomaly_steps": ANOMALY_STEPS,
        "factor": factor,
    }
    return {f"{name}_events.{end}": render_template(f"events/events.{end}.j2", facts) for end in ("h", "c")}


def event_library_files(name: str, rules: EventRules, threshold: float | None = None) -> dict[str, str]:
    """The same with what they are computed by, at their places in a library of the model."""
    own = event_files(name, rules, threshold)
    return {
        "include/tkd_events.h": firmware_text("events/tkd_events.h"),
        "events/tkd_events.c": firmware_text("events/tkd_events.c"),
        FLASH_HEADER: firmware_text(FLASH_HEADER),
        f"include/{name}_events.h": own[f"{name}_events.h"],
        f"src/{name}_events.c": own[f"{name}_events.c"],
    }


def _float32_ratio(steps: int, threshold: float) -> float:
    import numpy as np

    return float(np.float32(steps) / np.float32(threshold))


def _row(rules: EventRules, index: int) -> str:
    """What is to know of one class."""
    steps = STEPS if rules.exponents else ANOMALY_STEPS
    if not rules.fires[index]:
        return f"{index}: {rules.names[index]} never fires"
    up, down = ((level[index] + 128) / steps for level in (rules.threshold, rules.release))
    return f"{index}: {rules.names[index]} fires from {up:.4g} on, and again after less than {down:.4g}"


def _lines(values: Iterable[int]) -> list[str]:
    """The elements of an array."""
    return wrapped([str(value) for value in values], _WIDTH)
