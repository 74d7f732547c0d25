"""Time and peak memory of every stage, against the number of samples, files, classes, trials and workers."""
