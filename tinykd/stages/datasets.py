"""The samples of a project, read once for all stages that one process runs."""

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from tinykd.stages.definition import Job

if TYPE_CHECKING:
    from tinykd.data.dataset import Dataset


def dataset(job: Job) -> "Dataset":
    """What [data] names."""
    _start_tensorflow(job)
    return _loaded(job.project.model_dump_json(), job.root)


def deployed_dataset(job: Job) -> "Dataset":
    """The samples that the device is made for and measured on."""
    _start_tensorflow(job)
    return _loaded(job.project.deployed.model_dump_json(), job.root)


def _start_tensorflow(job: Job) -> None:
    """Where there is training: its threads cannot be set any more once a user's own data has used it."""
    if job.training:
        from tinykd.training.tensorflow import libraries

        libraries()


@lru_cache(maxsize=2)
def _loaded(project: str, root: Path) -> "Dataset":
    from tinykd.data.load import project_dataset
    from tinykd.project.schema import Project

    return project_dataset(Project.model_validate_json(project, strict=False), root)
