"""Words in long recordings: from samples of sound to events, on an emulated Cortex-M4."""
