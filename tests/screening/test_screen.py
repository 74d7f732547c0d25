"""``tinykd check`` on whole projects: files, teachers, the table, the page, the exit code."""

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.cli.conftest import Run, tinykd  # noqa: F401 - a fixture
from tests.recording.conftest import noise, write_wav
from tinykd.data.load import project_dataset
from tinykd.data.sources.folder import images
from tinykd.display.screening import screening_lines
from tinykd.progress import Silent
from tinykd.project.schema import Project
from tinykd.report.screening_page import render_screening
from tinykd.screening.screen import Screened, screen

RNG = np.random.default_rng(0)


def photos(folder: Path, spoiled: int = 0) -> None:
    """Twelve images of two classes; the first ``spoiled`` of each are no images."""
    for name, level in (("cat", 60), ("dog", 180)):
        (folder / name).mkdir(parents=True)
        for i in range(12):
            path = folder / name / f"{i:02}.png"
            if i < spoiled:
                path.write_bytes(b"\x89PNG\r\n\x1a\n torn")
            else:
                noise = RNG.integers(-50, 50, (16, 24))
                Image.fromarray((level + noise).astype(np.uint8)).save(path)


def project(**sections: object) -> Project:
    return Project.model_validate({"project": {"name": "p"}, **sections})


def test_all_files_that_cannot_be_read_are_listed(tmp_path: Path) -> None:
    photos(tmp_path / "photos", spoiled=2)
    found = screen(project(data={"source": "photos"}), tmp_path, Silent())
    assert found.data is None and found.faults == 4
    assert [f.subject for f in found.findings] == ["cat/00.png", "cat/01.png", "dog/00.png", "dog/01.png"]
    assert all("cannot be read" in f.text for f in found.findings)


@pytest.mark.parametrize("left", [44 + 401, 44 + 400], ids=["within a sample", "between two"])
def test_a_recording_that_was_cut_off_is_a_finding(tmp_path: Path, left: int) -> None:
    for label in ("no", "yes"):
        (tmp_path / "takes" / label).mkdir(parents=True)
        write_wav(tmp_path / f"takes/{label}/a.wav", noise(400))
    cut = tmp_path / "takes/yes/b.wav"
    cut.write_bytes(write_wav(cut, noise(400)).read_bytes()[:left])
    found = screen(project(data={"source": "takes", "kind": "audio"}), tmp_path, Silent()).findings
    assert [(each.level, each.subject) for each in found] == [("fault", "yes/b.wav")]
    assert found[0].text.startswith("cannot be read (")


def test_squeezed_images_are_noted(tmp_path: Path) -> None:
    photos(tmp_path / "photos")
    sections = {"data": {"source": "photos"}, "image": {"size": (16, 16)}}
    found = screen(project(**sections), tmp_path, Silent())
    assert any("24 of 24 are squeezed or stretched" in f.text for f in found.findings)


@pytest.mark.parametrize("spoiled", [False, True])
def test_no_image_is_read_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoiled: bool) -> None:
    """Those that the samples were made of are known to be whole; what comes behind a fault is read then."""
    photos(tmp_path / "photos")
    if spoiled:
        (tmp_path / "photos/cat/07.png").write_bytes(b"\x89PNG\r\n\x1a\n torn")
    read: Counter[str] = Counter()
    whole = images.note_file

    def counted(path: Path, size: tuple[int, int]) -> None:
        read[str(path.relative_to(tmp_path))] += 1
        whole(path, size)

    monkeypatch.setattr(images, "note_file", counted)
    sections = {"data": {"source": "photos"}, "image": {"size": (16, 16), "grayscale": True}}
    found = screen(project(**sections), tmp_path, Silent())
    assert found.faults == spoiled and len(read) == 24 - spoiled
    assert all(count == 1 or path == "photos/cat/00.png" for path, count in read.items())  # the first's shape


def logits(root: Path, wrong: float) -> None:
    """Of the digits' three splits, with a share of wrong answers."""
    data = project_dataset(project(), root)
    arrays = {}
    for name, split in data.splits.items():
        y = np.where(RNG.random(len(split)) < wrong, (split.y + 1) % 10, split.y)
        arrays[name] = np.eye(10, dtype=np.float32)[y] * 9
    np.savez(root / "logits.npz", **arrays)


@pytest.mark.parametrize(("wrong", "warned"), [(0.0, False), (0.3, True)])
def test_a_teacher_behind_a_simple_model_is_warned_of(tmp_path: Path, wrong: float, warned: bool) -> None:
    logits(tmp_path, wrong)
    found = screen(project(teacher={"model": "logits.npz"}), tmp_path, Silent())
    own = [f for f in found.findings if f.subject == "teacher logits.npz"]
    assert any("right on validation" in f.text for f in own)
    assert any(f.level == "warning" and "is behind" in f.text for f in own) is warned


def test_a_teacher_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    found = screen(project(teacher={"model": "mine.keras"}), tmp_path, Silent())
    assert [f.subject for f in found.findings if f.level == "fault"] == ["teacher mine.keras"]


@pytest.fixture(scope="module")
def digits() -> Screened:
    return screen(project(), Path(), Silent())


def test_people_see_samples_and_what_must_be_beaten(digits: Screened) -> None:
    lines = screening_lines(digits)
    assert any(line.split() == ["all", "1077", "360", "360"] for line in lines)
    assert lines[-1].startswith("A network must beat ") and "of 360 right" in lines[-1]


def test_the_page_shows_findings_map_and_samples(digits: Screened) -> None:
    page = render_screening("<b>p</b>", digits)
    assert "&lt;b&gt;p&lt;/b&gt;" in page and "<b>p" not in page
    assert page.count("data:image/png;base64,") >= 60 and page.count("<circle") > 1000
    assert 'id="map"' in page and "What a network must beat" in page


def test_the_page_of_data_that_cannot_be_read_shows_why(tmp_path: Path) -> None:
    found = screen(project(data={"source": "nothing.npz"}), tmp_path, Silent())
    page = render_screening("p", found)
    assert "1 to mend before training" in page and "no such file" in page and 'id="map"' not in page


def test_the_verb(tinykd: Run, tmp_path: Path) -> None:  # noqa: F811
    (tmp_path / "tinykd.toml").write_text('[project]\nname = "p"\n[data]\nsource = "photos"\n')
    photos(tmp_path / "photos", spoiled=1)
    done = tinykd("check", "--json")
    assert done.returncode == 2
    assert [f["level"] for f in json.loads(done.stdout)["findings"]] == ["fault", "fault"]
    assert (tmp_path / "build/check/check.html").is_file()
