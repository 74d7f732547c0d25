"""From the project file to a checked ``Dataset``."""

from pathlib import Path

from tinykd.data.checks import check_dataset, check_normalised
from tinykd.data.dataset import Dataset
from tinykd.data.kinds import USUAL, Kinds
from tinykd.data.prepare import prepare
from tinykd.data.sources.read import read_source
from tinykd.errors import DataError
from tinykd.project.samples import DataSection
from tinykd.project.schema import Project
from tinykd.project.values import TaskName


def project_dataset(project: Project, root: Path) -> Dataset:
    """The samples of ``project``; relative paths start at ``root``, the folder of ``tinykd.toml``."""
    kinds = Kinds.of(project)
    return load_dataset(project.data, root, project.project.seed, project.project.task, kinds)


def load_dataset(
    section: DataSection,
    root: Path,
    seed: int,
    task: TaskName = "classification",
    kinds: Kinds = USUAL,
) -> Dataset:
    """The samples that ``section`` names.

    ``seed`` is for sources that draw samples; none of today's does, and no split ever follows it.
    """
    given = read_source(section, root, task, kinds)
    if isinstance(given, Dataset) and given.task != task:
        found = f'gives a Dataset for task "{given.task}"'
        raise DataError(section.source, found, f'"{task}", as [project] says')
    if isinstance(given, Dataset):
        check_dataset(given, section.source)
        check_normalised(given, section.source)
        return given
    data = prepare(given, section, task, kinds)
    check_dataset(data, section.source)
    return data
