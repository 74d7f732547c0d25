"""A run over a bad line and its outcome: right, or a clear error; never a wrong answer."""

import random
from collections.abc import Callable
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from tests.build.toy import INPUT_BYTES, toy_outputs
from tinykd.errors import LinkError
from tinykd.link.device import Device
from tinykd.link.line import SerialLine
from tinykd.link.transport import SerialTransport, Transport
from tinykd.link.windowed_requests import WindowedRequests

TIMEOUT_S = 1.5


class Outcome(Enum):
    RIGHT = "right"
    ERROR = "clear error"
    WRONG = "WRONG"


def toy_inputs(n: int, seed: int = 0) -> NDArray[np.int8]:
    return np.random.default_rng(seed).integers(-128, 128, (n, INPUT_BYTES), dtype=np.int8)


def is_right(device: Device, inputs: NDArray[np.int8]) -> bool:
    """One answer for every sample, in order, each equal in all bytes; and the layers of the last one."""
    outputs = [np.frombuffer(result.output, np.int8) for result in device.infer_many(inputs)]
    layers = device.run_layers(inputs[-1])
    expected = toy_outputs(inputs)
    return (
        np.array_equal(np.array(outputs), expected)
        and np.array_equal(np.frombuffer(layers[1].output, np.int8), expected[-1])
        and np.array_equal(np.frombuffer(layers[0].output, np.int8), -expected[-1])
    )


def attempt(
    url: str, fault: Callable[[Transport, random.Random], Transport], seed: int, samples: int
) -> tuple[Outcome, str]:
    """What becomes of ``samples`` over the bad line, and the error if there was one."""
    inputs = toy_inputs(samples, seed)
    with SerialTransport.open(url) as transport:
        line = SerialLine(fault(transport, random.Random(seed)), url)
        device = Device(WindowedRequests(line, timeout_s=TIMEOUT_S))
        try:
            return (Outcome.RIGHT if is_right(device, inputs) else Outcome.WRONG), ""
        except LinkError as error:
            return Outcome.ERROR, str(error)
