"""CSV files: recordings of sensors, cut into windows, and tables."""
