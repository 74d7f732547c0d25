"""A model's features against those of its project as it is now: the one line for each difference."""

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tinykd.data.features.agreement import check_same, described
from tinykd.data.features.frontend import AudioFrontend, Frontend, ImageFrontend, SensorFrontend
from tinykd.data.features.log_mel import LogMel
from tinykd.data.features.micro_frontend import MicroFrontend
from tinykd.errors import ConfigError
from tinykd.pipeline import firmware
from tinykd.project.samples import AudioSection

MICRO = AudioFrontend(MicroFrontend.of(AudioSection(features="micro_frontend")), "time", 200.0, 100.0)
MEL = AudioFrontend(LogMel.of(AudioSection()), "image", -4.0, 2.5)
MOTION = SensorFrontend((0.1, 1.0), (1.0, 2.0), 50.0, ("ax", "ay"))
SHAPE = (49, 1, 40)
FIX = "Type `tinykd run` to train with the new ones, or put the old ones back"


def written(frontend: Frontend) -> dict[str, Any]:
    """As features.json holds it, read again."""
    found: dict[str, Any] = json.loads(json.dumps({"task": "x", "input": described(frontend, SHAPE)}))
    return found


@pytest.mark.parametrize("frontend", [MICRO, MEL, MOTION, ImageFrontend(255.0)])
def test_the_same_is_no_error(frontend: Frontend) -> None:
    features = written(frontend)
    check_same(features, frontend, SHAPE, "features.json")
    del features["input"]["sha256"]  # as older versions wrote it
    check_same(features, frontend, SHAPE, "features.json")
    check_same({}, frontend, SHAPE, "features.json")


def test_another_order_of_sums_is_the_same() -> None:
    check_same(written(MICRO), replace(MICRO, mean=200.0 * (1 + 1e-8)), SHAPE, "f")


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        (MICRO, replace(MICRO, how=replace(MICRO.how, hop=160)), "micro_frontend.hop is 320 {} and 160"),
        (MEL, replace(MEL, mean=-4.01), "mean is -4.0 {} and -4.01"),
        (
            MICRO,
            replace(MEL, layout="time", mean=200.0, deviation=100.0),
            "micro_frontend is given {} and absent",
        ),
        (MEL, ImageFrontend(), "kind is audio {} and image"),
        (MOTION, replace(MOTION, mean=(0.1, 1.5)), "mean[1] is 1.0 {} and 1.5"),
        (MOTION, replace(MOTION, columns=("ay", "ax")), "columns[0] is ax {} and ay"),
    ],
)
def test_what_differs(old: Frontend, new: Frontend, text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        check_same(written(old), new, SHAPE, Path("build/features.json"))
    found = text.format("in the model's features")
    wanted = "expected the features that the model was trained on"
    assert str(caught.value) == f"build/features.json: {found} in the project's; {wanted}. {FIX}"


def test_tables_of_another_version_are_other_features() -> None:
    features = written(MICRO)
    assert len(features["input"]["micro_frontend"]["tables"]) == 8
    features["input"]["micro_frontend"]["tables"] = "00000000"
    with pytest.raises(ConfigError, match=r"features\.json: was changed after training"):
        check_same(features, MICRO, SHAPE, "features.json")
    del features["input"]["sha256"]
    with pytest.raises(ConfigError, match=r"micro_frontend\.tables is 00000000 in"):
        check_same(features, MICRO, SHAPE, "features.json")


def test_generate_refuses_other_features_than_the_models(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Training is left out by verbs of a board: an edited hop went into firmware of the old model."""
    (tmp_path / "features.json").write_text(json.dumps(written(MICRO)))
    data = SimpleNamespace(frontend=replace(MICRO, how=replace(MICRO.how, hop=160)), input_shape=SHAPE)
    monkeypatch.setattr(firmware, "board_of", lambda job: None)
    monkeypatch.setattr(firmware, "deployed_dataset", lambda job: data)
    job: Any = SimpleNamespace(inputs={"quantize": tmp_path})
    with pytest.raises(ConfigError, match=r"micro_frontend\.hop is 320 in the model's features and 160"):
        firmware.generate(job, None)  # type: ignore[arg-type]
