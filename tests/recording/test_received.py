"""Takes of the page, and who may ask its server: without a browser."""

import http.client
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.recording.conftest import noise, read_wav
from tinykd.errors import UserError
from tinykd.link.stream_messages import Sensor
from tinykd.link.transport import PortSettings
from tinykd.recording.page import SessionWish, serving
from tinykd.recording.received import MOST_BYTES, Received

SOUND = Sensor(False, True, 1, 8_000_000, 1.0, 64, "sound")


def body(samples: NDArray[np.int16], described: Sensor = SOUND, **changes: object) -> bytes:
    head = {"label": "yes", "sensor": described.to_bytes().hex(), "missing": 0, "measured_hz": None} | changes
    return json.dumps(head).encode() + b"\n" + samples.astype("<i2").tobytes()


def test_a_take_is_the_terminals_file(tmp_path: Path) -> None:
    received = Received(tmp_path, 8000.0)
    assert received.add(body(noise(100))) == (tmp_path / "yes/yes_0001.wav", "")
    loud = np.where(np.arange(100) % 2, 32767, -32768).astype(np.int16)
    path, remark = received.add(body(loud))
    assert remark == ": 100.0% of its values are at full scale, it is too loud"
    rate, read = read_wav(path)
    assert rate == 8000 and np.array_equal(read, loud)
    assert received.there("yes", is_sound=True) == received.kept == 2
    assert received.there("yes", is_sound=False) == 0


@pytest.mark.parametrize(
    ("sent", "line"),
    [
        (body(noise(9), label="../up"), "--label: '../up'; expected a name that begins with"),
        (body(noise(9), label="a/b"), "--label: 'a/b'; expected a name that begins with"),
        (body(np.full(9, 3, np.int16)), "board: silence only: all 9 values are 3; expected a sensor"),
        (body(noise(9), missing=4), "board: 4 values were lost; expected a take without a gap"),
        (
            body(noise(9), measured_hz=7000.0),
            "board: the sensor gives 7,000 values per second by the board's",
        ),
        (body(noise(0)), "the page: 0 bytes of samples; expected a multiple of 2"),
        (body(noise(9)) + b"x", "the page: 19 bytes of samples; expected a multiple of 2"),
        (body(noise(9), sensor="00"), "board: an answer makes no sense (1 bytes where"),
        (body(noise(9), sensor="zz"), "the page: a take that makes no sense (String should match"),
        (body(noise(9), more=1), "the page: a take that makes no sense (Extra inputs"),
        (body(noise(9), measured_hz=-1.0), "the page: a take that makes no sense (Input should be greater"),
        (b"\xff\xfe", "the page: a take that makes no sense (Invalid JSON"),
        (
            body(noise(9), Sensor(False, True, 1, 16_000_000, 1.0, 64, "sound")),
            "board: the sensor gives 16,000 values per second; expected 8,000 as --rate says",
        ),
        (
            body(noise(9), Sensor(False, True, 0, 8_000_000, 1.0, 64, "")),
            "board: a sensor of 0 channels, 8000000 mHz and scale 1; expected one that measures",
        ),
    ],
)
def test_what_is_no_take_is_one_line_and_no_file(tmp_path: Path, sent: bytes, line: str) -> None:
    with pytest.raises(UserError) as error:
        Received(tmp_path / "out", 8000.0).add(sent)
    assert str(error.value).startswith(line) and "\n" not in str(error.value)
    assert list(tmp_path.iterdir()) == []


@contextmanager
def server(out: Path) -> Iterator[tuple[str, http.client.HTTPConnection]]:
    """The path of its page, and a connection to it."""
    with serving(SessionWish("<b>", 2, 0.5, PortSettings()), Received(out)) as (address, running):
        thread = threading.Thread(target=running.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        parts = urlsplit(address)
        assert parts.hostname == "127.0.0.1"
        connection = http.client.HTTPConnection("127.0.0.1", parts.port or 0, timeout=10)
        yield parts.path, connection
        connection.close()
        running.shutdown()
        thread.join()


def test_the_page_and_what_it_asks(tmp_path: Path) -> None:
    with server(tmp_path) as (path, connection):
        connection.request("GET", path)
        answer = connection.getresponse()
        text = answer.read().decode()
        assert answer.status == 200 and "&lt;b&gt;" in text and "<b>" not in text
        assert "default-src 'none'" in (answer.headers["Content-Security-Policy"] or "")
        origin = {"Origin": f"http://127.0.0.1:{connection.port}"}
        connection.request("POST", f"{path}take", body(noise(50)), origin)
        kept = json.loads(connection.getresponse().read())
        assert kept == {"file": str(tmp_path / "yes/yes_0001.wav"), "remark": ""}
        connection.request("GET", f"{path}takes?label=yes&sound=1")
        assert json.loads(connection.getresponse().read()) == {"takes": 1}
        connection.request("GET", f"{path}takes?label=..&sound=1")
        refused = connection.getresponse()
        assert refused.status == 400 and json.loads(refused.read())["error"].startswith("--label: '..'")
        connection.putrequest("POST", f"{path}take")
        connection.putheader("Origin", origin["Origin"])
        connection.putheader("Content-Length", str(MOST_BYTES + 1))
        connection.endheaders()
        large = json.loads(connection.getresponse().read())
        assert large["error"].startswith("the page: a take of 33554433 bytes; expected 33,554,432 or less")


def test_nobody_else_may_ask(tmp_path: Path) -> None:
    """Without the secret, under another host's name, from another page."""
    with server(tmp_path) as (path, connection):
        here = f"http://127.0.0.1:{connection.port}"
        for method, where, headers in (
            ("GET", "/", {}),
            ("GET", "/x" * 20 + "/", {}),
            ("GET", path, {"Host": f"evil.example:{connection.port}"}),
            ("GET", f"{path}../", {}),
            ("GET", f"{path}yes/yes_0001.wav", {}),
            ("POST", "/x/take", {"Origin": here}),
            ("POST", f"{path}take", {"Origin": "http://evil.example"}),
            ("POST", f"{path}take", {}),
        ):
            connection.request(method, where, body(noise(50)) if method == "POST" else None, headers)
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 404, (method, where, headers)
            connection.close()
    assert list(tmp_path.iterdir()) == []
