"""Does the teacher help? Students distilled through quantization beside the same students on labels alone."""
