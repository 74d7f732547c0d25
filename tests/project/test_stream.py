"""[stream]: one hop for steps and events, students without padding in time, hops that are whole rows."""

from pathlib import Path

import pytest

from tinykd.data.features.frontend import AS_IT_IS, AudioFrontend, Frontend, SensorFrontend
from tinykd.data.features.hop import rows_of_hop
from tinykd.data.features.log_mel import LogMel
from tinykd.errors import ConfigError, ModelError
from tinykd.project.load import load_project
from tinykd.project.samples import AudioSection
from tinykd.project.schema import Project
from tinykd.project.training import StudentSection
from tinykd.student.shapes import check_input

HEAD = '[project]\nname = "words"\n'


def loaded(folder: Path, text: str) -> Project:
    (folder / "tinykd.toml").write_text(HEAD + text)
    return load_project(folder)


def test_events_have_the_hop_of_the_stream(tmp_path: Path) -> None:
    project = loaded(tmp_path, "[stream]\nhop_ms = 20\n[events]\nthreshold = 0.7\n")
    assert project.events is not None and project.events.hop_ms == 20
    assert loaded(tmp_path, "[stream]\nhop_ms = 20\n[events]\nhop_ms = 20\n").events is not None


def test_the_student_does_not_pad_time(tmp_path: Path) -> None:
    assert loaded(tmp_path, "[stream]\nhop_ms = 20\n").student.time_padding == "valid"
    assert loaded(tmp_path, "").student.time_padding is None
    student = loaded(tmp_path, '[stream]\nhop_ms = 20\n[student]\nmodel = "tcn"\n').student
    assert (student.model, student.time_padding) == ("tcn", "valid")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "[stream]\nhop_ms = 20\n[events]\nhop_ms = 100\n",
            "[events]: has hop_ms = 100 and [stream] hop_ms = 20; expected one hop: no hop_ms in [events]",
        ),
        (
            '[stream]\nhop_ms = 20\n[student]\ntime_padding = "same"\n',
            '[student]: has time_padding = "same" and [stream] is given; expected "valid"',
        ),
        ("[stream]\n", "[stream] hop_ms: key is missing; expected such as hop_ms = 20"),
        ("[stream]\nhop_ms = 0\n", "[stream] hop_ms: 0 is not allowed; expected more than 0.0"),
    ],
)
def test_mistakes(tmp_path: Path, text: str, wanted: str) -> None:
    with pytest.raises(ConfigError) as caught:
        loaded(tmp_path, text)
    assert str(caught.value) == f"{tmp_path / 'tinykd.toml'}: {wanted}"


SOUND = AudioFrontend(LogMel.of(AudioSection(rate=8000)), "time")
SENSOR = SensorFrontend((0.0,), (1.0,), 50.0)


@pytest.mark.parametrize(
    ("hop_ms", "frontend", "rows"), [(20, SOUND, 1), (100, SOUND, 5), (20, SENSOR, 1), (500, SENSOR, 25)]
)
def test_rows_of_a_hop(hop_ms: float, frontend: Frontend, rows: int) -> None:
    assert rows_of_hop(hop_ms, frontend) == rows


@pytest.mark.parametrize(
    ("hop_ms", "frontend", "wanted"),
    [
        (30, SOUND, "30 ms are 1.5 frames, one every 20 ms; expected a multiple of 20. Type hop_ms = 40"),
        (5, SENSOR, "5 ms are 0.25 values, one every 20 ms; expected a multiple of 20. Type hop_ms = 20"),
        (
            20,
            SensorFrontend((0.0,), (1.0,)),
            "the rate of the recordings is not known; expected values per second. Say rate in [sensor]",
        ),
        (
            20,
            AS_IT_IS,
            "samples of kind image have no time; expected sound or a sensor. Leave [stream] out",
        ),
    ],
)
def test_hops_that_are_no_rows(hop_ms: float, frontend: Frontend, wanted: str) -> None:
    with pytest.raises(ConfigError) as caught:
        rows_of_hop(hop_ms, frontend)
    assert str(caught.value) == f"[stream] hop_ms: {wanted}"


def test_a_student_that_pads_time_is_refused() -> None:
    with pytest.raises(ModelError) as caught:
        check_input(StudentSection(model="resnet8", time_padding="valid"), (49, 32, 1))
    assert str(caught.value) == (
        "[student] model = resnet8: pads time, which windows cannot share then; expected one of ds_cnn, gru, "
        "lstm, mlp, tcn"
    )
