"""Where tensors, states and scratch memory lie in the arena."""
