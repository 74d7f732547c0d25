"""The report: one ladder from the teacher to the device, in ``report.json``, ``report.html`` and some lines.

``write_report(inputs, out, project)`` reads the stages' metrics files; ``evaluate_gates`` decides the exit
code; ``summary_lines`` is for a terminal; ``tinykd.report.plots`` draws pictures for other verbs.
"""

from tinykd.report.folders import BoardInputs, ReportInputs
from tinykd.report.gates import evaluate_gates
from tinykd.report.model import GateResult, Report
from tinykd.report.summary import summary_lines
from tinykd.report.write import read_report, write_report

__all__ = [
    "BoardInputs",
    "GateResult",
    "Report",
    "ReportInputs",
    "evaluate_gates",
    "read_report",
    "summary_lines",
    "write_report",
]
