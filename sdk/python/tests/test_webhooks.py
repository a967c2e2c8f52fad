"""Receiving webhooks: which are genuine is in the vectors; here is what a receiver gets."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from email.message import Message
from importlib.resources import files
from typing import Any

import httpx
import nodai
import pytest
from nodai import webhooks
from werkzeug.datastructures import Headers as FlaskHeaders

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
NOW = datetime(2026, 11, 21, 10, 15, 31, tzinfo=UTC)
CONTRACT = json.loads(files("nodai_mock").joinpath("_generated/openapi.json").read_text(encoding="utf-8"))
EVENTS: dict[str, Any] = {
    type: CONTRACT["components"]["schemas"][
        item["post"]["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    ]
    for type, item in CONTRACT["webhooks"].items()
}


def receive(body: bytes, headers: Any = None) -> Any:
    signed = webhooks.signed_headers(body, SECRET, id="evt_1", timestamp=int(NOW.timestamp()))
    return webhooks.unwrap(body, signed if headers is None else headers, SECRET, now=NOW)


@pytest.mark.parametrize("type", EVENTS)
def test_every_event_of_the_contract_is_a_class_of_its_own(type: str) -> None:
    event = receive(json.dumps(EVENTS[type]["examples"][0]).encode())

    assert event.type == type
    assert "Unknown" not in event.__class__.__name__
    assert event.created_at.tzinfo is not None


@pytest.mark.parametrize(
    "change", [{"type": "planet.aligned"}, {"data": {"something": "new"}}], ids=["unknown type", "newer shape"]
)
def test_an_event_that_this_version_does_not_know_is_kept(change: dict[str, Any]) -> None:
    event = receive(json.dumps({**EVENTS["run.completed"]["examples"][0], **change}).encode())

    assert isinstance(event, nodai.UnknownWebhookEvent)
    assert event.type == change.get("type", "run.completed")
    assert event.data == change.get("data", event.data)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"{}", b'"text"', b"\xff"])
def test_what_is_signed_but_no_event_is_refused(body: bytes) -> None:
    with pytest.raises(nodai.WebhookInvalid) as caught:
        receive(body)

    assert caught.value.reason == "malformed_body"


def signed(body: bytes) -> dict[str, str]:
    return webhooks.signed_headers(body, SECRET, id="evt_1", timestamp=int(NOW.timestamp()))


def message(headers: Mapping[str, str]) -> Message:
    made = Message()
    for name, value in headers.items():
        made[name] = value
    return made


@pytest.mark.parametrize(
    "convert",
    [
        dict,
        httpx.Headers,
        FlaskHeaders,
        message,
        lambda headers: list(headers.items()),
        lambda headers: [(name.encode(), value.encode()) for name, value in headers.items()],
        lambda headers: {name.title(): value for name, value in headers.items()},
    ],
    ids=["dict", "httpx", "flask", "http.server", "pairs", "asgi", "capitals"],
)
def test_the_headers_of_any_framework_will_do(convert: Any) -> None:
    body = json.dumps(EVENTS["run.completed"]["examples"][0]).encode()

    assert receive(body, convert(signed(body))).type == "run.completed"


def test_a_rotation_carries_two_signatures_and_either_secret_will_do() -> None:
    other = "whsec_" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldY"
    headers = webhooks.signed_headers(b"{}", [SECRET, other], id="evt_1")

    assert headers["webhook-signature"].count("v1,") == 2
    for secret in (SECRET, other):
        webhooks.verify(b"{}", headers, secret)


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_not base64!", "whsec_é"])
def test_a_bad_secret_is_a_mistake_of_ours_and_is_not_shown(secret: str) -> None:
    with pytest.raises(ValueError, match="whsec_") as caught:
        webhooks.verify(b"{}", signed(b"{}"), secret, now=NOW)

    assert not isinstance(caught.value, nodai.WebhookInvalid)
    assert not secret.removeprefix("whsec_") or secret.removeprefix("whsec_") not in str(caught.value)


def test_no_secret_at_all_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        webhooks.verify(b"{}", signed(b"{}"), [], now=NOW)


def test_checking_needs_no_client_and_no_http_library() -> None:
    code = """
import sys
from nodai import webhooks
headers = webhooks.signed_headers(b"{}", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", id="evt_1")
webhooks.verify(b"{}", headers, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
print([name for name in ("httpx", "httpcore", "h11", "pydantic", "nodai.client") if name in sys.modules])
"""

    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
