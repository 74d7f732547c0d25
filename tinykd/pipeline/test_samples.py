"""The test samples that a board is asked, as its model takes them."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tinykd.boards import Board
    from tinykd.data.dataset import Dataset, Split
    from tinykd.front.raw_input import RawInput
    from tinykd.project.schema import Project
    from tinykd.verify import VerificationSamples


def test_samples(data: "Dataset", model: bytes) -> "VerificationSamples":
    """The whole test split; no labels where the model's outputs are not classes."""
    import numpy as np

    from tinykd.data.stored.files import is_large
    from tinykd.data.stored.kept import in_array
    from tinykd.data.stored.lazy_rows import changed
    from tinykd.graph.model_input import input_rows
    from tinykd.graph.reader import read_graph
    from tinykd.verify import VerificationSamples

    test, tensor = data.test, read_graph(model).main.inputs[0]
    inputs = changed(test.x, lambda rows: input_rows(rows, tensor), np.int8)
    inputs = inputs if is_large(inputs.size) else in_array(inputs)
    return VerificationSamples.of(inputs, test.y if data.task == "classification" else None, strata_of(test))


def raw_samples(data: "Dataset", raw: "RawInput") -> "VerificationSamples":
    """The whole test split as it was measured: (n, raw bytes), as the device takes it."""
    import numpy as np

    from tinykd.verify import VerificationSamples

    measured = _measured(data)
    rows = np.ascontiguousarray(measured.reshape(len(measured), -1)).view(np.int8)
    assert rows.shape[1] == raw.raw_bytes, (rows.shape, raw.raw_bytes)
    return VerificationSamples.of(
        rows, data.test.y if data.task == "classification" else None, strata_of(data.test)
    )


def _measured(data: "Dataset") -> "NDArray[Any]":
    """(n, ...) of the test split, little endian, as the device takes it."""
    from tinykd.data.features.micro_frontend import pcm
    from tinykd.errors import ConfigError

    if data.test.texts is not None:
        return data.test.texts.features.raw(data.test.texts.lines)
    if data.sounds is not None:
        return pcm(data.sounds("test")).astype("<i2", copy=False)
    if data.measured is None:
        found = "samples that are not kept: they come from a function"
        raise ConfigError('[verify] start = "raw"', found, "a file, or a folder of files")
    found_values = data.measured("test")
    return found_values.astype(found_values.dtype.newbyteorder("<"), copy=False)


def raw_input_of(project: "Project", data: "Dataset", model: bytes) -> "RawInput | None":
    """What stands before ``model`` where the project verifies from raw samples on."""
    if project.verify.start != "raw":
        return None
    from tinykd.front.raw_input import RawInput
    from tinykd.graph.reader import read_graph

    tensor = read_graph(model).main.inputs[0]
    return RawInput(data.frontend, tensor.scale, tensor.zero_point, data.input_shape)


def samples_of(project: "Project", data: "Dataset", model: bytes) -> "VerificationSamples":
    """The test split as the project's firmware takes it."""
    raw = raw_input_of(project, data, model)
    return test_samples(data, model) if raw is None else raw_samples(data, raw)


def wanted_count(given: int | None, split: "Split") -> int | None:
    """Of ``[verify] samples``, at most all; None: all."""
    return None if given is None else min(given, len(split))


def carried_count(
    project: "Project",
    board: "Board",
    weights_bytes: int,
    samples: "VerificationSamples",
    arena_bytes: int = 0,
) -> int:
    """How many of ``samples`` the firmware for ``board`` carries: as the project says, or what fits well.

    None where nobody could ask for them: an AVR would keep them in its RAM.
    """
    import numpy as np

    from tinykd.firmware_project.carried import (
        carried_by_default,
        check_carried,
        flash_left,
        samples_room,
    )

    if not board.has_console:
        return 0
    gate = None if board.kind == "host" else project.gates.flash_bytes
    flash = flash_left(min(board.flash_bytes, gate or board.flash_bytes), weights_bytes)
    left = samples_room(board, flash, arena_bytes)
    each, given = samples.inputs[0].nbytes, project.firmware.samples
    if given is None:
        classes = 1 if samples.strata is None else len(np.unique(samples.strata))
        return carried_by_default(left, each, classes)
    count = min(given, len(samples))
    memory = "RAM" if left < flash else "flash"
    check_carried(f"{project.project.name} on {board.name}", count, each, left, memory)
    return count


def strata_of(split: "Split") -> "NDArray[Any]":
    """(n,) what samples are to be drawn evenly over: class, anomaly or not, the first target, the number
    of objects, which classes are on.
    """
    import numpy as np

    if split.labels is not None:
        return split.labels
    if split.multilabel:
        from tinykd.data.several_labels import combinations

        return combinations(split.y)
    if split.scenes is not None:
        return np.diff(split.scenes.boxes.starts)
    return split.y if split.y.ndim == 1 else split.y[:, 0]
