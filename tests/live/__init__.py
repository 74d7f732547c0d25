"""Boards that listen to recordings, beside the host."""
