"""The oracle: TensorFlow Lite Micro's own arithmetic on the host, in a process of its own."""

from tinykd.oracle.tflm import (
    OracleTensor,
    is_installed,
    oracle_name,
    run_tflm,
    run_tflm_tensors,
    tflm_arena_bytes,
)

__all__ = ["OracleTensor", "is_installed", "oracle_name", "run_tflm", "run_tflm_tensors", "tflm_arena_bytes"]
