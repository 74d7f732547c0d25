"""A project with [stream]: the step function lies beside the model, in a firmware and in each layout."""

import subprocess
from pathlib import Path

import pytest

from tests.compiler.streamed import time_net
from tinykd.boards import load_board
from tinykd.compiler.compile import compile_graph
from tinykd.compiler.core import CompileOptions
from tinykd.data.features.frontend import SensorFrontend
from tinykd.files import write_tree
from tinykd.firmware_project import Surroundings, model_sources, project_files
from tinykd.firmware_project.layouts import cmake_files
from tinykd.graph.reader import read_graph

GRAPH = read_graph(time_net(1).bytes())
PROGRAM = compile_graph(GRAPH, CompileOptions("m"))
STREAM = compile_graph(GRAPH, CompileOptions("m_stream", hop_rows=2))
AROUND = Surroundings(
    SensorFrontend((0.0,) * 2, (1.0,) * 2, 50.0), {"input": {"shape": (29, 3, 2)}}, stream=STREAM
)
USE = """
#include "m_stream.h"
static uint8_t arena[M_STREAM_ARENA_BYTES] __attribute__((aligned(16)));
int main(void) {
    static const int8_t frames[M_STREAM_INPUT_ELEMENTS];
    int8_t scores[M_STREAM_OUTPUT_ELEMENTS];
    return m_stream_reset(arena) != TKD_OK || m_stream_step(arena, frames, scores) != TKD_OK;
}
"""


def test_a_firmware_has_the_step_function() -> None:
    files = project_files(model_sources(PROGRAM), load_board("host"), around=AROUND)
    assert "tkd_status m_stream_step(" in files["include/m_stream.h"]
    assert "static void hop(int8_t *a)" in files["src/model/m_stream.c"]
    assert any(path.endswith("/tkd_move_rows.c") for path in files)


@pytest.mark.slow
def test_a_library_steps(tmp_path: Path) -> None:
    folder = tmp_path / "tinykd_m"
    write_tree(tmp_path, cmake_files(PROGRAM, AROUND))
    (folder / "use.c").write_text(USE)
    subprocess.run(["make", "-s", "-C", str(folder)], check=True)
    (archive,) = folder.rglob("*.a")
    command = ["gcc", "-std=c99", "-Wall", "-Wextra", "-Werror", "-Iinclude", "use.c", str(archive), "-lm"]
    subprocess.run([*command, "-o", "use"], cwd=folder, check=True)
    subprocess.run(["./use"], cwd=folder, check=True)
