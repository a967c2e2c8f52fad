"""What a request to make or change a key may say, and the columns that it means."""

from collections.abc import Mapping, Sequence
from typing import Any

from nodai_mock._generated import types
from nodai_mock.kernel.clock import parse_rfc3339, to_micros
from nodai_mock.kernel.errors import Fault, Refusal
from nodai_mock.kernel.money import Money
from nodai_mock.keys.browser import SCOPES as PUBLISHABLE_SCOPES
from nodai_mock.keys.record import KeyRecord
from nodai_mock.keys.rules import network, normal_origin
from nodai_mock.keys.scopes import beyond

GRACE_SECONDS = 86_400
QUERY_SCOPES = ("workflows:query", "runs:read")
"""The scopes of a secret key that did not ask for any. A publishable one may not read runs: they are its visitors'."""

DEFAULTS: dict[str, Any] = {
    "name": "",
    "kind": "secret",
    "environment": "live",
    "active": True,
    "scopes": list(QUERY_SCOPES),
    "workflow_ids": None,
    "allowed_ips": [],
    "allowed_origins": [],
    "rate_limit": None,
    "rate_window_seconds": None,
    "bucket": None,
    "cost_limit_micros": None,
    "expires_at": None,
    "end_told": False,
}
INHERITED = tuple(name for name in DEFAULTS if name != "end_told")
COUNTED = frozenset({"rate_limit", "rate_window_seconds", "bucket", "cost_limit_micros"})
"""Columns whose change concerns what was counted so far."""


def new_key(body: types.CreateApiKeyRequest, now: int) -> dict[str, Any]:
    """The columns of a new key. Refusal 422 with every fault."""
    values = {**DEFAULTS}
    if body.get("kind") == "publishable":
        values["scopes"] = list(PUBLISHABLE_SCOPES)
    return _checked(values, body, now)


def changes(body: types.UpdateApiKeyRequest, row: Mapping[str, Any], now: int) -> dict[str, Any]:
    """The columns that an update changes. Refusal 422 with every fault."""
    after = _checked({name: row[name] for name in DEFAULTS}, body, now)
    changed = {name: value for name, value in after.items() if value != row[name]}
    if "expires_at" in changed:
        changed["end_told"] = False
    return changed


def window(body: types.RateLimit | None) -> dict[str, Any]:
    """The columns of a sliding window; None is the default one."""
    if body is None:
        return {"rate_limit": None, "rate_window_seconds": None}
    return {"rate_limit": body["limit"], "rate_window_seconds": body["window_seconds"]}


def expiry(text: str | None, now: int) -> int | None:
    """When the key expires. Refusal 422 for a time that has passed."""
    faults: list[Fault] = []
    instant = _expiry(text, now, faults)
    _refuse(faults)
    return instant


def may_give(actor: KeyRecord, scopes: Sequence[str], workflow_ids: Sequence[str] | None) -> None:
    """Nobody gives away, or takes over, more than they have. Refusal 403."""
    missing = beyond(actor.scopes, scopes)
    if missing:
        raise Refusal("insufficient_scope", required_scopes=missing)
    if actor.workflow_ids is None:
        return
    outside = [name for name in workflow_ids or () if name not in actor.workflow_ids]
    if workflow_ids is None or outside:
        raise Refusal("workflow_not_allowed", workflow_id=outside[0] if outside else "*")


def _checked(values: dict[str, Any], body: Mapping[str, Any], now: int) -> dict[str, Any]:
    faults: list[Fault] = []
    for name in ("name", "kind", "environment", "active", "scopes", "workflow_ids"):
        if name in body:
            values[name] = body[name]
    if "allowed_ips" in body:
        values["allowed_ips"] = _networks(body["allowed_ips"] or [], faults)
    if "allowed_origins" in body:
        values["allowed_origins"] = _origins(body["allowed_origins"] or [])
    if "rate_limit" in body:
        values |= window(body["rate_limit"])
    if "cost_limit_usd" in body:
        limit = body["cost_limit_usd"]
        values["cost_limit_micros"] = None if limit is None else Money.parse(limit).micros
    if "expires_at" in body:
        values["expires_at"] = _expiry(body["expires_at"], now, faults)
    if values["kind"] == "publishable":
        _publishable(values, faults)
    _refuse(faults)
    return values


def _origins(texts: Sequence[str]) -> list[str]:
    return [normal_origin(text) for text in texts]


def _networks(texts: Sequence[str], faults: list[Fault]) -> list[str]:
    found: list[str] = []
    for position, text in enumerate(texts):
        block = network(text)
        if block is None:
            pointer = f"/allowed_ips/{position}"
            faults.append({"pointer": pointer, "code": "format", "message": "is no address or network"})
        else:
            found.append(str(block))
    return found


def _expiry(text: str | None, now: int, faults: list[Fault]) -> int | None:
    if text is None:
        return None
    try:
        instant = to_micros(parse_rfc3339(text))
    except (ValueError, OverflowError):
        instant = now
    if instant <= now:
        faults.append({"pointer": "/expires_at", "code": "minimum", "message": "must be a time in the future"})
    return instant


def _publishable(values: Mapping[str, Any], faults: list[Fault]) -> None:
    if not values["allowed_origins"]:
        message = "a publishable key needs the sites that it is used on"
        faults.append({"pointer": "/allowed_origins", "code": "minItems", "message": message})
    for position, scope in enumerate(values["scopes"]):
        if scope not in PUBLISHABLE_SCOPES:
            message = f"a publishable key takes only {' and '.join(PUBLISHABLE_SCOPES)}"
            faults.append({"pointer": f"/scopes/{position}", "code": "enum", "message": message})


def _refuse(faults: list[Fault]) -> None:
    if faults:
        raise Refusal("validation_failed", errors=faults)
