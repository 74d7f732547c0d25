"""From a float flatbuffer and samples to a full-int8 one, by ai-edge-quantizer; and what that costs."""
