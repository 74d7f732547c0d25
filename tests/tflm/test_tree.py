"""A tree of TFLM: which of its libraries a board gets, and each way in which it is not what it should be."""

import platform
from pathlib import Path

import pytest

from tests.tflm.headers import make_tree
from tinykd.boards import load_board
from tinykd.errors import ConfigError, ToolError
from tinykd.tflm.tree import TflmTree, find_tree, makefile_target

M4 = load_board("qemu-mps2-an386").cpu_flags


@pytest.mark.parametrize(
    ("board", "target"),
    [
        ("qemu-microbit", ("cortex_m_generic", "cortex-m0")),
        ("qemu-mps2-an385", ("cortex_m_generic", "cortex-m3")),
        ("qemu-mps2-an386", ("cortex_m_generic", "cortex-m4+fp")),
        ("qemu-mps2-an500", ("cortex_m_generic", "cortex-m7+fp")),
        ("qemu-mps2-an505", ("cortex_m_generic", "cortex-m33")),
        ("qemu-mps3-an547", ("cortex_m_generic", "cortex-m55")),
        ("host", ({"Darwin": "osx"}.get(platform.system(), "linux"), platform.machine())),
    ],
)
def test_what_its_makefile_calls_a_board(board: str, target: tuple[str, str]) -> None:
    assert makefile_target(load_board(board).cpu_flags) == target


def test_the_fastest_library_is_taken(tmp_path: Path) -> None:
    tree = TflmTree(
        make_tree(
            tmp_path,
            "cortex_m_generic_cortex-m4+fp_default_gcc",
            "cortex_m_generic_cortex-m4+fp_default_cmsis_nn_gcc",
            "cortex_m_generic_cortex-m4+fp_release_cmsis_nn_gcc",
            "cortex_m_generic_cortex-m4_release_cmsis_nn_gcc",
            "cortex_m_generic_cortex-m4+fp_no_tf_lite_static_memory_gcc",
        )
    )
    library = tree.library(M4)
    assert library.path == (
        "gen/cortex_m_generic_cortex-m4+fp_release_cmsis_nn_gcc/lib/libtensorflow-microlite.a"
    )
    assert library.kernels == "cmsis-nn"
    assert library.defines == (
        "TF_LITE_STATIC_MEMORY",
        "CMSIS_NN",
        "NDEBUG",
        "TF_LITE_STRIP_ERROR_STRINGS",
        "TKD_TFLM_LOG_ARGUMENTS",
    )
    assert tree.copy(library).ops == ("CONV_2D", "FULLY_CONNECTED")


def test_reference_kernels_and_the_older_log(tmp_path: Path) -> None:
    root = make_tree(
        tmp_path, "cortex_m_generic_cortex-m4+fp_default_gcc", log="void DebugLog(const char* s);"
    )
    library = TflmTree(root).library(M4)
    assert (library.kernels, library.defines) == ("reference", ("TF_LITE_STATIC_MEMORY",))


def test_no_library_for_the_board(tmp_path: Path) -> None:
    with pytest.raises(ToolError) as caught:
        TflmTree(make_tree(tmp_path, "cortex_m_generic_cortex-m0_default_gcc")).library(M4)
    assert str(caught.value) == (
        f"{tmp_path}: holds no library for cortex-m4+fp; expected "
        "gen/cortex_m_generic_cortex-m4+fp_..._gcc/lib/libtensorflow-microlite.a. "
        "TFLM's documentation says how: microlite with TARGET=cortex_m_generic TARGET_ARCH=cortex-m4+fp"
    )


def test_no_tree_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TINYKD_TFLM_DIR", raising=False)
    assert find_tree(None, tmp_path) is None
    with pytest.raises(ConfigError) as caught:
        find_tree("tflm", tmp_path)
    assert str(caught.value) == (
        "[target] tflm_dir tflm: holds no tensorflow/lite/micro/micro_mutable_op_resolver.h; "
        "expected a tree of TensorFlow Lite Micro"
    )
    monkeypatch.setenv("TINYKD_TFLM_DIR", str(make_tree(tmp_path / "a tree")))
    with pytest.raises(ConfigError) as caught:
        find_tree(None, tmp_path)
    assert str(caught.value) == (
        f"TINYKD_TFLM_DIR {tmp_path}/a tree: has a space in its path; expected a path that make can read"
    )


def test_the_project_names_it_before_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine, other = make_tree(tmp_path / "mine"), make_tree(tmp_path / "other")
    monkeypatch.setenv("TINYKD_TFLM_DIR", str(other))
    assert find_tree("mine", tmp_path) == TflmTree(mine)
    assert find_tree(None, tmp_path) == TflmTree(other)


def test_without_flatbuffers(tmp_path: Path) -> None:
    tree = make_tree(tmp_path)
    (tree / "tensorflow/lite/micro/tools/make/downloads/flatbuffers").rename(tree / "elsewhere")
    with pytest.raises(ToolError) as caught:
        _ = TflmTree(tree).includes
    assert str(caught.value) == (
        f"{tmp_path}: has no flatbuffers; expected tensorflow/lite/micro/tools/make/downloads/flatbuffers or "
        "third_party/flatbuffers. Let TFLM's Makefile download them"
    )
