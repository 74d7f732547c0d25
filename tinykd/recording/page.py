"""The page of ``tinykd record --page``, served to this machine's browser alone.

The browser speaks to the board (templates/report/record_link.js.j2), this server writes what it is sent.
Other pages in the same browser can reach it too: so every address begins with a secret, requests to another
host name (DNS rebinding) or from another page are refused, and the page may load and ask nothing elsewhere.
"""

import json
import secrets
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tinykd.errors import DataError, UserError
from tinykd.link.transport import PortSettings
from tinykd.link.version import PROTOCOL_VERSIONS
from tinykd.recording.received import MOST_BYTES, Received
from tinykd.report.drawing import PALETTE
from tinykd.report.page import environment

LOOPBACK = "127.0.0.1"
SLOWEST_S = 60  # until a request has come whole


@dataclass(frozen=True)
class SessionWish:
    """What the page's fields say at first, and how the board's port is opened."""

    label: str
    takes: int
    seconds: float
    settings: PortSettings


def render_record_page(wish: SessionWish, received: Received, nonce: str) -> str:
    """The whole page; ``nonce`` lets its own script and style run, and no other."""
    facts = {
        "out": str(received.out),
        "rate": received.rate_hz,
        "baud": wish.settings.baud,
        "dtr": wish.settings.dtr,
        "rts": wish.settings.rts,
        "protocols": [PROTOCOL_VERSIONS.start, PROTOCOL_VERSIONS.stop - 1],
        "most_bytes": MOST_BYTES - 2**16,  # beside its head
    }
    return (
        environment()
        .get_template("record.html.j2")
        .render(
            facts=facts,
            palette=PALETTE,
            nonce=nonce,
            out=str(received.out),
            label=wish.label,
            takes=wish.takes,
            seconds=f"{wish.seconds:g}",
        )
    )


@contextmanager
def serving(wish: SessionWish, received: Received) -> Iterator[tuple[str, ThreadingHTTPServer]]:
    """The page's address, and the server that has still to be run."""

    class Handler(_Handler):
        pass

    Handler.wish, Handler.received, Handler.secret = wish, received, secrets.token_urlsafe(24)
    with _Server((LOOPBACK, 0), Handler) as server:
        yield f"http://{LOOPBACK}:{server.server_port}/{Handler.secret}/", server


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A tab that was closed is no news; anything else keeps its traceback."""
        if not isinstance(sys.exception(), (ConnectionError, TimeoutError)):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    wish: SessionWish
    received: Received
    secret: str
    timeout = SLOWEST_S

    def do_GET(self) -> None:
        """The page, or how many takes of a label there are."""
        match self._asked():
            case "":
                self._page()
            case "takes":
                self._answer(self._count)
            case _:
                self.send_error(HTTPStatus.NOT_FOUND)

    def do_POST(self) -> None:
        """A take."""
        if self._asked() == "take" and self.headers.get("Origin") == f"http://{self.headers['Host']}":
            self._answer(self._keep)
        else:
            self.close_connection = True
            self.send_error(HTTPStatus.NOT_FOUND)

    def log_message(self, format: str, *args: Any) -> None:
        """Requests are no news."""

    def _asked(self) -> str | None:
        """What stands behind the secret; None: somebody else asks."""
        _, _, rest = self.path.partition("/")
        secret, slash, what = rest.partition("/")
        is_ours = secrets.compare_digest(secret.encode("utf-8", "replace"), self.secret.encode())
        host = f"{LOOPBACK}:{self.connection.getsockname()[1]}"
        return urlsplit(what).path if is_ours and slash and self.headers.get("Host") == host else None

    def _page(self) -> None:
        nonce = secrets.token_urlsafe(16)
        policy = (
            f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; img-src data:; "
            "media-src blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )
        text = render_record_page(self.wish, self.received, nonce)
        self._send(HTTPStatus.OK, "text/html; charset=utf-8", text.encode(), policy)

    def _count(self) -> dict[str, object]:
        asked = parse_qs(urlsplit(self.path).query)
        label, sound = (asked.get(name, [""])[0] for name in ("label", "sound"))
        return {"takes": self.received.there(label, is_sound=sound == "1")}

    def _keep(self) -> dict[str, object]:
        length = self.headers.get("Content-Length", "")
        if not length.isascii() or not length.isdigit() or len(length) > 12 or int(length) > MOST_BYTES:
            self.close_connection = True
            raise DataError("the page", f"a take of {length} bytes", f"{MOST_BYTES:,} or less")
        path, remark = self.received.add(self.rfile.read(int(length)))
        return {"file": str(path), "remark": remark}

    def _answer(self, work: Callable[[], dict[str, object]]) -> None:
        """What ``work`` gives; what is the user's to mend as its one line."""
        try:
            status, value = HTTPStatus.OK, work()
        except UserError as error:
            status, value = HTTPStatus.BAD_REQUEST, {"error": str(error)}
        self._send(status, "application/json", json.dumps(value).encode())

    def _send(self, status: HTTPStatus, kind: str, body: bytes, policy: str = "default-src 'none'") -> None:
        self.send_response(status)
        headers = {
            "Content-Type": kind,
            "Content-Length": str(len(body)),
            "Content-Security-Policy": policy,
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        }
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
