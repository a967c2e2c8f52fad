"""Limits are exact: never one call too many, never a lawful call refused, whatever runs at the same time."""

from bisect import bisect_right
from collections import Counter
from datetime import timedelta

import pytest
from nodai_mock.kernel.errors import Refusal

from tests.stores.bench import MONDAY, Bench

THREADS = 8


def admitted_at(bench: Bench, key_id: str) -> list[int]:
    sql = "SELECT admitted_at FROM requests WHERE key_id = ? AND state <> 'refused' ORDER BY admitted_at"
    return [row[0] for row in bench.rows(sql, key_id)]


def busiest(instants: list[int], span: int) -> int:
    """The most calls in any window of that length, by looking at every one that ends with a call."""
    return max((position + 1 - bisect_right(instants, at - span) for position, at in enumerate(instants)), default=0)


def test_exactly_the_limit_is_admitted_by_many_threads_over_many_keys(bench: Bench):
    organization = bench.organization()
    keys = [bench.key(organization, rate_limit=25, rate_window_seconds=60) for _ in range(12)]
    codes = bench.together(12 * 60, lambda n: (n % 12, bench.code(keys[n % 12].secret)), THREADS)
    for number in range(12):
        assert Counter(code for key, code in codes if key == number) == {"admitted": 25, "rate_limited": 35}


def test_no_window_ever_holds_more_than_the_limit_across_boundary_bursts(bench: Bench):
    """Bursts before and after every boundary that a fixed window, or a two-cell counter, would fall for."""
    organization = bench.organization()
    limit, span = 20, 60_000_000
    keys = [bench.key(organization, rate_limit=limit, rate_window_seconds=60) for _ in range(4)]
    for offset in (0, 59.999, 60, 60.001, 61, 89.5, 90, 119.999, 120, 121, 150, 179.9, 180.1, 240, 241, 300):
        bench.clock.set(MONDAY + timedelta(seconds=offset))
        bench.together(4 * 15, lambda n: bench.code(keys[n % 4].secret), THREADS)
    for key in keys:
        instants = admitted_at(bench, key.key_id)
        assert busiest(instants, span) == limit


def test_no_lawful_call_is_refused(bench: Bench):
    """Every refusal has the limit in the span before it, the oldest of the sixty sub-windows counted whole."""
    organization = bench.organization()
    limit, span = 5, 60_000_000
    key = bench.key(organization, rate_limit=limit, rate_window_seconds=60)
    refused: list[int] = []
    for step in range(400):
        bench.advance(seconds=(step * 7 % 13) + 0.37)
        for _ in range(step % 3 + 1):
            if bench.code(key.secret) == "rate_limited":
                refused.append(round(bench.clock.now().timestamp() * 1_000_000))
    instants = admitted_at(bench, key.key_id)
    cell = span // 60
    for at in refused:
        counted = [each for each in instants if each <= at and each > at - span - cell]
        assert len(counted) >= limit
    assert refused
    assert busiest(instants, span) == limit


@pytest.mark.parametrize("values", [{"rate_limit": 7, "rate_window_seconds": 3600}, {"bucket": [7, 1, 10]}])
def test_who_waits_as_long_as_told_is_admitted(bench: Bench, values: dict[str, object]):
    key = bench.key(bench.organization(), **values)
    for _ in range(10):
        while bench.code(key.secret) == "admitted":
            bench.advance(seconds=0.4)
        with pytest.raises(Refusal) as refused:
            bench.query(key.secret)
        wait = refused.value.retry_after
        assert wait is not None
        assert wait >= 1
        bench.advance(seconds=wait)
        assert bench.code(key.secret) == "admitted"


def test_the_wait_is_as_long_as_the_slowest_limit_needs(bench: Bench):
    """Bucket, window and quota refuse at once; the answer names the one that holds longest."""
    organization = bench.organization("free")
    key = bench.key(organization, bucket=[1, 1, 10], rate_limit=1, rate_window_seconds=60)
    bench.query(key.secret)
    with pytest.raises(Refusal) as refused:
        bench.query(key.secret)
    assert (refused.value.code, refused.value.facts["policy"], refused.value.retry_after) == ("rate_limited", "key", 60)


def test_a_refusal_changes_no_counter(bench: Bench):
    organization = bench.organization("starter", cost_limit_micros=1_000_000)
    key = bench.key(organization, rate_limit=3, rate_window_seconds=60, cost_limit_micros=500_000)
    for _ in range(3):
        bench.query(key.secret)
    sql = "SELECT subject, name, amount, held, cells FROM limit_counters ORDER BY 1, 2"
    before = bench.rows(sql)
    assert bench.together(40, lambda _: bench.code(key.secret)) == ["rate_limited"] * 40
    assert bench.rows(sql) == before
    assert bench.events("limit.exceeded") == 1


def test_the_organization_window_holds_over_all_its_keys(bench: Bench):
    organization = bench.organization(requests_per_minute=50)
    keys = [bench.key(organization) for _ in range(5)]
    codes = Counter(bench.together(150, lambda n: bench.code(keys[n % 5].secret), THREADS))
    assert codes == {"admitted": 50, "rate_limited": 100}


