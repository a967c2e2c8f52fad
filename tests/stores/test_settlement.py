"""Money that is reserved is settled or given back, whatever happens to whoever held it."""

from datetime import UTC, datetime

import pytest
from nodai_mock.kernel.errors import Refusal

from tests.stores.bench import Bench

LEASE_SECONDS = 60


def test_a_reservation_becomes_what_the_call_really_cost(bench: Bench):
    bench.instant = False
    key = bench.key(bench.organization(cost_limit_micros=50_000), cost_limit_micros=10_000)
    call = bench.begin(key.secret)
    assert bench.counter(key.key_id, "key-budget") == (0, 2_000)
    call.cost = 1_250
    bench.admission.settle(call, 200, None, b"{}", "application/json")
    assert bench.counter(key.key_id, "key-budget") == (1_250, 0)
    assert bench.counter(call.organization_id, "organization-budget") == (1_250, 0)
    assert bench.rows("SELECT state, status, held_micros, cost_micros FROM requests") == [("settled", 200, 0, 1_250)]


def test_a_failed_call_costs_nothing(bench: Bench):
    bench.instant = False
    key = bench.key(bench.organization(), cost_limit_micros=10_000)
    bench.admission.settle(bench.begin(key.secret), 502, "upstream_error", b"{}", "application/problem+json")
    assert bench.counter(key.key_id, "key-budget") == (0, 0)
    assert bench.rows("SELECT status, code, cost_micros FROM requests") == [(502, "upstream_error", 0)]


def test_money_in_flight_refuses_for_a_moment_and_money_spent_until_the_month_ends(bench: Bench):
    bench.instant = False
    key = bench.key(bench.organization(), cost_limit_micros=3_000)
    first = bench.begin(key.secret)
    with pytest.raises(Refusal, match="cost_limit_reserved") as reserved:
        bench.begin(key.secret)
    assert reserved.value.retry_after == 1
    assert reserved.value.facts["reserved_usd"] == "0.002000"
    bench.admission.settle(first, 200, None, b"{}", "application/json")
    with pytest.raises(Refusal, match="cost_limit_exceeded") as exceeded:
        bench.begin(key.secret)
    assert exceeded.value.retry_after is None
    assert exceeded.value.facts["resets_at"] == "2026-12-01T00:00:00.000000Z"
    bench.cost = 4_000
    with pytest.raises(Refusal, match="request_exceeds_cost_limit"):
        bench.begin(key.secret)


def test_a_dead_servers_reservations_are_given_back_when_their_lease_ends(bench: Bench):
    bench.instant = False
    key = bench.key(bench.organization(), cost_limit_micros=10_000)
    dead = bench.another_server()
    bench.begin(key.secret, admission=dead)
    bench.advance(seconds=LEASE_SECONDS - 1)
    assert bench.db.write(bench.admission.sweep) == []
    assert bench.counter(key.key_id, "key-budget") == (0, 2_000)
    bench.advance(seconds=1)
    assert bench.db.write(bench.admission.sweep) == ["let go of what 1 calls of a dead server held"]
    assert bench.counter(key.key_id, "key-budget") == (0, 0)
    assert bench.rows("SELECT state, status, held_micros FROM requests") == [("abandoned", 500, 0)]


