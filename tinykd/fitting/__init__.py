"""What the student will cost on the board, and the largest one that fits, before anyone is trained."""
