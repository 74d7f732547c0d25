"""A wake word for ESPHome: the streaming ``.tflite``, the manifest and the device file of micro_wake_word."""
