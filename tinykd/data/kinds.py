"""The project file's sections that belong to one kind of samples."""

from dataclasses import dataclass

from tinykd.project.detection import DetectionSection
from tinykd.project.features import FeaturesSection
from tinykd.project.samples import AudioSection, ImageSection, SensorSection
from tinykd.project.schema import Project

_CENTROIDS = DetectionSection()
NO_FEATURES = FeaturesSection()


@dataclass(frozen=True)
class Kinds:
    """How images, sounds and sensors' windows are read and changed."""

    image: ImageSection
    audio: AudioSection
    sensor: SensorSection
    detection: DetectionSection = _CENTROIDS
    features: FeaturesSection = NO_FEATURES

    @classmethod
    def of(cls, project: Project) -> "Kinds":
        """As the project file has them."""
        sections = (project.image, project.audio, project.sensor)
        return cls(*sections, project.detection, project.features)


USUAL = Kinds(ImageSection(), AudioSection(), SensorSection())
