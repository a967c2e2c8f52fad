"""What a mistake says: what is wrong, and what to do about it."""

from __future__ import annotations

from typing import Any

import httpx
import nodai
import pytest
from nodai import AsyncNodAI, NodAI, errors, webhooks

from sdk.python.tests.faults import FaultServer, Step, problem, reply
from sdk.python.tests.rides import KEY, Ride, get, query
from sdk.python.tests.test_streaming import whole


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"base_url": 4010}, "must be a string, not int"),
        ({"base_url": "localhost:4010"}, "must look like https://host"),
        ({"base_url": "http://host:99999"}, "Port out of range"),
        ({"base_url": "http://host/api/v1/"}, "must end before /api/v1"),
        ({"base_url": "https://me:hunter2@host"}, "use api_key"),
        ({"timeout": "5"}, "must be a number of seconds, more than 0, or None for no limit; not '5'"),
        ({"timeout": float("inf")}, "None for no limit; not inf"),
        ({"max_retries": None}, "must be a whole number, 0 or more; not None"),
        ({"headers": {"X-Team": 5}}, "not with int"),
        ({"http_client": "proxy"}, "takes an httpx.Client as http_client, not str"),
        ({"limiter": nodai.limiter.Limiter}, "an object like nodai.limiter.Limiter()"),
        ({"middleware": nodai.Middleware()}, "must be a list"),
    ],
)
def test_a_setting_that_cannot_be_used_says_why(wrong: dict[str, Any], told: str) -> None:
    with pytest.raises(errors.ConfigurationError) as caught:
        NodAI(KEY, **wrong)
    assert told in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_a_key_given_as_the_address_is_not_shown() -> None:
    with pytest.raises(errors.ConfigurationError) as caught:
        NodAI("http://localhost:4010", base_url=KEY)
    assert KEY not in str(caught.value)


async def test_an_http_client_of_the_other_kind_is_refused() -> None:
    wrong: Any = httpx.Client()
    with pytest.raises(errors.ConfigurationError, match=r"AsyncNodAI takes an httpx\.AsyncClient .* not Client"):
        AsyncNodAI(KEY, http_client=wrong)
    wrong.close()
    async with httpx.AsyncClient() as other:
        wrong = other
        with pytest.raises(errors.ConfigurationError, match=r"NodAI takes an httpx\.Client"):
            NodAI(KEY, http_client=wrong)


def test_options_that_are_no_options_are_refused(server: FaultServer, ride: Ride) -> None:
    error = ride.run(server.url, lambda client: get(client, options={"timeout": 3})).failed
    assert isinstance(error, errors.RequestInvalid)
    assert "nodai.RequestOptions(timeout=…), not dict" in str(error)


def test_an_id_that_is_none_names_the_operation(server: FaultServer, ride: Ride) -> None:
    error = ride.run(server.url, lambda client: client.runs.get(None)).failed
    assert "runs.get takes an id as a string, not as NoneType" in str(error)


def test_faults_of_a_request_are_in_the_message(server: FaultServer, ride: Ride) -> None:
    faults = [{"pointer": f"/{name}", "code": "unknown", "message": "is not known"} for name in "abcd"]
    faults[0] = {"parameter": "limit", "code": "maximum", "message": "must be 100 or less"}
    server.play(problem(422, "validation_failed", errors=faults))
    told = str(ride.run(server.url, query).failed)
    assert "limit: must be 100 or less; /b: is not known; /c: is not known; and 1 more" in told


def test_a_page_that_is_no_problem_document_asks_for_the_address(server: FaultServer, ride: Ride) -> None:
    server.play(reply(404, b"<html>Not here</html>", kind="text/html"))
    told = str(ride.run(server.url, get).failed)
    assert "(text/html, 21 bytes) is no problem document; is base_url right?" in told


def test_a_web_page_with_status_200_asks_for_the_address(server: FaultServer, ride: Ride) -> None:
    server.play(reply(200, b"<html>Welcome</html>", kind="text/html"))
    assert "Is base_url right?" in str(ride.run(server.url, get, max_retries=0).failed)
    stream = ride.run(server.url, lambda client: whole(client), max_retries=0)
    assert "Is base_url right?" in str(stream.failed)


def test_a_dead_local_server_says_how_to_start_one(ride: Ride) -> None:
    told = str(ride.run("http://127.0.0.1:1", get, max_retries=0).failed)
    assert "127.0.0.1:1 cannot be reached (Connection refused)" in told
    assert "nodai-mock serve" in told


def test_what_took_too_long_is_said(server: FaultServer, ride: Ride) -> None:
    server.play(Step(hang=True))
    told = str(ride.run(server.url, get, timeout=1.0, max_retries=0, real_clock=True).failed)
    assert "runs.get: the server sent nothing for 1 s." in told
    told = str(ride.run(server.url, get, deadline=1.5, max_retries=0, real_clock=True).failed)
    assert "runs.get: the deadline of 1.5 s passed." in told


def test_a_parsed_webhook_is_refused_as_such() -> None:
    parsed: Any = {"id": "evt_1"}
    headers = {"webhook-id": "evt_1", "webhook-timestamp": "1", "webhook-signature": "v1,x"}
    with pytest.raises(TypeError, match="raw body"):
        webhooks.unwrap(parsed, headers, "whsec_YWFh")


def test_lists_and_streams_say_what_they_are() -> None:
    client = NodAI(KEY)
    assert "api_keys.list: iterate over it" in repr(client.api_keys.list())
    assert repr(client.workflows.stream("wf_1", input="hi")) == "<Stream of workflows.stream: not begun>"
