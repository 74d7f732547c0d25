"""``tinykd check``: a project's data and teacher looked at; the page in ``build/check``."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tinykd.engine.events import Reporter
    from tinykd.screening.screen import Screened

FOLDER = "check"  # in build/: check.html, check.json


@dataclass(frozen=True)
class Screening:
    """What was found, and the page that shows it."""

    screened: "Screened"
    page: Path


def run_screening(project: Path, data: str | None, ask_teacher: bool, reporter: "Reporter") -> Screening:
    """The project file or folder ``project``; ``data`` in place of its source."""
    from tinykd.engine.stage import BUILD
    from tinykd.files import write_json, write_whole
    from tinykd.pipeline.run import bring_data, open_workspace
    from tinykd.report.screening_page import render_screening
    from tinykd.screening.screen import screen

    space = open_workspace(project, data=data, note=reporter.note)
    bring_data(space.project, reporter)
    found = screen(space.project, space.root, reporter, ask_teacher)
    folder = space.root / BUILD / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / "check.json", found.to_json())
    page = folder / "check.html"
    write_whole(page, render_screening(space.project.project.name, found))
    return Screening(found, page)
