"""The version, as ``pyproject.toml`` has it; below everything, so that nothing runs in circles for it."""

__version__ = "0.1.0"
