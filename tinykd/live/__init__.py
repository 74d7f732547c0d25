"""A sensor's values to events as they come: what firmware/live computes, on the host."""
