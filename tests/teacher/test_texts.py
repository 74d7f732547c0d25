"""Teachers that read texts: encoders with a head, Keras models of texts and of ids, and what is refused."""

import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks.text.encoder import bert_model
from tinykd.data.augmentation.options import TextAugmentation
from tinykd.data.dataset import Dataset, Split
from tinykd.data.features.frontend import TextFrontend
from tinykd.data.features.text import TextFeatures
from tinykd.data.texts import Texts
from tinykd.errors import ModelError
from tinykd.progress import Silent
from tinykd.project.schema import Project
from tinykd.project.text import TextSection
from tinykd.teacher.external import ExternalRequest
from tinykd.teacher.formats import Format
from tinykd.teacher.logits import Views, read_logits
from tinykd.teacher.mismatch import Interpretation
from tinykd.teacher.text.corpus import TextCorpus
from tinykd.teacher.text.encoder import load_encoder, pooled
from tinykd.teacher.text.stage import TextTeacher

WORDS = ["open", "close", "the", "a", "door", "window", "lamp", "fan", "now", "please"]
LINES = tuple(
    f"{verb} {which} {thing}" for verb in ("open", "close") for which in ("the", "a") for thing in WORDS[4:8]
)
HOW = TextFeatures(TextSection(length=6, vocabulary=64))
SIZE, HEADS = 8, 2


def texts(unlabelled: tuple[str, ...] = ()) -> Dataset:
    given = Texts(LINES, HOW)
    split = Split(given.ids(), np.repeat([0, 1], 8).astype(np.int64), texts=given)
    more = Texts(unlabelled, HOW).ids() if unlabelled else None
    return Dataset(
        *("demo", split, split, split, ("open", "close")),
        augmentation=TextAugmentation(),
        unlabelled=more,
        frontend=TextFrontend(HOW),
        unlabelled_texts=unlabelled,
    )


def bert_weights() -> dict[str, np.ndarray]:
    """One layer, of random numbers."""
    rng = np.random.default_rng(1)
    shapes = {"word": len(WORDS) + 3, "position": 16, "token_type": 2}
    found = {f"embeddings.{name}_embeddings.weight": (rows, SIZE) for name, rows in shapes.items()}
    layer = "encoder.layer.0"
    for name in (
        "attention.self.query",
        "attention.self.key",
        "attention.self.value",
        "attention.output.dense",
    ):
        found |= {f"{layer}.{name}.weight": (SIZE, SIZE), f"{layer}.{name}.bias": (SIZE,)}
    for name, shape in (("intermediate", (16, SIZE)), ("output", (SIZE, 16))):
        found |= {f"{layer}.{name}.dense.weight": shape, f"{layer}.{name}.dense.bias": shape[:1]}
    for name in ("embeddings", f"{layer}.attention.output", f"{layer}.output"):
        found |= {f"{name}.LayerNorm.{part}": (SIZE,) for part in ("weight", "bias")}
    return {name: rng.normal(0, 0.5, shape).astype(np.float32) for name, shape in found.items()}


def written_encoder(folder: Path) -> Path:
    """A BERT of one layer over ``WORDS``, and its tokenizer."""
    config = {
        "num_attention_heads": HEADS,
        "num_hidden_layers": 1,
        "layer_norm_eps": 1e-12,
        "hidden_size": SIZE,
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "encoder.onnx").write_bytes(bert_model(bert_weights(), config).SerializeToString())
    vocabulary = {word: i for i, word in enumerate(("[PAD]", "[UNK]", "[CLS]", *WORDS))}
    model = {"type": "WordLevel", "vocab": vocabulary, "unk_token": "[UNK]"}
    tokenizer = {
        "version": "1.0",
        "model": model,
        "pre_tokenizer": {"type": "Whitespace"},
        "added_tokens": [],
    }
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer))
    return folder / "encoder.onnx"


def hidden_states(ids: np.ndarray) -> np.ndarray:
    """(tokens, SIZE) of one sentence by the formulas of Devlin et al., arXiv 1810.04805, in NumPy."""
    from scipy.special import erf

    w, layer = bert_weights(), "encoder.layer.0"

    def norm(x, name):
        x = (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-12)
        return x * w[f"{name}.LayerNorm.weight"] + w[f"{name}.LayerNorm.bias"]

    def dense(x, name):
        return x @ w[f"{layer}.{name}.weight"].T + w[f"{layer}.{name}.bias"]

    embedded = [w[f"embeddings.{n}_embeddings.weight"] for n in ("word", "token_type", "position")]
    x = norm(embedded[0][ids] + embedded[1][0] + embedded[2][: len(ids)], "embeddings")
    q, k, v = (dense(x, f"attention.self.{name}") for name in ("query", "key", "value"))
    mixed = []
    for head in np.split(np.arange(SIZE), HEADS):
        shares = np.exp(q[:, head] @ k[:, head].T / np.sqrt(SIZE / HEADS))
        mixed.append(shares / shares.sum(-1, keepdims=True) @ v[:, head])
    x = norm(x + dense(np.concatenate(mixed, -1), "attention.output.dense"), f"{layer}.attention.output")
    wide = dense(x, "intermediate.dense")
    wide = wide / 2 * (1 + erf(wide / np.sqrt(2)))
    return norm(x + dense(wide, "output.dense"), f"{layer}.output")


