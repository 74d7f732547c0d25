"""What a foreign model of texts answered."""

from dataclasses import dataclass


@dataclass(frozen=True)
class TextAnswers:
    """Vectors of an encoder, or outputs of a model that answers itself."""

    is_encoder: bool
    parameters: int
    note: str = ""
