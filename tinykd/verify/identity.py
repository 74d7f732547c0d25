"""Is it the right model, in the right firmware, and can it run? Asked before the first sample is sent."""

from tinykd.errors import LinkError
from tinykd.link.replies import Hello, Status

HASH_DIGITS = 12  # of a SHA-256, enough for a person


def firmware_of(hello: Hello) -> str:
    """The identity of the firmware's sources; empty where the board does not say it."""
    return hello.firmware


def check_identity(hello: Hello, model_sha256: str, firmware: str, url: str, board_name: str) -> None:
    """``LinkError`` with both hashes; ``firmware`` empty: any will do."""
    if hello.model_sha256 != model_sha256:
        raise LinkError(
            url,
            f"the board runs model {hello.model_name}, SHA-256 {hello.model_sha256[:HASH_DIGITS]}",
            f"{model_sha256[:HASH_DIGITS]}",
            f"Flash the right one: tinykd flash --board {board_name}",
        )
    if firmware and firmware_of(hello) != firmware:
        said = firmware_of(hello) or "one that does not say its SHA-256"
        raise LinkError(
            url,
            f"the board runs the right model in another firmware, {said[:HASH_DIGITS]}",
            f"{firmware[:HASH_DIGITS]}",
            f"Flash the right one: tinykd flash --board {board_name}",
        )
    if hello.fault is not Status.OK:
        raise LinkError(
            url,
            f"the firmware cannot run its model, status {hello.fault.name} ({hello.fault.value})",
            "a model that starts",
            f"Build and flash again: tinykd flash --board {board_name}",
        )
