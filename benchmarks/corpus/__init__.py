"""Every ``.tflite`` below a folder through tinykd and TFLM, and a table of what came of it."""
