"""Augmented views of training samples, and mixtures of two, that can be replayed."""
