"""Kept runs for other tools: TensorBoard's event files, runs of MLflow."""
