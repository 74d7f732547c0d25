"""``[student] model`` with a file of a trained model: which keys go with it, and who teaches it."""

from pathlib import Path

import pytest

from tinykd.errors import ConfigError
from tinykd.project.load import load_project
from tinykd.project.schema import Project
from tinykd.project.training import STUDENTS

KNOWN = ", ".join(f'"{name}"' for name in STUDENTS)


def load(tmp_path: Path, text: str) -> Project:
    path = tmp_path / "tinykd.toml"
    path.write_text(f'[project]\nname = "x"\n{text}')
    return load_project(path)


def test_without_a_teacher_it_teaches_itself(tmp_path: Path) -> None:
    project = load(tmp_path, '[student]\nmodel = "mine.keras"\nrange = [0, 255]\nclasses = ["b", "a"]')
    assert project.teaches_itself and project.student.is_file
    assert project.teacher.model == ("mine.keras",)
    assert project.teacher.range == ((0.0, 255.0),) and project.teacher.classes == (("b", "a"),)
    again = Project.model_validate_json(project.model_dump_json(), strict=False)
    assert again == project and again.teaches_itself


def test_a_teacher_that_is_named_teaches_it(tmp_path: Path) -> None:
    project = load(tmp_path, '[teacher]\nmodel = "resnet"\n[student]\nmodel = "./saved/"')
    assert not project.teaches_itself and project.student.is_file


def test_other_students_have_the_usual_teacher(tmp_path: Path) -> None:
    project = load(tmp_path, '[student]\nmodel = "mymodels:student"')
    assert not project.teaches_itself and project.teacher.model == ("resnet",)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            'model = "ds_cnn"\nrange = [0, 255]',
            '[student] range: [0, 255] is for a trained model and the student is "ds_cnn"; expected no range',
        ),
        (
            'model = "mine.keras"\nwidth = 0.5',
            "[student] width: 0.5 is for networks in several sizes and a trained model has one; "
            "expected no width",
        ),
        (
            'model = "mine.keras"\nreplace = ["tanh"]',
            '[student] replace: "tanh" is not allowed; expected "elu", "gelu", "hard_swish", '
            '"relu6" or "swish"',
        ),
        (
            'model = "mine.pt"',
            f'[student] model: "mine.pt" is no student; expected {KNOWN}, a function such as '
            '"mymodels:student", or a model of yours such as "mine.keras" or "./folder"',
        ),
    ],
)
def test_mistakes(tmp_path: Path, text: str, line: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, f"[student]\n{text}")
    assert str(caught.value) == f"{tmp_path}/tinykd.toml: {line}"
