"""Property tests look at as many examples as ever, however slow the machine is."""

from hypothesis import settings

settings.register_profile("steady", deadline=None)
settings.load_profile("steady")
