"""The student, trained on the teacher's logits, and the baseline, the same network on labels alone."""
