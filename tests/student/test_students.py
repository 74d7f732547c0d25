"""Every student: its channels, weights and multiply-accumulates, and that it survives becoming int8."""

import numpy as np
import pytest

from tinykd.data.splits.split import split_dataset
from tinykd.errors import ModelError
from tinykd.project.training import StudentSection
from tinykd.student.blocks import channels, deepened
from tinykd.student.build import STUDENTS, build_student
from tinykd.student.shapes import check_input


@pytest.mark.parametrize(
    ("count", "width", "wanted"), [(16, 1.0, 16), (24, 0.5, 12), (32, 0.25, 8), (16, 0.01, 4), (24, 2, 48)]
)
def test_channels_are_multiples_of_four(count, width, wanted):
    assert channels(count, width) == wanted


def test_the_project_file_knows_every_student():
    for name in STUDENTS:
        assert StudentSection(model=name).model == name


TIME = "(time, 1, channels) with at least 8 steps of time"
REFUSED = {
    ("tcn", (8, 8, 1)): f'{TIME}. Use model = "ds_cnn" for images',
    ("lstm", (8, 8, 1)): f'{TIME}. Use model = "ds_cnn" for images',
    ("gru", (4, 1, 6)): f'{TIME}. Use model = "ds_cnn" for images',
    ("tcn", (4, 1, 6)): f'{TIME}. Use model = "ds_cnn" for images',
    ("mobilenet_v1", (28, 28, 1)): 'at least 32 x 32 pixels. Use model = "ds_cnn"',
    ("resnet8", (3, 64, 1)): 'at least 4 x 4 pixels. Use model = "ds_cnn"',
    ("ds_cnn", (128, 1, 6)): 'at least 2 x 2 pixels. Use model = "tcn"',
    ("ds_cnn", (1, 30, 1)): 'at least 2 x 2 pixels. Use model = "mlp"',
}


@pytest.mark.parametrize(("model", "shape"), REFUSED)
def test_samples_that_a_student_does_not_take(model, shape):
    with pytest.raises(ModelError) as caught:
        check_input(StudentSection(model=model), shape)
    wanted = REFUSED[model, shape]
    assert str(caught.value) == f"[student] model = {model}: samples are of shape {shape}; expected {wanted}"


@pytest.mark.parametrize(
    ("model", "shape"),
    [("tcn", (8, 1, 1)), ("mobilenet_v1", (32, 96, 3)), ("resnet8", (4, 4, 1)), ("mlp", (1, 1, 5))],
)
def test_samples_that_just_suffice(model, shape):
    check_input(StudentSection(model=model), shape)


@pytest.mark.parametrize(
    ("section", "wanted"),
    [
        (
            {"model": "mlp", "kernel": 5},
            "[student] kernel = 5: model mlp takes none; expected one of ds_cnn, mobilenet_v1, resnet8, tcn. "
            "Leave kernel out",
        ),
        (
            {"model": "tcn", "stride": 2, "time_padding": "valid"},
            "[student] stride = 2: time_padding is valid, as with [stream]; expected a network without "
            "stride. Leave stride out",
        ),
    ],
)
def test_kernels_and_strides_that_a_student_does_not_take(section, wanted):
    with pytest.raises(ModelError) as caught:
        check_input(StudentSection(**section), (64, 1, 4))
    assert str(caught.value) == wanted


# --- with TensorFlow --------------------------------------------------------------------------------------

