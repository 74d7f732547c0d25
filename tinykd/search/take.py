"""One student of a study into the project file, and a note of what it was chosen from, for the report."""

import json
from pathlib import Path

from tinykd.errors import ConfigError
from tinykd.files import write_json
from tinykd.project.edit_keys import write_keys
from tinykd.report.taken import TAKEN_FILE
from tinykd.search.outcome import SearchOutcome, TrialRow


def take(outcome: SearchOutcome, number: int, project_file: Path, folder: Path) -> TrialRow:
    """Trial ``number`` of ``outcome``; ``folder``: of the study's files."""
    row = _row(outcome, number)
    write_keys(project_file, row.values, without=("student.fit",))
    ended = sum(1 for each in outcome.rows if each.quality is not None or each.over)
    write_json(
        folder / TAKEN_FILE,
        {
            "trial": row.number,
            "trials": ended,
            "study": outcome.study,
            "objective": outcome.goals.quality,
            "validation": row.quality,
            "values": row.values,
            "earlier": [each for each in _taken_before(folder, outcome.study) if each != row.number],
        },
    )
    return row


def _taken_before(folder: Path, study: str) -> list[int]:
    """Trials of the same study that were in the project file already."""
    file = folder / TAKEN_FILE
    known = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    return [*known["earlier"], known["trial"]] if known.get("study") == study else []


def _row(outcome: SearchOutcome, number: int) -> TrialRow:
    row = next((each for each in outcome.rows if each.number == number), None)
    best = ", ".join(str(each.number) for each in outcome.front) or "none yet"
    if row is None:
        raise ConfigError(f"--take {number}", "no such trial", f"one of the front: {best}")
    if not row.is_candidate and row.quality is None:
        raise ConfigError(f"--take {number}", f"that trial: {row.outcome}", f"one that was trained: {best}")
    return row
