"""Section ``[text]`` of the project file: what becomes of a sentence before the model."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator

from tinykd.project.values import SectionModel, only_list

BYTE_ROWS = 257  # padding, and one for each byte


def _check_sizes(sizes: tuple[int, ...]) -> tuple[int, ...]:
    if sizes and (len(sizes) != 2 or not 2 <= sizes[0] <= sizes[1] <= 8):
        raise ValueError("are no sizes; the shortest and the longest, from 2 to 8, such as [3, 5]")
    return sizes


Share = Annotated[float, Field(ge=0, lt=1)]
Sizes = Annotated[tuple[int, ...], BeforeValidator(only_list), AfterValidator(_check_sizes)]


class TextSection(SectionModel):
    """How a text becomes ids; ``vocabulary``: rows of the table, that of padding among them."""

    tokens: Literal["hash", "bytes", "bpe"] = "hash"
    length: Annotated[int, Field(ge=1, le=4096)] = 48  # ids of a text, what is behind them is left out
    vocabulary: Annotated[int, Field(ge=2, le=32_767)] | None = None  # None: 1536; "bpe" 1024, "bytes" 257
    characters: Sizes = ()  # shortest and longest n-gram of the characters of a word; none without
    words: Annotated[int, Field(ge=0, le=4)] = 2  # longest n-gram of words; 0: none
    lower_case: bool = True
    longest_bytes: Annotated[int, Field(ge=1, le=512)] = 128  # of UTF-8, what is behind them is not read
    column: str | None = None  # of a table, that of the texts; None: by its name
    label: str | None = None  # that of the labels
    encoding: Literal["utf-8", "utf-16", "latin-1", "cp1252"] | None = None  # None: by its mark, else UTF-8
    out_of_scope: str | None = None  # the label of texts that belong to no class
    word_drop: Share = 0.1  # of an augmented view: words left out
    typo: Share = 0.05  # and words with a slip of the keyboard
    reject_below: Annotated[float, Field(ge=0, lt=1)] = 0.0  # the best class's probability; 0: never unsure

    @field_validator("vocabulary")
    @classmethod
    def _enough(cls, value: int | None, info: ValidationInfo) -> int | None:
        tokens = info.data.get("tokens")
        if tokens == "bytes" and value not in (None, BYTE_ROWS):
            raise ValueError(f'is no vocabulary of tokens = "bytes"; {BYTE_ROWS}, or no such key')
        if tokens == "bpe" and value is not None and value <= BYTE_ROWS:
            found = f'has no room for pairs of bytes, and tokens = "bpe"; more than {BYTE_ROWS}'
            raise ValueError(f"{found}, such as 1024")
        return value

    @field_validator("words")
    @classmethod
    def _something(cls, value: int, info: ValidationInfo) -> int:
        if value == 0 and not info.data.get("characters") and info.data.get("tokens") == "hash":
            raise ValueError("leaves no n-grams; 1 or more, or characters such as [3, 5]")
        return value

    @property
    def rows(self) -> int:
        """Of the table: ids are below it."""
        return self.vocabulary or {"hash": 1536, "bpe": 1024, "bytes": BYTE_ROWS}[self.tokens]
