"""Samples that lie one after another in large files: tar shards as WebDataset writes them, and Parquet."""
