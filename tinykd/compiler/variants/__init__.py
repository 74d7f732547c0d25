"""Kernels for particular cores: one file per family."""
