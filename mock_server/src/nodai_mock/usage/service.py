"""What was used: totals, over time, by operation, by error, by key, and whole days of it."""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import date as Date

import orjson

from nodai_mock._generated import types
from nodai_mock.kernel.clock import rfc3339
from nodai_mock.kernel.db import Database, Tx
from nodai_mock.kernel.money import usd
from nodai_mock.limits import calendar
from nodai_mock.usage import queries, rules, view
from nodai_mock.usage.queries import Totals, Where

_PIECE = 1_000
"""Rows that an export reads at a time, so that a large day neither fills the memory nor holds a reader for long."""


class Usage:
    """The usage of one world's organizations."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def summary(self, where: Where) -> types.UsageSummary:
        with self._database.read() as tx:
            sums = queries.totals(tx, where)
            latencies = sorted(value for values in queries.latencies(tx, where).values() for value in values)
        successful = sums.requests - sums.failed
        return {
            "from": rfc3339(where.since),
            "to": rfc3339(where.until),
            "requests": sums.requests,
            "successful": successful,
            "failed": sums.failed,
            "success_rate": view.share(successful, sums.requests, 1),
            "cost_usd": usd(sums.cost_micros),
            "bandwidth_bytes": sums.bytes,
            "latency_ms": view.latency(latencies),
        }

    def timeseries(self, where: Where, interval: str, group_by: str | None, timezone: str) -> types.UsageTimeseries:
        """A point for every interval and group, zeroes included. Refusal 422 for more than 10 000."""
        starts = rules.starts(interval, where.since, where.until, timezone)
        groups: dict[str | None, dict[int, Totals]] = {} if group_by else {None: {}}
        with self._database.read() as tx:
            for minute, value, sums in queries.by_minute(tx, where, group_by):
                start = starts[bisect_right(starts, minute) - 1]
                points = groups.setdefault(None if value is None else str(value), {})
                known = points.get(start, Totals())
                points[start] = Totals(*map(sum, zip(known, sums, strict=True)))
        if len(starts) * len(groups) > rules.MOST_POINTS:
            raise rules.too_many()
        named = sorted(groups, key=lambda name: (name is None, name or ""))
        return {
            "interval": interval,
            "group_by": group_by,
            "from": rfc3339(where.since),
            "to": rfc3339(where.until),
            "data": [view.point(at, name, groups[name].get(at, Totals())) for at in starts for name in named],
        }

    def endpoints(self, where: Where, limit: int) -> types.EndpointUsageList:
        with self._database.read() as tx:
            found = queries.by_operation(tx, where, limit)
            latencies = queries.latencies(tx, where)
        data: list[types.EndpointUsage] = [
            {
                "operation": operation,
                "requests": sums.requests,
                "failed": sums.failed,
                "error_rate": view.share(sums.failed, sums.requests, 0),
                "cost_usd": usd(sums.cost_micros),
                "latency_ms": view.latency(latencies.get(operation, [])),
            }
            for operation, sums in found
        ]
        return {"from": rfc3339(where.since), "to": rfc3339(where.until), "data": data}

    def errors(self, where: Where) -> types.ErrorUsageList:
        """By code, refused requests included."""
        with self._database.read() as tx:
            found = queries.by_code(tx, where)
        whole = sum(often for _, _, often in found)
        data: list[types.ErrorUsage] = [
            {"code": code, "status": status, "requests": often, "share": view.share(often, whole, 0)}
            for code, status, often in found
        ]
        return {"from": rfc3339(where.since), "to": rfc3339(where.until), "data": data}

    def export(self, organization_id: str, timezone: str, day: Date, *, but: str = "") -> Iterator[bytes]:
        """The day's requests in the organization's time zone as JSON Lines, oldest first, in pieces; `but` one."""
        where = Where(organization_id, *calendar.day_of(day, timezone))
        after = (where.since - 1, "")
        while True:
            with self._database.read() as tx:
                rows = queries.oldest_first(tx, where, after, _PIECE)
            if rows:
                lines = (view.record(row) for row in rows if row[0] != but)
                yield b"".join(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE) for line in lines)
            if len(rows) < _PIECE:
                return
            after = (rows[-1][-1], rows[-1][0])

    def last_used(self, tx: Tx, key_id: str) -> int | None:
        return queries.last_used(tx, key_id)

    def of_key(self, tx: Tx, key_id: str, timezone: str) -> types.KeyUsage:
        """All time, and today and this month in the organization's time zone."""
        now = tx.now_micros
        total, today, month = (
            queries.of_key(tx, key_id, since)
            for since in (0, calendar.day(now, timezone)[0], calendar.month(now, timezone)[0])
        )
        last = queries.last_used(tx, key_id)
        return {
            "requests_total": total[0],
            "cost_usd_total": usd(total[1]),
            "requests_today": today[0],
            "cost_usd_today": usd(today[1]),
            "requests_this_month": month[0],
            "cost_usd_this_month": usd(month[1]),
            "last_used_at": None if last is None else rfc3339(last),
        }
