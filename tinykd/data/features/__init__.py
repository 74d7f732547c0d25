"""From a measured sample to the model's input, computed on the device as well."""
