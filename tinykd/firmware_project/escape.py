"""User text in C: never a trigraph, never a run-on ``\\x``, never the end of a comment or a string.

C99 5.2.1.1 (trigraphs) and 6.4.4.4 (octal escapes are at most three digits, so they cannot run on).
"""

_PLAIN = frozenset(range(0x20, 0x7F)) - frozenset(b'"\\?')


def c_string(text: str) -> str:
    """``text`` as a C string literal of UTF-8, quotes included: ``c_string("é?") == '"\\303\\251\\077"'``."""
    return '"' + "".join(chr(b) if b in _PLAIN else f"\\{b:03o}" for b in text.encode()) + '"'


def c_comment(text: str) -> str:
    """``text`` fit for a block comment: one line of ASCII without ``*/``, ``/*`` or a backslash."""
    plain = "".join(c if " " <= c <= "~" and c != "\\" else "_" for c in text)
    return plain.replace("*/", "* /").replace("/*", "/ *").replace("??", "?_")
