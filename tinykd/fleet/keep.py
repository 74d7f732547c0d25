"""What a run leaves: the history with it at the end, the page, and JUnit XML."""

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tinykd.files import write_whole
from tinykd.fleet.cell import Fleet
from tinykd.fleet.history import HISTORY, write_history
from tinykd.fleet.junit import write_fleet_junit
from tinykd.fleet.page import render_fleet
from tinykd.fleet.record import CellRecord, RunRecord
from tinykd.version import __version__

PAGE, JUNIT = "fleet.html", "junit.xml"
_CI_COMMITS = ("GITHUB_SHA", "CI_COMMIT_SHA", "GIT_COMMIT")  # GitHub, GitLab, Jenkins
_GIT_TIMEOUT_S = 10.0


@dataclass(frozen=True)
class FleetFiles:
    """Where things are kept."""

    folder: Path

    @property
    def history(self) -> Path:
        """All runs."""
        return self.folder / HISTORY

    @property
    def page(self) -> Path:
        """For people."""
        return self.folder / PAGE

    @property
    def junit(self) -> Path:
        """The last run, for a CI."""
        return self.folder / JUNIT


def keep(
    fleet: Fleet, found: Sequence[CellRecord], earlier: Sequence[RunRecord], files: FleetFiles, commit: str
) -> None:
    """Write all three files."""
    when = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    runs = [*earlier, RunRecord(when=when, commit=commit, tinykd=__version__, cells=tuple(found))]
    write_history(files.history, runs)
    write_whole(files.page, render_fleet(fleet.path.name, runs))
    write_fleet_junit(found, files.junit)


def commit_of(folder: Path) -> str:
    """The commit that is checked out: as the CI says it, or git; "" where neither knows."""
    for name in _CI_COMMITS:
        if os.environ.get(name):
            return os.environ[name][:64]
    command = ["git", "-C", str(folder), "rev-parse", "HEAD"]
    try:
        said = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=_GIT_TIMEOUT_S,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return said.stdout.strip()[:64] if said.returncode == 0 else ""
