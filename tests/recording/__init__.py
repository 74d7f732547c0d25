"""Recording from a sensor, against the firmware's harness as a process of this machine."""
