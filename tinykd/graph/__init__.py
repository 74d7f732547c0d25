"""The model as read from the flatbuffer: typed, bounds-checked, immutable. Nothing here decides how it is
computed."""
