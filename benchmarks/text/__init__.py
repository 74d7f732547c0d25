"""What distillation is worth on sentences, from a sentence encoder to a network of a few kilobytes."""
