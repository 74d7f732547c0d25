"""The student with whole channels taken out, or with zeros in it, the teacher making up for the loss."""
