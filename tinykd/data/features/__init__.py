"""From a measured sample to the model's input, as a device has to do it too."""
