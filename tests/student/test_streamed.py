"""Students of projects with [stream], made int8 as they are trained: every hop is TFLM's sliding window."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.compiler.streamed import signal, tflm_answers
from tests.compiler.test_streaming import answers
from tests.conformance.machine import HOST
from tinykd.compiler.compile import compile_graph
from tinykd.compiler.core import CompileOptions
from tinykd.errors import ModelError
from tinykd.graph.reader import read_graph

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("streamed students")]
HOPS = 40
# model -> shape of its window, rows of a hop, least factor that a hop has fewer MACs
STUDENTS = {
    "tcn": ((49, 1, 8), 1, 8),
    "ds_cnn": ((25, 6, 1), 2, 5),
    "lstm": ((16, 1, 4), 2, 1),
    "mlp": ((12, 1, 4), 3, 1),
}


def int8(model: str, shape: tuple[int, int, int]) -> bytes:
    """Untrained: what holds for these weights holds for any."""
    from tinykd.quantization.export import to_int8
    from tinykd.quantization.qat import insert_fake_quant
    from tinykd.quantization.qat_compatibility import check_qat_compatible
    from tinykd.quantization.recurrent import recurrent_layers
    from tinykd.student.streamed import STREAMED
    from tinykd.training.tensorflow import set_seed

    set_seed(1)
    network: Any = STREAMED[model](shape, 5, 0.25, None)
    check_qat_compatible(network)
    samples = np.random.default_rng(1).normal(size=(32, *shape)).astype(np.float32)
    return to_int8(network if recurrent_layers(network) else insert_fake_quant(network, samples), samples)


@pytest.mark.parametrize("model", STUDENTS)
def test_a_hop_is_the_window(model: str, tmp_path: Path) -> None:
    shape, hop_rows, factor = STUDENTS[model]
    flatbuffer = int8(model, shape)
    graph = read_graph(flatbuffer)
    program = compile_graph(graph, CompileOptions("m", hop_rows=hop_rows))
    hops = signal((1, *shape), HOPS, hop_rows)
    (found,) = answers([program], [hops], HOST, tmp_path)
    expected = tflm_answers(flatbuffer, hops, (1, *shape), graph.main.inputs[0].zero_point)
    assert (found == expected).all() and len(np.unique(expected, axis=0)) > HOPS // 4
    assert program.stream is not None and program.stream.window_macs >= factor * program.macs


def test_a_window_too_short_for_its_blocks_says_so() -> None:
    from tinykd.student.streamed import tcn

    with pytest.raises(ModelError) as caught:
        tcn((30, 1, 8), 5, 0.25)
    assert str(caught.value) == (
        "[student] model = tcn: windows of 30 rows, of which 3 blocks without padding leave none; expected "
        "fewer blocks. Use depth = 2, or longer windows"
    )
