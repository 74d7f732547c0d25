"""A matrix of boards, models and runtimes, proven on whatever is connected, and held against earlier runs.

One cell of it is what ``tinykd prove`` does. Schedules, runners and artefacts are a CI's affair; the results
go there as JUnit XML.
"""

from tinykd.fleet.cell import Fleet, FleetCell
from tinykd.fleet.load import load_fleet
from tinykd.fleet.run import FleetRun, run_fleet

__all__ = ["Fleet", "FleetCell", "FleetRun", "load_fleet", "run_fleet"]
