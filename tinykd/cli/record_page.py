"""``record --page``: the page's address, until Ctrl-C; the browser speaks to the board."""

from typing import TYPE_CHECKING

from tinykd.cli.output import Output

if TYPE_CHECKING:
    from tinykd.recording.page import SessionWish
    from tinykd.recording.received import Received


def refuse_beside_page(given: dict[str, object]) -> None:
    """``ConfigError`` for the first option that says what the browser asks or cannot do."""
    from tinykd.errors import ConfigError

    for option, value in given.items():
        if value:
            found = "given together with --page"
            expected = "takes of a board's own sensor, whose port the browser asks for"
            raise ConfigError(option, found, expected, f"Leave {option} or --page out")


def serve_page(output: Output, wish: "SessionWish", received: "Received") -> None:
    """Says where the page is, and answers it until Ctrl-C, which then says how many takes came."""
    from tinykd.recording.page import serving

    with serving(wish, received) as (address, server):
        lines = [
            f"{address}",
            "Open it on this machine in Chrome, Edge or another browser with Web Serial. Ctrl-C ends it.",
        ]
        output.result({"address": address, "folder": str(received.out)}, lines)
        print(end="", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt as interrupted:
            interrupted.add_note(f"{received.kept} takes of the page are in {received.out}")
            raise
