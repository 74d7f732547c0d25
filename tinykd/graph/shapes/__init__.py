"""Shape inference: the shapes of all tensors from those of the graph's inputs, and constant folding. A
dynamic batch is 1."""
