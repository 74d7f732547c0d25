"""Which teachers ``[teacher]`` names; and the config of a file by another's hand, judged without Keras."""

from pathlib import Path

import pytest

from tinykd.errors import ModelError
from tinykd.project.training import TeacherSection
from tinykd.teacher.formats import BUILT_IN, Format, members
from tinykd.teacher.safe_config import Dialect, check_config
from tinykd.teacher.train import NETWORKS, TEXT_NETWORK


def named(root, *model, **more):
    return [(m.model, m.format, m.seed) for m in members(TeacherSection(model=model, **more), root, 7)]


def test_files_folders_and_networks(tmp_path):
    (tmp_path / "saved").mkdir()
    (tmp_path / "saved/saved_model.pb").touch()
    names = ("resnet", "a.keras", "b.H5", "c.onnx", "d.npz", "e.npy", "saved")
    formats = [format for _, format, _ in named(tmp_path, *names)]
    keras = [Format.KERAS] * 2
    assert formats == [Format.BUILT_IN, *keras, Format.ONNX, *[Format.LOGITS] * 2, Format.SAVED_MODEL]


def test_an_ensemble_of_seeds_repeats_only_what_is_trained_here(tmp_path):
    found = named(tmp_path, "a.keras", "mlp", ensemble=3)
    built_in = [("mlp", Format.BUILT_IN, seed) for seed in (7, 8, 9)]
    assert found == [("a.keras", Format.KERAS, 7), *built_in]


def test_an_ensemble_of_nothing_to_train(tmp_path):
    with pytest.raises(ModelError) as caught:
        named(tmp_path, "a.keras", ensemble=2)
    assert str(caught.value) == (
        "[teacher] ensemble: is 2 and no teacher is trained here; "
        'expected 1, or one of "resnet", "tcn", "lstm", "mlp", "autoencoder", "text_cnn" in [teacher] model'
    )


def test_every_built_in_teacher_has_a_network():
    assert (*NETWORKS, TEXT_NETWORK) == BUILT_IN


def refusal(config):
    with pytest.raises(ModelError) as caught:
        check_config(config, Path("t.h5"), Dialect.KERAS_2)
    return str(caught.value)


def old(name, **config):
    """A layer as files without modules have it."""
    return {"class_name": "Sequential", "config": [{"class_name": name, "config": {"name": "l", **config}}]}


def test_old_configs_without_modules():
    glorot = {"class_name": "GlorotUniform", "config": {"seed": None}}
    check_config(
        old("DepthwiseConv2D", groups=1, depthwise_initializer=glorot), Path("t.h5"), Dialect.KERAS_2
    )


ONLY = (
    "expected Keras' own layers only (no Lambda, TFSMLayer or custom class). "
    "Rewrite it with built-in layers and save it again"
)
REWRITE = "expected one of Keras' own. Rewrite it with built-in layers and save it again"


@pytest.mark.parametrize(
    ("config", "text"),
    [
        (old("Lambda", function=["4wEA", None, None]), f"t.h5: layer 'l' is of class Lambda; {ONLY}"),
        (old("TFOpLambda", function="io.write_file"), f"t.h5: layer 'l' is of class TFOpLambda; {ONLY}"),
        (
            old("SlicingOpLambda"),
            "t.h5: layer 'l' is of class SlicingOpLambda; expected Keras' own layers only (no Lambda, "
            "TFSMLayer or custom class). Choose steps by return_sequences=False, Cropping1D or pooling "
            "instead of x[...], and save it again",
        ),
        (old("Dense", activation="deserialize"), f"t.h5: asks for the activation deserialize; {REWRITE}"),
        (
            old("Dense", kernel_initializer={"class_name": "Mine", "config": {}}),
            f"t.h5: asks for class Mine; {ONLY}",
        ),
    ],
)
def test_old_configs_that_ask_for_more(config, text):
    assert refusal(config) == text
