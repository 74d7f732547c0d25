"""The project file's sections that belong to one kind of samples."""

from dataclasses import dataclass

from tinykd.project.detection import DetectionSection
from tinykd.project.samples import AudioSection, ImageSection, SensorSection
from tinykd.project.schema import Project

_CENTROIDS = DetectionSection()


@dataclass(frozen=True)
class Kinds:
    """How images, sounds and sensors' windows are read and changed."""

    image: ImageSection
    audio: AudioSection
    sensor: SensorSection
    detection: DetectionSection = _CENTROIDS

    @classmethod
    def of(cls, project: Project) -> "Kinds":
        """As the project file has them."""
        return cls(project.image, project.audio, project.sensor, project.detection)


USUAL = Kinds(ImageSection(), AudioSection(), SensorSection())
