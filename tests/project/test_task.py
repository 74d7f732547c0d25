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


def test_a_key_of_other_features(tmp_path):
    """The micro frontend takes gain and noise off again: nobody shall think that they are drawn."""
    file = tmp_path / "tinykd.toml"
    file.write_text('[project]\nname = "x"\n[audio]\nfeatures = "micro_frontend"\nsnr_db = 5.0\n')
    with pytest.raises(ConfigError) as caught:
        load_project(file)
    found = 'is for log-mel features and features is "micro_frontend"'
    assert (
        str(caught.value) == f'{file}: [audio] snr_db: {found}; expected features = "log_mel", or no snr_db'
    )


def test_the_micro_frontends_own_defaults(tmp_path):
    """They follow the rate; what is given stays; a rate that is none is refused as such."""
    file = tmp_path / "tinykd.toml"
    start = '[project]\nname = "x"\n[audio]\nfeatures = "micro_frontend"\n'

    def read(keys):
        file.write_text(start + keys)
        audio = load_project(file).audio
        return audio.frame_ms, audio.hop_ms, audio.n_mels, audio.f_min, audio.f_max

    assert read("") == (30.0, 20.0, 40, 125.0, 7500.0)
    assert read("rate = 8000") == (30.0, 20.0, 40, 125.0, 3750.0)
    assert read("rate = 48000\nn_mels = 32\nf_max = 9000.0") == (30.0, 20.0, 32, 125.0, 9000.0)
    project = load_project(file)
    assert type(project).model_validate_json(project.model_dump_json()) == project
    with pytest.raises(ConfigError, match=r"\[audio\] rate: \"fast\" has the wrong type"):
        read('rate = "fast"')
