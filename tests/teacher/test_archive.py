"""Hostile and broken ``.keras`` files, refused before Keras sees them. Nothing here needs TensorFlow."""

import json
import zipfile

import pytest

from tinykd.errors import ModelError
from tinykd.teacher import archive
from tinykd.teacher.archive import check_archive
from tinykd.teacher.hdf5 import check_weights

DENSE = {
    "module": "keras.layers",
    "class_name": "Dense",
    "registered_name": None,
    "config": {
        "name": "dense",
        "units": 3,
        "activation": "linear",
        "kernel_initializer": {
            "module": "keras.initializers",
            "class_name": "GlorotUniform",
            "config": {"seed": None},
            "registered_name": None,
        },
    },
}


def model(*layers):
    return {
        "module": "keras",
        "class_name": "Sequential",
        "registered_name": None,
        "config": {"name": "m", "layers": list(layers)},
    }


def layer(**changed):
    return DENSE | changed


def keras_file(path, config, **extra):
    text = config if isinstance(config, str) else json.dumps(config)
    entries = {"metadata.json": "{}", "config.json": text, "model.weights.h5": "x"} | extra
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in entries.items():
            if content is not None:
                file.writestr(name, content)
    return path


def refusal(path):
    with pytest.raises(ModelError) as caught:
        check_archive(path)
    text = str(caught.value)
    assert "\n" not in text
    return text.replace(f"{path.parent}/", "")


ONLY = (
    "expected Keras' own layers only (no Lambda, TFSMLayer or custom class). "
    "Rewrite it with built-in layers and save it again"
)


def test_built_in_layers_pass(tmp_path):
    check_archive(keras_file(tmp_path / "t.keras", model(DENSE)))


def test_compile_settings_are_not_built_and_not_judged(tmp_path):
    config = model(DENSE) | {"compile_config": {"class_name": "MyLoss", "module": "mine"}}
    check_archive(keras_file(tmp_path / "t.keras", config))


@pytest.mark.parametrize(
    ("bad", "text"),
    [
        (
            layer(class_name="Lambda", config={"name": "f"}),
            f"t.keras: layer 'f' is of class Lambda; {ONLY}",
        ),
        (
            layer(class_name="TFSMLayer", config={"name": "s"}),
            f"t.keras: layer 's' is of class TFSMLayer; {ONLY}",
        ),
        (
            layer(class_name="Mine", module="evil", config={"name": "m"}),
            f"t.keras: layer 'm' is of class Mine of module evil; {ONLY}",
        ),
        (
            layer(class_name="Dense", module="evil", config={"name": "d"}),
            f"t.keras: layer 'd' is of class Dense of module evil; {ONLY}",
        ),
        (
            layer(config={"name": "d", "activation": {"class_name": "__lambda__", "config": "gASV"}}),
            f"t.keras: asks for class __lambda__; {ONLY}",
        ),
        (
            layer(
                config={"activation": {"module": "builtins", "class_name": "function", "config": "system"}}
            ),
            f"t.keras: asks for class function of module builtins; {ONLY}",
        ),
        (
            layer(
                config={
                    "fn": {"module": "keras.config", "class_name": "enable_unsafe_deserialization"},
                }
            ),
            f"t.keras: asks for class enable_unsafe_deserialization; {ONLY}",
        ),
        (
            layer(class_name="Dense", module="keras.src.legacy", config={}),
            f"t.keras: asks for class Dense; {ONLY}",
        ),
        (
            layer(registered_name="mine>Dense"),
            "t.keras: asks for the registered class mine>Dense; expected Keras' own layers only",
        ),
        (layer(class_name=["Dense"]), f"t.keras: layer 'dense' is of class ['Dense']; {ONLY}"),
    ],
)
def test_anything_else_is_refused(tmp_path, bad, text):
    assert refusal(keras_file(tmp_path / "t.keras", model(DENSE, bad))) == text