def test_a_living_servers_long_call_keeps_its_reservation(bench: Bench):
    bench.instant = False
    key = bench.key(bench.organization(), cost_limit_micros=10_000)
    call = bench.begin(key.secret)
    other = bench.another_server()
    for _ in range(10):
        bench.advance(seconds=LEASE_SECONDS // 3)
        bench.db.write(bench.admission.sweep)
        assert bench.db.write(other.sweep) == []
    bench.admission.settle(call, 200, None, b"{}", "application/json")
    assert bench.counter(key.key_id, "key-budget") == (2_000, 0)


def test_who_was_thought_dead_and_ends_after_all_is_charged_once(bench: Bench):
    bench.instant = False
    key = bench.key(bench.organization(), cost_limit_micros=10_000)
    slow = bench.another_server()
    call = bench.begin(key.secret, admission=slow)
    bench.advance(days=2)
    bench.db.write(bench.admission.sweep)
    slow.settle(call, 200, None, b"{}", "application/json")
    slow.settle(call, 200, None, b"{}", "application/json")
    assert bench.counter(key.key_id, "key-budget") == (2_000, 0)
    assert bench.rows("SELECT state, cost_micros FROM requests") == [("settled", 2_000)]


def test_the_only_server_of_a_database_recovers_at_once(bench: Bench):
    bench.instant = False
    key = bench.key(bench.organization(), cost_limit_micros=10_000)
    bench.begin(key.secret, headers={"idempotency-key": "once"})
    restarted = bench.another_server()
    bench.db.write(restarted.recover)
    assert bench.counter(key.key_id, "key-budget") == (0, 0)
    bench.begin(key.secret, headers={"idempotency-key": "once"}, admission=restarted)


def test_a_detached_call_is_settled_when_its_run_ends(bench: Bench):
    bench.instant = False
    key = bench.key(bench.organization(), cost_limit_micros=10_000)
    call = bench.begin(key.secret, "workflows.start")
    call.detached = True
    bench.admission.settle(call, 202, None, b"{}", "application/json")
    assert bench.counter(key.key_id, "key-budget") == (0, 2_000)
    for _ in range(2):
        bench.db.write(
            lambda tx: bench.admission.finish(tx, call.request_id, status=200, cost_micros=1_500, run_id="run_1")
        )
    assert bench.counter(key.key_id, "key-budget") == (1_500, 0)
    assert bench.rows("SELECT state, status, run_id, cost_micros FROM requests") == [("settled", 200, "run_1", 1_500)]


def test_a_call_belongs_to_the_month_of_its_admission(bench: Bench):
    bench.instant = False
    bench.clock.set(datetime(2026, 11, 30, 23, 59, 59, tzinfo=UTC))
    key = bench.key(bench.organization(), cost_limit_micros=10_000)
    last_month = bench.begin(key.secret)
    bench.advance(seconds=2)
    this_month = bench.begin(key.secret)
    bench.admission.settle(last_month, 200, None, b"{}", "application/json")
    assert bench.counter(key.key_id, "key-budget") == (0, 2_000)
    bench.admission.settle(this_month, 200, None, b"{}", "application/json")
    assert bench.counter(key.key_id, "key-budget") == (2_000, 0)


def test_months_follow_the_organizations_time_zone_and_its_change(bench: Bench):
    """9 o'clock on the first in Auckland is still the month before in Honolulu."""
    bench.clock.set(datetime(2026, 11, 30, 20, 0, tzinfo=UTC))
    organization = bench.organization(timezone="Pacific/Honolulu")
    key = bench.key(organization, cost_limit_micros=4_000)
    assert [bench.code(key.secret) for _ in range(3)] == ["admitted", "admitted", "cost_limit_exceeded"]
    bench.clock.set(datetime(2026, 11, 30, 5, 0, tzinfo=UTC))
    assert bench.code(key.secret) == "cost_limit_exceeded"
    bench.clock.set(datetime(2026, 11, 30, 20, 0, tzinfo=UTC))
    bench.accounts.update(organization, timezone="Asia/Tokyo")
    assert bench.code(key.secret) == "cost_limit_exceeded"
    bench.clock.set(datetime(2026, 12, 31, 15, 0, tzinfo=UTC))
    assert bench.code(key.secret) == "admitted"


@pytest.mark.parametrize("instant", [True, False])
def test_each_threshold_is_told_once_in_a_period(bench: Bench, instant: bool):
    bench.instant = instant
    key = bench.key(bench.organization(), cost_limit_micros=20_000)
    told: list[int] = []
    for _ in range(10):
        bench.query(key.secret)
        told.append(bench.events("usage.threshold_reached"))
    assert told == [0, 0, 0, 0, 1, 1, 1, 2, 2, 3]
    bench.code(key.secret)
    bench.advance(days=31)
    for _ in range(5):
        bench.query(key.secret)
    assert bench.events("usage.threshold_reached") == 4


def test_the_ledger_is_the_sum_of_the_rows(bench: Bench):
    """Whatever happened to the calls, the counters and the rows tell the same story."""
    bench.instant = False
    organization = bench.organization(cost_limit_micros=10_000_000)
    keys = [bench.key(organization, cost_limit_micros=900_000) for _ in range(4)]

    def work(n: int) -> None:
        call = bench.begin(keys[n % 4].secret)
        call.cost = n % 2_000
        if n % 7:
            status, code = (502, "upstream_error") if n % 5 == 0 else (200, None)
            bench.admission.settle(call, status, code, b"{}", "application/json")

    bench.together(400, work)
    bench.db.write(bench.another_server().recover)
    for key in keys:
        spent = bench.rows("SELECT SUM(cost_micros) FROM requests WHERE key_id = ?", key.key_id)[0][0]
        assert bench.counter(key.key_id, "key-budget") == (spent, 0)
    assert bench.counter(organization, "organization-budget") == (
        bench.rows("SELECT SUM(cost_micros) FROM requests")[0][0],
        0,
    )


def test_a_detached_call_took_as_long_as_its_answer_not_as_its_run(bench: Bench):
    bench.instant = False
    call = bench.begin(bench.key(bench.organization()).secret, "workflows.start")
    call.detached = True
    bench.admission.settle(call, 202, None, b"0123456789", "application/json")
    bench.advance(hours=1)
    bench.db.write(lambda tx: bench.admission.finish(tx, call.request_id, status=202, cost_micros=1))
    assert bench.rows("SELECT status, latency_us < 60000000, response_bytes FROM requests") == [(202, 1, 10)]
