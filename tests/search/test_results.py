"""What is said and shown of a study, and what goes into the project file."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.search.made_up import GOALS, outcome
from tinykd.display.search import outcome_lines, trial_line
from tinykd.errors import ConfigError
from tinykd.project.edit_keys import write_keys
from tinykd.project.load import load_project
from tinykd.report.taken import read_taken
from tinykd.search.goals import Goals
from tinykd.search.nothing import nothing_found
from tinykd.search.outcome import SearchOutcome, TrialRow
from tinykd.search.page import render_search
from tinykd.search.take import take

FILE = """# mine
[project]
name = "digits"

[student]  # small
width = 2.0  # "much" # too much
fit_not = 1

[data]
source = "digits"
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> SearchOutcome:
    return outcome(tmp_path_factory.mktemp("study"))


def row(number: int = 0, **changes: object) -> TrialRow:
    made = TrialRow(number, "trained", 0.5, {"flash_bytes": 10.0}, {"flash_bytes": -0.5}, {}, "net", 1.0)
    return replace(made, **changes)  # type: ignore[arg-type]


def test_lines(found: SearchOutcome) -> None:
    lines = outcome_lines(found)
    assert lines[0].split()[:3] == ["trial", "accuracy", "flash,"]
    assert lines[1].split()[:3] == ["7", "0.9375", "8,000"]
    text = "\n".join(lines)
    assert "10 trials: 8 trained, 2 did not fit." in text
    assert "flash_bytes = 8,000: 2 did not fit (2 for it alone); the best student takes 100 % of it" in text
    assert "`tinykd search --take 7`" in text
    assert trial_line(found.rows[9]).startswith("trial   9   does not fit")


def test_page(found: SearchOutcome) -> None:
    hostile = replace(found, rows=(*found.rows, row(99, network="<script>", on_front=True)))
    page = render_search("digits", hostile)
    assert "<script>" not in page and "&lt;script&gt;" in page
    assert "trial 7: 0.9375, flash_bytes 8,000" in page  # where a mouse rests
    assert page.count("<svg") >= 2 and "What each limit cost" in page


def test_page_without_any_front() -> None:
    page = render_search(
        "digits", SearchOutcome("s", GOALS, (row(outcome="does not fit", quality=None),), {})
    )
    assert "0 on the front" in page


def test_a_space_that_nothing_fits() -> None:
    rows = [
        row(
            0, outcome="does not fit", quality=None, costs={"flash_bytes": 3000.0}, over={"flash_bytes": 2.0}
        ),
        row(
            1, outcome="does not fit", quality=None, costs={"flash_bytes": 1250.0}, over={"flash_bytes": 0.25}
        ),
    ]
    goals = Goals(("accuracy", "flash_bytes"), {"flash_bytes": 1000})
    assert str(nothing_found(SearchOutcome("s", goals, tuple(rows), {}))) == (
        "[search] limits: none of 2 students fits; the smallest tried (net) takes flash_bytes = 1,250, "
        "25 % more than 1,000; expected a student within them. Allow more, or widen [search] space"
    )


def test_networks_that_all_diverge() -> None:
    text = "refused: candidate: the loss became NaN or infinite in epoch 1"
    rows = (row(0, outcome=text, quality=None, costs={}, over={}),)
    assert str(nothing_found(SearchOutcome("s", GOALS, rows, {}))) == (
        f"[search]: none of 1 networks could be trained, the last since: {text}; "
        "expected a space of networks that can be. Look at [search] space, or lower [distillation] "
        "learning_rate"
    )


def test_take_writes_the_student_and_keeps_comments(found: SearchOutcome, tmp_path: Path) -> None:
    file = tmp_path / "tinykd.toml"
    file.write_text(FILE.replace("fit_not = 1\n", ""))
    take(found, 3, file, tmp_path)
    assert file.read_text() == FILE.replace("2.0  #", "0.5  #").replace("fit_not = 1\n", "")
    noted = json.loads((tmp_path / "taken.json").read_text())
    assert (noted["trial"], noted["trials"]) == (3, 10)
    project = load_project(file)
    taken = read_taken(tmp_path, project)
    assert taken is not None and "trial 3 of 10" in taken.sentence
    assert taken.sentence.endswith("on the test split it alone is measured.")
    take(found, 5, file, tmp_path)
    second = read_taken(tmp_path, load_project(file))
    assert second is not None and second.sentence.endswith(
        "; taken before it: 3; who chose by test figures has chosen on test."
    )
    take(found, 3, file, tmp_path)
    other = project.model_copy(update={"student": project.student.model_copy(update={"width": 1.0})})
    assert read_taken(tmp_path, other) is None


@pytest.mark.parametrize(
    ("number", "wanted"),
    [
        (77, "--take 77: no such trial; expected one of the front: 7, 6, 5, 4, 3, 2, 1, 0"),
        (9, "--take 9: that trial: does not fit; expected one that was trained: 7, 6, 5, 4, 3, 2, 1, 0"),
    ],
)
def test_what_cannot_be_taken(found: SearchOutcome, tmp_path: Path, number: int, wanted: str) -> None:
    with pytest.raises(ConfigError) as caught:
        take(found, number, tmp_path / "tinykd.toml", tmp_path)
    assert str(caught.value) == wanted


def test_keys_are_added_replaced_and_taken_out(tmp_path: Path) -> None:
    file = tmp_path / "tinykd.toml"
    file.write_text(FILE)
    values = {"student.model": "tcn", "audio.n_mels": 16, "image.size": (8, 8), "data.source": 'a"b'}
    write_keys(file, values, without=("student.fit_not", "student.nothing"))
    assert file.read_text() == (
        FILE.replace("fit_not = 1\n", 'model = "tcn"\n')
        .replace('"digits"\n', '"a\\"b"\n')
        .replace('name = "a\\"b"', 'name = "digits"')
        + "\n[audio]\nn_mels = 16\n\n[image]\nsize = [8, 8]\n"
    )


def test_a_file_that_cannot_be_edited_in_place_stays(tmp_path: Path) -> None:
    file = tmp_path / "tinykd.toml"
    text = 'student.width = 1.0\n[project]\nname = "x"\n'
    file.write_text(text)
    with pytest.raises(ConfigError) as caught:
        write_keys(file, {"student.width": 0.5})
    assert str(caught.value).endswith(
        "expected sections of one key a line. Write them yourself: student.width = 0.5"
    )
    assert file.read_text() == text
