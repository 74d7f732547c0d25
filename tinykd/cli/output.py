"""What goes where: results to standard output, progress and errors to standard error.

``--json`` makes the result one JSON document, so standard output can be piped; ``--quiet`` drops progress and
results that are only for reading; ``--verbose`` says why each stage runs and keeps every note.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tinykd.errors import UserError
from tinykd.stages.events import Reporter, SilentReporter


@dataclass(frozen=True)
class Output:
    """How this call of ``tinykd`` speaks."""

    as_json: bool = False
    quiet: bool = False
    verbose: bool = False

    def result(self, value: Any, lines: Sequence[str]) -> None:
        """The verb's result: ``value`` for programs, ``lines`` for people."""
        if self.as_json:
            print(json.dumps(value, indent=2))
        elif not self.quiet:
            print("\n".join(lines))

    def table(self, value: Any, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """A result with columns; ``header`` and ``rows`` are what people see."""
        self.result(value, table_lines(header, rows))

    def error(self, error: UserError) -> None:
        """One line, and with ``--json`` its parts."""
        if self.as_json:
            parts = {"where": error.where, "found": error.found, "expected": error.expected, "fix": error.fix}
            print(json.dumps({"error": {"kind": type(error).__name__, **parts}}, indent=2))
        print(error, file=sys.stderr)

    @contextmanager
    def reporting(self, show_skipped: bool = True) -> Iterator[Reporter]:
        """``reporter``, which gives the terminal back at its end."""
        reporter = self.reporter(show_skipped)
        try:
            yield reporter
        finally:
            close = getattr(reporter, "close", None)
            if close:
                close()

    def reporter(self, show_skipped: bool = True) -> Reporter:
        """Live bars on a terminal, plain lines elsewhere, nothing with ``--quiet``.

        ``show_skipped``: say which stages were up to date; verbs that only need them keep silent.
        """
        show_skipped = show_skipped or self.verbose
        if self.quiet:
            return SilentReporter()
        if sys.stderr.isatty():
            from tinykd.cli.live import LiveReporter

            return LiveReporter(self.verbose, show_skipped=show_skipped)
        from tinykd.cli.plain import PlainReporter

        return PlainReporter(self.verbose, show_skipped=show_skipped)


def table_lines(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Columns padded to their widest cell; columns of numbers to the right."""
    cells = [list(header), *map(list, rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(header))]
    right = [bool(rows) and all(_is_number(row[i]) for row in rows) for i in range(len(header))]
    return [
        "  ".join(
            c.rjust(w) if r else c.ljust(w) for c, w, r in zip(row, widths, right, strict=True)
        ).rstrip()
        for row in cells
    ]


def _is_number(cell: str) -> bool:
    return not cell or cell[0].isdigit() or cell[0] == "-"


def seconds_text(seconds: float) -> str:
    """``"0.4 s"``, ``"42 s"``, ``"3 min 05 s"``."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{int(seconds) // 60} min {int(seconds) % 60:02d} s"
