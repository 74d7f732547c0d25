"""``tinykd new --data`` and ``tinykd check`` of tar shards, Parquet and URLs."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.cli.conftest import Run, tinykd  # noqa: F401 - a fixture
from tests.data.shards import NAMES, PIXELS, SOUNDS, png, tar, wav, webdataset
from tinykd.data.sources.remote import VARIABLE
from tinykd.project.load import load_project
from tinykd.screening.propose import propose


def test_shards_are_known_by_their_samples(tmp_path: Path) -> None:
    tar(tmp_path / "i.tar", webdataset(map(png, PIXELS), ".png"))
    found = propose(tmp_path / "i.tar", "i")
    assert found.problem is None and found.seen[0].startswith("Samples of 9 x 8 x 3: ")
    tar(tmp_path / "w.tar", webdataset((wav(np.tile(each, 4)) for each in SOUNDS), ".wav"))
    audio = propose(tmp_path / "w.tar", "w")
    keys = {key.name: key.value for key in audio.sections["audio"]}
    assert audio.problem is None and (keys["rate"], keys["seconds"]) == (8000, 1.0)
    texts = [f"turn {name} on number {i}" for i, name in enumerate(NAMES)]
    pq.write_table(pa.table({"text": texts, "intent": NAMES}), tmp_path / "t.parquet")
    assert propose(tmp_path / "t.parquet", "t").values()["data"]["kind"] == "text"
    rows = np.random.default_rng(1).normal(size=(60, 3))
    columns = {name: rows[:, i] for i, name in enumerate("xyz")}
    pq.write_table(pa.table({**columns, "label": [NAMES[i % 36] for i in range(60)]}), tmp_path / "r.parquet")
    table = propose(tmp_path / "r.parquet", "r")
    assert table.problem is None and table.values()["data"]["kind"] == "table"


def test_new_and_check_of_a_url(
    tmp_path: Path,
    tinykd: Run,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(VARIABLE, str(tmp_path / "cache"))
    tar(tmp_path / "i.tar", webdataset(map(png, PIXELS), ".png"))
    url = f"file://{tmp_path}/i.tar"
    assert tinykd("new", "words", "--data", url).returncode == 0
    assert load_project(tmp_path / "words/tinykd.toml").data.source == url
    done = tinykd("check", "words")
    assert done.returncode == 0, done.stdout + done.stderr
