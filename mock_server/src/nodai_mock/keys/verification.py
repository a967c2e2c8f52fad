"""Verifying a key: what admission would say, without consuming anything."""

from __future__ import annotations

from typing import Protocol

from nodai_mock._generated import types
from nodai_mock._generated.operations import OPERATIONS
from nodai_mock.kernel.db import Tx
from nodai_mock.kernel.errors import Refusal, invalid
from nodai_mock.kernel.money import Money
from nodai_mock.keys import magic, rules
from nodai_mock.keys.record import KeyRecord
from nodai_mock.keys.scopes import beyond
from nodai_mock.keys.secrets import fingerprint, kind_of
from nodai_mock.limits.counter import Ask
from nodai_mock.limits.decision import Policy
from nodai_mock.limits.service import Limits

_OPERATIONS = {operation.id: operation for operation in OPERATIONS}


class Holder(Protocol):
    """The key, or the client session as a key, whose secret is of this kind and has this hash."""

    def __call__(self, tx: Tx, kind: str, secret_hash: bytes) -> KeyRecord | None: ...


class Verdict:
    """The outcome: the key when it is one of the asker's, the code when it would be refused, its limits."""

    def __init__(self, key: KeyRecord | None, code: str | None, policies: list[Policy]) -> None:
        self.key = key
        self.code = code
        self.policies = policies


class Verification:
    """Asks the same rules that admission asks."""

    def __init__(self, limits: Limits, holder: Holder, prefix: str) -> None:
        self._limits = limits
        self._holder = holder
        self._prefix = prefix

    def verdict(self, tx: Tx, actor: KeyRecord, body: types.VerifyApiKeyRequest) -> Verdict:
        """Checks that the question leaves open (no address, no origin) are left out."""
        operation = body.get("operation")
        if operation is not None and operation not in _OPERATIONS:
            raise invalid("/operation", "enum", "is no operation of this API")
        kind = kind_of(body["secret"], self._prefix)
        if kind is None:
            return Verdict(None, "malformed_api_key", [])
        key = self._holder(tx, kind, fingerprint(body["secret"]))
        if key is None or key.organization_id != actor.organization_id:
            return Verdict(None, "invalid_api_key", [])
        policies = self._limits.status(tx, key.id, key.organization_id, key.rules)
        refused = self._checks(key, body, tx.now_micros)
        if refused is not None:
            return Verdict(key, refused.code, policies)
        ask = _ask(body)
        over = magic.over_budget(key, ask, tx.now_micros)
        decision = self._limits.preview(tx, key.id, key.organization_id, key.rules, ask)
        return Verdict(key, over.code if over else decision.code or None, policies)

    @staticmethod
    def _checks(key: KeyRecord, body: types.VerifyApiKeyRequest, now: int) -> Refusal | None:
        ip, origin, operation = body.get("ip"), body.get("origin"), body.get("operation")
        refused = rules.state(key, now)
        if refused is None and ip is not None:
            refused = rules.address_allowed(key, ip)
        if refused is None and origin is not None:
            refused = rules.origin_allowed(key, origin, foreign=True)
        asked = None if operation is None else _OPERATIONS[operation]
        wanted, browser = ((), True) if asked is None else (asked.scopes, asked.browser)
        if refused is None:
            refused = rules.permission(key, wanted, body.get("workflow_id"), browser=browser)
        if refused is None and beyond(key.scopes, body.get("scopes", [])):
            refused = Refusal("insufficient_scope", required_scopes=body.get("scopes", []))
        return refused


def _ask(body: types.VerifyApiKeyRequest) -> Ask:
    operation, cost = body.get("operation"), body.get("cost_usd")
    metered = cost is not None if operation is None else _OPERATIONS[operation].metered
    return Ask(1, Money.parse(cost).micros if cost is not None else 0, metered)
