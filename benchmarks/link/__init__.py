"""Figures of the serial link: throughput on a slow line, faults survived, a day's exchanges in minutes."""
