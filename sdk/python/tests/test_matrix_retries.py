"""Fault matrix: when a call is repeated, how long the SDK waits, and when it gives up at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from nodai import RequestOptions, errors

from sdk.python.tests.faults import FaultServer, Step, answer, drop, problem, reply
from sdk.python.tests.rides import Ride, get, query

NOW = datetime.fromtimestamp(1_795_257_000, UTC)  # where the rides' wall clock begins


def date(seconds: float) -> str:
    return format_datetime(NOW + timedelta(seconds=seconds), usegmt=True)


HONOURED = {
    "seconds": ({"Retry_After": "7"}, 7.0),
    "decimal seconds": ({"Retry_After": "1.5"}, 1.5),
    "zero": ({"Retry_After": "0"}, 0.0),
    "date": ({"Retry_After": date(9)}, 9.0),
    "date by the server's clock": ({"Retry_After": date(-3595), "Date": date(-3600)}, 5.0),
    "date that has passed": ({"Retry_After": date(-30)}, 0.0),
    "rfc 850 date": ({"Retry_After": (NOW + timedelta(seconds=4)).strftime("%A, %d-%b-%y %H:%M:%S GMT")}, 4.0),
    "milliseconds": ({"Retry_After_Ms": "1250"}, 1.25),
    "milliseconds with a unit": ({"Retry_After": "800ms"}, 0.8),
    "in the problem": ({"retry_after_seconds": 3}, 3.0),
    "nonsense": ({"Retry_After": "soon"}, 1.0),
    "negative": ({"Retry_After": "-5"}, 1.0),
    "endless": ({"Retry_After": "9" * 400}, 1.0),
}


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(("facts", "seconds"), HONOURED.values(), ids=HONOURED.keys())
def test_retry_after_is_honoured_and_never_early(
    server: FaultServer, ride: Ride, status: int, facts: dict[str, Any], seconds: float
) -> None:
    server.play(problem(status, "unavailable", retryable=True, **facts), reply())
    outcome = ride.run(server.url, get)
    assert outcome.value.meta.attempts == 2
    waited = sum(outcome.sleeps)
    assert waited == pytest.approx(seconds)
    assert waited >= seconds


@pytest.mark.parametrize("wait", ["3600", date(3600), "61"])
def test_long_retry_after_raises_at_once_and_says_when(server: FaultServer, ride: Ride, wait: str) -> None:
    server.play(problem(429, "rate_limited", retryable=True, Retry_After=wait))
    outcome = ride.run(server.url, query)
    assert isinstance(outcome.failed, errors.RateLimited)
    assert outcome.sleeps == []
    assert len(server.requests) == 1
    assert outcome.failed.retry_after_seconds is not None
    assert outcome.failed.retry_at == NOW + timedelta(seconds=outcome.failed.retry_after_seconds)


def test_retry_after_past_the_deadline_raises_at_once_and_says_when(server: FaultServer, ride: Ride) -> None:
    server.play(problem(503, "unavailable", retryable=True, Retry_After="20"))
    outcome = ride.run(server.url, query, deadline=15)
    assert outcome.sleeps == []
    assert outcome.failed.retry_at == NOW + timedelta(seconds=20)


def test_deadline_bounds_all_attempts_together(server: FaultServer, ride: Ride) -> None:
    server.play(problem(503, "unavailable", retryable=True))
    outcome = ride.run(server.url, query, deadline=2.5, max_retries=9)
    assert outcome.sleeps == [1.0]
    assert isinstance(outcome.failed, errors.ServiceUnavailableError)


def test_deadline_ends_a_silent_call(server: FaultServer, ride: Ride) -> None:
    server.play(Step(hang=True))
    outcome = ride.run(server.url, query, timeout=None, deadline=1.0, real_clock=True)
    assert isinstance(outcome.failed, errors.TimedOut)
    assert len(server.requests) == 1


def test_deadline_ends_a_body_that_drips(server: FaultServer, ride: Ride) -> None:
    server.play(Step(answer()[:-50], hang=True))
    options = RequestOptions(deadline=1.0)
    outcome = ride.run(server.url, lambda client: query(client, options=options), real_clock=True)
    assert isinstance(outcome.failed, errors.TimedOut)


FAILURES = {
    "500": problem(500, "internal_error", retryable=True),
    "502 without a problem": reply(502, b"<html>Bad gateway</html>", kind="text/html"),
    "503": problem(503, "unavailable", retryable=True),
    "504": reply(504, b"", kind="text/plain"),
    "529": reply(529, b"", kind="text/plain"),
    "408": reply(408, {}),
    "429": problem(429, "burst_limited", retryable=True),
    "402 while money is held": problem(402, "cost_limit_reserved", retryable=True),
    "409 while the first still runs": problem(409, "idempotency_in_progress", retryable=True),
    "dropped": drop(),
    "reset": Step(reset=True),
    "cut short": Step(answer()[:-5], close=True),
}


@pytest.mark.parametrize("step", FAILURES.values(), ids=FAILURES.keys())
def test_failed_post_is_repeated_with_the_same_idempotency_key(server: FaultServer, ride: Ride, step: Step) -> None:
    server.play(step, step, reply())
    outcome = ride.run(server.url, query)
    assert outcome.value.meta.attempts == 3
    assert outcome.sleeps == [1.0, 2.0]
    keys = [seen.headers["idempotency-key"] for seen in server.requests]
    assert len(keys) == 3
    assert len(set(keys)) == 1
    assert len({seen.body for seen in server.requests}) == 1


def test_each_post_has_its_own_idempotency_key(server: FaultServer, ride: Ride) -> None:
    server.play(reply())
    ride.run(server.url, query)
    ride.run(server.url, query)
    assert len({seen.headers["idempotency-key"] for seen in server.requests}) == 2


def test_the_callers_idempotency_key_is_sent(server: FaultServer, ride: Ride) -> None:
    server.play(drop(), reply())
    ride.run(server.url, lambda client: query(client, options=RequestOptions(idempotency_key="order-7")))
    assert [seen.headers["idempotency-key"] for seen in server.requests] == ["order-7", "order-7"]


@pytest.mark.parametrize("step", [drop(), problem(500, "internal_error", retryable=True)])
def test_patch_is_not_repeated_when_it_may_have_worked(server: FaultServer, ride: Ride, step: Step) -> None:
    server.play(step)
    outcome = ride.run(server.url, lambda client: client.workflows.update("wf_1", name="New"))
    assert outcome.failed.meta.attempts == 1


def test_refused_patch_is_repeated(server: FaultServer, ride: Ride) -> None:
    server.play(problem(429, "burst_limited", retryable=True, Retry_After="2"), problem(404, "not_found"))
    outcome = ride.run(server.url, lambda client: client.workflows.update("wf_1", name="New"))
    assert isinstance(outcome.failed, errors.NotFound)
    assert outcome.sleeps == [2.0]


@pytest.mark.parametrize(
    "step",
    [
        problem(400, "malformed_json"),
        problem(401, "invalid_api_key"),
        problem(402, "cost_limit_exceeded", retryable=False),
        problem(403, "key_revoked"),
        problem(404, "not_found"),
        problem(409, "conflict"),
        problem(422, "validation_failed"),
        problem(503, "unavailable", retryable=False),
        reply(501, {}),
    ],
)
def test_lasting_refusal_is_not_repeated(server: FaultServer, ride: Ride, step: Step) -> None:
    server.play(step)
    outcome = ride.run(server.url, get)
    assert isinstance(outcome.failed, errors.APIError)
    assert len(server.requests) == 1


def test_no_retries_means_none(server: FaultServer, ride: Ride) -> None:
    server.play(problem(503, "unavailable", retryable=True))
    assert ride.run(server.url, get, max_retries=0).failed.meta.attempts == 1
    options = RequestOptions(max_retries=1)
    assert ride.run(server.url, lambda client: get(client, options=options)).failed.meta.attempts == 2


def test_budget_of_retries_stops_a_client_that_only_fails(server: FaultServer, ride: Ride) -> None:
    server.play(problem(503, "unavailable", retryable=True))

    def spent(client: Any) -> Any:
        client._core.budget.tokens = 1.0
        return get(client)

    assert ride.run(server.url, spent).failed.meta.attempts == 2


def test_success_refills_the_budget_of_retries(server: FaultServer, ride: Ride) -> None:
    server.play(reply())
    seen: list[Any] = []

    def work(client: Any) -> Any:
        client._core.budget.tokens = 0.0
        seen.append(client._core.budget)
        return get(client)

    ride.run(server.url, work)
    assert seen[0].tokens == pytest.approx(0.1)


def test_idle_connection_that_the_server_closed_is_replaced_unseen(server: FaultServer, ride: Ride) -> None:
    server.play(Step(answer(), close=True), reply())

    if ride.asynchronous:

        async def twice(client: Any) -> Any:
            await get(client)
            return await query(client)
    else:

        def twice(client: Any) -> Any:
            get(client)
            return query(client)

    outcome = ride.run(server.url, twice)
    assert outcome.value.output == "hello"
    assert server.connections == 2
    if not ride.compat:  # httpx may notice only when it sends, and that costs an attempt
        assert outcome.value.meta.attempts == 1
        assert outcome.sleeps == []


def test_connection_is_kept_between_calls(server: FaultServer, ride: Ride) -> None:
    server.play(reply())

    if ride.asynchronous:

        async def thrice(client: Any) -> Any:
            return [await get(client), await query(client), await get(client)]
    else:

        def thrice(client: Any) -> Any:
            return [get(client), query(client), get(client)]

    ride.run(server.url, thrice)
    assert server.connections == 1
    assert len(server.requests) == 3
