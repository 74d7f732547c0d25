"""What stages read: a project's samples, once for all stages of one process; its board, model and image."""

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from tinykd.engine.stage import Job, firmware_folder
from tinykd.project.user_code import function_file

if TYPE_CHECKING:
    from tinykd.boards import Board
    from tinykd.build import FirmwareImage
    from tinykd.data.dataset import Dataset
    from tinykd.project.schema import Project


def dataset(job: Job) -> "Dataset":
    """What [data] names."""
    return _read(job, job.project)


def deployed_dataset(job: Job) -> "Dataset":
    """The samples that the device is made for and measured on."""
    return _read(job, job.project.deployed)


def _read(job: Job, project: "Project") -> "Dataset":
    """Where there is training, TensorFlow starts before a function of the user's: once that has used it, its
    threads cannot be set any more. Faults of files are told without that wait.
    """
    if job.training and function_file(project.data.source) is not None:
        from tinykd.training.tensorflow import libraries

        libraries()
    return _loaded(project.model_dump_json(), job.root)


@lru_cache(maxsize=2)
def _loaded(project: str, root: Path) -> "Dataset":
    from tinykd.data.load import project_dataset
    from tinykd.project.schema import Project

    return project_dataset(Project.model_validate_json(project, strict=False), root)


def board_of(job: Job, name: str | None = None) -> "Board":
    """The job's own board, or the one called ``name``: tinykd's or the project's."""
    from tinykd.boards.psram import load_placed

    name = name or job.board
    assert name is not None
    target = job.project.target
    return load_placed(name, job.root, target.board, target.psram)


def image_of(job: Job) -> "FirmwareImage":
    """What stage ``build`` made."""
    from tinykd.build import load_image

    return load_image(job.inputs["build"], project_folder(job))


def project_folder(job: Job) -> Path:
    """The firmware project of the job's board, the user's own."""
    assert job.board is not None
    return firmware_folder(job.root, job.board)


def model_of(job: Job) -> bytes:
    """The flatbuffer."""
    return (job.inputs["quantize"] / "model.tflite").read_bytes()
