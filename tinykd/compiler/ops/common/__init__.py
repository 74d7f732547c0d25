"""What several ops share: their checks, arithmetic, windows, loop nests and states."""
