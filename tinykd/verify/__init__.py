"""The verdict from the board itself: every output asked for over serial, beside the oracle's."""

from tinykd.verify.board import verify_board
from tinykd.verify.result import Accuracy, Ticks, Verification
from tinykd.verify.samples import Samples, choose, covering
from tinykd.verify.wanted import Expected, Footprint, Resume, Wanted

__all__ = [
    "Accuracy",
    "Expected",
    "Footprint",
    "Resume",
    "Samples",
    "Ticks",
    "Verification",
    "Wanted",
    "choose",
    "covering",
    "verify_board",
]
