"""A tree as TFLM's would be, with what tinykd reads of it and nothing else."""

from pathlib import Path

RESOLVER = """
  TfLiteStatus AddConv2D(
      const TFLMRegistration& registration = Register_CONV_2D()) {
    return AddBuiltin(BuiltinOperator_CONV_2D, registration, ParseConv2D);
  }
  TfLiteStatus AddCustom(const char* name, const TFLMRegistration* registration) {
    if (registrations_len_ >= tOpCount) { return kTfLiteError; }
    return kTfLiteOk;
  }
  TfLiteStatus AddFullyConnected(const TFLMRegistration& registration =
                                     Register_FULLY_CONNECTED()) {
    return AddBuiltin(BuiltinOperator_FULLY_CONNECTED,
                      registration, ParseFullyConnected);
  }
"""
_MICRO = "tensorflow/lite/micro"
_LOG = "void DebugLog(const char* format, va_list args);"


def make_tree(root: Path, *libraries: str, log: str = _LOG) -> Path:
    """A tree with a library in each of the folders ``libraries`` of gen/."""
    files = {
        f"{_MICRO}/micro_mutable_op_resolver.h": RESOLVER,
        f"{_MICRO}/debug_log.h": log,
        f"{_MICRO}/tools/make/downloads/flatbuffers/include/flatbuffers/base.h": "",
        **{f"gen/{folder}/lib/libtensorflow-microlite.a": "" for folder in libraries},
    }
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return root