# Weights with the four of every normalised channel; multiply-accumulates without additions and means.
KNOWN = [
    (
        *("autoencoder", (5, 128, 1), 640, 1.0),
        641 * 128 + 3 * 129 * 128 + 129 * 8 + 9 * 128 + 3 * 129 * 128 + 129 * 640,
        2 * (640 * 128 + 3 * 128 * 128 + 128 * 8),
    ),
    ("ds_cnn", (8, 8, 1), 10, 1.0, 4_002, None),
    ("ds_cnn", (8, 8, 1), 10, 0.5, 1_462, None),
    ("mlp", (8, 8, 1), 10, 1.0, 65 * 64 + 65 * 32 + 33 * 10, 64 * 64 + 64 * 32 + 32 * 10),
    # keras.applications.MobileNet(alpha=0.25, include_top=False) has 218,544
    ("mobilenet_v1", (96, 96, 3), 2, 0.25, 218_544 + 257 * 2, None),
    # MLPerf Tiny: 12.5 million, in convolutions of 3 x 3, shortcuts and the logits
    (
        *("resnet8", (32, 32, 3), 10, 1.0),
        9 * (3 * 16 + 2 * 16 * 16 + 16 * 32 + 32 * 32 + 32 * 64 + 64 * 64)
        + (16 * 32 + 32 * 64)
        + 4 * (3 * 16 + 3 * 32 + 3 * 64)
        + 65 * 10,
        9 * (1024 * (3 * 16 + 2 * 16 * 16) + 256 * (16 * 32 + 32 * 32) + 64 * (32 * 64 + 64 * 64))
        + (256 * 16 * 32 + 64 * 32 * 64)
        + 64 * 10,
    ),
    # 98 frames of 40 coefficients become 49, 25 and 13
    (
        *("tcn", (98, 1, 40), 12, 1.0),
        3 * 40 * 16
        + 9 * (16 * 24 + 24 * 24 + 24 * 32 + 32 * 32 + 32 * 48 + 48 * 48)
        + (16 * 24 + 24 * 32 + 32 * 48)
        + 4 * (16 + 3 * (24 + 32 + 48))
        + 49 * 12,
        98 * 3 * 40 * 16
        + 9 * (49 * (16 * 24 + 24 * 24) + 25 * (24 * 32 + 32 * 32) + 13 * (32 * 48 + 48 * 48))
        + (49 * 16 * 24 + 25 * 24 * 32 + 13 * 32 * 48)
        + 48 * 12,
    ),
    # 98 frames become 49 steps of 16 channels; four gates of 32 units, each of all channels, units and a bias
    (
        *("lstm", (98, 1, 40), 12, 1.0),
        4 * 40 * 16 + 4 * 16 + 4 * 32 * (16 + 32 + 1) + 33 * 12,
        49 * (4 * 40 * 16 + 4 * 32 * (16 + 32)) + 32 * 12,
    ),
    # 98 frames become 25 steps; three gates with two biases, and no products with the first state, which is 0
    (
        *("gru", (98, 1, 40), 12, 1.0),
        8 * 40 * 16 + 4 * 16 + 3 * 32 * (16 + 32 + 2) + 33 * 12,
        25 * (8 * 40 * 16 + 3 * 32 * 16) + 24 * 3 * 32 * 32 + 32 * 12,
    ),
]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "shape", "classes", "width", "weights", "work"), KNOWN)
def test_weights_and_work_are_known(name, shape, classes, width, weights, work):
    from tinykd.student.macs import macs

    model = STUDENTS[name](shape, classes, width)
    assert model.output_shape == (None, classes) and model.count_params() == weights
    assert type(model.layers[-1]).__name__ == "Dense"
    assert model.layers[-1].get_config()["activation"] == "linear"
    if work is not None:
        assert macs(model) == work


def test_depth_takes_blocks_away_or_repeats_the_last():
    blocks = ((24, 2), (32, 1), (48, 2))
    assert deepened(blocks, None) == blocks
    assert deepened(blocks, 2) == ((24, 2), (32, 1))
    assert deepened(blocks, 5) == (*blocks, (48, 1), (48, 1))


@pytest.mark.slow
@pytest.mark.parametrize(("name", "layers"), [("ds_cnn", 6), ("resnet8", 7), ("tcn", 8), ("mlp", 5)])
def test_depth_counts_blocks(name, layers):
    """ds_cnn: one before, two a block, logits; resnet8, tcn: two a block, a third where it halves."""
    model = STUDENTS[name]((16, 1, 4) if name == "tcn" else (8, 8, 1), 3, 0.25, 2 if name != "mlp" else 4)
    found = [
        layer for layer in model.layers if type(layer).__name__ in ("Conv2D", "DepthwiseConv2D", "Dense")
    ]
    assert len(found) == layers


@pytest.mark.slow
@pytest.mark.parametrize("name", ["lstm", "gru"])
def test_depth_counts_recurrent_layers(name):
    layers = STUDENTS[name]((16, 1, 4), 3, 0.25, 3).layers
    found = [layer for layer in layers if type(layer).__name__ == name.upper()]
    assert [layer.return_sequences for layer in found] == [True, True, False]


