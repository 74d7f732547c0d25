"""After distillation: the student goes on to samples of the user's own."""
