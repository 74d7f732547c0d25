"""Objects in images: their boxes, and the heat maps that a detector learns to give."""
