"""``python -m tinykd``."""

from tinykd.cli import main

main()
