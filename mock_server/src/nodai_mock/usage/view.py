"""Usage figures and request records as the API shows them."""

from collections.abc import Sequence
from typing import Any

from nodai_mock._generated import types
from nodai_mock.kernel.clock import rfc3339
from nodai_mock.kernel.money import usd
from nodai_mock.usage.queries import Totals
from nodai_mock.usage.rules import percentile


def latency(ascending: Sequence[int]) -> types.LatencySummary:
    """Mean and exact percentiles, in milliseconds."""
    return {
        "avg": _ms(sum(ascending) / len(ascending)) if ascending else None,
        "p50": _ms(percentile(ascending, 50)),
        "p95": _ms(percentile(ascending, 95)),
        "p99": _ms(percentile(ascending, 99)),
    }


def share(part: int, whole: int, of_nothing: float) -> float:
    return round(part / whole, 6) if whole else of_nothing


def point(at: int, group: str | None, sums: Totals) -> types.UsagePoint:
    return {
        "at": rfc3339(at),
        "group": group,
        "requests": sums.requests,
        "successful": sums.requests - sums.failed,
        "failed": sums.failed,
        "cost_usd": usd(sums.cost_micros),
        "bandwidth_bytes": sums.bytes,
        "latency_ms_avg": _ms(sums.latency_us / sums.requests) if sums.requests else None,
    }


def record(row: tuple[Any, ...]) -> types.RequestRecord:
    """A row of `queries.oldest_first`."""
    (id, operation, method, path, status, code, key_id, workflow_id, run_id, cost, latency_us, received, sent, ip,
     user_agent, admitted_at) = row  # fmt: skip
    return {
        "id": id,
        "operation": operation,
        "method": method,
        "path": path,
        "status": status,
        "code": code,
        "key_id": key_id,
        "workflow_id": workflow_id,
        "run_id": run_id,
        "cost_usd": usd(cost),
        "latency_ms": _ms(latency_us),
        "request_bytes": received,
        "response_bytes": sent,
        "client_ip": ip,
        "user_agent": user_agent,
        "created_at": rfc3339(admitted_at),
    }


def _ms(microseconds: float | None) -> float | None:
    return None if microseconds is None else round(microseconds / 1000, 3)
