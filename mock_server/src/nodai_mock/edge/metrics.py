"""`/metrics`: the counters in Prometheus's text format."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nodai_mock.edge.observe import Counters


def render(counters: Counters) -> str:
    """Every counter as text."""
    lines = [
        "# HELP nodai_requests_total Requests answered.",
        "# TYPE nodai_requests_total counter",
        *[_line("nodai_requests_total", place, value) for place, value in sorted(counters.requests.items())],
        "# HELP nodai_request_seconds_total Seconds spent answering.",
        "# TYPE nodai_request_seconds_total counter",
        *[_line("nodai_request_seconds_total", place, value) for place, value in sorted(counters.seconds.items())],
    ]
    return "\n".join(lines) + "\n"


def _line(name: str, place: tuple[str, int], value: float) -> str:
    return f'{name}{{operation="{place[0]}",status="{place[1]}"}} {value}'
