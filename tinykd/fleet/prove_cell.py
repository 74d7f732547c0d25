"""One cell, proven once: compiled, built, put on its board, every output compared with TFLM's."""

from typing import TYPE_CHECKING

from tinykd.api.model_file import CompileRequest, compile_file, read_model
from tinykd.api.tflm_file import tflm_file, tree_folder
from tinykd.fleet.cell import FleetCell
from tinykd.fleet.record import BoardFacts, CellFigures
from tinykd.fleet.schema import FleetSection
from tinykd.link.replies import Hello
from tinykd.progress import Progress
from tinykd.sessions.prove import ProofResult, ProofTarget, prove, random_samples

if TYPE_CHECKING:
    from tinykd.compiler.program import Program
    from tinykd.tflm.program import TflmProgram


def prove_cell(cell: FleetCell, section: FleetSection, progress: Progress) -> CellFigures:
    """What the board answered; ``UserError`` where there was no answer."""
    place = cell.place
    program = _program(cell)
    samples = random_samples(program, section.samples, section.seed)
    target = ProofTarget(place.board, place.port, section.timeout_s, tree_folder(), place.via)
    return _figures(prove(read_model(cell.path), program, samples, target, progress))


def _program(cell: FleetCell) -> "Program | TflmProgram":
    if cell.runtime == "tflm":
        return tflm_file(cell.path, cell.place.given)
    return compile_file(cell.path, CompileRequest(cell.place.given))


def _figures(found: ProofResult) -> CellFigures:
    verification = found.verification
    first = verification.first_difference
    return CellFigures(
        exact=verification.exact,
        samples=verification.samples,
        first_difference=str(first)[:2000] if first else None,
        ticks=verification.ticks.median,
        flash_bytes=found.image.flash_bytes,
        ram_bytes=found.image.ram_bytes,
        recoveries=verification.recoveries,
        facts=_facts(verification.hello),
    )


def _facts(hello: Hello) -> BoardFacts:
    return BoardFacts(**{name: getattr(hello, name) for name in BoardFacts.model_fields})
