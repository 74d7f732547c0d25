"""What one op costs on the emulated cores: single-op models, instructions per MAC or element."""
