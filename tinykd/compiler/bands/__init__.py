"""Chains of layers that are computed a few rows at a time: no tensor between them is whole in memory."""
