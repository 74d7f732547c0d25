"""Uploaders as scripts on the PATH: they note their arguments and say what the real ones said."""

import json
import os
from pathlib import Path

import pytest


def put_on_path(
    monkeypatch: pytest.MonkeyPatch, folder: Path, name: str, says: str = "", code: int = 0
) -> Path:
    """``name`` as a program that prints ``says`` and ends with ``code``; where it writes its arguments."""
    folder.mkdir(exist_ok=True)
    arguments = folder / f"{name}.json"
    (folder / f"{name}.txt").write_text(says)
    script = f"""#!/usr/bin/env python3
import json, sys
from pathlib import Path
Path({str(arguments)!r}).write_text(json.dumps(sys.argv[1:]))
sys.stdout.write(Path({str(folder / (name + ".txt"))!r}).read_text())
sys.exit({code})
"""
    (folder / name).write_text(script)
    (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", os.pathsep.join([str(folder), os.environ["PATH"]]))
    return arguments


def arguments_of(path: Path) -> list[str]:
    """What the program was called with."""
    found: list[str] = json.loads(path.read_text())
    return found
