"""Students that find objects: the grid that is asked for, and all of them in int8 and C."""

import numpy as np
import pytest

from tests.detection.scenes import SIDE
from tinykd.compiler.compile import compile_graph
from tinykd.compiler.core import CompileOptions
from tinykd.compiler.lowering.registry import op_names
from tinykd.data.objects.grid import Grid
from tinykd.errors import ModelError
from tinykd.graph.reader import read_graph
from tinykd.project.training import StudentSection
from tinykd.quantization.export import to_int8
from tinykd.quantization.lint import lint
from tinykd.quantization.qat import insert_fake_quant
from tinykd.quantization.qat_compatibility import check_qat_compatible
from tinykd.student.detector import BACKBONES, detector, until
from tinykd.student.shapes import check_input
from tinykd.training.tensorflow import libraries


def grid(stride: int, head: str) -> Grid:
    return Grid(SIDE, 2 * SIDE, stride, 2, ((8.0, 8.0), (14.0, 4.0)), head)  # type: ignore[arg-type]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "stride", "head"),
    [(n, s, h) for n, s, h in zip(BACKBONES, (4, 8, 16), ("box", "centroid", "box"), strict=True)],
)
def test_every_layer_becomes_int8_and_c(name: str, stride: int, head: str) -> None:
    libraries()
    cells = grid(stride, head)
    model = detector(name, (SIDE, 2 * SIDE, 1), cells, 0.25, None)
    assert model.output_shape == (None, cells.outputs)
    check_qat_compatible(model)
    samples = np.random.default_rng(0).random((16, SIDE, 2 * SIDE, 1), np.float32)
    flatbuffer = to_int8(insert_fake_quant(model, samples), samples)
    lint(flatbuffer, frozenset(layer.name for layer in model.layers), op_names()).check(name)
    graph = read_graph(flatbuffer)
    assert graph.main.outputs[0].shape == (1, cells.outputs)
    compile_graph(graph, CompileOptions(name="found"))


def test_blocks_end_at_the_grid() -> None:
    blocks = BACKBONES["mobilenet_v1"][1]
    assert until(blocks, 8, None) == ((64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 1))
    assert until(blocks, 4, 0) == ((64, 1), (128, 2))
    assert until(blocks, 16, 3)[-3:] == ((512, 1), (512, 1), (512, 1))


def test_other_students_find_nothing() -> None:
    with pytest.raises(ModelError) as error:
        check_input(StudentSection(model="tcn"), (32, 32, 1), "detection")
    wanted = "finds no objects; expected one of ds_cnn, mobilenet_v1, mobilenet_v2"
    assert str(error.value) == f"[student] model = tcn: {wanted}"
    with pytest.raises(ModelError) as error:
        check_input(StudentSection(model="mobilenet_v2"), (32, 32, 1))
    found = 'finds objects and the task is classification; expected mobilenet_v1. Or say task = "detection"'
    assert str(error.value) == f"[student] model = mobilenet_v2: {found}"
