"""Where templates/, firmware/, boards/ and examples/ are: in the wheel (``_data``) or in the checkout."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_ROOT = _PACKAGE / "_data" if (_PACKAGE / "_data").is_dir() else _PACKAGE.parent

TEMPLATES = _ROOT / "templates"
FIRMWARE = _ROOT / "firmware"
BOARDS = _ROOT / "boards"
EXAMPLES = _ROOT / "examples"
