"""Training, validation and test samples: the same division on every machine, and whether it is a fair one."""
