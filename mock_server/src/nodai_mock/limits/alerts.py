"""When a quota or budget is so far used that its owner wants to hear of it."""

THRESHOLDS = (50, 80, 100)


def crossed(used: int, limit: int, alerted: int) -> list[int]:
    """The percentages that `used` has reached and that were not announced in this period yet."""
    return [percent for percent in THRESHOLDS if percent > alerted and used * 100 >= limit * percent and used > 0]


def reached(used: int, limit: int) -> int:
    """The highest percentage that counts as announced when a period is taken up in its middle."""
    return max([0, *crossed(used, limit, 0)])
