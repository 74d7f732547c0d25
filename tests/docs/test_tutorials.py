"""The notebooks of docs/tutorials: executed from the first cell to the last, and shown as they answered."""

import re
from pathlib import Path

import pytest

from scripts.docs.tutorials import SCRIPTS, TUTORIALS, as_ipynb, page, read, with_outputs


def shown(folder: Path, name: str) -> str:
    """All that the cells of an executed notebook showed."""
    import nbformat

    return "\n".join(page(nbformat.read(folder / f"{name}.ipynb", 4))[1])


@pytest.mark.slow
@pytest.mark.first
@pytest.mark.xdist_group("site")
def test_a_first_model_climbs_down_the_ladder_and_is_proven(tutorials: Path) -> None:
    text = shown(tutorials, "first_model")
    for rung in ("Teacher", "Baseline", "Student", "PTQ", "QAT", ".tflite"):
        assert f">{rung}</td>" in text
    assert "of 360 test samples right, the baseline" in text
    assert 'srcdoc="&lt;!DOCTYPE html&gt;' in text
    assert "qemu-mps2-an386: 10/10 exact" in text


@pytest.mark.slow
@pytest.mark.first
@pytest.mark.xdist_group("site")
def test_a_teacher_of_ones_own_teaches(tutorials: Path) -> None:
    text = shown(tutorials, "own_teacher")
    assert "/360</td>" in text
    assert "x: pixels from 0 to 1; expected [0, 255], as the model was trained" in text


@pytest.mark.slow
@pytest.mark.first
@pytest.mark.xdist_group("site")
def test_a_board_of_ones_own_is_described_and_written_for(tutorials: Path) -> None:
    text = shown(tutorials, "own_board")
    assert re.search(r">nucleo_f410rb</td>.*>ST Nucleo-F410RB</td>", text)
    assert "on_result" in text


@pytest.mark.slow
@pytest.mark.first
@pytest.mark.xdist_group("site")
def test_the_library_alone_answers(tutorials: Path) -> None:
    text = shown(tutorials, "library_only")
    assert "tinykd.Compiled digits for cortex-m4" in text
    assert "tkd_model digits" in text or "digits_invoke" in text
    assert "qemu-mps2-an386: 5/5 exact" in text


@pytest.mark.slow
@pytest.mark.first
@pytest.mark.xdist_group("site")
def test_no_notebook_shows_a_warning_or_this_machine(tutorials: Path) -> None:
    for name in TUTORIALS:
        text = shown(tutorials, name)
        for word in ("Warning", "Traceback", str(Path.home()), "site-packages"):
            assert word not in text, name


def test_every_script_is_a_tutorial_and_has_a_title() -> None:
    assert {path.stem for path in SCRIPTS.glob("*.py")} == set(TUTORIALS)
    for name in TUTORIALS:
        assert read(name).cells[0].source.startswith("# ")
        assert as_ipynb(name) == as_ipynb(name)


def test_outputs_stand_behind_their_cells_and_are_escaped() -> None:
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

    said = new_output("stream", name="stdout", text="<b>1 & 2</b>")
    more = new_output("stream", name="stdout", text="<b>3\n4\n")
    warned = new_output("stream", name="stderr", text="a library warns")
    table = new_output("execute_result", data={"text/html": "<table></table>", "text/plain": "table"})
    notebook = new_notebook(
        cells=[
            new_markdown_cell("# Title\n\nsee [another](other.py)"),
            new_code_cell("print(1)", outputs=[said, warned, more]),
            new_code_cell("x = 1"),
            new_code_cell("x", outputs=[table]),
        ]
    )
    text, outputs = page(notebook)
    assert "[another](other.md)" in text
    assert outputs == ['<pre class="said">&lt;b&gt;1 &amp; 2&lt;/b&gt;&lt;b&gt;3\n4</pre>', "<table></table>"]
    html = with_outputs(text, outputs)
    assert html.index("print(1)") < html.index("<pre") < html.index("x = 1") < html.index("<table>")
