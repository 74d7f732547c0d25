"""Web Serial in Chromium without a port: its bytes are those of a board's terminal on this machine."""

import base64
import os
import select

from playwright.sync_api import Page

# The part of the interface that the page uses. `boardRead` gives null once the board is gone.
SCRIPT = """
{
  const decode = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const NAMES = { dataTerminalReady: "dtr", requestToSend: "rts" };
  const port = {
    signals: {}, options: null, readable: null, writable: null,
    async open(options) {
      this.options = options;
      let over = false;
      this.readable = new ReadableStream({
        async pull(controller) {
          for (;;) {
            const data = over ? "" : await window.boardRead();
            if (over) return;
            if (data === null) {
              port.readable = port.writable = null;
              controller.error(new DOMException("The device has been lost.", "NetworkError"));
              return;
            }
            if (data) return controller.enqueue(decode(data));
            await new Promise((resolve) => setTimeout(resolve, 5));
          }
        },
        cancel() { over = true; port.readable = null; },
      }, { highWaterMark: 0 });
      const write = (bytes) => window.boardWrite(btoa(String.fromCharCode(...bytes)));
      this.writable = new WritableStream({ write });
    },
    async setSignals(signals) { for (const name in signals) this.signals[NAMES[name]] = signals[name]; },
    async close() { this.readable = this.writable = null; },
  };
  window.fakePort = port;
  Object.defineProperty(navigator, "serial", { value: { requestPort: async () => port } });
  const later = window.setTimeout;
  window.setTimeout = (work, ms, ...more) => later(work, ms === 1000 ? 20 : ms, ...more); // the countdown
}
"""


def give_serial(page: Page, terminal: str) -> None:
    """``page`` will find the board behind ``terminal`` at its ``navigator.serial``."""
    line = os.open(terminal, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)

    def read() -> str | None:
        try:
            ready, _, _ = select.select([line], [], [], 0.01)
            data = os.read(line, 65536) if ready else b""
        except OSError:
            return None
        return base64.b64encode(data).decode() if data or not ready else None

    def write(data: str) -> None:
        raw = base64.b64decode(data)
        while raw:
            select.select([], [line], [], 1)
            raw = raw[os.write(line, raw) :]

    page.expose_function("boardRead", read)
    page.expose_function("boardWrite", write)
    page.add_init_script(SCRIPT)
    page.on("close", lambda _: os.close(line))
