"""The stages' functions: each takes its inputs from the folders of earlier ones, calls one package, writes ``out``.

Nothing is imported before it is needed: a skipped stage costs nothing, and only training loads TensorFlow.
"""

from typing import TYPE_CHECKING

from tinykd.progress import Progress
from tinykd.stages.definition import BUILD, Job

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from tinykd.boards import Board
    from tinykd.data.dataset import Dataset

EMBEDDED_SAMPLES = 20  # in the firmware, for the text command `test`


def train(job: Job, progress: Progress) -> None:
    """The teacher and its logits."""
    from tinykd.teacher.stage import train_teacher

    train_teacher(job.project, _dataset(job), job.root, job.out, progress)


def distill(job: Job, progress: Progress) -> None:
    """Baseline and student."""
    from tinykd.distillation.stage import distill as distill_student

    distill_student(job.project, _dataset(job), job.inputs["train"], job.out, progress)


def quantize(job: Job, progress: Progress) -> None:
    """QAT, export, lint."""
    from tinykd.quantization.stage import quantize as quantize_student

    folders = job.inputs["train"], job.inputs["distill"]
    quantize_student(job.project, _dataset(job), *folders, job.out, progress)


def generate(job: Job, progress: Progress) -> None:
    """The flatbuffer as C, with the firmware project around it."""
    from tinykd.compiler import CompileOptions, compile_graph
    from tinykd.files import write_json, write_whole
    from tinykd.firmware_project import firmware_files
    from tinykd.graph import read_graph

    data, board = _dataset(job), _board(job)
    options = CompileOptions(
        name=job.project.project.name,
        core=board.core,
        optimize=job.project.target.optimize,
        labels=data.classes,
    )
    model = _model(job)
    program = compile_graph(read_graph(model), options)
    samples = _quantized(model, data.test.x[:EMBEDDED_SAMPLES])
    for path, content in firmware_files(program, board, samples, data.classes).items():
        write_whole(job.out / "project" / path, content)
    write_json(job.out / "program.json", program.summary())


def build(job: Job, progress: Progress) -> None:
    """The image, within the board's budget."""
    from tinykd.build import build_firmware, check_budget

    board = _board(job)
    image = build_firmware(job.inputs["generate"] / "project", board, job.out, progress)
    check_budget(image, board, job.project.gates)


def flash(job: Job, progress: Progress) -> None:
    """The image on the board, which says the hash of its model."""
    from tinykd.files import write_json

    write_json(job.out / "flash.json", {})


def verify(job: Job, progress: Progress) -> None:
    """Every sample on the board and on TFLM."""


def report(job: Job, progress: Progress) -> None:
    """One ladder from the teacher to the boards."""
    from tinykd.report import ReportInputs, write_report

    classes = _dataset(job).classes
    write_report(ReportInputs.of_build(job.root / BUILD, job.boards, classes), job.out, job.project)


def _dataset(job: Job) -> "Dataset":
    from tinykd.data.load import load_dataset

    return load_dataset(job.project.data, job.root, job.project.project.seed)


def _board(job: Job) -> "Board":
    from tinykd.boards import load_board

    assert job.board is not None
    return load_board(job.board)


def _model(job: Job) -> bytes:
    return (job.inputs["quantize"] / "model.tflite").read_bytes()


def _quantized(model: bytes, x: "NDArray[np.float32]") -> "NDArray[np.int8]":
    """Samples (n, H, W, C) as the model's int8 input."""
    from tinykd.graph import read_graph
    from tinykd.graph.quantize import quantize as quantize_array

    tensor = read_graph(model).inputs[0]
    return quantize_array(x, tensor.scale, tensor.zero_point)
