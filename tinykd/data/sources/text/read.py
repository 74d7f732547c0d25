"""Which reader a source of texts means, and its sentences as a ``Raw``: not split, and not yet ids."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tinykd.data.features.frontend import TextFrontend
from tinykd.data.features.text import TextFeatures
from tinykd.data.raw import Raw, RawTexts
from tinykd.data.sources.folder.files import files_below
from tinykd.data.sources.folder.images import SUFFIXES as IMAGES
from tinykd.data.sources.folder.sounds import SUFFIXES as SOUNDS
from tinykd.data.sources.folder.split_names import Role, parts_of
from tinykd.data.sources.text.check import check_sentences, sentence_notes
from tinykd.data.sources.text.json_lines import SUFFIXES as JSON_LINES
from tinykd.data.sources.text.json_lines import json_sentences
from tinykd.data.sources.text.sentence import Sentence, Sentences
from tinykd.data.sources.text.table import SUFFIXES as TABLES
from tinykd.data.sources.text.table import table_sentences
from tinykd.data.sources.text.text_folder import SUFFIXES as PLAIN
from tinykd.data.sources.text.text_folder import folder_sentences, line_sentences, split_tables
from tinykd.data.sources.text.text_function import function_sentences
from tinykd.data.sources.user_function import is_function
from tinykd.data.types import Labels
from tinykd.errors import DataError
from tinykd.project.samples import DataSection
from tinykd.project.text import TextSection

FILES = (*TABLES, *JSON_LINES)
OTHERS = (*IMAGES, *SOUNDS, ".csv")  # in a folder of these, text files are notes
_LOOKED_AT = 200  # sentences


def read_texts(section: DataSection, root: Path, how: TextSection, unlabelled: Path | None) -> Raw:
    """The sentences that ``section`` names; ``unlabelled``: a file or folder with more."""
    found = _sentences(section, root, how)
    check_sentences(found.labelled)
    more = (*found.unlabelled, *(_unlabelled(unlabelled, how) if unlabelled else ()))
    check_sentences(more)
    notes = (*found.notes, *sentence_notes(found.labelled))
    inside = [each for each in found.labelled if each.label != how.out_of_scope]
    outside = [each for each in found.labelled if each.label == how.out_of_scope]
    if how.out_of_scope is not None:
        _check_outside(f"[text] out_of_scope = {how.out_of_scope}", len(outside))
    kept, classes, labels = _labels(inside, section)
    texts = RawTexts(
        tuple(each.text for each in kept),
        tuple(each.text for each in more),
        tuple(each.text for each in outside),
        _parts(outside),
    )
    front = TextFrontend(TextFeatures(how))
    x = np.zeros((len(kept), 1, 1, how.length), np.float32)  # until the training texts are known
    return Raw(found.name, x, labels, classes, None, _parts(kept), None, front, notes, texts=texts)


def _check_outside(where: str, count: int) -> None:
    if count == 0:
        raise DataError(where, "no text has this label", "one that some have")
    if count == 1:
        wanted = "two or more, to choose a threshold by and to measure it with"
        raise DataError(where, "one text has this label", wanted)


def are_texts(path: Path) -> bool:
    """Whether ``path`` holds sentences by its looks: lines of JSON, text files, or a table of words."""
    try:
        if path.is_dir():
            others = files_below(path, OTHERS)
            return bool(files_below(path, (*PLAIN, *JSON_LINES))) and not others
        if path.suffix.lower() not in FILES or not path.is_file():
            return False
        some = _of_file(path, TextSection())[:_LOOKED_AT]
    except DataError:
        return False
    return sum(len(each.text.split()) for each in some) > len(some) and any(_is_said(each) for each in some)


def _is_said(sentence: Sentence) -> bool:
    """Of several words, most of it letters."""
    letters = sum(sign.isalpha() for sign in sentence.text)
    return " " in sentence.text.strip() and 2 * letters > len(sentence.text)


def _sentences(section: DataSection, root: Path, how: TextSection) -> Sentences:
    if is_function(section.source):
        return function_sentences(section.source, root)
    path = root / section.source
    if path.is_dir():
        return _of_folder(path, section, how)
    if path.suffix.lower() not in FILES:
        wanted = '.csv, .tsv or .jsonl, a folder, or a function such as "mydata:load"'
        raise DataError(f"[data] source = {section.source}", "no texts", wanted, section.download_hint or "")
    if not path.is_file():
        raise DataError(path, "no such file", "a file of texts", section.download_hint or "")
    return Sentences(path.stem, tuple(_of_file(path, how)))


def _of_file(path: Path, how: TextSection, labelled: bool = True) -> list[Sentence]:
    read = table_sentences if path.suffix.lower() in TABLES else json_sentences
    return read(path, how, labelled)


def _of_folder(folder: Path, section: DataSection, how: TextSection) -> Sentences:
    if files_below(folder, PLAIN):
        return folder_sentences(folder, section, how)
    tables = split_tables(folder, FILES)
    parts = parts_of(role for _, role in tables)
    if parts is None:
        raise DataError(folder, "no table to learn from", "train.csv among them")
    labelled = [
        Sentence(each.text, each.label, each.where, parts[role])
        for path, role in tables
        if role is not Role.UNLABELLED
        for each in _of_file(path, how)
    ]
    more = [
        each
        for path, role in tables
        if role is Role.UNLABELLED
        for each in _of_file(path, how, labelled=False)
    ]
    return Sentences(folder.name, tuple(labelled), tuple(more))


def _unlabelled(path: Path, how: TextSection) -> list[Sentence]:
    """Lines of a text file, a column of a table, or the text files of a folder."""
    if path.is_dir():
        files = files_below(path, (*PLAIN, *FILES))
        return [each for file in files for each in _unlabelled(file, how)]
    if path.suffix.lower() in FILES:
        return _of_file(path, how, labelled=False)
    return line_sentences(path, how)


def _labels(
    sentences: Sequence[Sentence], section: DataSection
) -> tuple[list[Sentence], tuple[str, ...], Labels]:
    """Those of ``[data] classes`` in that order, else all, by name; (n,) the number of each one's class."""
    known = sorted({str(each.label) for each in sentences})
    classes = section.classes or tuple(known)
    for name in classes:
        if name not in known:
            shown = ", ".join(known[:20]) + (", ..." if len(known) > 20 else "")
            raise DataError("[data] classes", f"no class {name}", f"of {shown}")
    number = {name: i for i, name in enumerate(classes)}
    kept = [each for each in sentences if each.label in number]
    return kept, classes, np.array([number[str(each.label)] for each in kept], np.int64)


def _parts(sentences: Sequence[Sentence]) -> NDArray[np.int8] | None:
    """(n,) where the source has a split of its own."""
    if not sentences or any(each.part is None for each in sentences):
        return None
    return np.array([each.part for each in sentences], np.int8)
