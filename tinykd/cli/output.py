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

from tinykd.engine.events import Reporter, SilentReporter
from tinykd.errors import UserError
from tinykd.text import fitted_lines, table_lines


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
            print("\n".join(fitted_lines(lines)))

    def say(self, lines: Sequence[str]) -> None:
        """For people, before the result: what a verb of several steps is about to do."""
        if not (self.as_json or self.quiet):
            print("\n".join(fitted_lines(lines)), flush=True)

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

    @contextmanager
    def working(self, label: str) -> Iterator[Reporter]:
        """``reporting``, with a bar of its own that moves until the context ends."""
        with self.reporting(show_skipped=False) as reporter, reporter.task(label, 1):
            yield reporter

    def reporter(self, show_skipped: bool = True) -> Reporter:
        """Live bars on a terminal, plain lines elsewhere, nothing with ``--quiet``.

        ``show_skipped``: say which stages were up to date; verbs that only need them keep silent.
        """
        show_skipped = show_skipped or self.verbose
        if self.quiet:
            return SilentReporter()
        if sys.stderr.isatty():
            from tinykd.display.live import LiveReporter

            return LiveReporter(self.verbose, show_skipped=show_skipped)
        from tinykd.display.plain import PlainReporter

        return PlainReporter(self.verbose, show_skipped=show_skipped)
