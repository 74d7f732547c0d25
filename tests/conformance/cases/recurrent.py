"""Ops that keep state in variable tensors between invocations."""

from typing import Any

import numpy as np

from tests.conformance.builder import NONE, RELU, TANH, Op, Tensor
from tests.conformance.cases.registry import CASES, Case, case
from tests.conformance.choose import Choose


def f32(value: float) -> float:
    return float(np.float32(value))


@case("SVDF")
def svdf(c: Choose, op: str) -> Case:
    batch, depth, units, rank, memory = (
        c.pick((1, 1, 2)),
        c.integer(1, 8),
        c.integer(1, 5),
        c.integer(1, 3),
        c.integer(1, 6),
    )
    count, time = units * rank, c.pick(("int16", "int8"))
    limit = {"int16": 32767, "int8": 127}[time]
    state_zero = 0 if time == "int16" else c.integer(-20, 20)
    x = c.quantized("x", (batch, depth), scale=c.scale(5e-3, 0.1))
    features = c.constant("features", (count, depth), scale=c.scale(5e-3, 0.05), zero_point=0)
    state_scale = c.scale(1e-4, 1e-3) if time == "int16" else c.scale(5e-3, 0.05)
    time_scale = c.scale(1e-5, 1e-4) if time == "int16" else c.scale(5e-4, 5e-3)
    weights = c.array((count, memory), -limit, limit, time)
    times = Tensor("times", (count, memory), time, scale=time_scale, data=weights)
    bias_scale = f32(np.float32(state_scale) * np.float32(time_scale))
    bias = Tensor("bias", (units,), "int32", scale=bias_scale, data=c.array((units,), -2000, 2000, "int32"))
    state = Tensor(
        "state", (batch, memory * count), time, scale=state_scale, zero_point=state_zero, is_variable=True
    )
    y = c.quantized("y", (batch, units))
    return Case(
        [
            Op(
                op,
                [x, features, times, bias, state],
                [y],
                rank=rank,
                fusedActivationFunction=c.pick((NONE, RELU)),
            )
        ]
    )


@case("UNIDIRECTIONAL_SEQUENCE_LSTM")
def lstm(c: Choose, op: str) -> Case:
    batch, time, depth, units = c.pick((1, 1, 2)), c.integer(1, 4), c.integer(1, 6), c.integer(1, 6)
    time_major = c.chance(30)
    lead = (time, batch) if time_major else (batch, time)
    x = c.quantized("x", (*lead, depth), scale=c.scale(5e-3, 0.05))
    hidden_scale, hidden_zero = c.scale(4e-3, 0.02), c.zero_point()
    hidden = Tensor("hidden", (batch, units), scale=hidden_scale, zero_point=hidden_zero, is_variable=True)
    y = Tensor("y", (*lead, units), scale=hidden_scale, zero_point=hidden_zero)
    return _lstm(c, op, (x, hidden, y), time_major)


def lstm_s16(c: Choose) -> Case:
    """Activations of int16, biases of int64."""
    batch, time, depth, units = c.pick((1, 1, 2)), c.integer(1, 4), c.pick((1, 4, 300)), c.integer(1, 6)
    time_major = c.chance(30)
    lead = (time, batch) if time_major else (batch, time)
    x = Tensor("x", (*lead, depth), "int16", scale=c.scale(1e-5, 3e-4))
    hidden_scale = c.pick((2.0**-15, c.scale(1e-5, 1e-4)))
    hidden = Tensor("hidden", (batch, units), "int16", scale=hidden_scale, is_variable=True)
    return _lstm(
        c,
        "UNIDIRECTIONAL_SEQUENCE_LSTM",
        (x, hidden, Tensor("y", (*lead, units), "int16", scale=hidden_scale)),
        time_major,
    )


CASES["UNIDIRECTIONAL_SEQUENCE_LSTM/int16"] = lstm_s16


def _lstm(c: Choose, op: str, activations: tuple[Tensor, Tensor, Tensor], time_major: bool) -> Case:
    """With gates of random weights; ``activations`` are input, hidden state and output."""
    x, hidden, y = activations
    units, depth, bias_type = hidden.shape[1], x.shape[2], "int32" if x.dtype == "int8" else "int64"
    cell = Tensor("cell", hidden.shape, "int16", scale=2.0 ** -c.integer(9, 14), is_variable=True)
    inputs: list[Tensor | None] = [x, *(None,) * 23]
    for gate in range(4):
        w = _weights(c, f"w{gate}", (units, depth))
        inputs[1 + gate], inputs[5 + gate] = w, _weights(c, f"r{gate}", (units, units))
        bias_scale = f32(np.float32(w.scales()[0]) * np.float32(x.scales()[0]))
        most = 3000 if bias_type == "int32" else c.pick((500_000, 1 << 40))
        values = c.array((units,), -most, most, bias_type)
        inputs[12 + gate] = Tensor(f"b{gate}", (units,), bias_type, scale=bias_scale, data=values)
    inputs[18], inputs[19] = hidden, cell
    options: dict[str, Any] = {"fusedActivationFunction": TANH, "timeMajor": time_major}
    options["cellClip"] = c.pick((0.0, 0.0, 1.0, 10.0))
    return Case([Op(op, inputs, [y], **options)])


def _weights(c: Choose, name: str, shape: tuple[int, ...]) -> Tensor:
    return Tensor(name, shape, scale=c.scale(2e-3, 0.02), data=c.array(shape, -127, 127))