def test_an_encoder_is_the_published_formulas_whatever_else_is_in_the_block(tmp_path):
    """Sentences of several lengths: what pads the shorter ones changes nothing."""
    encoder = load_encoder(written_encoder(tmp_path), tmp_path / "encoder.onnx")
    lines = ("open the door", "close", "please close the window now")
    said: list[int] = []
    found = encoder.vectors(lines, said.append)
    assert sum(said) == 3
    for line, vector in zip(lines, found, strict=True):
        ids = np.array([3 + WORDS.index(word) for word in line.split()])
        wanted = hidden_states(ids).mean(axis=0)
        assert vector == pytest.approx(wanted / np.linalg.norm(wanted), abs=1e-5)


def test_states_are_pooled_over_the_sentences_own_tokens():
    states = np.array([[[1, 2], [3, 4], [9, 9]]], np.float32)
    assert pooled(states, np.array([[1, 1, 0]]), Path("e.onnx")).tolist() == [[2, 3]]
    assert pooled(states[0], np.ones((3, 2), np.int64), Path("e.onnx")).tolist() == states[0].tolist()
    with pytest.raises(ModelError) as caught:
        pooled(states, np.ones((1, 2), np.int64), Path("e.onnx"))
    assert str(caught.value) == "e.onnx: gives [1, 3, 2]; expected (batch, tokens, size) or (batch, size)"


