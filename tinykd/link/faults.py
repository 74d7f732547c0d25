"""What can go wrong between the two ends, as errors of one line: where, found, expected, what to type."""

from tinykd.errors import LinkError, one_line
from tinykd.link.replies import ErrorReply, Hello, Status
from tinykd.link.version import PROTOCOL_VERSIONS


class RefusedError(LinkError):
    """The board answered a request with an error; ``status`` says which."""

    def __init__(self, where: str, error: ErrorReply) -> None:
        name, number = error.status.name, error.status.value
        found = f"the board refused request 0x{error.request:02x}, status {name} ({number})"
        super().__init__(where, found, "an answer", "Look at it with tinykd monitor, or flash it again")
        self.status = error.status


def silent(where: str, timeout_s: float, noise: bytes) -> LinkError:
    """Nobody answers; ``noise`` is what came instead of frames."""
    found = f"no answer in {timeout_s:g} s"
    text = noise.decode("utf-8", "replace").strip()
    if text:
        found += f", only {one_line(text, 60)!r}"
    fix = "Check port and baud rate, reset the board, flash it (tinykd flash), or raise [verify] timeout_s"
    return LinkError(where, found, "tinykd firmware", fix)


def lossy(where: str, attempts: int) -> LinkError:
    """The board is there, but the same work fails again and again."""
    found = f"the line loses or damages data, {attempts} attempts failed one after another"
    return LinkError(where, found, "a clean line", "Try another cable or a lower baud rate")


def refused(where: str, error: ErrorReply) -> LinkError:
    """The board answered a request with an error."""
    return RefusedError(where, error)


def no_sensor(where: str) -> LinkError:
    """The firmware has none, or is older than sensors are."""
    fix = "Give it one in tkd_app_sensor() of src/app.cpp (docs/record.md), and flash it"
    return LinkError(where, "the firmware has no sensor", "one to record from", fix)


def no_stream(refused: RefusedError, channels: int) -> LinkError:
    """The sensor is there and does not start."""
    match refused.status:
        case Status.SENSOR:
            return LinkError(
                refused.where,
                "the sensor does not answer",
                "a sensor that begins to measure",
                "Check its wiring and its address",
            )
        case Status.ARENA:
            found = f"the model's arena is too small for a virtual sensor of {channels} channels"
            return LinkError(
                refused.where, found, f"{64 * channels} bytes", "Record with a larger model's firmware"
            )
        case _:
            return refused


def no_listening(refused: RefusedError, channels: int) -> LinkError:
    """The firmware does not listen to its sensor."""
    match refused.status:
        case Status.FRAME:
            found = "the firmware does not listen to its sensor"
            fix = "Say [events] in tinykd.toml, then generate, build and flash it again"
            return LinkError(refused.where, found, "firmware of sound or a sensor with [events]", fix)
        case Status.RANGE:
            found = f"{channels} channels of the sensor"
            return LinkError(refused.where, found, "those of the model, at a rate that the board can hold")
        case _:
            return no_stream(refused, channels)


def mute(where: str, timeout_s: float) -> LinkError:
    """The stream stopped without a word."""
    fix = "Check the cable, and that src/app.cpp puts frames into its sensor"
    return LinkError(where, f"nothing came from the sensor for {timeout_s:g} s", "its frames", fix)


def version(where: str, found: int) -> LinkError:
    """Firmware of another protocol."""
    known = " or ".join(map(str, PROTOCOL_VERSIONS))
    fix = "Flash it again" if found < PROTOCOL_VERSIONS.start else "Flash it again, or update tinykd"
    return LinkError(where, f"the board speaks protocol {found}", f"protocol {known}", fix)


def changed(where: str, hello: Hello) -> LinkError:
    """In the middle of the work another firmware answers."""
    expected = f"{hello.model_name}, SHA-256 {hello.model_sha256[:12]}, firmware {hello.firmware}"
    return LinkError(where, "another firmware answers than at the start", expected, "Start again")


def vanished(where: str, timeout_s: float, error: LinkError) -> LinkError:
    """The port went away and stayed away."""
    found = f"the port went away and did not come back in {timeout_s:g} s ({one_line(str(error), 120)})"
    return LinkError(where, found, fix="Check the cable and that the board still runs")


def malformed(where: str, error: Exception) -> LinkError:
    """A reply with a good CRC that cannot be read."""
    return LinkError(
        where, f"an answer makes no sense ({error})", "tinykd's protocol", "Flash the board again"
    )
