"""Teachers that tf_keras or another TensorFlow saved: ``.keras``, ``.h5`` and SavedModel folders.

In this process, where a hostile file would leave its mark; ``test_external`` has the subprocess.
"""

import json
import zipfile
from pathlib import Path

import h5py
import numpy as np
import pytest

from tinykd.errors import ModelError
from tinykd.teacher.keras_file import load_hdf5, load_keras_file
from tinykd.teacher.signature import ModelSignature

X = np.random.default_rng(0).random((5, 8, 8, 1), dtype=np.float32)
ENDS = ModelSignature((8, 8, 1), 3)


def refusal(call):
    with pytest.raises(ModelError) as caught:
        call()
    assert "\n" not in str(caught.value)
    return str(caught.value)


# --- HDF5, without Keras ----------------------------------------------------------------------------------


def h5(path, config, **attributes):
    with h5py.File(path, "w") as file:
        file.attrs["model_config"] = json.dumps(config)
        for name, value in attributes.items():
            file.attrs[name] = value
    return path


ONLY = (
    "expected Keras' own layers only (no Lambda, TFSMLayer or custom class). "
    "Rewrite it with built-in layers and save it again"
)


def test_a_lambda_in_an_h5_is_refused_before_anything_is_loaded(tmp_path):
    layer = {"class_name": "Lambda", "config": {"name": "f", "function": ["4wEAAAAA", None, None]}}
    path = h5(tmp_path / "t.h5", {"class_name": "Sequential", "config": {"layers": [layer]}})
    assert refusal(lambda: load_hdf5(path, Path("t.h5"))) == f"t.h5: layer 'f' is of class Lambda; {ONLY}"


def test_an_h5_of_weights_alone(tmp_path):
    with h5py.File(tmp_path / "t.h5", "w") as file:
        file["w"] = np.zeros(3)
    assert refusal(lambda: load_hdf5(tmp_path / "t.h5", Path("t.h5"))) == (
        't.h5: holds weights only; expected a whole model. Save the whole model: model.save("teacher.h5")'
    )


def test_an_h5_that_reaches_out_or_is_none(tmp_path):
    path = h5(tmp_path / "t.h5", {})
    with h5py.File(path, "a") as file:
        file["w"] = h5py.ExternalLink("/etc/passwd", "/x")
    text = "t.h5: its weights hold a link (w); expected weights inside of the file"
    assert refusal(lambda: load_hdf5(path, Path("t.h5"))) == text
    path.write_bytes(b"junk")
    text = "t.h5: its weights cannot be read (Unable to synchronously open file (file signature not found))"
    assert refusal(lambda: load_hdf5(path, Path("t.h5"))) == f"{text}; expected a valid HDF5 file"


# --- with TensorFlow --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """A folder of one tf_keras model in every format, and its answers on X."""
    from tinykd.training.tensorflow import libraries, quiet_stderr

    folder, keras = tmp_path_factory.mktemp("saved"), libraries().tf_keras
    layers = keras.layers
    inputs = layers.Input((8, 8, 1))
    x = layers.BatchNormalization()(layers.Conv2D(4, 3)(inputs))
    x = layers.DepthwiseConv2D(3, activation="relu6", kernel_regularizer="l2")(x)
    x = layers.GlobalAveragePooling2D(name="pool")(x)
    model = keras.Model(inputs, layers.Dense(3)(x))
    model.compile("adam", "mse")
    with quiet_stderr(), pytest.warns(UserWarning):
        for name in ("t.keras", "t.h5", "t"):
            model.save(folder / name)
    return folder, model(X).numpy()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["t.keras", "t.h5"])
def test_files_of_tf_keras_answer_as_they_did(saved, name):
    folder, wanted = saved
    loaded = load_keras_file(folder / name, Path(name), ENDS)
    assert np.allclose(loaded.predict(X), wanted, atol=1e-6)
    assert loaded.parameters == 4 * 9 + 4 + 4 * 4 + 4 * 9 + 4 + 4 * 3 + 3


@pytest.mark.slow
def test_an_h5_of_an_old_keras_with_depthwise_groups(saved, tmp_path):
    """Keras 3 does not know ``groups`` of DepthwiseConv2D; no version stands in files of Keras 1."""
    folder, wanted = saved
    path = tmp_path / "t.h5"
    path.write_bytes((folder / "t.h5").read_bytes())
    with h5py.File(path, "a") as file:
        assert '"groups": 1' in file.attrs["model_config"]
        file.attrs["keras_version"] = b"2.2.4-tf"
    assert np.allclose(load_keras_file(path, path, ENDS).predict(X), wanted, atol=1e-6)