def test_an_autoencoder_is_for_anomalies():
    data = split_dataset("d", np.zeros((30, 4, 4, 1), np.float32), np.arange(30) % 3, ("a", "b", "c"))
    with pytest.raises(ModelError) as caught:
        build_student(StudentSection(model="autoencoder"), data)
    assert str(caught.value) == (
        "[student] model = autoencoder: it gives its input back (16 values) and 3 are wanted; "
        'expected task = "anomaly". Use model = "mlp"'
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "shape", "width"),
    [
        ("ds_cnn", (8, 8, 1), 0.25),
        ("mlp", (8, 8, 1), 0.5),
        ("autoencoder", (5, 1, 1), 0.25),
        ("mobilenet_v1", (32, 32, 3), 0.125),
        ("resnet8", (8, 8, 3), 0.25),
        ("tcn", (16, 1, 6), 0.25),
        ("lstm", (66, 1, 6), 0.25),
        ("gru", (16, 1, 6), 0.25),
    ],
)
def test_a_student_becomes_int8_and_c(name, shape, width, monkeypatch):
    """The compiler gets a clean model that does the work counted; TFLM computes what was simulated."""
    from tinykd.compiler.compile import compile_graph
    from tinykd.compiler.core import CompileOptions, Core
    from tinykd.compiler.lowering.registry import op_names
    from tinykd.graph.quantize import dequantize
    from tinykd.graph.reader import read_graph
    from tinykd.quantization.export import to_int8
    from tinykd.quantization.lint import lint
    from tinykd.quantization.measure import model_ends, quantized_scores
    from tinykd.quantization.qat import insert_fake_quant
    from tinykd.quantization.qat_compatibility import check_qat_compatible
    from tinykd.quantization.recurrent import recurrent_layers
    from tinykd.student import mobilenet_v1
    from tinykd.student.macs import macs
    from tinykd.training.loop import Predictor
    from tinykd.training.tensorflow import set_seed

    monkeypatch.setattr(mobilenet_v1, "BLOCKS", mobilenet_v1.BLOCKS[:3])  # the others are like them
    set_seed(1)
    x = np.random.default_rng(0).random((32, *shape), dtype=np.float32)
    student = STUDENTS[name](shape, 5, width)
    check_qat_compatible(student)
    simulated = student if recurrent_layers(student) else insert_fake_quant(student, x)
    flatbuffer = to_int8(simulated, x)
    assert lint(flatbuffer, frozenset(layer.name for layer in student.layers), op_names()).findings == ()
    program = compile_graph(read_graph(flatbuffer), CompileOptions(name=name, core=Core.GENERIC))
    done = sum(each["macs"] for each in program.summary()["layers"] if _multiplies(each["op"]))
    assert done + program.simplified.macs_saved == macs(student)  # an untrained one may have dead channels
    answer, wanted = model_ends(flatbuffer)[1], Predictor(simulated)(x)
    given = dequantize(quantized_scores(flatbuffer, x), answer.scale, answer.zero_point)
    assert np.abs(given - wanted).max() <= 0.05 * np.ptp(wanted)


def _multiplies(op):
    """``CONV_2D+ADD`` is a convolution that adds a shortcut."""
    return op.partition("+")[0] in (
        *("CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED"),
        "UNIDIRECTIONAL_SEQUENCE_LSTM",
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "shape", "kernel", "halved"),
    [
        ("ds_cnn", (16, 16, 1), (5, 5), (8, 8)),
        ("resnet8", (16, 16, 1), (5, 5), (8, 8)),
        ("mobilenet_v1", (32, 32, 1), (5, 5), (16, 16)),
        ("tcn", (64, 1, 4), (5, 1), (32, 1)),
    ],
)
def test_kernel_and_first_stride(name, shape, kernel, halved):
    data = split_dataset("d", np.zeros((30, *shape), np.float32), np.arange(30) % 3, ("a", "b", "c"))
    section = StudentSection(model=name, width=0.25, depth=2, kernel=5, stride=2)
    layers = {layer.name: layer for layer in build_student(section, data).layers}
    assert layers["stem"].output_shape[1:3] == halved
    block = layers.get("block1_depthwise", layers.get("block1_first"))
    assert block.kernel_size == kernel
    same = build_student(StudentSection(model=name, width=0.25, depth=2), data)
    assert {layer.name for layer in same.layers} == set(layers)
