"""The same POST sent twice happens once."""

from collections import Counter

import pytest
from nodai_mock.kernel.errors import Refusal

from tests.stores.bench import Bench, Replayed

ONCE = {"idempotency-key": "7c4f3a52"}


def outcome(bench: Bench, secret: str, **rest: object) -> str:
    try:
        bench.query(secret, headers=dict(ONCE), **rest)
    except Replayed as repetition:
        return "replayed" if repetition.replay.body == b'{"output":"hello"}' else "another answer"
    except Refusal as refused:
        return refused.code
    return "answered"


@pytest.mark.parametrize("instant", [True, False])
def test_a_repetition_gets_the_stored_answer_and_costs_nothing(bench: Bench, instant: bool):
    bench.instant = instant
    key = bench.key(bench.organization(), rate_limit=2, rate_window_seconds=60, cost_limit_micros=10_000)
    assert [outcome(bench, key.secret) for _ in range(20)] == ["answered"] + ["replayed"] * 19
    assert bench.counter(key.key_id, "key") == (1, 0)
    assert bench.counter(key.key_id, "key-budget") == (2_000, 0)
    assert bench.rows("SELECT COUNT(*) FROM requests") == [(1,)]


@pytest.mark.parametrize("instant", [True, False])
def test_of_parallel_repetitions_one_is_charged(bench: Bench, instant: bool):
    bench.instant = instant
    key = bench.key(bench.organization(), cost_limit_micros=10_000)
    outcomes = Counter(bench.together(64, lambda _: outcome(bench, key.secret), 32))
    assert outcomes["answered"] == 1
    assert set(outcomes) <= {"answered", "replayed", "idempotency_in_progress"}
    assert bench.counter(key.key_id, "key-budget") == (2_000, 0)


def test_another_body_under_the_same_key_is_refused(bench: Bench):
    key = bench.key(bench.organization())
    assert outcome(bench, key.secret, raw=b'{"input":"a"}') == "answered"
    assert outcome(bench, key.secret, raw=b'{"input":"b"}') == "idempotency_key_reused"
    assert outcome(bench, key.secret, raw=b'{"input":"a"}', path="/other") == "idempotency_key_reused"


def test_the_key_means_something_else_to_another_caller_and_another_operation(bench: Bench):
    organization = bench.organization()
    first, second = bench.key(organization), bench.key(organization)
    assert outcome(bench, first.secret) == "answered"
    assert outcome(bench, second.secret) == "answered"
    assert outcome(bench, first.secret, operation="workflows.start") == "answered"


def test_a_repetition_while_the_first_still_runs_is_told_to_wait(bench: Bench):
    bench.instant = False
    key = bench.key(bench.organization())
    call = bench.begin(key.secret, headers=dict(ONCE))
    assert outcome(bench, key.secret) == "idempotency_in_progress"
    bench.admission.settle(call, 200, None, b'{"output":"hello"}', "application/json")
    assert outcome(bench, key.secret) == "replayed"


@pytest.mark.parametrize("instant", [True, False])
def test_a_servers_failure_is_not_remembered(bench: Bench, instant: bool):
    bench.instant = instant
    key = bench.key(bench.organization())
    call = bench.begin(key.secret, headers=dict(ONCE))
    bench.admission.settle(call, 502, "upstream_error", b"{}", "application/problem+json")
    assert outcome(bench, key.secret) == "answered"


def test_an_answer_is_forgotten_after_a_day(bench: Bench):
    key = bench.key(bench.organization())
    outcome(bench, key.secret)
    bench.advance(hours=24, seconds=-1)
    bench.db.write(bench.admission.sweep)
    assert outcome(bench, key.secret) == "replayed"
    bench.advance(seconds=1)
    assert outcome(bench, key.secret) == "answered"
    bench.advance(hours=24)
    bench.db.write(bench.admission.sweep)
    assert bench.rows("SELECT COUNT(*) FROM idempotency") == [(0,)]


def test_a_refused_request_leaves_its_key_free(bench: Bench):
    key = bench.key(bench.organization(), rate_limit=1, rate_window_seconds=60)
    bench.query(key.secret)
    assert outcome(bench, key.secret) == "rate_limited"
    bench.advance(seconds=60)
    assert outcome(bench, key.secret) == "answered"


def test_a_repeated_stream_is_told_again_without_being_counted(bench: Bench):
    bench.instant = False
    key = bench.key(bench.organization(), cost_limit_micros=10_000)
    first = bench.begin(key.secret, "workflows.stream", headers=dict(ONCE))
    again = bench.begin(key.secret, "workflows.stream", headers=dict(ONCE))
    assert (first.repeats, again.repeats) == (None, first.request_id)
    assert again.decision is not None
    assert again.decision.admitted
    bench.admission.settle(again, 200, None, b"", "text/event-stream")
    assert bench.counter(key.key_id, "key-budget") == (0, 2_000)
