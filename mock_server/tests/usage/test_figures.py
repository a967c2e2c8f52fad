"""Figures are exact, complete and the caller's own."""

import json
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nodai_mock.kernel.clock import to_micros
from nodai_mock.kernel.errors import Refusal
from nodai_mock.usage import rules
from nodai_mock.usage.queries import Where

from tests.stores.bench import Bench

HOUR = 3_600_000_000


def everything(bench: Bench, organization: str, hours: int = 24) -> Where:
    now = to_micros(bench.clock.now())
    return Where(organization, now - hours * HOUR, now + 1)


@given(st.lists(st.integers(0, 1_000), min_size=1, max_size=300), st.sampled_from([50, 95, 99]))
def test_percentiles_are_exact(values: list[int], percent: int):
    """The smallest value that at least so many per cent of all are not above."""
    ascending = sorted(values)
    found = rules.percentile(ascending, percent)
    assert found is not None
    assert sum(value <= found for value in values) * 100 >= percent * len(values)
    assert sum(value < found for value in values) * 100 < percent * len(values)


def test_the_summary_counts_what_was_admitted(bench: Bench):
    organization = bench.organization()
    key = bench.key(organization, rate_limit=4, rate_window_seconds=60)
    for _ in range(6):
        bench.code(key.secret)
    bench.advance(seconds=60)
    bench.admission.settle(bench.begin(key.secret), 502, "upstream_error", b"{}", "application/problem+json")
    summary = bench.usage.summary(everything(bench, organization))
    assert (summary["requests"], summary["successful"], summary["failed"]) == (5, 4, 1)
    assert (summary["success_rate"], summary["cost_usd"]) == (0.8, "0.008000")
    assert summary["bandwidth_bytes"] == 4 * len(b'{"output":"hello"}') + 2
    assert summary["latency_ms"]["p50"] is not None


def test_nothing_is_a_summary_of_zeroes(bench: Bench):
    summary = bench.usage.summary(everything(bench, bench.organization()))
    assert (summary["requests"], summary["success_rate"], summary["cost_usd"]) == (0, 1, "0.000000")
    assert summary["latency_ms"] == {"avg": None, "p50": None, "p95": None, "p99": None}


def test_errors_count_refusals_and_failures_by_code(bench: Bench):
    organization = bench.organization()
    key = bench.key(organization, rate_limit=1, rate_window_seconds=60)
    for _ in range(4):
        bench.code(key.secret)
    bench.advance(seconds=60)
    bench.admission.settle(bench.begin(key.secret), 502, "upstream_error", b"{}", "application/problem+json")
    errors = bench.usage.errors(everything(bench, organization))
    assert errors["data"] == [
        {"code": "rate_limited", "status": 429, "requests": 3, "share": 0.75},
        {"code": "upstream_error", "status": 502, "requests": 1, "share": 0.25},
    ]


def test_a_series_has_a_point_for_every_interval_and_group(bench: Bench):
    organization = bench.organization()
    key = bench.key(organization)
    bench.query(key.secret)
    bench.advance(hours=2)
    bench.query(key.secret)
    bench.query(key.secret, "api_keys.list")
    where = everything(bench, organization, 3)
    plain = bench.usage.timeseries(where, "hour", None, "UTC")["data"]
    assert [(point["at"][11:16], point["requests"]) for point in plain] == [
        ("08:00", 0),
        ("09:00", 1),
        ("10:00", 0),
        ("11:00", 2),
    ]
    split = bench.usage.timeseries(where, "hour", "endpoint", "UTC")["data"]
    assert [(point["at"][11:13], point["group"], point["requests"]) for point in split] == [
        (hour, group, requests)
        for hour, both in (("08", (0, 0)), ("09", (0, 1)), ("10", (0, 0)), ("11", (1, 1)))
        for group, requests in zip(("api_keys.list", "workflows.query"), both, strict=True)
    ]
    assert {point["group"] for point in bench.usage.timeseries(where, "hour", "code", "UTC")["data"]} == {None}
    assert {point["group"] for point in bench.usage.timeseries(where, "hour", "status", "UTC")["data"]} == {"200"}


