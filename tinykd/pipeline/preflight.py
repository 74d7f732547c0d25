"""Whether the student has room on every board, known before anyone is trained.

Stage ``check`` keeps the student as it will be quantized, untrained. Compiled for each board it needs the
arena that the trained one will need, which shapes decide, and at most its weights.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from tinykd.engine.stage import BUILD, MODEL, Job
from tinykd.errors import BudgetError
from tinykd.progress import Progress


def check_room(job: Job, progress: Progress) -> None:
    """``BudgetError`` where a board cannot hold the student; a note where it cannot pass the gates.

    A gate that fails has a report and an exit code of its own, so it is noted here and refuses nothing. A
    student that is to be pruned may pass yet, and what TFLM uses only the board can say.
    """
    from tinykd.firmware_project.fit import check_limits, check_memory
    from tinykd.pipeline.compiled_program import ProjectFolder, program_of
    from tinykd.pipeline.inputs import board_of

    project = job.project
    if project.pruning is not None or project.target.runtime != "static":
        return
    model = (job.root / BUILD / MODEL / "check" / "untrained.tflite").read_bytes()
    for name in job.boards:
        board = board_of(job, name)
        program = program_of(ProjectFolder(project, job.root), board, model, None)
        check_memory(program, board)
        if board.kind != "host":  # a process has no flash and no RAM to run out of
            with told_of_gate(progress):
                check_limits(program, board, project.gates)


@contextmanager
def told_of_gate(progress: Progress) -> Iterator[None]:
    """What is too large for a gate is noted, and goes on to the report."""
    try:
        yield
    except BudgetError as error:
        progress.note(f"a gate will fail: {error}")
