"""examples/photos: its script makes a folder of images that the project reads; without it a line says so."""

import shutil
import subprocess
import sys

import pytest

from tinykd.data.load import project_dataset
from tinykd.errors import DataError
from tinykd.paths import EXAMPLES
from tinykd.project.load import load_project


def test_the_photos_of_the_example(tmp_path):
    folder = tmp_path / "photos"
    shutil.copytree(EXAMPLES / "photos", folder, ignore=shutil.ignore_patterns("photos", "build", "firmware"))
    project = load_project(folder)
    with pytest.raises(DataError, match=r"python make_photos\.py"):
        project_dataset(project, folder)
    script = [sys.executable, "-c", "import make_photos as m; m.EACH = 20; m.main()"]
    done = subprocess.run(script, cwd=folder, capture_output=True, text=True, check=True)
    assert done.stdout == f"60 photos in {folder}/photos\n"
    data = project_dataset(project, folder)
    assert data.classes == ("nut", "screw", "washer")
    assert data.input_shape == (32, 32, 1)
    assert sum(len(split) for split in data.splits.values()) == 60
    assert data.train.x.min() >= 0 and data.train.x.max() <= 1 and data.train.x.std() > 0.1
