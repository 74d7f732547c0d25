"""Debian's Chromium by Playwright, and a page in it at every width and in both schemes."""

import functools
import http.server
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or "/usr/bin/chromium"
WIDTHS_PX = (390, 1280)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
AUDIT = (Path(__file__).parent / "audit.js").read_text(encoding="utf-8")
TIMEOUT_MS = 180_000  # for machines that do much else
_QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser without a screen, which asks nobody for updates."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(_QUIET))
        yield browser
        browser.close()


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of ``folder`` on this machine."""
    handler = functools.partial(_Silent, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


class _Silent(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Requests are no news."""


@contextmanager
def watched(browser: Browser, address: str) -> Iterator[tuple[Page, list[str]]]:
    """A page, and what it did that it should not: script errors, requests that failed or went elsewhere."""
    context = browser.new_context()
    context.set_default_timeout(TIMEOUT_MS)
    page, faults = context.new_page(), list[str]()
    page.on("pageerror", lambda error: faults.append(f"script: {error}"))
    page.on("console", lambda line: faults.append(f"console: {line.text}") if line.type == "error" else None)
    page.on("requestfailed", lambda request: faults.append(f"failed: {request.url}"))
    page.on("request", lambda request: None if _is_here(request.url, address) else faults.append(request.url))
    yield page, faults
    context.close()


def _is_here(url: str, address: str) -> bool:
    return url.startswith((address, "data:", "blob:", "about:"))


def looked_at(page: Page, address: str) -> list[str]:
    """What cannot be read of a page, at every width and in both schemes."""
    found = list[str]()
    page.goto(address)
    for width in WIDTHS_PX:
        for scheme in SCHEMES:
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            found += [f"{width} px, {scheme}: {fault}" for fault in page.evaluate(AUDIT)]
    return found
