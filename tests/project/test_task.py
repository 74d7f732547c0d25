"""Keys that mean nothing for a task are refused, and said for which they are."""

import pytest

from tinykd.errors import ConfigError
from tinykd.project.load import load_project


@pytest.mark.parametrize(
    ("task", "keys", "text"),
    [
        (
            "classification",
            "[gates]\nauc = 0.9",
            '[gates] auc: is for anomaly and the task is "classification"; '
            'expected [project] task = "anomaly", or no auc',
        ),
        (
            "regression",
            '[distillation]\nmethod = "dkd"',
            '[distillation] method: is for classification and the task is "regression"; '
            'expected [project] task = "classification", or no method',
        ),
        (
            "regression",
            "[gates]\naccuracy = 0.9",
            '[gates] accuracy: is for classification and the task is "regression"; '
            'expected [project] task = "classification", or no accuracy',
        ),
        (
            "classification",
            '[data]\nnormal = ["a"]',
            '[data] normal: is for anomaly and the task is "classification"; '
            'expected [project] task = "anomaly", or no normal',
        ),
        (
            "anomaly",
            "[gates]\nmae = 0.9",
            '[gates] mae: is for regression and the task is "anomaly"; '
            'expected [project] task = "regression", or no mae',
        ),
    ],
)
def test_a_key_of_another_task(tmp_path, task, keys, text):
    file = tmp_path / "tinykd.toml"
    file.write_text(f'[project]\nname = "x"\ntask = "{task}"\n{keys}\n')
    with pytest.raises(ConfigError) as caught:
        load_project(file)
    assert str(caught.value) == f"{file}: {text}"


def test_the_default_method_is_no_key_of_another_task(tmp_path):
    (tmp_path / "tinykd.toml").write_text('[project]\nname = "x"\ntask = "anomaly"\n')
    assert load_project(tmp_path).project.task == "anomaly"
