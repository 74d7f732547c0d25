"""Every cell in turn: power, port, proof, once more where the board failed; then the verdict."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tinykd.errors import LinkError, ToolError, UserError
from tinykd.fleet.brown_out import explained
from tinykd.fleet.cell import Fleet, FleetCell, FleetPlace
from tinykd.fleet.history import last_facts, last_good
from tinykd.fleet.judge import judged, other_revision
from tinykd.fleet.power import cycle_power
from tinykd.fleet.prove_cell import prove_cell
from tinykd.fleet.record import CellFigures, CellRecord, RunRecord, Verdict
from tinykd.fleet.schema import FleetSection
from tinykd.fleet.settle import await_port
from tinykd.progress import Progress

ProveCell = Callable[[FleetCell, FleetSection, Progress], CellFigures]


@dataclass(frozen=True)
class FleetRun:
    """How a fleet is run."""

    earlier: Sequence[RunRecord] = ()
    accept: bool = False  # more ticks and memory, and another board, are what is good from now on
    prove: ProveCell = prove_cell


def run_fleet(fleet: Fleet, how: FleetRun, progress: Progress) -> tuple[CellRecord, ...]:
    """All cells, one after another; a board that fails does not keep the others from being asked."""
    found: list[CellRecord] = []
    with progress.task("fleet", len(fleet.cells)) as task:
        before: FleetPlace | None = None
        for cell in fleet.cells:
            work = _CellRun(cell, fleet.section, how, progress, cell.place != before)
            found.append(work.record())
            before = cell.place
            task.advance(1, f"{cell}: {found[-1].verdict}")
    return tuple(found)


@dataclass(frozen=True)
class _CellRun:
    """A cell in this run."""

    cell: FleetCell
    section: FleetSection
    how: FleetRun
    progress: Progress
    is_first: bool  # of its board

    def record(self) -> CellRecord:
        """With its verdict, whatever happens that a user can mend."""
        began, attempt = time.monotonic(), 1
        while True:
            try:
                figures = self._once(attempt)
                return self._judged(figures, attempt, time.monotonic() - began)
            except UserError as error:
                if not self._may_retry(error, attempt):
                    return self._kept("failed", (str(error),), None, attempt, time.monotonic() - began)
                self.progress.note(f"{self.cell}: once more after: {error}")
                attempt += 1

    def _may_retry(self, error: UserError, attempt: int) -> bool:
        """What a board or a tool failed at may go better; a model that does not fit will not."""
        return isinstance(error, LinkError | ToolError) and attempt <= self.section.retries

    def _once(self, attempt: int) -> CellFigures:
        place = self.cell.place
        if self.is_first or attempt > 1:
            cycle_power(place)
        await_port(place, self.section.appear_s)
        try:
            return self.how.prove(self.cell, self.section, self.progress)
        except LinkError as error:
            raise explained(error, place) from None

    def _judged(self, figures: CellFigures, attempts: int, seconds: float) -> CellRecord:
        good = last_good(self.how.earlier, self.cell)
        verdict, reasons = judged(figures, good.figures if good else None, self.section)
        if self.how.accept:
            verdict = "good" if verdict == "worse" else verdict
        elif verdict != "differs" and (other := self._other_revision(figures)):
            verdict, reasons = "failed", (str(other),)
        return self._kept(verdict, reasons, figures, attempts, seconds)

    def _other_revision(self, figures: CellFigures) -> LinkError | None:
        return other_revision(self.cell, figures.facts, last_facts(self.how.earlier, self.cell))

    def _kept(
        self, verdict: Verdict, reasons: tuple[str, ...], figures: CellFigures | None, attempts: int, s: float
    ) -> CellRecord:
        cell = self.cell
        return CellRecord(
            board=cell.place.name, kind=cell.place.board.name, model=cell.model, sha256=cell.sha256,
            runtime=cell.runtime, verdict=verdict, reasons=reasons, attempts=attempts, seconds=s,
            figures=figures,
        )  # fmt: skip
