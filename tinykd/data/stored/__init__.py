"""Samples that stay on disk in their own type and become float32 as they are asked for."""