@pytest.mark.parametrize("key", ["vocabulary", "idf_weights"])
def test_a_vocabulary_is_no_name_of_a_file(tmp_path, key):
    """Keras would read it, and words of it would be in the answers (CVE-2025-12058)."""
    words = layer(
        class_name="TextVectorization", config={"name": "t", "vocabulary": ["a"], key: "/etc/passwd"}
    )
    assert refusal(keras_file(tmp_path / "t.keras", model(words))) == (
        f"t.keras: asks for the {key} of a file, /etc/passwd; expected words that the model holds itself. "
        "Rewrite it with built-in layers and save it again"
    )


def test_hidden_deep_inside(tmp_path):
    bad = layer(class_name="Lambda", config={"name": "f"})
    wrapped = layer(class_name="TimeDistributed", config={"name": "w", "layer": bad})
    assert "class Lambda" in refusal(keras_file(tmp_path / "t.keras", model(wrapped)))


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "a/../../b", "..\\b"])
def test_paths_that_lead_out(tmp_path, name):
    text = refusal(keras_file(tmp_path / "t.keras", model(DENSE), **{name: "x"}))
    assert text.endswith("which leads out of the archive; expected plain files")


def test_symlink(tmp_path):
    path = keras_file(tmp_path / "t.keras", model(DENSE))
    entry = zipfile.ZipInfo("assets")
    entry.external_attr = 0o120777 << 16
    with zipfile.ZipFile(path, "a") as file:
        file.writestr(entry, "/etc/passwd")
    assert refusal(path) == "t.keras: holds assets, which leads out of the archive; expected plain files"


def test_zip_bomb(tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "MAX_UNPACKED_BYTES", 1 << 20)
    path = keras_file(tmp_path / "t.keras", model(DENSE), **{"model.weights.h5": b"\0" * (2 << 20)})
    assert path.stat().st_size < 10_000
    assert refusal(path).startswith("t.keras: unpacks to 2097")


def test_huge_json(tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "MAX_JSON_BYTES", 1000)
    text = refusal(keras_file(tmp_path / "t.keras", "[" * 2000))
    assert text == "t.keras: config.json unpacks to 2000 bytes; expected at most 1000"


def test_too_many_files(tmp_path):
    extra = {f"assets/{i}": "x" for i in range(70)}
    assert refusal(keras_file(tmp_path / "t.keras", model(DENSE), **extra)) == (
        "t.keras: 73 files inside; expected at most 64"
    )


@pytest.mark.parametrize("depth", [150, 100_000])
def test_deep_json(tmp_path, depth):
    path = keras_file(tmp_path / "t.keras", "[" * depth + "]" * depth)
    assert "nested too deeply" in refusal(path) or "cannot be read" in refusal(path)


RESAVE = 'expected a Keras 3 .keras file. Save the model again with Keras 3: model.save("teacher.keras")'


def test_no_archive(tmp_path):
    path = tmp_path / "t.keras"
    path.write_bytes(b"\x89HDF\r\n\x1a\n")
    assert refusal(path) == f"t.keras: cannot be read (File is not a zip file); {RESAVE}"


def test_no_file(tmp_path):
    text = "t.keras: no such file; expected a Keras 3 .keras file"
    assert refusal(tmp_path / "t.keras") == text


@pytest.mark.parametrize("name", ["config.json", "metadata.json", "model.weights.h5"])
def test_a_part_is_missing(tmp_path, name):
    path = keras_file(tmp_path / "t.keras", model(DENSE), **{name: None})
    assert refusal(path) == f"t.keras: has no {name}; {RESAVE}"


def test_config_is_no_json(tmp_path):
    assert refusal(keras_file(tmp_path / "t.keras", "\x00{")).startswith("t.keras: cannot be read (")


def test_a_bit_of_the_weights_that_was_flipped(tmp_path):
    file = tmp_path / "t.keras"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("model.weights.h5", b"w" * 1000)
    content = bytearray(file.read_bytes())
    content[content.index(b"wwww") + 500] ^= 1
    file.write_bytes(content)
    with pytest.raises(ModelError) as caught:
        check_weights(file)
    assert str(caught.value) == (
        f"{file}: its weights cannot be read (Bad CRC-32 for file 'model.weights.h5'); "
        "expected a file that is whole. Copy it again, or save the model again"
    )
