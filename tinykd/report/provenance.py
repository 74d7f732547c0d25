"""What the figures rest on: hashes, versions and settings, without this machine's folders."""

import platform
from importlib import metadata
from pathlib import Path, PurePosixPath, PureWindowsPath

from tinykd.files import sha256_file
from tinykd.project.schema import Project
from tinykd.report.folders import ReportInputs
from tinykd.report.inputs import QuantizeMetrics
from tinykd.version import __version__

PACKAGES = ("keras", "numpy", "tensorflow", "tensorflow-model-optimization", "tf-keras", "tflite-micro")


def hashes(inputs: ReportInputs, quantize: QuantizeMetrics | None) -> dict[str, str]:
    """SHA-256 of what was trained, exported and flashed, by file name."""
    found = {"model.tflite": quantize.sha256} if quantize else {}
    files = {path.name: path for path in sorted(inputs.train.glob("teacher*")) if path.is_file()}
    files |= {
        f"{name}/firmware.elf": folders.build / "firmware.elf" for name, folders in inputs.boards.items()
    }
    found |= {name: sha256_file(path) for name, path in files.items() if path.is_file()}
    return found


def versions() -> dict[str, str]:
    """tinykd, Python and the packages that decide the figures, as installed where the report is written."""
    found = {"tinykd": __version__, "python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found


def settings(project: Project) -> dict[str, dict[str, str]]:
    """The project file with its defaults filled in, as text, without this machine's folders."""
    dump = project.model_dump(mode="json")
    return {
        section: {key: _setting(value) for key, value in keys.items() if value is not None}
        for section, keys in dump.items()
        if keys is not None  # a section that a project need not have
    }


def _setting(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(_setting(each) for each in value)
    return public(value) if isinstance(value, str) else str(value)


def public(text: str) -> str:
    """``text``, or only the last part of it when it is an absolute path of this machine."""
    if PurePosixPath(text).is_absolute() or PureWindowsPath(text).is_absolute():
        return f"…/{Path(text.replace(chr(92), '/')).name}"
    return text
