"""From raw samples to a model's input, as firmware that begins at them computes it, step by step."""
