"""What tests of the analysis share."""

from __future__ import annotations

from hypothesis import settings

# A busy machine is no mistake of the code: nothing here is judged by time.
settings.register_profile("wertstrom", deadline=None, print_blob=True)
settings.load_profile("wertstrom")
