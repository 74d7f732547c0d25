"""``Report`` and ``Drawing`` to HTML and SVG through Jinja: autoescaped, self-contained, no request anywhere.

Templates hold only the page's shape; numbers become words in the filters below.
"""

import re
from functools import lru_cache
from itertools import groupby
from math import exp
from typing import TYPE_CHECKING, NamedTuple

from tinykd.errors import one_line
from tinykd.paths import TEMPLATES
from tinykd.report import ladder_charts, memory_charts, training_charts
from tinykd.report.axis import TIMES, balanced, detail, ends, figure
from tinykd.report.confidence import FarAnswer, WrongAnswer, confidence_sentence
from tinykd.report.confidence_charts import coverage_curve, reliability
from tinykd.report.drawing import PALETTE, Drawing, Shape
from tinykd.report.event_charts import event_curves
from tinykd.report.int8_costs import int8_cost_bars
from tinykd.report.model import (
    BoardResult,
    Exactness,
    GateResult,
    Objects,
    ProgramPlan,
    Report,
    Rung,
    SeveralLabels,
)
from tinykd.report.summary import CURVES, FIGURES, has_uneven_classes, unasked
from tinykd.report.times import time_texts

if TYPE_CHECKING:
    from jinja2 import Environment


_BY_CLASS = ("teacher", "baseline", "student", "tflite")  # steps whose F1 of each class is shown


class RungView(NamedTuple):
    """A rung beside its picture."""

    rung: Rung
    whisker: Drawing


class WrongView(NamedTuple):
    """A wrong answer beside its picture, where that is drawn."""

    answer: WrongAnswer | FarAnswer
    signal: Drawing | None


class Tile(NamedTuple):
    """One figure at the top of the page."""

    figure: str
    caption: str
    good: bool | None = None  # None: neither a pass nor a failure


class GateRow(NamedTuple):
    """One gate on all boards; None where a board is not asked."""

    name: str
    wanted: str
    results: tuple[GateResult | None, ...]


class PlanView(NamedTuple):
    """A memory plan that the named boards share, with the boards whose ticks are known per layer."""

    boards: tuple[str, ...]
    plan: ProgramPlan
    picture: Drawing
    profiles: tuple[tuple[str, Drawing], ...]


def render_page(report: Report) -> str:
    """The whole report as one HTML file."""
    axis = ladder_charts.ladder_axis(report.ladder)
    gate_boards, gates = gate_rows(report)
    classes, curves_of = report.task == "classification", CURVES[report.task]
    return environment().get_template("report.html.j2").render(
        report=report,
        tiles=tiles(report),
        gate_boards=gate_boards,
        gates=gates,
        palette=PALETTE,
        figures=FIGURES[report.task],
        curves_of=curves_of,
        objects=_objects(report.ladder),
        labelled=[rung for rung in report.ladder if isinstance(rung.test, SeveralLabels)],
        objects_of_classes=[
            rung
            for rung in _objects(report.ladder)
            if rung.step in _BY_CLASS and rung.board is None and report.classes
        ],
        uneven=has_uneven_classes(report.ladder),
        unasked=unasked(report),
        rungs=[RungView(rung, ladder_charts.whisker(rung, axis)) for rung in report.ladder],
        scale=ladder_charts.ladder_scale(axis, classes),
        difference=ladder_charts.difference(report.distillation),
        shipped=ladder_charts.difference(report.shipped) if report.shipped else None,
        sizes=memory_charts.size_bars(report.ladder) if any(r.bytes for r in report.ladder) else None,
        int8_bars=int8_cost_bars(report.int8_costs) if report.int8_costs else None,
        confusion=training_charts.confusion_matrix(report.confusion) if report.confusion else None,
        accuracy_curves=training_charts.accuracy_curves(report.curves, curves_of) if report.curves else None,
        loss_curves=[training_charts.loss_curve(curve) for curve in report.curves],
        verdict_bars={b.name: ladder_charts.verdict_bar(b.exactness) for b in report.boards if b.exactness},
        memory_bars={
            b.name: memory_charts.memory_bars(b.image) for b in report.boards if b.image and b.kind != "host"
        },
        plans=plan_views(report.boards),
        fits={each.name: each for each in time_texts(report.boards)},
        confidence_said=confidence_sentence(report.confidence) if report.confidence else "",
        reliability=reliability(report.confidence) if report.confidence else None,
        coverage=coverage_curve(report.confidence) if report.confidence else None,
        wrong=[WrongView(each, _signal(each)) for each in _worst(report)],
        event_curves=event_curves(report.events) if report.events and report.events.classes else None,
    )  # fmt: skip


def _worst(report: Report) -> tuple[WrongAnswer | FarAnswer, ...]:
    return (*report.wrong_answers, *report.far_answers)


def _signal(wrong: WrongAnswer | FarAnswer) -> Drawing | None:
    if not wrong.series:
        return None
    import numpy as np

    from tinykd.report.sample_pictures import signal

    return signal(np.array(wrong.series, np.float32), wrong.caption)


def _objects(ladder: tuple[Rung, ...]) -> list[Rung]:
    """The rungs of a detection."""
    return [rung for rung in ladder if isinstance(rung.test, Objects)]