def test_days_and_months_are_the_organizations(bench: Bench):
    organization = bench.organization(timezone="America/New_York")
    key = bench.key(organization)
    bench.clock.set(datetime(2026, 11, 1, 3, 59, tzinfo=UTC))
    bench.query(key.secret)
    bench.clock.set(datetime(2026, 11, 1, 4, 0, tzinfo=UTC))
    bench.query(key.secret)
    where = everything(bench, organization, 48)
    days = bench.usage.timeseries(where, "day", None, "America/New_York")["data"]
    assert [(point["at"], point["requests"]) for point in days][-2:] == [
        ("2026-10-31T04:00:00.000000Z", 1),
        ("2026-11-01T04:00:00.000000Z", 1),
    ]
    months = bench.usage.timeseries(where, "month", None, "America/New_York")["data"]
    assert [point["requests"] for point in months] == [1, 1]


def test_the_sum_of_a_series_is_the_summary(bench: Bench):
    organization = bench.organization()
    keys = [bench.key(organization) for _ in range(3)]
    for number in range(60):
        bench.advance(minutes=7, seconds=number)
        bench.query(keys[number % 3].secret)
    where = everything(bench, organization, 24)
    whole = bench.usage.summary(where)["requests"]
    for interval in ("minute", "hour", "day", "month"):
        for group in (None, "key", "endpoint", "status", "code", "workflow"):
            points = bench.usage.timeseries(where, interval, group, "Asia/Kathmandu")["data"]
            assert sum(point["requests"] for point in points) == whole == 60


@pytest.mark.parametrize(("interval", "days"), [("minute", 8), ("hour", 420), ("day", 10_010)])
def test_a_period_of_too_many_points_is_refused(interval: str, days: int):
    with pytest.raises(Refusal, match="validation_failed"):
        rules.starts(interval, 0, days * 24 * HOUR, "UTC")


@pytest.mark.parametrize(("since", "until"), [(10, 10), (11, 10), (-1, 10), (0, 10**18)])
def test_an_empty_backward_or_endless_period_is_refused(since: int, until: int):
    with pytest.raises(Refusal, match="validation_failed"):
        rules.period(since, until, 0, 1)


def test_the_most_used_operations_come_first(bench: Bench):
    organization = bench.organization()
    key = bench.key(organization)
    for operation, often in (("api_keys.list", 1), ("workflows.query", 3), ("runs.list", 2)):
        for _ in range(often):
            bench.query(key.secret, operation)
    found = bench.usage.endpoints(everything(bench, organization), 2)["data"]
    assert [(each["operation"], each["requests"]) for each in found] == [("workflows.query", 3), ("runs.list", 2)]


def test_an_export_has_every_request_of_the_day_once_oldest_first(bench: Bench, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("nodai_mock.usage.service._PIECE", 7)
    organization = bench.organization()
    key = bench.key(organization, rate_limit=40, rate_window_seconds=60)
    for _ in range(45):
        bench.code(key.secret)
    bench.advance(days=1)
    bench.query(key.secret)
    exported = b"".join(bench.usage.export(organization, "UTC", date(2026, 11, 16))).splitlines()
    records = [json.loads(line) for line in exported]
    assert len({record["id"] for record in records}) == len(records) == 45
    assert [record["status"] for record in records].count(429) == 5
    assert [record["id"] for record in records] == sorted(record["id"] for record in records)


def test_a_call_in_flight_is_not_in_the_figures_yet(bench: Bench):
    bench.instant = False
    organization = bench.organization()
    key = bench.key(organization)
    call = bench.begin(key.secret)
    assert bench.usage.summary(everything(bench, organization))["requests"] == 0
    bench.admission.settle(call, 200, None, b"{}", "application/json")
    assert bench.usage.summary(everything(bench, organization))["requests"] == 1


def test_figures_are_of_one_organization_and_can_be_of_one_key(bench: Bench):
    organization, other = bench.organization(), bench.organization()
    keys = [bench.key(organization), bench.key(organization), bench.key(other)]
    for key in keys:
        bench.query(key.secret)
    where = everything(bench, organization)
    assert bench.usage.summary(where)["requests"] == 2
    assert bench.usage.summary(where._replace(key_id=keys[0].key_id))["requests"] == 1
    assert bench.usage.summary(where._replace(key_id=keys[2].key_id))["requests"] == 0
    assert bench.usage.summary(where._replace(workflow_id="wf_other"))["requests"] == 0
