"""The project file's sections that belong to one kind of samples."""

from dataclasses import dataclass

from tinykd.project.detection import DetectionSection
from tinykd.project.features import FeaturesSection
from tinykd.project.samples import AudioSection, ImageSection, SensorSection
from tinykd.project.schema import Project
from tinykd.project.text import TextSection

_CENTROIDS = DetectionSection()
NO_FEATURES = FeaturesSection()
_TEXT = TextSection()


@dataclass(frozen=True)
class Kinds:
    """How images, sounds, sensors' windows and texts are read and changed."""

    image: ImageSection
    audio: AudioSection
    sensor: SensorSection
    detection: DetectionSection = _CENTROIDS
    features: FeaturesSection = NO_FEATURES
    text: TextSection = _TEXT

    @classmethod
    def of(cls, project: Project) -> "Kinds":
        """As the project file has them."""
        sections = (project.image, project.audio, project.sensor)
        return cls(*sections, project.detection, project.features, project.text)


USUAL = Kinds(ImageSection(), AudioSection(), SensorSection())
