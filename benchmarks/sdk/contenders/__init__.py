"""One module per SDK: the same few calls, in its own words."""
