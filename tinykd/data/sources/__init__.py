"""Readers of samples: arrays, files, folders, functions, and public sets. Each gives a ``Raw``."""
