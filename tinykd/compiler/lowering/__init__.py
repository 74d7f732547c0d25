"""From a graph to layers: lowering op by op, fused layers, and the kernels to choose from."""
