"""A private PLATFORMIO_CORE_DIR with all that a virtual board needs: PlatformIO's registry is not asked.

The one package is SCons: a folder as PlatformIO lays it out, whose program is PyPI's SCons.
"""

import json
from pathlib import Path


def package(folder: Path, name: str, version: str) -> Path:
    """An installed package as PlatformIO lays it out."""
    path = folder / "packages" / name
    path.mkdir(parents=True)
    facts = {"name": name, "version": version}
    (path / "package.json").write_text(json.dumps(facts))
    spec = {"owner": "platformio", "id": None, "name": name, "requirements": None, "uri": None}
    (path / ".piopm").write_text(json.dumps({"type": "tool", **facts, "spec": spec}))
    (path / ".piokeep").touch()
    return path


def make_core(folder: Path) -> Path:
    """``folder`` with SCons in it."""
    from platformio.dependencies import get_core_dependencies

    scons = package(folder, "tool-scons", get_core_dependencies()["tool-scons"].lstrip("~"))
    (scons / "scons.py").write_text("from SCons.Script import main\nmain()\n")
    return folder
