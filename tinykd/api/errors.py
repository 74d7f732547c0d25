"""Errors of the calls themselves. All others are those of ``tinykd.errors``."""

from tinykd.errors import UserError


class InputError(UserError, ValueError):
    """An argument that cannot be used. A ``ValueError`` too, as users of Keras and scikit-learn expect."""
