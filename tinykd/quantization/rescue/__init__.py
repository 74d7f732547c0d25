"""When int8 hurts: which layers it hurts, and what brings the answers back, tried in order on validation."""
