"""Project files that were written before keys had their present names."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.stages.test_finished_model import Heard, finish, reasons
from tinykd.engine.manifest import MANIFEST
from tinykd.errors import ConfigError
from tinykd.pipeline.options import RunOptions
from tinykd.pipeline.run import open_workspace, run
from tinykd.project.former_keys import PRESENT
from tinykd.project.load import load_project

HEAD = '[project]\nname = "old"\n'
OLD = """
[data]
source = "shapes"
obtain = "Draw them"
views = 5
mix = false
[image]
grey = true
turn_degrees = 3.0
[audio]
bands = 24
[sensor]
rotate_degrees = 10.0
"""
NOTE = (
    "tinykd.toml: [data] obtain is now download_hint, [data] views is now augmented_copies, "
    "[data] mix is now mixup, [image] grey is now grayscale, [image] turn_degrees is now rotation_degrees, "
    "[audio] bands is now n_mels, [sensor] rotate_degrees is now rotation_degrees; "
    "the old names are still read"
)


def written(folder: Path, text: str) -> Path:
    (folder / "tinykd.toml").write_text(HEAD + text)
    return folder


def with_present_names(text: str) -> str:
    for (_, old), new in PRESENT.items():
        text = text.replace(f"\n{old} = ", f"\n{new} = ")
    return text


def test_former_keys_are_the_present_ones(tmp_path: Path) -> None:
    notes: list[str] = []
    project = load_project(written(tmp_path, OLD), notes.append)
    assert notes == [f"{tmp_path}/{NOTE}"]
    assert (project.data.download_hint, project.data.augmented_copies, project.data.mixup) == (
        "Draw them",
        5,
        False,
    )
    assert (project.image.grayscale, project.image.rotation_degrees, project.audio.n_mels) == (True, 3.0, 24)
    assert project.sensor.rotation_degrees == 10.0
    assert load_project(written(tmp_path, with_present_names(OLD)), notes.append) == project
    assert len(notes) == 1


@pytest.mark.parametrize(("section", "old"), PRESENT)
def test_both_names_of_a_key_are_refused(tmp_path: Path, section: str, old: str) -> None:
    new = PRESENT[section, old]
    path = written(tmp_path, f"[{section}]\n{new} = 1\n{old} = 1\n")
    with pytest.raises(ConfigError) as caught:
        load_project(path)
    assert str(caught.value) == (
        f"{tmp_path}/tinykd.toml: [{section}] {old}: is the former name of {new}, and both are given; "
        f"expected one of them. Leave {old} out"
    )


def test_a_mistake_under_a_former_key(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load_project(written(tmp_path, "[data]\nviews = 0\n"))
    assert str(caught.value) == (
        f"{tmp_path}/tinykd.toml: [data] views (now augmented_copies): 0 is not allowed; expected at least 1"
    )


def test_a_finished_stage_does_not_run_again(tmp_path: Path) -> None:
    """Neither when the file takes the present names, nor after the update that brought them."""
    path = written(tmp_path, OLD)
    finish(open_workspace(path))
    written(tmp_path, with_present_names(OLD))
    assert set(reasons(open_workspace(path)).values()) == {None}
    noted = list((tmp_path / "build").rglob(MANIFEST))
    for file in noted:
        manifest = json.loads(file.read_text())
        names = {f"{section}.{new}": f"{section}.{old}" for (section, old), new in PRESENT.items()}
        config = manifest["inputs"]["config"]
        manifest["inputs"]["config"] = {names.get(key, key): value for key, value in config.items()}
        file.write_text(json.dumps(manifest))
    assert any('"data.views"' in file.read_text() for file in noted)
    assert set(reasons(open_workspace(path)).values()) == {None}


@pytest.mark.slow
def test_an_old_project_file_runs(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    for name in ("a", "b"):
        (tmp_path / "shapes" / name).mkdir(parents=True)
        for i in range(20):
            pixels = rng.integers(0, 256, (8, 8, 3), np.uint8)
            Image.fromarray(pixels).save(tmp_path / "shapes" / name / f"{i}.png")
    heard = Heard()
    run(written(tmp_path, OLD), RunOptions(until="check"), heard)
    assert heard.notes.count(f"{tmp_path}/{NOTE}") == 1
    manifest = json.loads((tmp_path / "build/model/check" / MANIFEST).read_text())
    assert manifest["inputs"]["config"]["image.grayscale"] is True