def render_svg_file(drawing: Drawing) -> str:
    """One picture as a standalone .svg that brings its colours along."""
    return environment().get_template("drawing.svg.j2").render(drawing=drawing, palette=PALETTE)


def tiles(report: Report) -> list[Tile]:
    """The figures that a reader wants first; only those that were measured."""
    by_step = {rung.step: rung for rung in report.ladder if rung.board is None}
    found = []
    if (teacher := by_step.get("teacher")) is not None:
        found.append(Tile(figure(teacher.test), "teacher, on the test split"))
    if (tflite := by_step.get("tflite")) is not None:
        found.append(Tile(figure(tflite.test), "int8 student, on the test split"))
        if tflite.compression:
            found.append(Tile(f"{tflite.compression:.1f}{TIMES}", "smaller than the teacher"))
    verdicts = [board.exactness for board in report.boards if board.exactness]
    if verdicts:
        exact, samples = sum(v.exact for v in verdicts), sum(v.samples for v in verdicts)
        boards = f"{len(verdicts)} board{'s' if len(verdicts) > 1 else ''}"
        found.append(Tile(f"{exact:,} / {samples:,}", f"outputs exact on {boards}", exact == samples))
    if report.gates:
        passed = sum(gate.passed for gate in report.gates)
        found.append(Tile(f"{passed} / {len(report.gates)}", "gates pass", report.passed))
    return found


def gate_rows(report: Report) -> tuple[list[str], list[GateRow]]:
    """The boards as columns and the gates as rows, both in the order in which they were judged."""
    boards = list(dict.fromkeys(gate.board or "" for gate in report.gates))
    rows = []
    for name in dict.fromkeys(gate.name for gate in report.gates):
        by_board = {gate.board or "": gate for gate in report.gates if gate.name == name}
        first = next(iter(by_board.values()))
        wanted = f"{'≥' if first.at_least else '≤'} {gate_figure(first.limit)}"
        rows.append(GateRow(name, wanted, tuple(by_board.get(board) for board in boards)))
    return boards, rows


def plan_views(boards: tuple[BoardResult, ...]) -> list[PlanView]:
    """Boards with the same plan share one picture."""

    def shape(board: BoardResult) -> str:
        return repr((board.plan.arena_bytes, board.plan.buffers)) if board.plan else ""

    planned = sorted((board for board in boards if board.plan), key=shape)
    views = []
    for _, group in groupby(planned, key=shape):
        members = list(group)
        plan = members[0].plan
        assert plan is not None
        names = tuple(board.name for board in boards if board in members)
        views.append(PlanView(names, plan, memory_charts.memory_plan(plan), tuple(_profiles(members))))
    return sorted(views, key=lambda view: [board.name for board in boards].index(view.boards[0]))


def _profiles(boards: list[BoardResult]) -> list[tuple[str, Drawing]]:
    """A per-layer picture for each board that was asked for a profile."""
    found = []
    for board in boards:
        layers = board.plan.layers if board.plan else ()
        if layers and all(layer.ticks is not None for layer in layers):
            unit = board.timing.unit if board.timing else "ticks"
            found.append((board.name, memory_charts.profile_bars(layers, unit)))
    return found


# --- filters ----------------------------------------------------------------------------------------------


def points(value: float) -> str:
    """A coordinate with at most two decimals: ``12.50`` is ``12.5``."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if value else "0"


def kind(shape: Shape) -> str:
    """The shape's class name."""
    return type(shape).__name__


def readable(text: str) -> str:
    """User text as one line without control or direction-changing characters (XML forbids some of them)."""
    return one_line(text, 160)


def short(text: str) -> str:
    """The same for a name in a table."""
    return one_line(text, 40)


def sentence(text: str) -> str:
    """The same for what is longer than a name."""
    return one_line(text, 400)


def count_text(value: float) -> str:
    """Thousands apart by a comma, no decimals."""
    return f"{value:,.0f}"


def probability(logit: float) -> str:
    """``0.0`` as ``0.500``."""
    return f"{1 / (1 + exp(-logit)):.3f}" if abs(logit) < 700 else f"{float(logit > 0):.3f}"


def all_exact(found: Exactness) -> bool:
    """Whether every output equals the oracle's."""
    return found.samples > 0 and found.exact == found.samples


def gate_figure(value: float) -> str:
    """A whole number with thousands apart, anything else with three decimals."""
    return f"{value:,.0f}" if value == int(value) else f"{value:,.3f}".rstrip("0").rstrip(".")


_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def without_controls(value: object) -> object:
    """What a template shows, with control characters as escapes: none has a meaning in HTML or SVG."""
    if not isinstance(value, str) or _CONTROLS.search(value) is None:
        return value
    return type(value)(_CONTROLS.sub(lambda found: f"\\x{ord(found[0]):02x}", value))


@lru_cache(maxsize=1)
def environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES / "report"),
        autoescape=True,
        finalize=without_controls,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(
        pt=points, kind=kind, readable=readable, short=short, sentence=sentence, count=count_text,
        figure=gate_figure, quality=figure, balanced=balanced, detail=detail, ends=ends,
        probability=probability,
    )  # fmt: skip
    environment.tests.update(all_exact=all_exact)
    return environment
