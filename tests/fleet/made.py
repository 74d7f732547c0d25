"""A fleet of virtual boards in a folder, and boards that answer as a test wants it."""

from collections.abc import Callable
from pathlib import Path

from tinykd.errors import UserError
from tinykd.fleet import Fleet, FleetCell, FleetRun, load_fleet, run_fleet
from tinykd.fleet.record import BoardFacts, CellFigures, CellRecord, RunRecord, Verdict
from tinykd.fleet.schema import FleetSection
from tinykd.progress import Progress, Silent

HEAD = '[fleet]\nmodels = ["m.tflite"]\n'
FACTS = BoardFacts(core_hz=64_000_000, tick_hz=10**9, tick_unit="instructions", features="", caches="")
GOOD = CellFigures(exact=20, samples=20, ticks=1000.0, flash_bytes=20_000, ram_bytes=4000, facts=FACTS)
Answer = CellFigures | UserError


def fleet(folder: Path, boards: str = "[board.host]\n", head: str = HEAD) -> Fleet:
    """The fleet of ``boards``, with one model."""
    (folder / "m.tflite").write_bytes(b"a model")
    file = folder / "boards.toml"
    file.write_text(head + boards)
    return load_fleet(file)


class FakeBoards:
    """Each cell gives its ``answers`` one after another, the last again and again; it knows who was asked."""

    def __init__(self, **answers: Answer | list[Answer]) -> None:
        self.answers = {name: a if isinstance(a, list) else [a] for name, a in answers.items()}
        self.asked: list[str] = []

    def __call__(self, cell: FleetCell, section: FleetSection, progress: Progress) -> CellFigures:
        name = cell.place.name
        self.asked.append(name)
        left = self.answers.get(name, [GOOD])
        answer = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(answer, UserError):
            raise answer
        return answer


def run_of(cells: tuple[CellRecord, ...], commit: str = "c0ffee") -> RunRecord:
    return RunRecord(when="2026-01-02T03:04:05Z", commit=commit, tinykd="1.0", cells=cells)


def ran(
    asked: Fleet,
    prove: Callable[[FleetCell, FleetSection, Progress], CellFigures],
    *earlier: RunRecord,
    accept: bool = False,
) -> tuple[CellRecord, ...]:
    return run_fleet(asked, FleetRun(earlier, accept, prove), Silent())


def made_history() -> list[RunRecord]:
    """Three runs with every verdict, and names as long as they may be."""
    long = "models/" + "a_long_name_" * 8 + ".tflite"
    worse = GOOD.model_copy(update={"ticks": 123_456_789.0})
    cells = [
        _cell("desk", "m.tflite", "good", GOOD),
        _cell("a" * 60, long, "worse", worse, "123,456,789 instructions, more than 1,000"),
        _cell("roof", "m.tflite", "differs", GOOD, "19/20 exact"),
        _cell("bench", long, "failed", None, "no answer " + "x" * 300),
    ]
    return [run_of(tuple(cells[:count]), "0123456789abcdef" * 2) for count in (1, 2, 4)]


def _cell(board: str, model: str, verdict: Verdict, figures: CellFigures | None, why: str = "") -> CellRecord:
    return CellRecord(
        board=board, kind="qemu-microbit", model=model, sha256="0" * 64, runtime="static", verdict=verdict,
        reasons=(why,) if why else (), attempts=1, seconds=1.0, figures=figures,
    )  # fmt: skip
