"""What a board hears with: its own microphone, one on I2S, or an analog one with an amplifier.

DMA or an interrupt takes the samples, so that none is lost while the model computes.
"""

from typing import Any

from tinykd.boards import Board
from tinykd.firmware_project.examples import MOST_DECIMATION, low_pass
from tinykd.firmware_project.live import LiveFirmware
from tinykd.firmware_project.sensor_driver import SensorDriver, driver_at, ring_frames, settling
from tinykd.firmware_project.stm32_sensors import stm32_sound

_BUFFER_FRAMES = 256
_ADC_HZ = 48_000_000  # RP2040: of the converter
_ADC_PINS = range(26, 30)  # GPIO
_ADC_SLOWEST_HZ = 48_000_000 // 65_536 + 1
_MOST_RING_FRAMES = 1 << 14  # of the RP2040's DMA: 2^15 bytes
_DMA_CHANNEL = 11
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
        case "i2s" | "analog" if board.framework == "stm32cube":
            return stm32_sound(board, rate)
        case "i2s":
            return driver_at("i2s", rate, {"pins": board.sensors.i2s_pins} | _buffers(rate))
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
    return driver_at("pdm", rate, {"pdm_hz": min(rates)} | _kept(min(rates) // rate))


def _analog(board: Board, rate: int) -> SensorDriver:
    pin = board.sensors.analog_pin
    assert pin is not None  # SensorsSection
    settles = {"pin": pin, "settles": settling(rate)}
    if board.mcu == "RP2040":
        return _rp2040(rate, settles)
    if board.framework == "espidf":
        return _espidf(board, rate, settles)
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
    frames = min(ring_frames(rate), _MOST_RING_FRAMES)
    own = {
        "divisor": round(256 * _ADC_HZ / rate) - 256,
        "channel": _DMA_CHANNEL,
        "dma_frames": frames,
        "ring_bits": (2 * frames).bit_length() - 1,
    }
    return driver_at("adc_rp2040", rate, facts | own)


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
    return driver_at("adc_espidf", rate, facts | form | _kept(every) | _buffers(every * rate))


def _kept(every: int) -> dict[str, Any]:
    """One of ``every`` samples is, behind a low-pass."""
    return {"every": every, "taps": low_pass(every).tolist()}


def _buffers(rate: int) -> dict[str, int]:
    """Of DMA, as much as the ring holds."""
    return {"buffers": max(2, -(-ring_frames(rate) // _BUFFER_FRAMES)), "buffer_frames": _BUFFER_FRAMES}
