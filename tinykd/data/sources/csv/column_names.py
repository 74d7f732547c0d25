"""What the name of a column says: times, numbers of rows, ids of persons or recordings, labels.

Names alone. What is in a column decides where its name may mean several things: see ``columns``.
"""

import re
from collections.abc import Sequence


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_STRONG_TIME = _set(
    "timestamp timestamps zeitstempel datetime millis micros epoch unixtime uhrzeit timecode milliseconds "
    "microseconds nanoseconds loggingtime sampletime"
)
_WEAK_TIME = _set(
    "time times t ts zeit date datum elapsed clock uptime tiempo tempo temps seconds sec ms us ns utc"
)
_BESIDE_TIME = _set(
    "in since from start boot sensor system device phone rel abs s sec seconds ms us ns local stamp"
)
_ROW = re.compile(r"|index|idx|unnamed(: ?\d+)?|row|rows?[ _]?(no|num|nr|number|id|index)\.?|#|level_0")
_WEAK_ROW = _set("n no nr num number count counter seq sequence sample samples frame packet line i k step")
_OWNERS = _set(
    "ids uuid guid uid subject subjects user person participant patient proband speaker volunteer session "
    "trial recording experiment device file filename repetition"
)
_LABEL = _set(
    "label labels class classes activity activities target targets gesture gestures category categories "
    "annotation klasse etikett aktivitaet"
)
_MAY_BE_LABEL = _LABEL | _set("output motion movement state type kind event pose posture")
_NUMBERED = _set("id no nr num number name code index")  # what may stand beside such a word


def is_surely_time(name: str) -> bool:
    """``timestamp``, ``sensorTimestamp (ns)``, ``millis``."""
    words = _words(name)
    return bool(set(words) & _STRONG_TIME) or "".join(words) in _STRONG_TIME


def may_be_time(name: str) -> bool:
    """``t``, ``time (s)``, ``seconds_elapsed``; not ``reaction time``."""
    words = set(_words(name))
    return bool(words & _WEAK_TIME) and words <= _WEAK_TIME | _BESIDE_TIME


def is_surely_row(name: str) -> bool:
    """No name, as pandas writes its index; ``Unnamed: 0``, ``row``."""
    return _ROW.fullmatch(name.strip().casefold()) is not None


def may_be_row(name: str) -> bool:
    """``n``, ``seq``, ``sample``."""
    words = set(_words(name))
    return bool(words) and words <= _WEAK_ROW


def is_id(name: str) -> bool:
    """``subject``, ``user_id``, ``deviceId``, ``trial no``; not ``device temperature``."""
    words = _words(name)
    numbered = words[-1:] == ["id"] or bool(re.fullmatch(r"[a-z]{3,}id", "".join(words[-1:])))
    return (numbered and not set(words) & {"grid", "fluid", "solid"}) or _all_of(words, _OWNERS)


def is_label(name: str) -> bool:
    """``class``, ``activity``, ``gesture_name``."""
    return _all_of(_words(name), _LABEL)


def may_be_label(name: str) -> bool:
    """The same, and what is measured as often: ``state``, ``motion``."""
    return _all_of(_words(name), _MAY_BE_LABEL)


def _all_of(words: Sequence[str], known: frozenset[str]) -> bool:
    """Whether ``words`` are of ``known``, and what numbers these."""
    return bool(set(words) & known) and set(words) <= known | _NUMBERED


def _words(name: str) -> list[str]:
    """In lower case, without units in brackets."""
    plain = re.sub(r"[\[(].*?[\])]", "", name)
    return [w.casefold() for w in re.findall(r"[A-ZÄÖÜ]?[^\W\d_A-ZÄÖÜ]+|[A-ZÄÖÜ]+(?![^\W\d_A-ZÄÖÜ])", plain)]
