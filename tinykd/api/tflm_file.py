"""A model file on the command line, for the runtime tflm: read, and held against the board's copy of TFLM."""

from pathlib import Path
from typing import TYPE_CHECKING

from tinykd.api.choices import RUNTIMES
from tinykd.api.model_file import c_name, in_file, read_labels, read_model
from tinykd.errors import ConfigError, ModelError

if TYPE_CHECKING:
    from tinykd.tflm.program import TflmProgram


def is_tflm(runtime: str) -> bool:
    """``--runtime`` as it was typed."""
    if runtime not in RUNTIMES:
        raise ConfigError(f"--runtime {runtime}", "no such runtime", " or ".join(RUNTIMES))
    return runtime == "tflm"


def tflm_file(
    model: Path,
    board: str | None,
    name: str | None = None,
    labels: Path | None = None,
    slot: bool = False,
) -> "TflmProgram":
    """The program for ``board``, or an error that says why its copy of TFLM cannot run it."""
    stem, names = c_name(name, model), read_labels(labels) if labels else None
    try:
        return tflm_program(read_model(model), board, stem, model.name, names, slot)
    except ModelError as error:
        raise in_file(model, error) from None


def tflm_program(
    data: bytes,
    board: str | None,
    name: str,
    source: str,
    labels: tuple[str, ...] | None,
    slot: bool = False,
) -> "TflmProgram":
    """A flatbuffer for ``board``'s copy of TFLM; ``source``: how headers name the file it is from."""
    if board is None:
        fix = "Name one with --board; `tinykd boards` has the list"
        raise ConfigError("--runtime tflm", "no board is named", "the board that it is for", fix)
    from tinykd.boards import load_board
    from tinykd.tflm.advice import advised_target
    from tinykd.tflm.make import TflmOptions, make_program
    from tinykd.tflm.tree import find_tree

    known = load_board(board)
    target = advised_target(known, find_tree(None, Path()), data)
    return make_program(data, known, target, TflmOptions(name, source, labels, replaceable=slot))


def tree_folder() -> Path | None:
    """The tree of TFLM that the environment names, for make."""
    from tinykd.tflm.tree import find_tree

    tree = find_tree(None, Path())
    return tree.root if tree else None


def check_is_firmware(firmware: bool, core: str | None) -> None:
    """What is made for TFLM is a firmware project for one board."""
    if core is not None:
        raise ConfigError(f"--core {core}", "given together with --runtime tflm", "--board alone")
    if not firmware:
        raise ConfigError("--runtime tflm", "makes a firmware project", "--firmware", "Add --firmware")


def check_has_no_hop(hop: int | None) -> None:
    """TFLM computes whole windows."""
    if hop is not None:
        fix = "Leave one of them out"
        raise ConfigError(f"--hop {hop}", "given together with --runtime tflm", "static C", fix)