def test_the_quota_ends_with_the_month_of_the_organization(bench: Bench):
    organization = bench.organization("free", timezone="Pacific/Auckland")
    key = bench.key(organization)
    codes = Counter(bench.together(1_010, lambda _: bench.code(key.secret), THREADS))
    assert codes == {"admitted": 1_000, "quota_exceeded": 10}
    assert bench.code(key.secret, "api_keys.list") == "admitted"
    with pytest.raises(Refusal) as refused:
        bench.query(key.secret)
    assert refused.value.facts["resets_at"] == "2026-11-30T11:00:00.000000Z"
    bench.advance(seconds=(refused.value.retry_after or 0) - 1)
    assert bench.code(key.secret) == "quota_exceeded"
    bench.advance(seconds=1)
    assert bench.code(key.secret) == "admitted"


@pytest.mark.parametrize("instant", [True, False])
def test_parallel_calls_never_overspend(bench: Bench, instant: bool):
    """64 calls at once against one cent: five are paid for, and not one more."""
    bench.instant = instant
    key = bench.key(bench.organization(), cost_limit_micros=10_000)
    codes = Counter(bench.together(64, lambda _: bench.code(key.secret), 64))
    assert codes["admitted"] == 5
    assert sum(codes.values()) == 64
    assert bench.counter(key.key_id, "key-budget") == (10_000, 0)
    assert bench.rows("SELECT SUM(cost_micros) FROM requests") == [(10_000,)]


def test_parallel_calls_of_many_keys_never_overspend_the_organization(bench: Bench):
    bench.instant = False
    organization = bench.organization(cost_limit_micros=100_000)
    keys = [bench.key(organization, cost_limit_micros=30_000) for _ in range(8)]
    bench.together(160, lambda n: bench.code(keys[n % 8].secret), 16)
    spent = dict(bench.rows("SELECT key_id, SUM(cost_micros) FROM requests GROUP BY 1"))
    assert sum(spent.values()) == 100_000
    assert max(spent.values()) <= 30_000
    assert bench.counter(organization, "organization-budget") == (100_000, 0)


def test_a_revoked_key_is_refused_on_the_very_next_request(bench: Bench):
    """1 000 of 1 000, each key used until the moment before."""
    organization = bench.organization()
    actor = bench.record(bench.key(organization))

    def revoke(_: int) -> str:
        key = bench.key(organization)
        assert bench.code(key.secret) == "admitted"
        bench.keys.manage.revoke(actor, key.key_id, "compromised", None)
        return bench.code(key.secret)

    assert Counter(bench.together(1_000, revoke, THREADS)) == {"key_revoked": 1_000}


def test_a_changed_limit_holds_for_the_very_next_request_and_keeps_what_was_counted(bench: Bench):
    organization = bench.organization()
    actor = bench.record(bench.key(organization))
    key = bench.key(organization, rate_limit=10, rate_window_seconds=60)
    assert [bench.code(key.secret) for _ in range(6)] == ["admitted"] * 6
    bench.keys.manage.set_rate_limit(actor, key.key_id, {"limit": 7, "window_seconds": 3600})
    assert [bench.code(key.secret) for _ in range(2)] == ["admitted", "rate_limited"]
    bench.keys.manage.reset_rate_limit(actor, key.key_id)
    assert [bench.code(key.secret) for _ in range(8)] == ["admitted"] * 7 + ["rate_limited"]


def test_a_limit_that_refuses_is_told_once_until_it_was_whole_again(bench: Bench):
    key = bench.key(bench.organization(), rate_limit=2, rate_window_seconds=60)
    for told in (1, 1, 2):
        for _ in range(5):
            bench.code(key.secret)
        assert bench.events("limit.exceeded") == told
        bench.advance(seconds=30)


@pytest.mark.parametrize("operation", ["api_keys.list", "api_keys.verify", "api_keys.create", "workflows.stream"])
def test_every_kind_of_operation_is_counted_exactly(bench: Bench, operation: str):
    """Whether its view goes first or its admission."""
    bench.instant = False
    key = bench.key(bench.organization(), rate_limit=10, rate_window_seconds=60)
    codes = Counter(bench.together(40, lambda _: bench.code(key.secret, operation), THREADS))
    assert codes == {"admitted": 10, "rate_limited": 30}
    assert bench.rows("SELECT state, COUNT(*) FROM requests GROUP BY 1 ORDER BY 1") == [
        ("refused", 30),
        ("settled", 10),
    ]


def test_who_was_refused_has_nothing_looked_up_until_it_may_call_again(bench: Bench):
    key = bench.key(bench.organization(), rate_limit=1, rate_window_seconds=60)
    bench.query(key.secret, "api_keys.list")
    bench.begin(key.secret, "api_keys.list")
    assert bench.code(key.secret, "api_keys.list") == "rate_limited"
    with pytest.raises(Refusal, match="rate_limited"):
        bench.begin(key.secret, "api_keys.list")
    bench.advance(seconds=60)
    bench.begin(key.secret, "api_keys.list")
