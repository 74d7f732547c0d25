"""From the float student to a full-int8 flatbuffer, the teacher still teaching."""
