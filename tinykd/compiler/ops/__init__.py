"""One file per op: its lowering and its portable kernel."""
