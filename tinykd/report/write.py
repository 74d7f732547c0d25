"""The report's two files. ``report.json`` is the truth; ``report.html`` is drawn from the same ``Report``."""

from pathlib import Path

from tinykd.files import write_json, write_whole
from tinykd.project.schema import Project
from tinykd.report.assemble import assemble_report
from tinykd.report.inputs import ReportInputs
from tinykd.report.model import Report


def write_report(inputs: ReportInputs, out: Path, project: Project) -> Report:
    """Assemble the report, its gates included, and write ``report.json`` and ``report.html`` into ``out``."""
    from tinykd.report.page import render_page

    report = assemble_report(inputs, project)
    write_json(out / "report.json", report.model_dump(mode="json"))
    write_whole(out / "report.html", render_page(report))
    return report
