"""When the answer to a text is unsure, and the texts of the samples that firmware carries."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tinykd.data.dataset import Dataset
    from tinykd.firmware_project.text import TextReplies
    from tinykd.verify import VerificationSamples


def text_replies(data: "Dataset", model: bytes) -> "TextReplies | None":
    """None where ``model`` takes no texts."""
    from tinykd.data.features.frontend import TextFrontend
    from tinykd.firmware_project.text import TextReplies
    from tinykd.graph.reader import read_graph

    if not isinstance(data.frontend, TextFrontend):
        return None
    output = read_graph(model).main.outputs[0]
    return TextReplies(data.frontend.how, output.scale, data.classes)


def carried_texts(data: "Dataset", samples: "VerificationSamples") -> tuple[str, ...]:
    """Of ``samples`` of the test split; none where they are no texts."""
    from tinykd.firmware_project.text import as_line

    texts = data.test.texts
    if texts is None:
        return ()
    lines = texts.take(samples.numbers).lines
    return tuple(as_line(bytes(row)) for row in texts.features.raw(lines))
