"""``tinykd new --data``: the project fits what is in the file or folder, and ``tinykd check`` takes it."""

import json
import os
import tomllib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from scipy.io import wavfile

from tests.cli.conftest import Run, tinykd  # noqa: F401 - a fixture
from tinykd.project.schema import Project
from tinykd.screening.proposal_text import project_text
from tinykd.screening.propose import Proposal, propose

RNG = np.random.default_rng(0)


def written(found: Proposal) -> Project:
    """The file's text, read back."""
    project = Project.model_validate(tomllib.loads(project_text(found)), strict=False)
    assert project == Project.model_validate(found.values(), strict=False)
    return project


def photos(folder: Path, width: int, height: int, names: tuple[str, ...] = ("cat", "dog")) -> Path:
    for name in names:
        (folder / name).mkdir(parents=True)
        for i in range(6):
            pixels = RNG.integers(0, 255, (height, width, 3)).astype(np.uint8)
            Image.fromarray(pixels).save(folder / name / f"{i}.png")
    return folder


def test_large_photos_are_made_smaller_in_their_ratio(tmp_path: Path) -> None:
    found = propose(photos(tmp_path / "p", 160, 120), "p")
    project = written(found)
    assert project.image.size == (60, 80) and project.student.model == "mobilenet_v1"
    assert found.seen == ("Samples of 60 x 80 x 3: 6 for train, 3 for validation, 3 for test.",
                          "2 classes: cat, dog.")  # fmt: skip


def test_small_ones_stay_as_they_are(tmp_path: Path) -> None:
    project = written(propose(photos(tmp_path / "p", 16, 16), "p"))
    assert project.image.size is None and project.student.model == "ds_cnn"


def test_sounds_bring_their_rate_and_length(tmp_path: Path) -> None:
    for name in ("yes", "no"):
        (tmp_path / "w" / name).mkdir(parents=True)
        for i in range(6):
            sound = RNG.integers(-9000, 9000, 6400).astype(np.int16)
            wavfile.write(tmp_path / "w" / name / f"{i}.wav", 8000, sound)
    project = written(propose(tmp_path / "w", "w"))
    assert (project.audio.rate, project.audio.seconds, project.audio.layout) == (8000, 0.8, "time")
    assert project.teacher.model == ("tcn",)


@pytest.mark.parametrize(
    ("shape", "y", "kind", "task"),
    [
        ((60, 5), "labels", "table", "classification"),
        ((60, 5), "values", "table", "regression"),
        ((60, 40, 3), "labels", "sensor", "classification"),
        ((60, 20, 20), "labels", "image", "classification"),
        ((60, 8000), "labels", "audio", "classification"),
    ],
)
def test_arrays_are_told_apart_by_their_axes(
    tmp_path: Path, shape: tuple[int, ...], y: str, kind: str, task: str
) -> None:
    x = RNG.uniform(0, 1, shape).astype(np.float32) if kind == "image" else 0.3 * RNG.standard_normal(shape)
    labels = np.arange(60) % 3 if y == "labels" else RNG.standard_normal(60)
    np.savez(tmp_path / "d.npz", x=x.clip(-1, 1), y=labels)
    found = propose(tmp_path / "d.npz", "d")
    project = written(found)
    assert found.problem is None
    assert (project.data.kind, project.project.task) == (kind, task)


def test_rows_of_a_csv_file_are_a_table(tmp_path: Path) -> None:
    rows = [f"{RNG.normal():.3f},{RNG.normal():.3f},{'ab'[i % 2]}" for i in range(80)]
    (tmp_path / "d.csv").write_text("\n".join(["width,height,label", *rows]))
    assert written(propose(tmp_path / "d.csv", "d")).data.kind == "table"


def test_several_labels_are_seen(tmp_path: Path) -> None:
    rows = [f"{i / 7:.2f},{i % 5},{('', 'wet', 'wet;hot', 'hot')[i % 4]}" for i in range(60)]
    (tmp_path / "t.csv").write_text("a,b,tags\n" + "\n".join(rows) + "\n")
    project = written(propose(tmp_path / "t.csv", "t"))
    assert (project.project.task, project.sensor.label) == ("multilabel", ("tags",))
    assert project.data.kind == "table"
    x, y = RNG.random((40, 3)), np.arange(120).reshape(40, 3) % 2
    np.savez(tmp_path / "n.npz", x=x, y=y)
    found = propose(tmp_path / "n.npz", "n")
    assert written(found).project.task == "multilabel"
    assert "3 classes, of which several may be on: 0, 1, 2." in found.seen


def test_hostile_names_stay_text(tmp_path: Path) -> None:
    folder = photos(tmp_path / 'a"] # \x7f', 16, 16, ('c"\n[gates]', "d"))
    assert written(propose(folder, "p")).data.source == str(folder)


def test_the_verb_says_what_it_saw(tinykd: Run, tmp_path: Path) -> None:  # noqa: F811
    photos(tmp_path / "photos", 16, 16)
    done = tinykd("new", "p", "--data", "photos", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["seen"][1] == "2 classes: cat, dog."
    assert tinykd("check", "p").returncode == 0
    gone = tinykd("new", "q", "--data", "nothing")
    assert gone.returncode == 2 and not (tmp_path / "q").exists()
    assert gone.stderr.splitlines()[-1] == "--data nothing: no such file or folder; expected your data"


def test_data_that_cannot_be_read_is_told_in_the_file(tmp_path: Path) -> None:
    found = propose(photos(tmp_path / "p", 16, 16, ("cat",)), "p")
    assert found.problem is not None
    assert project_text(found).startswith("# It cannot be read so: ") and "1 class" in project_text(found)


def test_a_pipe_is_no_data(tinykd: Run, tmp_path: Path) -> None:  # noqa: F811
    """It would be waited for without an end."""
    os.mkfifo(tmp_path / "pipe.npz")
    done = tinykd("new", "mine", "--data", "pipe.npz")
    wanted = "--data pipe.npz: is a device or a pipe; expected a file or a folder\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", wanted)


def test_a_long_name_of_a_class_is_cut(tmp_path: Path) -> None:
    y = np.arange(20) % 2
    np.savez(tmp_path / "a.npz", x=RNG.random((20, 8, 8)), y=y, classes=["z" * 10_000, "b"])
    (line,) = (each for each in propose(tmp_path / "a.npz", "mine").seen if each.startswith("2 classes"))
    assert len(line) < 70
