"""The project file ``tinykd.toml`` as a typed, frozen ``Project``."""
