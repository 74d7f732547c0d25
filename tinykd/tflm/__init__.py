"""The runtime ``tflm``: the flatbuffer in flash, and TensorFlow Lite Micro from a library to run it."""
