"""The report's two files. ``report.json`` is the truth; ``report.html`` is drawn from the same ``Report``."""

from pathlib import Path

from pydantic import ValidationError

from tinykd.errors import DataError
from tinykd.files import write_json, write_whole
from tinykd.project.schema import Project
from tinykd.report.assemble import assemble_report
from tinykd.report.folders import ReportInputs
from tinykd.report.model import Report


def write_report(inputs: ReportInputs, out: Path, project: Project) -> Report:
    """Assemble the report, its gates included, and write ``report.json`` and ``report.html`` into ``out``."""
    from tinykd.report.page import render_page

    report = assemble_report(inputs, project)
    write_json(out / "report.json", report.model_dump(mode="json"))
    write_whole(out / "report.html", render_page(report))
    return report


def read_report(path: Path) -> Report:
    """A ``report.json`` of this version read back, or one line that says why it cannot be."""
    fix = "Run `tinykd report` again."
    try:
        return Report.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        raise DataError(path, "no such file", "a report.json", fix) from None
    except (OSError, ValidationError) as error:
        raise DataError(path, f"cannot be read ({type(error).__name__})", "a report.json", fix) from None
