"""The first layer that differs on a board, for one sample."""

from typing import TYPE_CHECKING

from tinykd.diff import Difference, find_difference
from tinykd.errors import DataError
from tinykd.files import sha256_bytes
from tinykd.oracle import run_tflm, run_tflm_tensors
from tinykd.sessions.connected_boards import ConnectedBoard, reserved
from tinykd.sessions.verification_case import VerificationCase
from tinykd.verify.identity import check_identity

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def difference_of_sample(case: VerificationCase, place: ConnectedBoard, sample: int) -> Difference:
    """Between the board at ``place`` and the oracle, for one sample of ``case``."""
    total = len(case.samples)
    if sample >= total:
        raise DataError(f"--sample {sample}", "no such sample", f"0 to {total - 1}")
    row = case.samples.inputs[sample]
    known = case.expected
    tensors = known.traces(sample) if known else None
    if tensors is None:
        tensors = run_tflm_tensors(case.model, _model_inputs(case, row)[0])
    front = case.raw.layers(row) if case.raw else ()
    with (
        reserved(place, f"tinykd diff of {case.name}"),
        place.address(case.timeout_s).open() as device,
    ):
        check_identity(device.hello(), sha256_bytes(case.model), case.firmware, place.url, place.board)
        (answer,) = device.infer_many(row[None])
        differs = answer.output != _outputs(case, row, sample)
        return find_difference(device, case.model, row, sample, (*front, *tensors), whole_differs=differs)


def _model_inputs(case: VerificationCase, row: "NDArray[np.int8]") -> "NDArray[np.int8]":
    """(1, *input shape) of one sample."""
    return case.raw.model_inputs(row[None]) if case.raw else row[None]


def _outputs(case: VerificationCase, row: "NDArray[np.int8]", sample: int) -> bytes:
    """What the board should answer."""
    known = case.expected
    expected = known.outputs[sample] if known else run_tflm(case.model, _model_inputs(case, row))[0]
    return bytes(expected.tobytes())
