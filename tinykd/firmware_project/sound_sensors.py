"""What a board hears with: its own microphone, one on I2S, or an analog one with an amplifier.

DMA or an interrupt takes the samples, so that none is lost while the model computes.
"""

from typing import Any

from tinykd.boards import Board
from tinykd.firmware_project.examples import MOST_DECIMATION, low_pass
from tinykd.firmware_project.live import LiveFirmware
from tinykd.firmware_project.sensor_driver import SensorDriver

_BUFFER_FRAMES = 256
_SETTLES_S = 1 / 8  # of the mean that an analog input is taken from
_ADC_HZ = 48_000_000  # RP2040: of the converter
_ADC_PINS = range(26, 30)  # GPIO
_ADC_SLOWEST_HZ = 48_000_000 // 65_536 + 1
_MOST_RING_FRAMES = 1 << 14  # of the RP2040's DMA: 2^15 bytes
_DMA_CHANNEL = 11
_STM32F4_INPUTS = {pin: pin for pin in range(8)} | {16: 8, 17: 9} | {32 + i: 10 + i for i in range(6)}  # ADC1
_STM32F4_SLOWEST_HZ = 180_000_000 // 65_536 + 1  # of a timer of 16 bits
_CONVERTERS = "on an RP2040, by ESP-IDF and by STM32Cube on an F4"
_ESP_SLOWEST_HZ = {"ESP32": 20_000}  # SOC_ADC_SAMPLE_FREQ_THRES_LOW of ESP-IDF
_ESP_SLOWEST_OTHER_HZ = 611
_ESP_OLD_FORMAT = ("ESP32", "ESP32-S2")


def sound_driver(live: LiveFirmware, board: Board) -> SensorDriver:
    """The driver at the rate of ``live``, or why there is none."""
    rate = live.plan.rate_millihz // 1000
    match board.sensors.sound:
        case "pdm":
            return _pdm(board, rate)
        case "i2s" if board.framework == "stm32cube":
            return SensorDriver(
                why="an I2S microphone is heard on ESP32s; STM32Cube needs your tkd_app_sensor()"
            )
        case "i2s":
            return _driver("i2s", rate, {"pins": board.sensors.i2s_pins} | _buffers(rate))
        case "analog":
            return _analog(board, rate)
        case _:
            return SensorDriver(
                why="[sensors] of the board names no microphone; an analog one needs your tkd_app_sensor()"
            )


def _pdm(board: Board, rate: int) -> SensorDriver:
    rates = [hz for hz in board.microphone_hz if hz % rate == 0 and hz // rate <= MOST_DECIMATION]
    if not rates:
        offered = ", ".join(f"{hz:,}" for hz in board.microphone_hz)
        return SensorDriver(
            why=f"the microphone gives {offered} samples per second, of which {rate:,} are no part"
        )
    return _driver("pdm", rate, {"pdm_hz": min(rates)} | _kept(min(rates) // rate))


def _analog(board: Board, rate: int) -> SensorDriver:
    pin = board.sensors.analog_pin
    assert pin is not None  # SensorsSection
    settles = {"pin": pin, "settles": 1 << round(rate * _SETTLES_S).bit_length()}
    if board.mcu == "RP2040":
        return _rp2040(rate, settles)
    if board.framework == "espidf":
        return _espidf(board, rate, settles)
    if board.framework == "stm32cube" and "TKD_STM32_F4=1" in board.defines:
        return _stm32f4(rate, settles)
    return SensorDriver(
        why=f"an analog microphone is heard {_CONVERTERS}; elsewhere it needs your tkd_app_sensor()"
    )


def _rp2040(rate: int, facts: dict[str, Any]) -> SensorDriver:
    """Its divider is 1 + DIV / 256 cycles of 48 MHz."""
    if facts["pin"] not in _ADC_PINS:
        return SensorDriver(why=f"GPIO {facts['pin']} is no analog input of an RP2040: 26 to 29 are")
    if rate < _ADC_SLOWEST_HZ:
        return SensorDriver(
            why=f"its converter takes {_ADC_SLOWEST_HZ} samples per second at least, not {rate:,}"
        )
    frames = min(_ring_frames(rate), _MOST_RING_FRAMES)
    own = {
        "divisor": round(256 * _ADC_HZ / rate) - 256,
        "channel": _DMA_CHANNEL,
        "dma_frames": frames,
        "ring_bits": (2 * frames).bit_length() - 1,
    }
    return _driver("adc_rp2040", rate, facts | own)


def _stm32f4(rate: int, facts: dict[str, Any]) -> SensorDriver:
    """GPIO are counted by 16 for each port: PA0 is 0, PB0 16, PC0 32."""
    channel = _STM32F4_INPUTS.get(facts["pin"])
    if channel is None:
        offered = ", ".join(map(str, _STM32F4_INPUTS))
        return SensorDriver(
            why=f"GPIO {facts['pin']} is no input of ADC1: {offered} are (PA0 is 0, PB0 16, PC0 32)"
        )
    if rate < _STM32F4_SLOWEST_HZ:
        return SensorDriver(
            why=f"its timer makes {_STM32F4_SLOWEST_HZ:,} samples per second at least, not {rate:,}"
        )
    port = facts["pin"] // 16
    own = {"input": channel, "port": "ABC"[port], "port_number": port, "dma_frames": _ring_frames(rate)}
    return _driver("adc_stm32f4", rate, facts | own)


def _espidf(board: Board, rate: int, facts: dict[str, Any]) -> SensorDriver:
    slowest = _ESP_SLOWEST_HZ.get(board.mcu, _ESP_SLOWEST_OTHER_HZ)
    every = -(-slowest // rate)
    if every > MOST_DECIMATION:
        return SensorDriver(
            why=f"its converter takes {slowest:,} samples per second at least, more than "
            f"{MOST_DECIMATION} times {rate:,}"
        )
    kind = 1 if board.mcu in _ESP_OLD_FORMAT else 2
    form = {"format": f"ADC_DIGI_OUTPUT_FORMAT_TYPE{kind}", "field": f"type{kind}", "hz": every * rate}
    return _driver("adc_espidf", rate, facts | form | _kept(every) | _buffers(every * rate))


def _driver(template: Any, rate: int, facts: dict[str, Any]) -> SensorDriver:
    frames = _ring_frames(rate)
    return SensorDriver(template, ring_frames=frames, ring_seconds=frames / rate, facts=facts)


def _ring_frames(rate: int) -> int:
    """0.2 s at least, a power of two."""
    return 1 << max(9, (rate // 5).bit_length())


def _kept(every: int) -> dict[str, Any]:
    """One of ``every`` samples is, behind a low-pass."""
    return {"every": every, "taps": low_pass(every).tolist()}


def _buffers(rate: int) -> dict[str, int]:
    """Of DMA, as much as the ring holds."""
    return {"buffers": max(2, -(-_ring_frames(rate) // _BUFFER_FRAMES)), "buffer_frames": _BUFFER_FRAMES}
