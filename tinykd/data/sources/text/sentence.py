"""A sentence as its source has it: not checked yet, with the place that an error names."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Sentence:
    """``label`` is None where none was given; ``part``: TRAIN, VALIDATION or TEST, where the source says."""

    text: str
    label: str | None
    where: str  # "commands.csv: line 7"
    part: int | None = None


@dataclass(frozen=True)
class Sentences:
    """All of a source, in its order; ``notes``: what its user should know of how they were read."""

    name: str
    labelled: tuple[Sentence, ...]
    unlabelled: tuple[Sentence, ...] = ()
    notes: tuple[str, ...] = ()
