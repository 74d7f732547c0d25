"""From texts to ids: published hashes, merges by hand, what any bytes become."""

import sys
import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinykd.data.features.text import TextFeatures
from tinykd.data.features.text.byte_pairs import LONGEST_WORD, learnt_pairs
from tinykd.data.features.text.ngrams import fnv1a, ngram_ids
from tinykd.data.features.text.normal import LOWERED, SEPARATORS, lower_runs, normal
from tinykd.project.text import TextSection

anything = st.binary(max_size=60) | st.text(max_size=20).map(lambda text: text.encode())


def plain(text: str) -> str:
    return normal(text.encode(), lower_case=True, only_words=False).decode()


def test_published_hashes() -> None:
    """Of the FNV authors' own test vectors."""
    known = {b"": 0x811C9DC5, b"a": 0xE40C292C, b"b": 0xE70C2DE5, b"foobar": 0xBF9CF968}
    assert {text: fnv1a(text) for text in known} == known


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (b"", b""),
        (b" \t\r\nTurn\0ON  it ", b"turn on it"),
        ("ÀÉÖÞ Ÿ ŁŽ İ \u017f".encode(), "àéöþ ÿ łž i \u017f".encode()),
        ("ΆΣΩ ЙЁѢ Ԧ".encode(), "άσω йёѣ ԧ".encode()),
        ("ẞ Ⓐ Ა".encode(), "ẞ Ⓐ Ა".encode()),  # beyond the subset
        ("a\u200bb\u3000c\ufeff\u00a0\u007f".encode(), b"a b c"),
        ("on💡off".encode(), "on💡off".encode()),
        (b"caf\xe9", b"caf\x1a"),  # Latin-1
        (b"\xff\xfeo\0n\0", b"\x1a\x1ao n"),  # UTF-16
        (b"\x1a", b""),
        ("\ufffd".encode(), b"\x1a"),
        (b"\xf0\x9f\x92", b"\x1a"),  # an emoji that is cut off
        (b"\xe1\x80\xe2\xf0\x91\x92\xf1\xbf\x41", b"\x1a\x1a\x1a\x1aa"),  # the Unicode Standard, table 3-11
        (b"\xc0\xaf\xe0\x80\xbf\xf0\x81\x82\x41", b"\x1a" * 8 + b"a"),  # table 3-8
        (b"\xed\xa0\x80\xed\xbf\xbf\xed\xaf\x41", b"\x1a" * 8 + b"a"),  # table 3-9
        (b"\xf4\x91\x92\x93\xff\x41\x80\xbf\x42", b"\x1a" * 5 + b"a" + b"\x1a\x1ab"),  # table 3-10
    ],
)
def test_what_becomes_of_a_text(text: bytes, wanted: bytes) -> None:
    assert normal(text, lower_case=True, only_words=False) == wanted


def test_letters_and_digits_alone() -> None:
    text = "What's 3.5°, ¿qué? (ª µ º) 2\u00d74 «x» \u2013 y…"
    found = normal(text.encode(), lower_case=False, only_words=True)
    assert found.decode() == "What s 3 5 qué ª µ º 2 4 x y"
    categories = {
        unicodedata.category(chr(code)) for first, last in SEPARATORS for code in range(first, last + 1)
    }
    assert not categories & {"Lu", "Ll", "Lt", "Lm", "Lo", "Nd", "Nl", "Mn", "Mc"}


@given(anything, st.booleans(), st.booleans())
def test_of_any_bytes(text: bytes, lower: bool, words: bool) -> None:
    found = normal(text, lower, words)
    assert len(found) <= len(text) and normal(text + b"\0\0", lower, words) == found
    assert not found or b"" not in found.split(b" ")
    again = found.decode().replace("\x1a", "\ufffd").encode()
    assert normal(again, lower, words) == found


def test_the_runs_are_what_is_lowered() -> None:
    """Unicode's simple lower case, which is Python's but where that is of two characters."""
    runs = {
        code: code + run.delta for run in lower_runs() for code in range(run.first, run.last + 1, run.step)
    }
    for code in range(sys.maxunicode + 1):
        inside = any(first <= code <= last for first, last in LOWERED)
        lower = ord(chr(code).lower()[0]) if inside else code
        assert runs.get(code, code) == lower
    assert len(lower_runs()) == 33


