"""The verdict from the board itself: every output asked for over serial, beside the oracle's."""

from tinykd.verify.board import verify_board
from tinykd.verify.options import BoardAddress, CheckOptions, Expected, Footprint, Resume
from tinykd.verify.result import AccuracyCount, Ticks, Verification
from tinykd.verify.samples import VerificationSamples, choose, covering

__all__ = [
    "AccuracyCount",
    "BoardAddress",
    "CheckOptions",
    "Expected",
    "Footprint",
    "Resume",
    "Ticks",
    "Verification",
    "VerificationSamples",
    "choose",
    "covering",
    "verify_board",
]
