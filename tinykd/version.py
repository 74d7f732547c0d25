"""The version, here and nowhere else; below everything, so that no import runs in a circle for it."""

__version__ = "0.1.0"
