"""The artifact bundle: all that a verification needs in one file, for a machine that has only the board."""

from tinykd.bundle.contents import Bundle, BundleFacts
from tinykd.bundle.read import is_bundle, read_bundle
from tinykd.bundle.write import write_bundle

__all__ = ["Bundle", "BundleFacts", "is_bundle", "read_bundle", "write_bundle"]
