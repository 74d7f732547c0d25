"""The student, taught by the teacher, and the baseline, the same network taught by the labels alone."""
