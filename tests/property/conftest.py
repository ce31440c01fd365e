"""Set up Hypothesis to draw the same examples in every run."""

import os

from hypothesis import HealthCheck, settings

# HYPOTHESIS_PROFILE=random draws other examples each time, to find new bugs.
for name, same in (("corpus", True), ("random", False)):
    settings.register_profile(
        name,
        derandomize=same,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "corpus"))
