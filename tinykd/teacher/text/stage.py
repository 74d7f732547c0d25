"""A foreign teacher of texts: asked in a subprocess, its answers made logits and written as stage ``train``.

An encoder gets a head here, on the training texts alone, which goes into ``teacher_head.npz``.
"""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tinykd.data.dataset import Dataset
from tinykd.errors import ModelError
from tinykd.files import write_json
from tinykd.progress import Progress
from tinykd.scratch import scratch
from tinykd.teacher.external import ExternalModel, ExternalRequest, check_place, copy_model, run_child
from tinykd.teacher.formats import Format
from tinykd.teacher.interpretation import scores_of_classes
from tinykd.teacher.logits import Logits, Views
from tinykd.teacher.mismatch import check_classes, in_order
from tinykd.teacher.signature import ModelSignature, OutputKind, check_output, logits_of, output_kind
from tinykd.teacher.text.answers import TextAnswers
from tinykd.teacher.text.corpus import TextCorpus
from tinykd.teacher.text.encoder import TOKENIZER_FILE, tokenizer_of
from tinykd.teacher.text.head import fitted_head

_FORMATS = (Format.KERAS, Format.ONNX)


@dataclass(frozen=True)
class TextTeacher:
    """A model file that shall label texts; ``request.asking`` says how its outputs are read."""

    request: ExternalRequest
    data: Dataset
    views: Views

    def write_logits(self, out: Path, progress: Progress) -> ExternalModel:
        """Its logits, and a copy of it, in ``out``."""
        check_text_teacher(self.request.path, self.request.format)
        corpus = TextCorpus.of(self.data, self.views)
        answers, found = self._answers(corpus, out, progress)
        logits, note = self._headed(answers, corpus, out) if found.is_encoder else self._read(answers, corpus)
        corpus.write(logits, out)
        return ExternalModel(found.parameters, tuple(filter(None, (note, found.note))))

    def _answers(
        self, corpus: TextCorpus, out: Path, progress: Progress
    ) -> tuple[NDArray[np.float32], TextAnswers]:
        """(texts, outputs) of the subprocess."""
        request, path = self.request, self.request.path
        with (
            scratch("tinykd-teacher-") as folder,
            progress.task("teacher labels texts", len(corpus.texts)) as task,
        ):
            task.advance(0, "it is loaded")
            copy_model(path, folder / request.file_name)
            if request.format is Format.ONNX:
                shutil.copyfile(tokenizer_of(path), folder / TOKENIZER_FILE)
            job = {"path": str(path), "format": request.format.value, "file": request.file_name}
            write_json(folder / "job.json", job)
            write_json(folder / "texts.json", list(corpus.texts.lines))
            np.save(folder / "ids.npy", corpus.texts.features.ids(corpus.texts.lines))
            run_child("tinykd.teacher.text.child", folder, request, task)
            shutil.move(folder / request.file_name, out / request.file_name)
            found = TextAnswers(**json.loads((folder / "found.json").read_text()))
            return np.load(folder / "answers.npy"), found

    def _headed(self, vectors: NDArray[np.float32], corpus: TextCorpus, out: Path) -> tuple[Logits, str]:
        data, asking = self.data, self.request.asking
        balanced = asking is not None and asking.balanced
        learnt, judged = (vectors[corpus.splits[name]] for name in ("train", "validation"))
        head = fitted_head(learnt, data.train.y, (judged, data.validation), balanced)
        np.savez(out / f"{self.request.stem}_head.npz", weights=head.weights, bias=head.bias)
        note = (
            f"encodes a text in {vectors.shape[1]} numbers; a head was trained here (C = {head.strength:g})"
        )
        return head(vectors), note

    def _read(self, outputs: NDArray[np.float32], corpus: TextCorpus) -> tuple[Logits, str]:
        path, asking, data = self.request.path, self.request.asking, self.data
        assert asking is not None
        check_output(path, outputs.shape[1:], ModelSignature.of(data, asking.classes))
        if not np.isfinite(outputs).all():
            raise ModelError(path, "gives NaN or infinite outputs", "finite numbers")
        kind = output_kind(outputs)
        logits = logits_of(outputs, kind)
        judged = scores_of_classes(outputs[corpus.splits["validation"]], kind is OutputKind.SIGMOID)
        check_classes(path, data.validation.y, data.classes, asking, {asking.takes: judged})
        return in_order(logits, asking.order(data.classes)), "" if kind is OutputKind.LOGITS else kind.value


def check_text_teacher(path: Path, format: Format) -> None:
    """A file of a kind that can read texts, which is there; an encoder with its tokenizer."""
    if format not in _FORMATS:
        wanted = 'a sentence encoder (.onnx), a Keras file, logits (.npz), or "text_cnn"'
        raise ModelError(path, f"is a {format.value}, which takes no texts", wanted)
    check_place(path, format)
    if format is Format.ONNX:
        tokenizer_of(path)
