"""From files, folders and functions to a ``Dataset``; augmented views that can be replayed. NumPy only.

``load`` is the way through: ``sources`` read a ``Raw``, ``splits`` divide it, ``prepare`` and ``normalise``
make a ``Dataset`` of it; ``features`` are what a device has to compute as well, ``augmentation`` makes views.
"""
