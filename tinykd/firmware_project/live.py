"""From a sensor's values to the model's input while they come, as C: ``NAME_live.h`` and ``.c``.

A pure function of the front end and the rules. What they are computed by is hand-written: firmware/live.
"""

from dataclasses import dataclass

from tinykd.firmware_project.libraries import firmware_text
from tinykd.firmware_project.live_plan import LivePlan, plan_of
from tinykd.firmware_project.model import ModelSources
from tinykd.firmware_project.surroundings import Surroundings
from tinykd.firmware_project.template import render_template
from tinykd.version import __version__

VIRTUAL_FRAMES = {"sensor": 64, "filters": 64, "spectrum": 64}  # of a virtual sensor's ring; of sound more
_SOUND_FRAMES = 512


@dataclass(frozen=True)
class LiveFirmware:
    """``plan``, and what a virtual sensor needs beside it."""

    name: str
    plan: LivePlan

    @property
    def memory_values(self) -> int:
        """int16 of a virtual sensor: two rings of a power of two of frames."""
        return 2 * self.plan.channels * VIRTUAL_FRAMES.get(self.plan.kind, _SOUND_FRAMES)

    @property
    def has_work(self) -> bool:
        """Whether the front end needs memory between rows."""
        return self.plan.kind != "sensor"

    @property
    def ram_bytes(self) -> int:
        """Of samples and window; the front end's own come on top."""
        plan = self.plan
        return 2 * plan.frame * plan.channels + plan.rows * plan.row_bytes

    def files(self) -> dict[str, str]:
        """``NAME_live.h`` and ``NAME_live.c``."""
        facts = {"name": self.name, "version": __version__, "live": self.plan}
        return {
            f"{self.name}_live.{end}": render_template(f"live/live.{end}.j2", facts) for end in ("h", "c")
        }


def live_of(model: ModelSources, around: Surroundings | None) -> LiveFirmware | None:
    """None where there are no ``[events]``, or the samples have no time."""
    if around is None or around.raw is not None or around.events is None or model.input_quantization is None:
        return None
    plan = plan_of(around.frontend, around.events.hop_ms, around.shape)
    return LiveFirmware(model.name, plan) if plan else None


def live_library_files(live: LiveFirmware | None) -> dict[str, str]:
    """The same with what it is computed by, at their places in a library of the model."""
    if live is None:
        return {}
    own = live.files()
    return {
        "include/tkd_live.h": firmware_text("include/tkd_live.h"),
        "live/tkd_live.c": firmware_text("live/tkd_live.c"),
        f"include/{live.name}_live.h": own[f"{live.name}_live.h"],
        f"src/{live.name}_live.c": own[f"{live.name}_live.c"],
    }
