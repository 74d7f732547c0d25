"""Progress in a notebook: bars where it can draw them, else lines among the cell's own output."""

import importlib.util
import sys
from types import SimpleNamespace

import pytest

from tinykd.api.progress import reporter


class ZMQInteractiveShell:
    """As Jupyter's kernel calls it."""


def in_notebook(monkeypatch: pytest.MonkeyPatch, widgets: bool) -> None:
    kernel = SimpleNamespace(get_ipython=ZMQInteractiveShell)
    monkeypatch.setitem(sys.modules, "IPython", kernel)
    found = object() if widgets else None
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: found if name == "ipywidgets" else None)


def test_a_notebook_without_widgets_gets_lines_and_no_warning(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], recwarn: pytest.WarningsRecorder
) -> None:
    in_notebook(monkeypatch, widgets=False)
    with reporter() as report:
        report.note("3 of 4 right")
    assert capsys.readouterr() == ("  3 of 4 right\n", "")
    assert len(recwarn) == 0


def test_a_notebook_with_widgets_gets_bars(monkeypatch: pytest.MonkeyPatch) -> None:
    from tinykd.display.live import LiveReporter

    in_notebook(monkeypatch, widgets=True)
    with reporter() as report:
        assert isinstance(report, LiveReporter)
