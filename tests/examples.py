"""How many examples a property is tried on: fewer than hypothesis's hundred where each one costs much."""

from hypothesis import HealthCheck, settings


def examples(count: int) -> settings:
    """``count`` of them in a usual run, as many times more as the chosen profile has (tests/conftest.py)."""
    profile = settings()
    return settings(
        max_examples=max(1, count * profile.max_examples // 100), suppress_health_check=list(HealthCheck)
    )
