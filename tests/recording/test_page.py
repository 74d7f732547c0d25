"""The page of ``record --page`` in Chromium, against a board whose bytes are the true ones."""

import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.docs.browser import chromium, looked_at, watched
from tests.link.sensors import counted, running
from tests.recording.conftest import read_wav
from tests.recording.fake_serial import give_serial
from tinykd.link.transport import PortSettings
from tinykd.recording.page import SessionWish, serving
from tinykd.recording.received import Received
from tinykd.recording.stored import Signal

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("site")]
RATE = 8000


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=60_000)  # for machines that do much else
    with chromium() as browser:
        yield browser


@contextmanager
def served(received: Received, takes: int = 2, seconds: float = 0.6) -> Iterator[str]:
    """The page's address; the server is this very process."""
    wish = SessionWish("yes", takes, seconds, PortSettings(921600, dtr=True, rts=False))
    with serving(wish, received) as (address, server):
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield address
        server.shutdown()
        thread.join()


@contextmanager
def opened(browser: Browser, received: Received, terminal: str) -> Iterator[tuple[Page, list[str]]]:
    """The page, connected to the board behind ``terminal``."""
    with served(received) as address, watched(browser, address) as (page, faults):
        give_serial(page, terminal)
        page.goto(address)
        page.get_by_role("button", name="Connect").click()
        yield page, faults
        page.close()


def figure(page: Page, name: str) -> str:
    """Of the table below the level."""
    return page.locator(f"#{name}").text_content() or ""


def duration(page: Page) -> float:
    """Of the sound that is played, seconds. Playwright cannot wait for it: the page lets no text be run."""
    for _ in range(300):
        found = page.evaluate("document.getElementById('sound').duration || 0")
        if found > 0:
            return float(found)
        page.wait_for_timeout(100)
    raise AssertionError("no sound within 30 s")


def test_takes_are_counted_down_judged_played_and_kept(browser: Browser, board: Path, tmp_path: Path) -> None:
    received = Received(tmp_path)
    with running(board, 1000 * RATE, 1, 16384) as terminal, opened(browser, received, terminal) as found:
        page, faults = found
        state, keep = page.locator("#state"), page.locator("#keep")
        expect(state).to_have_text("Connected: a sound, 8,000 values per second")
        opened_with = page.evaluate("[fakePort.options.baudRate, fakePort.signals]")
        assert opened_with == [921600, {"dtr": True, "rts": False}]
        page.locator("#record").click()
        expect(keep).to_be_focused()
        assert [figure(page, name) for name in ("peak", "clipping", "lost")] == ["0 dB", "0.0 %", "0"]
        assert figure(page, "level") in ("-14 dB", "-13 dB")  # of the last block, 50 ms
        assert 7600 < float(figure(page, "rate").split(", ")[1].split()[0].replace(",", "")) < 8400
        page.keyboard.press("d")
        expect(keep).to_be_disabled()
        expect(keep).to_be_focused()
        page.locator("#play").click()
        assert duration(page) == pytest.approx(0.6)
        page.keyboard.press("Enter")
        expect(page.locator("#files li")).to_have_count(1)
        expect(keep).to_be_focused()
        keep.click()
        expect(state).to_have_text(f"yes: 2 takes in {tmp_path}, 2 kept and 1 discarded on this page")
        assert faults == []
    for number in (1, 2):
        rate, samples = read_wav(tmp_path / "yes" / f"yes_{number:04d}.wav")
        assert rate == RATE and np.array_equal(samples, counted(1600, 4800, 1)[:, 0])  # 0.2 s of it settled


def test_axes_become_the_terminals_table_and_a_cut_link_keeps_whole_takes(
    browser: Browser, board: Path, tmp_path: Path
) -> None:
    command = [board, "100000", "3", "64"]
    with ExitStack() as stack:
        process = stack.enter_context(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
        stack.callback(process.kill)
        assert process.stdout
        terminal = process.stdout.readline().split()[1]
        with opened(browser, Received(tmp_path), terminal) as (page, faults):
            page.locator("#record").click()
            page.locator("#play").click()
            expect(page.locator("#state")).to_contain_text(
                "Keep it? channel0 310.0 to 1225, channel1 798.5 to 1713, "
            )
            page.locator("#keep").click()
            expect(page.locator("#files li")).to_have_text([str(tmp_path / "yes/yes_0001.csv")])
            process.kill()
            expect(page.locator("#error")).to_have_text(
                "board: the port went away (The device has been lost.); expected a board that stays "
                "connected. Check its cable, and connect again"
            )
            expect(page.locator("#record")).to_be_disabled()
            assert faults == []
    own = Signal(100.0, ("channel0", "channel1", "channel2"), 0.5).content(counted(20, 60, 3))
    assert sorted(path.name for path in (tmp_path / "yes").iterdir()) == ["yes_0001.csv"]
    assert (tmp_path / "yes/yes_0001.csv").read_bytes() == own


@pytest.mark.parametrize(
    ("arguments", "rate_hz", "line"),
    [
        (
            ("none",),
            None,
            "board: the firmware has no sensor; expected one to record from. Give it one in tkd_app_sensor() "
            "of src/app.cpp (docs/record.md), and flash it",
        ),
        (
            (),
            None,
            "board: its sensor is a virtual one; expected a sensor of its own. Record from it with tinykd "
            "record --sensor-file",
        ),
        (
            (8_000_000, 1, 64),
            16_000.0,
            "board: the sensor gives 8,000 values per second; expected 16,000 as --rate says. Change one of "
            "the two",
        ),
        (("dead",), None, "board: the sensor does not answer; expected a sensor that begins to measure"),
        ((200_000_000, 1, 512), None, " values were lost on the way; expected a line that carries "),
        (
            (7_000_000, 1, 16384, 8_000_000),
            None,
            " values per second by the board's clock; expected 8,000, as the firmware says. Correct",
        ),
    ],
    ids=["no sensor", "virtual", "another rate", "dead", "too slow", "untrue"],
)
def test_what_cannot_be_recorded_is_one_line(
    browser: Browser, board: Path, tmp_path: Path, arguments: tuple[object, ...], rate_hz: float, line: str
) -> None:
    received = Received(tmp_path, rate_hz)
    with running(board, *arguments) as terminal, opened(browser, received, terminal) as (page, faults):
        expect(page.locator("#connect")).to_be_enabled()
        page.locator("#seconds").fill("0.6" if len(arguments) > 3 else "0.05")
        if page.locator("#record").is_enabled():
            page.locator("#record").click()
        expect(page.locator("#error")).to_contain_text(line)
        assert faults == []
    assert not (tmp_path / "yes").exists()


def test_the_page_can_be_read_and_says_when_a_browser_has_no_web_serial(
    browser: Browser, tmp_path: Path
) -> None:
    with served(Received(tmp_path)) as address, watched(browser, address) as (page, faults):
        page.add_init_script("delete Navigator.prototype.serial")
        assert looked_at(page, address) == []
        expect(page.locator("#error")).to_contain_text("This browser has no Web Serial; expected Chrome")
        assert page.locator("button:enabled").count() == 0
        assert faults == []
