"""Charts keep their shapes on the canvas; both formats of the plots other verbs ask for are written."""

import json
import struct
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.report import made_up
from tinykd.errors import ConfigError, DataError, ToolError
from tinykd.report import Report, ladder_charts, memory_charts, training_charts
from tinykd.report.drawing import PALETTE, Dot, Drawing, Label, Polyline, Rect, fitted, nice_ticks
from tinykd.report.int8_costs import int8_cost_bars, read_int8_costs
from tinykd.report.model import ArenaBuffer, Confusion, Curve, Exactness, ProfiledLayer, ProgramPlan
from tinykd.report.plots import plot_memory_plan, plot_profile

buffers = st.builds(
    lambda name, offset, size, first, length: ArenaBuffer(
        name=name, label=name, offset=offset, bytes=size, first=first, last=first + length
    ),
    st.text(max_size=40),
    st.integers(0, 100_000),
    st.integers(0, 100_000),
    st.integers(0, 80),
    st.integers(0, 80),
)


def _layer(label: str, macs: int, ticks: float) -> ProfiledLayer:
    facts = {"name": label, "op": "CONV_2D", "kernel": "k", "weights_bytes": 0, "output_shape": (1,)}
    return ProfiledLayer(label=label, macs=macs, ticks=ticks, **facts)  # type: ignore[arg-type]


def inside(drawing: Drawing) -> None:
    """Every shape has a colour and lies on the canvas (texts by their anchor)."""
    for shape in drawing.shapes:
        assert shape.role in PALETTE
        points: list[tuple[float, float]]
        match shape:
            case Rect():
                points = [(shape.x, shape.y), (shape.x + shape.width, shape.y + shape.height)]
                assert shape.width >= 0
                assert shape.height >= 0
            case Polyline():
                points = list(shape.points)
            case Dot() | Label():
                points = [(shape.x, shape.y)]
        for x, y in points:
            assert -0.6 <= x <= drawing.width + 0.6
            assert -0.6 <= y <= drawing.height + 0.6


@given(st.lists(buffers, max_size=30), st.integers(0, 200_000))
def test_any_memory_plan_stays_on_the_canvas(found: list[ArenaBuffer], arena: int) -> None:
    plan = ProgramPlan(
        arena_bytes=arena,
        lower_bound_bytes=arena // 2,
        weights_bytes=0,
        macs=0,
        layers=(),
        buffers=tuple(found),
    )
    inside(memory_charts.memory_plan(plan))


@given(
    st.integers(1, 40).flatmap(
        lambda n: st.lists(st.lists(st.integers(0, 99), min_size=n, max_size=n), min_size=n, max_size=n)
    )
)
def test_any_confusion_matrix_stays_on_the_canvas(rows: list[list[int]]) -> None:
    labels = tuple(f"class number {i}" for i in range(len(rows)))
    inside(training_charts.confusion_matrix(Confusion(labels=labels, counts=tuple(map(tuple, rows)))))


@given(
    st.integers(0, 99).flatmap(
        lambda n: st.tuples(
            st.lists(st.floats(0, 1e6), min_size=n, max_size=n),
            st.lists(st.floats(0, 1), min_size=n, max_size=n),
        )
    )
)
def test_any_curve_stays_on_the_canvas(values: tuple[list[float], list[float]]) -> None:
    loss, accuracy = values
    curve = Curve(
        name="student", epoch=tuple(range(1, len(loss) + 1)), loss=tuple(loss), val_accuracy=tuple(accuracy)
    )
    inside(training_charts.accuracy_curves([curve]))
    inside(training_charts.loss_curve(curve))


@given(st.lists(st.tuples(st.floats(0, 1e12), st.integers(0, 10**9)), max_size=20))
def test_any_profile_stays_on_the_canvas(rows: list[tuple[float, int]]) -> None:
    layers = [
        ProfiledLayer(
            name=f"layer {i}",
            label=f"layer {i}",
            op="CONV_2D",
            kernel="k",
            macs=m,
            weights_bytes=0,
            output_shape=(1,),
            ticks=t,
        )
        for i, (t, m) in enumerate(rows)
    ]
    inside(memory_charts.profile_bars(layers, "instructions"))


def test_the_reports_own_charts_stay_on_the_canvas(report: Report) -> None:
    axis = ladder_charts.ladder_axis(report.ladder)
    for drawing in (
        memory_charts.size_bars(report.ladder),
        *(ladder_charts.whisker(rung, axis) for rung in report.ladder),
    ):
        inside(drawing)
    for board in report.boards:
        assert board.image is not None
        inside(memory_charts.memory_bars(board.image))


