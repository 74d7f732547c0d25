"""From the project file to a checked ``Dataset``: a built-in set by name, or a file of the user's."""

from dataclasses import replace
from pathlib import Path

from tinykd.data.checks import check_dataset
from tinykd.data.dataset import Dataset
from tinykd.data.digits import load_digits
from tinykd.data.npz import load_npz
from tinykd.data.prepare import prepare
from tinykd.data.raw import Raw
from tinykd.errors import DataError
from tinykd.project.schema import DataSection, Project, TaskName

BUILT_IN = {"digits": load_digits}


def project_dataset(project: Project, root: Path) -> Dataset:
    """The samples of ``project``; relative paths start at ``root``, the folder of ``tinykd.toml``."""
    return load_dataset(project.data, root, project.project.seed, project.project.task)


def load_dataset(section: DataSection, root: Path, seed: int, task: TaskName = "classification") -> Dataset:
    """The samples that ``section`` names.

    ``seed`` is for sources that draw samples; none of today's does, and no split ever follows it.
    """
    raw = _read(section, root, task)
    if section.classes is not None:
        raw = _renamed(raw, section.classes)
    data = prepare(raw, section, task)
    check_dataset(data, section.source)
    return data


def _read(section: DataSection, root: Path, task: TaskName) -> Raw:
    source = section.source
    if source in BUILT_IN:
        return BUILT_IN[source]()
    if source.endswith(".npz"):
        return load_npz(root / source, section.kind or "image", task)
    names = ", ".join(f'"{name}"' for name in BUILT_IN)
    raise DataError(
        f"[data] source = {source}", "no such data", f'{names} or an .npz file such as "samples.npz"'
    )


def _renamed(raw: Raw, classes: tuple[str, ...]) -> Raw:
    if len(classes) != len(raw.classes):
        raise DataError(
            "[data] classes",
            f"{len(classes)} names for {len(raw.classes)} classes",
            f"{len(raw.classes)} names",
        )
    return replace(raw, classes=classes)