def test_every_text_is_asked_once_and_answered_everywhere(tmp_path):
    data = texts(("open it please",))
    corpus = TextCorpus.of(data, Views(1, 3, TextAugmentation()))
    assert len(set(corpus.texts.lines)) == len(corpus.texts.lines)
    marks = np.arange(2 * len(corpus.texts), dtype=np.float32).reshape(-1, 2)
    corpus.write(marks, tmp_path)
    found = read_logits(tmp_path, data, Views(1, 3, TextAugmentation()))
    assert data.train_texts is not None
    for index in range(3):
        view = data.train_texts.view(1, index, TextAugmentation()).lines
        assert [corpus.texts.lines[int(row[0]) // 2] for row in found.views[index]] == list(view)
    assert [corpus.texts.lines[int(row[0]) // 2] for row in found.test] == list(LINES)


def asked(path: Path, data: Dataset, out: Path, classes: tuple[str, ...] | None = None):
    """The notes of what labelled ``data``, whose logits are in ``out``."""
    values = {"project": {"name": "demo"}, "teacher": {"model": [path.name], "classes": classes or []}}
    section = Project.model_validate(values, strict=False).teacher
    format = Format.ONNX if path.suffix == ".onnx" else Format.KERAS
    request = ExternalRequest(path, format, asking=Interpretation.of(section, 0, data))
    out.mkdir(exist_ok=True)
    views = Views(1, 2, TextAugmentation())
    found = TextTeacher(request, data, views).write_logits(out, Silent())
    return found.notes, read_logits(out, data, views)


@pytest.mark.slow
def test_a_head_is_trained_on_an_encoder(tmp_path):
    data = texts(("open it please", "close it now"))
    notes, logits = asked(written_encoder(tmp_path), data, tmp_path / "out")
    assert len(notes) == 1 and notes[0].startswith(
        "encodes a text in 8 numbers; a head was trained here (C = "
    )
    assert logits.views.shape == (2, 18, 2)
    vectors = load_encoder(tmp_path / "encoder.onnx", tmp_path).vectors(LINES, lambda _: None)
    with np.load(tmp_path / "out" / "teacher_head.npz") as head:
        assert logits.train == pytest.approx(vectors @ head["weights"] + head["bias"], abs=1e-4)
    assert (logits.train.argmax(axis=1) == data.train.y).sum() > len(data.train) / 2
    assert (tmp_path / "out" / "teacher.onnx").is_file()


def keras_file(path: Path, flip: bool = False) -> Path:
    """Tells sentences with "open" from those with "close", in whichever order of the classes."""
    from tinykd.training.tensorflow import libraries

    keras = libraries().keras
    inputs = keras.Input((6,), dtype="int32")
    x = keras.layers.Flatten()(keras.layers.Embedding(64, 2, name="table")(inputs))
    dense = keras.layers.Dense(2, use_bias=False)
    model = keras.Model(inputs, dense(x))
    table = np.zeros((64, 2), np.float32)
    table[int(HOW.ids(["open"])[0, 0])] = (5, -5)
    table[int(HOW.ids(["close"])[0, 0])] = (-5, 5)
    model.get_layer("table").set_weights([table])
    weights = np.tile(np.eye(2, dtype=np.float32), (6, 1))
    dense.set_weights([weights[:, ::-1] if flip else weights])
    model.save(path)
    return path


@pytest.mark.slow
def test_a_keras_model_of_ids(tmp_path):
    data = texts()
    notes, logits = asked(keras_file(tmp_path / "mine.keras"), data, tmp_path / "out")
    assert notes == ("is given ids as [6]",)
    assert np.array_equal(logits.test, np.where(data.test.y[:, np.newaxis] == [0, 1], 5.0, -5.0))
    path = keras_file(tmp_path / "turned.keras", flip=True)
    _, turned = asked(path, data, tmp_path / "turned", ("close", "open"))
    assert np.array_equal(turned.test, logits.test)


@pytest.mark.slow
@pytest.mark.parametrize(("library", "shape"), [("keras", ()), ("keras", (1,)), ("tf_keras", (1,))])
def test_a_keras_model_of_texts(tmp_path, library, shape):
    """It sees what was written: upper case, and words that the device's ids do not tell apart."""
    from tinykd.training.tensorflow import libraries

    keras = getattr(libraries(), library)
    words = keras.layers.TextVectorization(output_mode="multi_hot", max_tokens=16)
    words.adapt(np.array(LINES))
    inputs = keras.Input(shape, dtype="string")
    dense = keras.layers.Dense(2, use_bias=False)
    model = keras.Model(inputs, dense(words(inputs)))
    known = words.get_vocabulary()
    weights = np.array([(5.0 * (word == "open"), 5.0 * (word == "close")) for word in known], np.float32)
    dense.set_weights([weights])
    model.save(tmp_path / "mine.keras")
    data = texts()
    notes, logits = asked(tmp_path / "mine.keras", data, tmp_path / "out")
    assert notes == ("is given the texts as they are",)
    assert np.array_equal(logits.test, 5.0 * (data.test.y[:, np.newaxis] == [0, 1]))


@pytest.mark.slow
def test_a_vocabulary_that_h5_does_not_hold(tmp_path):
    from tinykd.training.tensorflow import libraries

    keras = libraries().keras
    words = keras.layers.TextVectorization(output_mode="multi_hot", max_tokens=16)
    words.adapt(np.array(LINES))
    model = keras.Sequential([keras.Input((1,), dtype="string"), words, keras.layers.Dense(2)])
    model.save(tmp_path / "mine.h5")
    line = refused(tmp_path / "mine.h5", tmp_path, Format.KERAS)
    assert line.startswith("mine.h5: fails on texts (")
    assert line.endswith('Type model.save("teacher.keras"): a .h5 file holds no vocabulary')


def refused(path: Path, tmp_path: Path, format: Format = Format.ONNX) -> str:
    data = texts()
    section = Project.model_validate({"project": {"name": "demo"}}).teacher
    request = ExternalRequest(path, format, asking=Interpretation.of(section, 0, data))
    with pytest.raises(ModelError) as caught:
        TextTeacher(request, data, Views(1, 1, None)).write_logits(tmp_path, Silent())
    return str(caught.value).replace(f"{tmp_path}/", "")


def test_an_encoder_without_its_tokenizer(tmp_path):
    path = written_encoder(tmp_path / "a" / "b")
    path.with_name("tokenizer.json").unlink()
    assert refused(path, tmp_path) == (
        "a/b/encoder.onnx: no tokenizer.json beside it; expected the encoder's own. "
        "Copy it from where the encoder is from"
    )


def test_a_file_that_takes_no_texts(tmp_path):
    path = tmp_path / "net.tflite"
    path.write_bytes(b"")
    assert refused(path, tmp_path, Format.TFLITE) == (
        "net.tflite: is a float .tflite file, which takes no texts; "
        'expected a sentence encoder (.onnx), a Keras file, logits (.npz), or "text_cnn"'
    )


@pytest.mark.slow
def test_damaged_files(tmp_path):
    path = written_encoder(tmp_path)
    path.with_name("tokenizer.json").write_bytes(b"")
    start, _, end = refused(path, tmp_path).partition(" (")
    assert start == "encoder.onnx: tokenizer.json beside it cannot be read"
    assert end.endswith("); expected that of the encoder")
    path.write_bytes(b"\xff")
    start, _, end = refused(path, tmp_path).partition(" (")
    assert (start, end.rpartition(")")[2]) == ("encoder.onnx: cannot be read", "; expected an ONNX model")
