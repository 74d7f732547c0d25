"""What an STM32F4 hears with where STM32Cube is the framework: its converter, or I2S2.

GPIO are counted by 16 for each port: PA0 is 0, PB0 16, PC0 32. Written on registers, as the port is.
"""

from tinykd.boards import Board
from tinykd.firmware_project.sensor_driver import SensorDriver, driver_at, ring_frames, settling

_PORTS = "ABC"
_INPUTS = {pin: pin for pin in range(8)} | {16: 8, 17: 9} | {32 + i: 10 + i for i in range(6)}  # of ADC1
_SLOWEST_HZ = 180_000_000 // 65_536 + 1  # of a timer of 16 bits
_I2S_PINS = {"SCK": (26, 29), "WS": (25, 28), "SD": (31, 35)}  # of I2S2, with function 5
_PLL_N, _PLL_R = range(192, 433), range(2, 8)  # of 1 MHz
_FRAME_BITS = 64
_NEAR = 0.001  # of the rate


def stm32_sound(board: Board, rate: int) -> SensorDriver:
    """The driver at ``rate`` samples per second, or why there is none."""
    if "TKD_STM32_F4=1" not in board.defines:
        return SensorDriver(why="with STM32Cube only an F4 listens; others need your tkd_app_sensor()")
    if board.sensors.sound == "analog":
        assert board.sensors.analog_pin is not None  # SensorsSection
        return _analog(board.sensors.analog_pin, rate)
    assert board.sensors.i2s_pins is not None
    return _i2s(board.sensors.i2s_pins, rate)


def _analog(pin: int, rate: int) -> SensorDriver:
    channel = _INPUTS.get(pin)
    if channel is None:
        offered = ", ".join(map(str, _INPUTS))
        return SensorDriver(why=f"GPIO {pin} is no input of ADC1: {offered} are (PA0 is 0, PB0 16, PC0 32)")
    if rate < _SLOWEST_HZ:
        return SensorDriver(why=f"its timer makes {_SLOWEST_HZ:,} samples per second at least, not {rate:,}")
    port = pin // 16
    place = {"pin": pin, "input": channel, "port": _PORTS[port], "port_number": port}
    how = {"settles": settling(rate), "dma_frames": ring_frames(rate)}
    return driver_at("adc_stm32f4", rate, place | how)


def _i2s(pins: tuple[int, int, int], rate: int) -> SensorDriver:
    """SCK, WS and SD; 32 bits for left and right each."""
    for pin, (name, offered) in zip(pins, _I2S_PINS.items(), strict=True):
        if pin not in offered:
            places = " and ".join(f"{each} ({_name(each)})" for each in offered)
            return SensorDriver(why=f"GPIO {pin} is no {name} of I2S2: {places} are")
    error, n, r, divider = min(_dividers(rate))
    if error > _NEAR:
        return SensorDriver(why=f"its clock is no multiple of {rate:,} samples per second")
    clock = {"pll_n": n, "pll_r": r, "divider": divider, "real_hz": 1e6 * n / (r * _FRAME_BITS * divider)}
    place = {
        "pins": pins,
        "pin_names": [_name(pin) for pin in pins],
        "ports": sum({1 << pin // 16 for pin in pins}),
    }
    return driver_at("i2s_stm32f4", rate, clock | place | {"dma_frames": ring_frames(rate) // 2})


def _dividers(rate: int) -> list[tuple[float, int, int, int]]:
    """How far from ``rate``, and by which N and R of the PLL and which divider of I2S2."""
    found = [(1.0, 0, 0, 0)]
    for n in _PLL_N:
        for r in _PLL_R:
            divider = round(1e6 * n / (r * _FRAME_BITS * rate))
            if 4 <= divider <= 511:
                error = abs(1e6 * n / (r * _FRAME_BITS * divider) / rate - 1)
                found.append((error, n, r, divider))
    return found


def _name(pin: int) -> str:
    return f"P{_PORTS[pin // 16]}{pin % 16}"
