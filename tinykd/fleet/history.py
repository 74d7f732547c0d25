"""Earlier runs: a file with one line of JSON for each, the newest last."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from pydantic import ValidationError

from tinykd.errors import DataError
from tinykd.files import write_whole
from tinykd.fleet.cell import FleetCell
from tinykd.fleet.record import BoardFacts, CellRecord, RunRecord

HISTORY = "history.jsonl"
MAX_BYTES = 256 << 20


def read_history(path: Path) -> tuple[RunRecord, ...]:
    """All runs in the file ``path``; none where there is none yet."""
    if not path.exists():
        return ()
    try:
        if path.stat().st_size > MAX_BYTES:
            raise DataError(path, f"is {path.stat().st_size:,} bytes long", f"at most {MAX_BYTES:,}")
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(path, f"cannot be read ({error})", "runs of a fleet") from None
    return tuple(_run(path, number, line) for number, line in enumerate(lines, 1) if line.strip())


def _run(path: Path, number: int, line: str) -> RunRecord:
    try:
        return RunRecord.model_validate_json(line)
    except ValidationError:
        fix = "Mend the line or take it out; move the file away to begin anew"
        raise DataError(path, f"line {number} is no run of a fleet", "one that tinykd wrote", fix) from None


def write_history(path: Path, runs: Sequence[RunRecord]) -> None:
    """The whole file anew, or as it was."""
    write_whole(path, "".join(f"{run.model_dump_json()}\n" for run in runs))


def last_good(runs: Sequence[RunRecord], cell: FleetCell) -> CellRecord | None:
    """The newest good record of ``cell`` with the very same model; None: there is none."""
    for record in _backwards(runs):
        if record.key == cell.key and record.sha256 == cell.sha256 and record.verdict == "good":
            return record
    return None


def last_facts(runs: Sequence[RunRecord], cell: FleetCell) -> BoardFacts | None:
    """What the board of ``cell`` said of itself when it was good the last time."""
    name, kind = cell.place.name, cell.place.board.name
    for record in _backwards(runs):
        if (record.board, record.kind, record.verdict) == (name, kind, "good") and record.figures:
            return record.figures.facts
    return None


def _backwards(runs: Sequence[RunRecord]) -> Iterator[CellRecord]:
    return (record for run in reversed(runs) for record in reversed(run.cells))