def test_a_single_wrong_output_is_still_to_be_seen() -> None:
    found = Exactness(oracle="o", samples=100_000, exact=99_999, within_one=99_999, same_class=100_000)
    last = ladder_charts.verdict_bar(found).shapes[-1]
    assert isinstance(last, Rect)
    assert (last.role, last.width, last.x + last.width) == ("bad", 2.0, 320.0)


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [(0, 2560, [0, 1000, 2000]), (0.9, 1.0, [0.9, 0.92, 0.94, 0.96, 0.98, 1.0]), (3, 3, [3])],
)
def test_ticks_are_round(low: float, high: float, ticks: list[float]) -> None:
    assert nice_ticks(low, high) == pytest.approx(ticks)


def test_long_names_are_cut_and_tiny_rooms_left_empty() -> None:
    assert fitted("conv", 100) == "conv"
    assert fitted("a_very_long_layer_name", 66) == "a_very_lo…"
    assert fitted("abcdef", 12) == ""


def test_plots_are_written_as_svg_and_png(tmp_path: Path) -> None:
    ticks = made_up.verification()["layer_ticks"]
    rows = [
        {"name": layer["name"], "ticks": t, "macs": 10}
        for layer, t in zip(made_up.program()["layers"], ticks, strict=True)
    ]
    for suffix in (".svg", ".png"):
        plot_memory_plan(made_up.program(), tmp_path / f"plan{suffix}")
        plot_profile(rows, tmp_path / f"profile{suffix}", "cycles")
    for name in ("plan", "profile"):
        assert ElementTree.parse(tmp_path / f"{name}.svg").getroot().tag == "{http://www.w3.org/2000/svg}svg"
        raw = (tmp_path / f"{name}.png").read_bytes()
        assert raw[:8] == b"\x89PNG\r\n\x1a\n"
        assert struct.unpack(">I", raw[16:20])[0] > 1000


def test_a_picture_of_another_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as error:
        plot_memory_plan(made_up.program(), tmp_path / "plan.pdf")
    assert (
        str(error.value) == f'{tmp_path}/plan.pdf: ends in ".pdf"; expected a name that ends in .svg or .png'
    )


def test_a_picture_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match="cannot be written"):
        plot_memory_plan(made_up.program(), tmp_path / "file" / "plan.svg")


def test_boxes_that_share_bytes_meet_within_the_step() -> None:
    def buffer(name: str, offset: int, first: int, last: int) -> ArenaBuffer:
        return ArenaBuffer(name=name, label=name, offset=offset, bytes=100, first=first, last=last)

    found = [buffer("in", 0, 0, 0), buffer("a", 0, 0, 1), buffer("b", 50, 1, 2), buffer("c", 150, 1, 2)]
    shown = [memory_charts.shown_lifetime(each, found) for each in found]
    assert shown == [(0.0, 0.5), (0.5, 1.5), (1.5, 3.0), (1.0, 3.0)]


def test_a_png_without_matplotlib_says_what_to_type(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.backends.backend_agg", None)
    with pytest.raises(ToolError) as error:
        plot_memory_plan(made_up.program(), tmp_path / "plan.png")
    assert str(error.value) == (
        f"{tmp_path}/plan.png: a .png needs matplotlib, which is not installed; expected matplotlib. "
        'Type `pip install "tinykd[plots]"`, or name it plan.svg'
    )
    plot_memory_plan(made_up.program(), tmp_path / "plan.svg")


def test_what_int8_costs_layer_by_layer(tmp_path):
    """Two bars for each layer, as long as their errors; the remedy that was taken is known."""
    remedies = [{"name": "as it was", "merit": 0.3, "bytes": 10}, {"name": "even", "merit": 0.9, "bytes": 12}]
    rows = [{"layer": "conv", "alone": 0.5, "others": 1.0}, {"layer": "logits", "alone": 0.0, "others": 1.0}]
    found = {"before": remedies[0], "tried": remedies[1:], "chosen": "even"}
    found["sensitivity"] = {"all": 1.0, "layers": rows}
    (tmp_path / "rescue.json").write_text(json.dumps(found))
    costs = read_int8_costs(tmp_path)
    assert [each.chosen for each in costs.remedies] == [False, True]
    bars = [shape.width for shape in int8_cost_bars(costs).shapes if isinstance(shape, Rect)]
    assert bars == [145.0, 290.0, 1.5, 290.0]
    assert read_int8_costs(tmp_path / "none") is None
