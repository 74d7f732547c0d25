"""Who leads a recording session: a person at a terminal, or nobody."""

import os
import queue
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from tinykd.recording.frames import Frames, quality_of
from tinykd.recording.guided import Verdict
from tinykd.recording.recorder import Take
from tinykd.recording.stored import Signal
from tinykd.scratch import scratch

COUNTDOWN = 3
METER_CHARACTERS = 30
PLAYERS = (
    ("aplay", "-q"),
    ("paplay",),
    ("afplay",),
    ("ffplay", "-nodisp", "-autoexit", "-loglevel", "quiet"),
)
PLAY_TIMEOUT_S = 120.0
QUESTION = "Enter keeps it, d discards it, p plays it, q ends: "


def is_led(quiet: bool) -> bool:
    """Whether a person is at the terminal, who wants to be asked."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty() and not quiet


class NobodyPrompts:
    """Every take is kept; one line each, unless ``quiet``."""

    def __init__(self, quiet: bool) -> None:
        self._quiet = quiet

    def ready(self, number: int, count: int) -> bool:
        """At once."""
        return True

    def level(self, frames: Frames) -> None:
        """Nobody looks."""

    def judge(self, take: Take) -> Verdict:
        """Kept."""
        return Verdict.KEEP

    def note(self, text: str) -> None:
        """On standard error."""
        if not self._quiet:
            print(text, file=sys.stderr, flush=True)


class TerminalPrompts:
    """A countdown, a level meter, and a question after each take."""

    def __init__(self, signal: Signal, label: str, asked: TextIO) -> None:
        self._signal, self._label, self._asked = signal, label, asked

    def ready(self, number: int, count: int) -> bool:
        """Counts down."""
        for left in range(COUNTDOWN, 0, -1):
            _show(f"\r\x1b[KTake {number} of {count}, {self._label}: {left} ")
            time.sleep(1)
        _show(f"\r\x1b[KTake {number} of {count}, {self._label}: now\n")
        return True

    def level(self, frames: Frames) -> None:
        """The largest swing of what just came."""
        _show(f"\r\x1b[K  {meter(quality_of(frames).peak)} ")

    def judge(self, take: Take) -> Verdict:
        """What is typed; the end of the input ends the session."""
        while True:
            _show(f"\r\x1b[K  {meter(take.quality.peak)}  {QUESTION}")
            line = self._asked.readline()
            if not line:
                return Verdict.QUIT
            match line.strip().casefold():
                case "" | "k" | "keep":
                    return Verdict.KEEP
                case "d" | "discard":
                    return Verdict.DISCARD
                case "q" | "quit":
                    return Verdict.QUIT
                case "p" | "play":
                    self.note(play(self._signal, take.frames))

    def note(self, text: str) -> None:
        """On standard error."""
        if text:
            _show(f"\r\x1b[K  {text}\n")


class KeyboardMarkers:
    """Lines that are typed, or come through a pipe, set markers; q ends the recording."""

    def __init__(self, shows: bool) -> None:
        self._shows = shows
        self._typed: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._over = False
        if sys.stdin is not None:  # closed: file 0 may be another one by now, the board's line for one
            threading.Thread(target=self._read, daemon=True).start()

    def level(self, frames: Frames) -> None:
        """A meter, on a terminal."""
        if self._shows:
            _show(f"\r\x1b[K  {meter(quality_of(frames).peak)}  Enter sets a marker, q ends: ")

    def markers(self) -> list[str]:
        """What was typed; an empty line is the session's own label."""
        found = []
        while not self._typed.empty():
            line = self._typed.get_nowait()
            self._over |= line == "q"
            if line != "q":
                found.append(line)
        return found

    def is_over(self) -> bool:
        """After q."""
        return self._over

    def _read(self) -> None:
        """``sys.stdin`` would keep its lock when Python ends."""
        unfinished = b""
        while data := os.read(0, 4096):
            *lines, unfinished = (unfinished + data).split(b"\n")
            for line in lines:
                self._typed.put(line.decode("utf-8", "replace").strip())


def meter(peak: float) -> str:
    """A bar of the level in decibels below full scale, from -60."""
    import math

    level_db = 20 * math.log10(peak) if peak > 0 else -60.0
    full = round(METER_CHARACTERS * min(1.0, max(0.0, 1 + level_db / 60)))
    return f"{'█' * full}{'░' * (METER_CHARACTERS - full)} {max(-60.0, level_db):4.0f} dB"


def play(signal: Signal, frames: Frames, players: Sequence[Sequence[str]] = PLAYERS) -> str:
    """Plays a sound by what this machine has; what there is to say."""
    if not signal.is_sound:
        return ", ".join(_range(signal, frames, i) for i in range(len(signal.names)))
    found = next((player for player in players if shutil.which(player[0])), None)
    if found is None:
        return f"nothing here plays sounds: install one of {', '.join(player[0] for player in players)}"
    with scratch("tinykd-") as folder:
        path = Path(folder) / "take.wav"
        path.write_bytes(signal.content(frames))
        try:
            done = subprocess.run(
                [*found, str(path)], capture_output=True, timeout=PLAY_TIMEOUT_S, check=False
            )
        except (OSError, subprocess.TimeoutExpired):
            return f"{found[0]} does not play it"
    return "" if done.returncode == 0 else f"{found[0]} does not play it"


def _range(signal: Signal, frames: Frames, channel: int) -> str:
    values = frames[:, channel]
    low, high = (float(value) * signal.scale for value in (values.min(), values.max()))
    return f"{signal.names[channel]} {low:.4g} to {high:.4g}"


def _show(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()
