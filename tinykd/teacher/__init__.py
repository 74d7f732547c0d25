"""The model that teaches: trained here or loaded safely, and its logits, computed once."""
