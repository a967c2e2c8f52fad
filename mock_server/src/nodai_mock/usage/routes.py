"""The views of `usage`."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from nodai_mock.edge.reply import Download
from nodai_mock.kernel.clock import to_micros
from nodai_mock.limits.counter import SECOND
from nodai_mock.usage.queries import Where
from nodai_mock.usage.rules import exportable, period

if TYPE_CHECKING:
    from nodai_mock._generated import types
    from nodai_mock.edge.call import Call

_DAY = 86_400 * SECOND


class Routes:
    """Figures of the caller's organization."""

    def summary(
        self, call: Call, *, from_: datetime | None, to: datetime | None, key_id: str | None, workflow_id: str | None
    ) -> types.UsageSummary:
        return call.world.usage.summary(_where(call, from_, to, key_id, workflow_id))

    def timeseries(
        self,
        call: Call,
        *,
        interval: types.UsageInterval | None,
        group_by: types.UsageGroup | None,
        from_: datetime | None,
        to: datetime | None,
        key_id: str | None,
        workflow_id: str | None,
    ) -> types.UsageTimeseries:
        where = _where(call, from_, to, key_id, workflow_id, days=1)
        return call.world.usage.timeseries(where, interval or "hour", group_by, _timezone(call))

    def endpoints(
        self,
        call: Call,
        *,
        from_: datetime | None,
        to: datetime | None,
        key_id: str | None,
        workflow_id: str | None,
        limit: int,
    ) -> types.EndpointUsageList:
        return call.world.usage.endpoints(_where(call, from_, to, key_id, workflow_id), limit)

    def errors(
        self, call: Call, *, from_: datetime | None, to: datetime | None, key_id: str | None, workflow_id: str | None
    ) -> types.ErrorUsageList:
        return call.world.usage.errors(_where(call, from_, to, key_id, workflow_id))

    def export(self, call: Call, *, date: date) -> Download:
        exportable(date)
        content = call.world.usage.export(call.organization_id, _timezone(call), date, but=call.request_id)
        return Download(content, content_type="application/jsonl", filename=f"usage-{date.isoformat()}.jsonl")


def _where(
    call: Call, from_: datetime | None, to: datetime | None, key_id: str | None, workflow_id: str | None, days: int = 30
) -> Where:
    start, end = (None if moment is None else to_micros(moment) for moment in (from_, to))
    since, until = period(start, end, to_micros(call.now), days * _DAY)
    return Where(call.organization_id, since, until, key_id, workflow_id)


def _timezone(call: Call) -> str:
    return "UTC" if call.key is None else call.key.timezone