def test_ngrams_in_their_order() -> None:
    words = [b" a", b" bc", b" a bc", b" d", b" bc d"]
    characters = [b"<a>", b"<bc", b"bc>", b"<bc>", b"<d>"]
    wanted = [1 + fnv1a(part) % 99 for part in words + characters]
    assert ngram_ids(b"a bc d", 2, (3, 4), 100) == wanted
    assert ngram_ids(b"a bc d", 0, (3, 4), 100) == wanted[5:]
    assert ngram_ids(b"", 2, (2, 8), 100) == []
    assert ngram_ids("ü".encode(), 0, (2, 2), 2**15) == [
        1 + fnv1a(part.encode()) % (2**15 - 1) for part in ("<ü", "ü>")
    ]


def test_byte_pairs_by_hand() -> None:
    """Word " aa" twice and " ab" once: " a" is in all, then "a" behind it."""
    space_a = (1 + 0x20, 1 + ord("a"))
    assert learnt_pairs([b"aa ab", b"aa"], 300) == (space_a, (257, 1 + ord("a")))
    assert learnt_pairs([b"aa ab", b"aa"], 258) == (space_a,)
    assert learnt_pairs([b"", b"q"], 300) == ()
    ties = learnt_pairs([b"zy", b"zy"], 258)  # (" ", "z") and ("z", "y")
    assert ties == ((1 + 0x20, 1 + ord("z")),)


def test_merges_go_from_left_to_right() -> None:
    how = TextFeatures(TextSection(tokens="bpe", length=8), pairs=((98, 98), (33, 257), (257, 257)))
    assert how.ids(["aaaa", "aaa", "b", ""]).tolist() == [
        [258, 257, 0, 0, 0, 0, 0, 0],
        [258, 98, 0, 0, 0, 0, 0, 0],
        [33, 99, 0, 0, 0, 0, 0, 0],
        [0] * 8,
    ]
    long = TextFeatures(TextSection(tokens="bpe", length=128), pairs=((98, 98),))
    found = long.ids(["a" * LONGEST_WORD])[0]  # with its space one byte too many
    assert found[:18].tolist() == [33, *[257] * 15, 98, 98] and not found[18:].any()


@given(st.lists(st.text("ab \n", max_size=30), max_size=8), st.text(max_size=40))
def test_merging_in_the_order_of_learning(texts: list[str], text: str) -> None:
    """What a device does: one pair after another, each wherever it occurs."""
    how = TextFeatures(TextSection(tokens="bpe", length=200, vocabulary=270)).learnt(texts)
    words = normal(text.encode()[:128], lower_case=True, only_words=False).split()
    wanted = list[int]()
    for word in words:
        spaced = b" " + word
        for start in range(0, len(spaced), LONGEST_WORD):
            ids = [1 + byte for byte in spaced[start : start + LONGEST_WORD]]
            for number, pair in enumerate(how.pairs):
                at = 0
                while at + 1 < len(ids):
                    if (ids[at], ids[at + 1]) == pair:
                        ids[at : at + 2] = [257 + number]
                    at += 1
            wanted += ids
    found = how.ids([text])[0]
    assert found[: len(wanted)].tolist() == wanted and not found[len(wanted) :].any()


@pytest.mark.parametrize("tokens", ["hash", "bytes", "bpe"])
def test_ids_are_rows_of_the_table(tokens: str) -> None:
    texts = [
        "",
        "a" * 1_000_000,
        "💡" * 200,
        "\0\0x\0",
        "\ud800 lone",
        "Ünïcödé ΑΒΓ",
        " ".join("abcdefgh") * 20,
    ]
    how = TextFeatures(TextSection.model_validate({"tokens": tokens, "length": 20})).learnt(texts)
    ids = how.ids(texts)
    assert ids.dtype == np.int32 and ids.shape == (7, 20)
    assert ids.min() == 0 and ids.max() < how.rows and not ids[0].any() and ids[6].all()
    assert np.array_equal(ids, how.ids_of(how.raw(texts)))
    assert how.raw(texts).shape == (7, 128)


def test_bytes_are_themselves() -> None:
    how = TextFeatures(TextSection(tokens="bytes", length=4, lower_case=False))
    assert how.ids(["Aé!", "abcdef"]).tolist() == [[66, 196, 170, 34], [98, 99, 100, 101]]
    assert how.rows == 257 and how.learnt(["a"]) is how


def test_a_text_is_cut_by_bytes() -> None:
    how = TextFeatures(TextSection(tokens="bytes", longest_bytes=3))
    assert bytes(how.raw(["aéé"])[0]) == "aé".encode()
    assert how.ids(["ééé"])[0, :4].tolist() == [196, 170, 1 + 0x1A, 0]
