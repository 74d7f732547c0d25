"""Sentences that nothing can be learnt from are refused; what only makes figures deceive is noted."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from tinykd.data.sources.text.sentence import Sentence
from tinykd.errors import DataError, one_line

LONGEST = 16_384  # characters of a text; a device reads a few hundred bytes of it
_SHOWN = 60  # characters of a text in a note


def check_sentences(sentences: Sequence[Sentence]) -> None:
    """Refuse what is empty, holds NUL or is longer than any sentence; labels that differ by case."""
    for each in sentences:
        _check_text(each)
        if each.label == "":
            raise DataError(each.where, "the label is empty", "a label")
    _check_case([each for each in sentences if each.label is not None])


def _check_text(each: Sentence) -> None:
    if not each.text.strip():
        raise DataError(each.where, "the text is empty", "a sentence", "Leave the line out")
    if "\0" in each.text:
        raise DataError(each.where, "the text holds NUL", "text", "It is UTF-16 perhaps, without its mark")
    if len(each.text) > LONGEST:
        raise DataError(each.where, f"the text has {len(each.text)} characters", f"at most {LONGEST}")


def _check_case(sentences: Sequence[Sentence]) -> None:
    """``Light_On`` and ``light_on`` are two classes by a slip, not by intent."""
    first: dict[str, Sentence] = {}
    for each in sentences:
        assert each.label is not None
        other = first.setdefault(each.label.casefold(), each)
        if other.label != each.label:
            found = f"label {one_line(each.label, 60)} differs by case from {one_line(str(other.label), 60)}"
            raise DataError(each.where, found, "one spelling", f"It is first at {other.where}")


def sentence_notes(sentences: Sequence[Sentence]) -> Iterator[str]:
    """On texts with two labels, and on those in two parts of a given split."""
    yield from _twice(sentences, "label", "have several labels")
    if all(each.part is not None for each in sentences):
        yield from _twice(sentences, "part", "stand in several splits: their test is too easy")


def _twice(sentences: Sequence[Sentence], what: str, said: str) -> Iterator[str]:
    """A note where one text has several of ``what``."""
    ordered = sorted(sentences, key=lambda each: _plain(each.text))
    groups = (list(found) for _, found in groupby(ordered, key=lambda each: _plain(each.text)))
    odd = [found for found in groups if len({getattr(each, what) for each in found}) > 1]
    if odd:
        example = one_line(odd[0][0].text.strip(), _SHOWN)
        verb = said if len(odd) > 1 else said.replace("have", "has", 1).replace("stand ", "stands ", 1)
        noun = "texts" if len(odd) > 1 else "text"
        yield f"{len(odd)} {noun} {verb}, such as “{example}” ({odd[0][0].where}, {odd[0][-1].where})"


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
