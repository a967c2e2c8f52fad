"""The look-up of a key that every call makes."""

import json
from typing import Any

from nodai_mock.kernel.db import Tx
from nodai_mock.keys.record import KeyRecord
from nodai_mock.keys.rules import network, normal_origin
from nodai_mock.limits.counter import Rule
from nodai_mock.limits.policy import DEFAULT_WINDOW, Bucket, Subject, rules_of

_LOOKUP = """
SELECT k.id, k.organization_id, k.name, k.kind, k.environment, k.prefix, k.last_four, k.active, k.scopes,
  k.workflow_ids, k.allowed_ips, k.allowed_origins, k.expires_at, k.revoked_at, k.revocation_reason, k.rate_limit,
  k.rate_window_seconds, k.bucket, k.cost_limit_micros, o.plan_id, o.timezone, o.cost_limit_micros,
  o.requests_per_minute
FROM keys k JOIN organizations o ON o.id = k.organization_id WHERE """
_BY_HASH = _LOOKUP + "k.secret_hash = ?"
_ORGANIZATION = "SELECT plan_id, timezone, cost_limit_micros, requests_per_minute FROM organizations WHERE id = ?"
_ENDED = "SELECT 1 FROM keys WHERE end_told = 0 AND (expires_at <= ? OR revoked_at <= ?) LIMIT 1"
_BY_ID = _LOOKUP + "k.id = ?"


class Lookup:
    """Finds keys by the hash of their secret. The row is read anew on every call, so a change holds for the very next
    one in every process; only the work of taking an unchanged row apart is remembered."""

    def __init__(self, remembered: int = 4096) -> None:
        self._remembered = remembered
        self._known: dict[tuple[Any, ...], KeyRecord] = {}

    def by_hash(self, tx: Tx, secret_hash: bytes) -> KeyRecord | None:
        return self._record(tx.raw.execute(_BY_HASH, (secret_hash,)).fetchone())

    def by_id(self, tx: Tx, key_id: str) -> KeyRecord | None:
        return self._record(tx.raw.execute(_BY_ID, (key_id,)).fetchone())

    def rules_of_organization(self, tx: Tx, organization_id: str) -> tuple[Rule, ...]:
        row = tx.raw.execute(_ORGANIZATION, (organization_id,)).fetchone()
        if row is None:
            return ()
        plan_id, timezone, cost_limit, per_minute = row
        subject = Subject(
            "", organization_id, plan_id, timezone,
            organization_cost_limit_micros=cost_limit, organization_requests_per_minute=per_minute,
        )  # fmt: skip
        return tuple(rule for rule in rules_of(subject) if rule.subject == organization_id)

    def _record(self, row: tuple[Any, ...] | None) -> KeyRecord | None:
        if row is None:
            return None
        known = self._known.get(row)
        if known is None:
            if len(self._known) >= self._remembered:
                self._known.clear()
            known = self._known[row] = record(row)
        return known


def record(row: tuple[Any, ...]) -> KeyRecord:
    """A row of the look-up, taken apart."""
    (id, organization_id, name, kind, environment, prefix, last_four, active, scopes, workflow_ids, ips, origins,
     expires_at, revoked_at, reason, rate_limit, window, bucket, cost_limit, plan_id, timezone, org_cost_limit,
     per_minute) = row  # fmt: skip
    limit, seconds = (rate_limit, window) if rate_limit is not None else DEFAULT_WINDOW
    subject = Subject(
        id, organization_id, plan_id, timezone, limit, seconds,
        Bucket(*json.loads(bucket)) if bucket else Bucket(), cost_limit, org_cost_limit, per_minute,
    )  # fmt: skip
    blocks = (network(text) for text in json.loads(ips))
    return KeyRecord(
        id=id, organization_id=organization_id, name=name, kind=kind, environment=environment, prefix=prefix,
        last_four=last_four, active=bool(active), scopes=tuple(json.loads(scopes)),
        workflow_ids=None if workflow_ids is None else frozenset(json.loads(workflow_ids)),
        networks=tuple(block for block in blocks if block is not None),
        origins=frozenset(normal_origin(text) for text in json.loads(origins)),
        expires_at=expires_at, revoked_at=revoked_at, revocation_reason=reason, plan_id=plan_id, timezone=timezone,
        rules=rules_of(subject),
    )  # fmt: skip


def any_ended(tx: Tx) -> bool:
    """Whether a key has expired, or its grace has ended, of which nobody was told yet."""
    return tx.raw.execute(_ENDED, (tx.now_micros, tx.now_micros)).fetchone() is not None
