"""From ``[data]`` to a checked ``Dataset``: a built-in set by name, or a file of the user's."""

from pathlib import Path

from tinykd.data.checks import check_dataset
from tinykd.data.dataset import Dataset
from tinykd.data.digits import load_digits
from tinykd.data.npz import load_npz
from tinykd.errors import DataError
from tinykd.project.schema import DataSection

BUILT_IN = {"digits": load_digits}


def load_dataset(section: DataSection, root: Path, seed: int) -> Dataset:
    """The samples that ``section`` names; relative paths start at ``root``, the folder of ``tinykd.toml``.

    ``seed`` is for sources that draw samples; none of today's does, and no split ever follows it.
    """
    data = _read(section.source, root)
    if section.classes is not None:
        data = _renamed(data, section.classes)
    check_dataset(data, section.source)
    return data


def _read(source: str, root: Path) -> Dataset:
    if source in BUILT_IN:
        return BUILT_IN[source]()
    if source.endswith(".npz"):
        return load_npz(root / source)
    names = ", ".join(f'"{name}"' for name in BUILT_IN)
    raise DataError(
        f"[data] source = {source}", "no such data", f'{names} or an .npz file such as "samples.npz"'
    )


def _renamed(data: Dataset, classes: tuple[str, ...]) -> Dataset:
    if len(classes) != len(data.classes):
        raise DataError(
            "[data] classes",
            f"{len(classes)} names for {len(data.classes)} classes",
            f"{len(data.classes)} names",
        )
    return Dataset(data.name, data.train, data.validation, data.test, classes)
