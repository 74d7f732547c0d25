"""Whether what a board answered is as good as the last good run."""

from collections.abc import Iterator

from tinykd.errors import LinkError
from tinykd.fleet.cell import FleetCell
from tinykd.fleet.record import BoardFacts, CellFigures, Verdict
from tinykd.fleet.schema import FleetSection

WALL_CLOCK = "ns"  # of a process of this machine: what else runs there decides


def judged(
    found: CellFigures, good: CellFigures | None, section: FleetSection
) -> tuple[Verdict, tuple[str, ...]]:
    """The verdict, and why it is not good. Nothing is good that is not exact."""
    if found.exact < found.samples:
        differs = f"{found.exact}/{found.samples} exact"
        return "differs", (f"{differs}: {found.first_difference}" if found.first_difference else differs,)
    reasons = tuple(_worse(found, good, section)) if good else ()
    return ("worse" if reasons else "good"), reasons


def _worse(found: CellFigures, good: CellFigures, section: FleetSection) -> Iterator[str]:
    unit = found.facts.tick_unit
    if unit == good.facts.tick_unit and unit != WALL_CLOCK:
        yield from _above(unit, found.ticks, good.ticks, section.more_ticks)
    yield from _above("bytes of flash", found.flash_bytes, good.flash_bytes, section.more_memory)
    yield from _above("bytes of RAM", found.ram_bytes, good.ram_bytes, section.more_memory)


def _above(what: str, found: float, good: float, share: float) -> Iterator[str]:
    if found > good * (1 + share):
        more = f"{100 * (found / good - 1):.1f} % more than" if good else "not"
        yield f"{found:,.0f} {what}, {more} {good:,.0f}; at most {100 * share:g} % more"


def other_revision(cell: FleetCell, found: BoardFacts, known: BoardFacts | None) -> LinkError | None:
    """What is wrong where the hardware says otherwise of itself than in the last good run."""
    if known is None or found == known:
        return None
    name = next(key for key in BoardFacts.model_fields if getattr(found, key) != getattr(known, key))
    said, before = (f"{name} {getattr(each, name)!r}" for each in (found, known))
    return LinkError(
        f"[board.{cell.place.name}]",
        f"is another revision, its hello says {said}",
        f"{before} as in its last good run",
        "Plug in the one that it was, give this one another [board.NAME], or type --accept",
    )