@pytest.mark.slow
def test_an_h5_of_keras_3(tmp_path):
    from tinykd.training.tensorflow import libraries

    keras = libraries().keras
    model = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Flatten(), keras.layers.Dense(3)])
    model.save(tmp_path / "t.h5")
    loaded = load_keras_file(tmp_path / "t.h5", Path("t.h5"), ENDS)
    assert np.allclose(loaded.predict(X), model(X), atol=1e-6)


@pytest.mark.slow
def test_a_config_that_tf_keras_does_not_understand_says_how_to_save_again(tmp_path):
    layer = {"class_name": "Dense", "config": {"name": "d", "units": 3, "gates": 2}}
    path = h5(tmp_path / "t.h5", {"class_name": "Sequential", "config": {"name": "m", "layers": [layer]}})
    text = refusal(lambda: load_hdf5(path, Path("t.h5")))
    assert text.startswith("t.h5: tf_keras cannot load it (") and text.endswith(
        "Load it with the Keras version that saved it, build the same layers with Keras 3, copy the weights "
        '(new.set_weights(old.get_weights())) and type new.save("teacher.keras")'
    )


@pytest.mark.slow
def test_a_lambda_of_tf_keras_in_an_archive(saved, tmp_path):
    with zipfile.ZipFile(saved[0] / "t.keras") as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    files["config.json"] = files["config.json"].replace(b'"GlobalAveragePooling2D"', b'"Lambda"')
    with zipfile.ZipFile(tmp_path / "t.keras", "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    text = refusal(lambda: load_keras_file(tmp_path / "t.keras", Path("t.keras"), ENDS))
    assert text.endswith(f"layer 'pool' is of class Lambda; {ONLY}")


# --- SavedModel -------------------------------------------------------------------------------------------


def load(folder, signature=ENDS):
    from tinykd.teacher.saved_model import load_saved_model

    return load_saved_model(folder, Path("t"), signature)


@pytest.mark.slow
def test_a_saved_model_answers_as_it_did(saved):
    folder, wanted = saved
    assert np.allclose(load(folder / "t").predict(X), wanted, atol=1e-6)
    text = refusal(lambda: load(folder / "t", ModelSignature((8, 8, 3), 3)))
    assert text == (
        "t: its input is [8, 8, 1]; expected [8, 8, 3], the shape of the data's samples. "
        "Of images, [image] grayscale = true or false says how many channels are read"
    )
    text = refusal(lambda: load(folder / "t", ModelSignature((8, 8, 1), 10)))
    assert text == "t: its output is [3]; expected [10], a logit for each class of the data"


@pytest.mark.slow
def test_saved_models_that_do_more_than_compute(tmp_path):
    from tinykd.training.tensorflow import libraries

    tf, mark = libraries().tf, tmp_path / "ran"

    def save(name, answer, **parts):
        module = tf.Module()
        for key, value in parts.items():
            setattr(module, key, value)
        serve = tf.function(answer, input_signature=[tf.TensorSpec([None, 8, 8, 1], tf.float32)])
        tf.saved_model.save(module, str(tmp_path / name), signatures={"serving_default": serve})
        return tmp_path / name

    @tf.function
    def inner(x):
        tf.io.write_file(str(mark), "x")
        return x

    def write(x):
        return tf.reshape(inner(x), [-1, 64])[:, :3]

    assert refusal(lambda: load(save("w", write))) == (
        "t: its graph asks for the op WriteFile; expected ops that only compute. "
        "Save the model without it, or compute its logits yourself and give them as .npz"
    )
    table = tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer(["a"], [1.0]), 0.0)
    plain = save("t", lambda x: tf.reshape(x, [-1, 64])[:, :3] + table.lookup(tf.constant("a")), table=table)
    text = refusal(lambda: load(plain))
    assert text == (
        "t: holds an object of kind resource; expected layers and variables only. "
        "Save the model without lookup tables, text processing and assets"
    )
    (plain / "link").symlink_to("/etc")
    assert refusal(lambda: load(plain)) == "t: holds a symbolic link; expected plain files"
    assert not mark.exists()


def test_a_saved_model_that_is_none(tmp_path):
    from tinykd.teacher.saved_model import GRAPH_FILE, check_saved_model

    (tmp_path / GRAPH_FILE).write_bytes(b"")
    again = "Save it again with TensorFlow 2: tf.saved_model.save(model, folder)"
    text = refusal(lambda: check_saved_model(tmp_path, Path("t")))
    assert text == f"t: is no SavedModel of TensorFlow 2; expected one graph with objects. {again}"
    (tmp_path / GRAPH_FILE).write_bytes(b"\xff" * 9)
    text = refusal(lambda: check_saved_model(tmp_path, Path("t")))
    assert text.startswith("t: cannot be read (") and text.endswith(f"; expected a SavedModel. {again}")
