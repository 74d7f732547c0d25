"""tinykd: from a Keras teacher to int8 firmware that is proven on the microcontroller.

Each stage is one library call; the command line (``tinykd.cli``) only strings them together.
"""

__version__ = "0.1.0"
