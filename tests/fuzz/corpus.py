"""A corpus is kept as one archive a target, without dates, so that the same inputs are the same bytes."""

import zipfile
from pathlib import Path

FOLDER = Path(__file__).parent / "corpus"


def unpack(name: str, folder: Path) -> list[Path]:
    """The inputs of target ``name`` as files in ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(FOLDER / f"{name}.zip") as archive:
        archive.extractall(folder)
    return sorted(folder.iterdir())


def pack(name: str, folder: Path) -> None:
    """Keep the files of ``folder``, named by libFuzzer after their content, instead of what there was."""
    with zipfile.ZipFile(FOLDER / f"{name}.zip", "w") as archive:
        for path in sorted(folder.iterdir()):
            archive.writestr(zipfile.ZipInfo(path.name), path.read_bytes(), zipfile.ZIP_DEFLATED)
