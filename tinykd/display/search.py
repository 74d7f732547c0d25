"""A study for people: a line for each trial as it ends, the front as a table at the end."""

from collections.abc import Sequence

from tinykd.search.goals import UNITS
from tinykd.search.outcome import SearchOutcome, TrialRow
from tinykd.text import table_lines

_COLUMNS = ("flash_bytes", "ram_bytes", "macs", "instructions", "ms")
_SHORT = {"flash_bytes": "flash", "ram_bytes": "RAM", "macs": "MACs"}


def trial_line(row: TrialRow) -> str:
    """``trial  17  trained  0.9861  flash 12,345  …  ds_cnn on 8 x 8 x 1: …``."""
    quality = f"{row.quality:.4f}" if row.quality is not None else "      "
    costs = "  ".join(f"{_SHORT.get(n, n)} {row.costs[n]:>9,.7g}" for n in _COLUMNS if n in row.costs)
    mark = "*" if row.on_front else " "
    return f"trial {row.number:>3} {mark} {row.outcome[:24]:<13} {quality}  {costs}  {row.network}".rstrip()


def outcome_lines(outcome: SearchOutcome) -> list[str]:
    """The front, what each limit refused, and what to type."""
    front = outcome.front
    if not front:
        return [f"{len(outcome.rows)} trials, none of them finished within the limits yet."]
    counts = _counts(outcome.rows)
    return [
        *table_lines(_header(outcome), [_cells(row, outcome) for row in front]),
        "",
        f"{len(outcome.rows)} trials: {counts}. The {UNITS[outcome.goals.quality]} is that of short "
        "distillations on validation; the test split was not looked at.",
        *_limit_lines(outcome),
        f"Type `tinykd search --take {front[0].number}` to write that student into tinykd.toml, then "
        "`tinykd run`.",
    ]


def _known(outcome: SearchOutcome) -> list[str]:
    return [name for name in _COLUMNS if any(name in row.costs for row in outcome.front)]


def _header(outcome: SearchOutcome) -> list[str]:
    costs = [UNITS[name] for name in _known(outcome)]
    return ["trial", UNITS[outcome.goals.quality], *costs, "network"]


def _cells(row: TrialRow, outcome: SearchOutcome) -> list[str]:
    costs = [f"{row.costs[name]:,.7g}" if name in row.costs else "" for name in _known(outcome)]
    return [str(row.number), f"{row.quality:.4f}", *costs, row.network]


def _counts(rows: Sequence[TrialRow]) -> str:
    kinds = [row.outcome.partition(":")[0].partition(" ")[0] for row in rows]
    words = {
        "trained": "trained",
        "cut": "cut short",
        "does": "did not fit",
        "same": "as another",
        "the": "as another",
    }
    found: dict[str, int] = {}
    for kind in kinds:
        found[words.get(kind, kind)] = found.get(words.get(kind, kind), 0) + 1
    return ", ".join(f"{count} {name}" for name, count in found.items())


def _limit_lines(outcome: SearchOutcome) -> list[str]:
    lines = []
    for facts in outcome.limits:
        text = f"{facts.name} = {facts.limit:,g}: {facts.refused} did not fit ({facts.alone} for it alone)"
        if facts.nearest is not None:
            text += f"; the best student takes {100 * facts.nearest:.0f} % of it"
        half = facts.within.get("50 %")
        lines.append(
            text + (f", the best within half of it has {half:.4f}" if half is not None else "") + "."
        )
    return lines
