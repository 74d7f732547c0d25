"""The verdict from the board itself: every output asked for over serial, beside the oracle's."""

from tinykd.verify.board import verify_board
from tinykd.verify.result import Accuracy, FirstDifference, Ticks, Verification

__all__ = ["Accuracy", "FirstDifference", "Ticks", "Verification", "verify_board"]
