"""Whether the student has room on every board, known before anyone is trained.

Stage ``check`` keeps the student as it will be quantized, untrained. Compiled for each board it needs the
arena that the trained one will need, which shapes decide, and at most its weights.
"""

from tinykd.progress import Progress
from tinykd.stages.definition import BUILD, MODEL, Job


def check_room(job: Job, _progress: Progress) -> None:
    """``BudgetError`` where a board or the gates cannot hold the student.

    A student that is to be pruned may pass yet, and what TFLM uses only the board can say.
    """
    from tinykd.boards import load_board
    from tinykd.firmware_project.fit import check_limits, check_memory
    from tinykd.stages.programs import Place, program_of

    project = job.project
    if project.pruning is not None or project.target.runtime != "static":
        return
    model = (job.root / BUILD / MODEL / "check" / "untrained.tflite").read_bytes()
    for name in job.boards:
        board = load_board(name, job.root, project.target.board)
        program = program_of(Place(project, job.root), board, model, None)
        check_memory(program, board)
        if board.kind != "host":  # a process has no flash and no RAM to run out of
            check_limits(program, board, project.gates)
