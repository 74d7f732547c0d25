"""Samples with labels, checked and split; augmented views that can be replayed. NumPy only."""
