"""Networks for the microcontroller, built only of layers that survive quantization-aware training."""
