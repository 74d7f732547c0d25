"""Long recordings played through a model: how often it misses, and how often it fires at nothing."""
