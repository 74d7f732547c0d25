"""Another model in a slot of flash."""
