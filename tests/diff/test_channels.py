"""Layers that compute fewer channels than the file has are held against the oracle's tensors as well."""

import numpy as np

from tests.compiler.degenerate import degenerate_net
from tinykd.compiler.compile import compile_graph
from tinykd.compiler.core import CompileOptions
from tinykd.diff.channels import with_fewer_channels
from tinykd.diff.tensors import pair_layers
from tinykd.graph.reader import read_graph
from tinykd.link.replies import LayerReply
from tinykd.oracle import run_tflm_tensors


def test_every_layer_is_paired() -> None:
    model = degenerate_net(5)
    graph = read_graph(model)
    program = compile_graph(graph, CompileOptions("m"))
    assert program.simplified.kept
    layers = [LayerReply(s.layer.name, s.kernel, 1, s.outputs[0].bytes) for s in program.steps]
    sample = np.zeros(graph.main.inputs[0].shape, np.int8)
    tensors = with_fewer_channels(model, run_tflm_tensors(model, sample))
    assert len(pair_layers(layers, tensors)) == len(layers)


def test_a_model_that_cannot_be_read_has_its_tensors_as_they_are() -> None:
    assert with_fewer_channels(b"no model", ()) == ()
