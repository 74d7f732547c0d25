"""What ``tinykd.distill`` gives: the ladder, the report, and the int8 student as a ``tinykd.Model``."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tinykd.api.model import Model
from tinykd.engine.workspace import Workspace

if TYPE_CHECKING:
    from tinykd.report.model import Report, Rung


@dataclass(frozen=True, repr=False, eq=False)
class Distilled:
    """A finished run. ``keep``: the temporary folder that its files are in, if nobody named one."""

    space: Workspace
    keep: Any = None

    @property
    def folder(self) -> Path:
        """``tinykd.toml`` and all that was made; the command line goes on from here."""
        return self.space.root

    @cached_property
    def facts(self) -> "Report":
        """All figures, typed: the ladder, curves, confusion matrix. No gates: no board was asked."""
        from tinykd.report import ReportInputs
        from tinykd.report.assemble import assemble_report

        inputs = ReportInputs.of_build(self.space.build, {}, self._classes or None)
        return assemble_report(inputs, self.space.project).model_copy(update={"gates": ()})

    @property
    def ladder(self) -> "Ladder":
        """Teacher, baseline, student, int8: each with its interval."""
        return Ladder(self.facts)

    @cached_property
    def int8(self) -> Model:
        """The student as it ships. ``predict`` takes samples as ``tinykd.distill`` took them."""
        from tinykd.api.frontend import Frontend

        data = (self._quantized / "model.tflite").read_bytes()
        frontend = Frontend(self._features, self.space.project.audio)
        return Model(data, self.space.project.project.name, self._classes, frontend)

    def report(self, path: str | Path | None = None) -> "Page":
        """The page with curves, confusion matrix and intervals; written to ``path`` where one is given."""
        from tinykd.report.page import render_page

        page = Page(render_page(self.facts))
        if path is not None:
            page.save(path)
        return page

    @property
    def _quantized(self) -> Path:
        return self.space.build / "model" / "quantize"

    @cached_property
    def _features(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self._quantized / "features.json").read_text("utf-8"))
        return found

    @property
    def _classes(self) -> tuple[str, ...]:
        return tuple(self._features.get("classes", ()))

    def __repr__(self) -> str:
        return f"{self.ladder!r}\n\n{self.facts.distillation.sentence}"

    def _repr_html_(self) -> str:
        from html import escape

        return f"{self.ladder._repr_html_()}<p>{escape(self.facts.distillation.sentence)}</p>"


@dataclass(frozen=True, repr=False, eq=False)
class Ladder:
    """The rungs from the teacher to the int8 flatbuffer, on the test split."""

    facts: "Report"

    def __iter__(self) -> "Iterator[Rung]":
        return iter(self.facts.ladder)

    def __len__(self) -> int:
        return len(self.facts.ladder)

    def __getitem__(self, step: str) -> "Rung":
        """A rung by its step: "teacher", "baseline", "student", "ptq", "qat", "baseline_int8", "tflite"."""
        for rung in self:
            if rung.step == step:
                return rung
        raise KeyError(f"{step}: expected one of {', '.join(rung.step for rung in self)}")

    def __repr__(self) -> str:
        from tinykd.report.summary import ladder_lines

        return "\n".join(ladder_lines(self.facts))

    def _repr_html_(self) -> str:
        from tinykd.display.html import table_html
        from tinykd.report.summary import ladder_table

        header, *rows = ladder_table(self.facts)
        return table_html(header, rows)


@dataclass(frozen=True, repr=False)
class Page:
    """A report: one file without requests."""

    html: str

    def save(self, path: str | Path) -> Path:
        """Write it."""
        from tinykd.engine.failures import as_user_errors
        from tinykd.files import write_whole

        path = Path(path)
        with as_user_errors(path):
            write_whole(path, self.html)
        return path

    def __repr__(self) -> str:
        return f"tinykd.Page, {len(self.html):,} characters; .save(path) writes it"

    def _repr_html_(self) -> str:
        from tinykd.display.html import page_html

        return page_html(self.html)
