"""Channels that need not be computed: those that cannot vary, equal others, or are read by no weight."""
