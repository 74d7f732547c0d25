"""What follows from the sizes of a graph's inputs: shapes of all tensors, and values that depend on nothing
else. A batch of -1 is 1."""
