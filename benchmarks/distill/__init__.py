"""Does the teacher help? Students taught through quantization beside the same students on labels alone."""
