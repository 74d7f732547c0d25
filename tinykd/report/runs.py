"""Reports of earlier runs, kept in ``build/runs`` by the hash of their ``report.json``."""

from pathlib import Path

from tinykd.errors import DataError
from tinykd.files import sha256_file, write_whole
from tinykd.report.model import Report
from tinykd.report.write import read_report

RUNS = "runs"  # in build/
REPORT_JSON, REPORT_HTML = "report.json", "report.html"
_DIGITS = 12  # of the hash
_LISTED = 8


def keep_run(report: Path, runs: Path) -> Path:
    """Copy the two files in the folder ``report`` to a folder of ``runs`` that is named by their hash."""
    kept = runs / sha256_file(report / REPORT_JSON)[:_DIGITS]
    kept.mkdir(parents=True, exist_ok=True)
    for name in (REPORT_JSON, REPORT_HTML):
        write_whole(kept / name, (report / name).read_bytes())
    return kept


def kept_runs(build: Path) -> list[Path]:
    """The folders of kept runs, the newest last."""
    found = [path.parent for path in (build / RUNS).glob(f"*/{REPORT_JSON}")]
    return sorted(found, key=lambda each: (each / REPORT_JSON).stat().st_mtime)


def find_run(named: str, build: Path) -> Report:
    """``named``: a report.json, a project's folder, or the start of a kept run's hash in ``build``."""
    path = Path(named)
    for file in (path, path / REPORT_JSON, path / "build" / "report" / REPORT_JSON):
        if file.is_file():
            return read_report(file)
    if path.is_dir():
        wanted = "a project that was run, or a folder with a report.json"
        raise DataError(path, "no report in it", wanted, f"Type `tinykd run {named}`")
    fitting = [each for each in kept_runs(build) if each.name.startswith(named)]
    if len(fitting) == 1:
        return read_report(fitting[0] / REPORT_JSON)
    raise _unknown(named, build, fitting)


def _unknown(named: str, build: Path, fitting: list[Path]) -> DataError:
    names = ", ".join(each.name for each in (fitting or kept_runs(build))[-_LISTED:])
    found = f"{len(fitting)} runs begin so" if fitting else "no such file, folder or run"
    return DataError(
        f"run {named}", found, f"one of {names}" if names else "a project's folder, or a report.json"
    )
