"""The firmware project of one model on one board, as a pure function to ``{relative path: text}``."""

from tinykd.firmware_project.examples import example_of, note_of
from tinykd.firmware_project.folder import FileChanges, lay_out
from tinykd.firmware_project.model import ModelSources, model_sources
from tinykd.firmware_project.samples import EmbeddedSamples
from tinykd.firmware_project.surroundings import Surroundings
from tinykd.firmware_project.tree import firmware_files, project_files

__all__ = [
    "EmbeddedSamples",
    "FileChanges",
    "ModelSources",
    "Surroundings",
    "example_of",
    "firmware_files",
    "lay_out",
    "model_sources",
    "note_of",
    "project_files",
]
