"""A finished model as wake words of ESPHome: what its project must be, and the files."""

from typing import TYPE_CHECKING

from tinykd.boards import Board
from tinykd.errors import ConfigError

if TYPE_CHECKING:
    from tinykd.pipeline.run import RunResult


def wake_word_files(done: "RunResult", board: Board) -> tuple[dict[str, str], dict[str, bytes]]:
    """Manifests and device file, and the models that the manifests name."""
    from tinykd.data.load import project_dataset
    from tinykd.graph.reader import read_graph
    from tinykd.oracle import tflm_arena_bytes
    from tinykd.pipeline.events import event_rules
    from tinykd.pipeline.firmware import features_of
    from tinykd.wake_word.layout import device_file, listening, manifest, words_of
    from tinykd.wake_word.model import wake_word

    project, name = done.space.project, done.space.project.project.name
    if project.stream is None:
        fix = "Type [stream] and hop_ms = 20 in the project file; the student is trained anew"
        raise ConfigError("--layout esphome", "no [stream]", "a model that goes hop by hop", fix)
    model = (done.folder("quantize") / "model.tflite").read_bytes()
    data = project_dataset(project.deployed, done.space.root)
    rules = event_rules(project, features_of(done.folder("quantize"), data), model)
    if rules is None:
        fix = "Type [events] in the project file; `tinykd tune` finds the thresholds"
        raise ConfigError("--layout esphome", "no [events]", "what says when a word was heard", fix)
    heard, words = listening(data.frontend, project.stream.hop_ms), words_of(name, rules)
    texts = {f"{name}.yaml": device_file(name, board, words)}
    models: dict[str, bytes] = {}
    for word in words:
        made = wake_word(read_graph(model), heard.rows, heard.features, word.index).model
        models[f"{word.file}.tflite"] = made
        texts[f"{word.file}.json"] = manifest(word, rules, heard, tflm_arena_bytes(made))
    return texts, models
