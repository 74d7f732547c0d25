"""What can go wrong between the two ends, as errors of one line: where, found, expected, what to type."""

from tinykd.errors import LinkError, one_line
from tinykd.link.replies import ErrorReply, Hello
from tinykd.link.version import PROTOCOL_VERSIONS


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
    found = (
        f"the board refused request 0x{error.request:02x}, status {error.status.name} ({error.status.value})"
    )
    return LinkError(where, found, "an answer", "Look at it with tinykd monitor, or flash it again")


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
