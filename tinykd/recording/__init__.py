"""Recording from a board's sensor: takes of a label, or one long recording with markers, for ``[data]``."""
