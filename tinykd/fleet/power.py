"""A board's power, turned off and on by a program of the user's: uhubctl, a relay. No shell is asked."""

from tinykd.build.tool import find_tool, run_tool
from tinykd.fleet.cell import FleetPlace
from tinykd.scratch import scratch

POWER_TIMEOUT_S = 60.0


def cycle_power(place: FleetPlace) -> None:
    """Run the hook of ``place`` where it has one; ``ToolError`` when it fails or does not end."""
    if not place.power:
        return
    fix = f"Mend power in [board.{place.name}]: a list of the program and its arguments"
    program = find_tool(place.power[0], fix)
    with scratch("tinykd-power-") as folder:
        run_tool([program, *place.power[1:]], folder / "power.log", {}, POWER_TIMEOUT_S)
