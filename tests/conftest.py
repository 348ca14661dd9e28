"""What every test shares: property tests are judged by what they find, never by the clock."""

from hypothesis import HealthCheck, settings

# Two cores, coverage and a busy machine make any time limit a coin toss.
settings.register_profile("desk", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("desk")
