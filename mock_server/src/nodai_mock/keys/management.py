"""Managing keys: create, change, revoke, rotate, delete, and look at what they used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

from nodai_mock._generated import types
from nodai_mock.kernel import journal, pages
from nodai_mock.kernel.clock import rfc3339
from nodai_mock.kernel.db import Database, Tx
from nodai_mock.kernel.errors import Refusal, not_found
from nodai_mock.kernel.ids import Ids
from nodai_mock.keys import requests, store, view
from nodai_mock.keys.lookup import Lookup
from nodai_mock.keys.record import KeyRecord
from nodai_mock.keys.secrets import BODY_BYTES, compose, fingerprint, shown
from nodai_mock.keys.verification import Holder, Verification
from nodai_mock.limits.service import Limits
from nodai_mock.plans.rules import PLANS


class History(Protocol):
    """What the usage room knows of a key."""

    def last_used(self, tx: Tx, key_id: str) -> int | None: ...

    def of_key(self, tx: Tx, key_id: str, timezone: str) -> types.KeyUsage: ...


class Made(NamedTuple):
    """A new key and its secret, which is told only now."""

    key_id: str
    secret: str


class Management:
    """What can be done with keys, by a key of the same organization."""

    def __init__(
        self,
        database: Database,
        ids: Ids,
        limits: Limits,
        history: History,
        lookup: Lookup,
        holder: Holder,
        *,
        prefix: str,
    ) -> None:
        self._database = database
        self._ids = ids
        self._limits = limits
        self._history = history
        self._lookup = lookup
        self._prefix = prefix
        self._verification = Verification(limits, holder, prefix)

    def create(self, actor: KeyRecord, body: types.CreateApiKeyRequest) -> types.CreatedApiKey:
        """Refusal 403 `plan_limit_reached` or `insufficient_scope`, 422 for what no key may be."""

        def work(tx: Tx) -> types.CreatedApiKey:
            values = requests.new_key(body, tx.now_micros)
            requests.may_give(actor, values["scopes"], values["workflow_ids"])
            allowed = PLANS[actor.plan_id].max_keys
            if store.usable(tx, actor.organization_id, tx.now_micros) >= allowed:
                raise Refusal("plan_limit_reached", plan_id=actor.plan_id, limit=allowed)
            made = self.make(tx, actor.organization_id, values)
            shown_key = self._shown(tx, actor, made.key_id)
            self._record(tx, actor, "key.created", made.key_id, {"key": shown_key})
            return {**shown_key, "secret": made.secret}

        return self._database.write(work)

    def make(self, tx: Tx, organization_id: str, values: Mapping[str, Any], *, body: str | None = None) -> Made:
        """A key from its columns, as part of a unit of work; `body` is the hex of a well-known secret."""
        secret = compose(body or self._ids.secret(BODY_BYTES), prefix=self._prefix, kind=values["kind"])
        begins, last_four = shown(secret, self._prefix)
        row = {**requests.DEFAULTS, "id": self._ids.new("key_"), **values}
        row |= {"organization_id": organization_id, "created_at": tx.now_micros}
        row |= {"secret_hash": fingerprint(secret), "prefix": begins, "last_four": last_four}
        store.insert(tx, row)
        return Made(row["id"], secret)

    def list(self, actor: KeyRecord, active: bool | None, limit: int, cursor: str | None) -> types.ApiKeyPage:
        with self._database.read() as tx:
            now = tx.now_micros
            before = pages.before(cursor, "key_")
            rows = store.newest(tx, actor.organization_id, before, limit + 1, active, now)
            return pages.page(rows, limit, lambda row: self._view(tx, row), identifier=lambda row: row["id"])

    def get(self, actor: KeyRecord, key_id: str) -> types.ApiKey:
        with self._database.read() as tx:
            return self._shown(tx, actor, key_id)

    def update(self, actor: KeyRecord, key_id: str, body: types.UpdateApiKeyRequest) -> types.ApiKey:
        """Only what is sent changes. Refusal 409 for a revoked key."""

        def work(tx: Tx) -> types.ApiKey:
            row = self._alive(tx, actor, key_id)
            changes = requests.changes(body, row, tx.now_micros)
            scopes = changes.get("scopes", row["scopes"])
            requests.may_give(actor, scopes, changes.get("workflow_ids", row["workflow_ids"]))
            return self._change(tx, actor, key_id, "key.updated", changes)

        return self._database.write(work)

    def set_rate_limit(self, actor: KeyRecord, key_id: str, body: types.RateLimit) -> None:
        """The key's window; what it has counted counts on."""

        def work(tx: Tx) -> None:
            self._alive(tx, actor, key_id)
            self._change(tx, actor, key_id, "key.updated", requests.window(body))

        self._database.write(work)

    def reset_rate_limit(self, actor: KeyRecord, key_id: str) -> None:
        """Forget what the key's window and bucket have counted."""

        def work(tx: Tx) -> None:
            found = self._known(tx, actor, key_id)
            self._limits.reset(tx, found.rules)
            self._record(tx, actor, "key.rate_limit_reset", key_id, {"key": self._shown(tx, actor, key_id)})

        self._database.write(work)

    def delete(self, actor: KeyRecord, key_id: str) -> None:
        def work(tx: Tx) -> None:
            last = self._shown(tx, actor, key_id)
            store.delete(tx, key_id)
            self._limits.forget(tx, key_id)
            self._record(tx, actor, "key.deleted", key_id, {"key": last})

        self._database.write(work)

    def revoke(self, actor: KeyRecord, key_id: str, reason: str, note: str | None) -> types.ApiKey:
        """For good, and from the very next request on."""

        def work(tx: Tx) -> types.ApiKey:
            self._alive(tx, actor, key_id)
            values = {"revoked_at": tx.now_micros, "revocation_reason": reason, "revocation_note": note}
            return self._change(tx, actor, key_id, "key.revoked", {**values, "end_told": True})

        return self._database.write(work)

    def rotate(self, actor: KeyRecord, key_id: str, body: types.RotateApiKeyRequest) -> types.CreatedApiKey:
        """A successor with the same rights and limits; the old key works on for the grace."""

        def work(tx: Tx) -> types.CreatedApiKey:
            row = self._alive(tx, actor, key_id)
            if row["replaced_by"] is not None:
                raise Refusal("conflict", detail="This key was rotated already.")
            requests.may_give(actor, row["scopes"], row["workflow_ids"])
            values = {name: row[name] for name in requests.INHERITED}
            if "expires_at" in body:
                values["expires_at"] = requests.expiry(body["expires_at"], tx.now_micros)
            made = self.make(tx, actor.organization_id, values)
            ends = tx.now_micros + body.get("grace_seconds", requests.GRACE_SECONDS) * 1_000_000
            replaced = {"revoked_at": ends, "revocation_reason": "rotated", "replaced_by": made.key_id}
            store.update(tx, key_id, replaced)
            old, new = self._shown(tx, actor, key_id), self._shown(tx, actor, made.key_id)
            data = {"key": old, "replacement": new, "grace_ends_at": rfc3339(ends)}
            self._record(tx, actor, "key.rotated", key_id, data)
            return {**new, "secret": made.secret}

        return self._database.write(work)

    def verify(self, actor: KeyRecord, body: types.VerifyApiKeyRequest) -> types.KeyVerification:
        """What admission would say about a secret now; nothing is consumed."""
        with self._database.read() as tx:
            verdict = self._verification.verdict(tx, actor, body)
            row = None if verdict.key is None else store.get(tx, actor.organization_id, verdict.key.id)
            return {
                "valid": verdict.code is None,
                "code": verdict.code,
                "key": None if row is None else self._view(tx, row),
                "policies": [view.policy(policy) for policy in verdict.policies],
            }

    def usage(self, actor: KeyRecord, key_id: str) -> types.KeyUsage:
        with self._database.read() as tx:
            return self._history.of_key(tx, self._known(tx, actor, key_id).id, actor.timezone)

    def status(self, actor: KeyRecord, key_id: str) -> list[types.LimitPolicy]:
        """Every limit that counts the key's requests, as it stands now."""
        with self._database.read() as tx:
            key = self._known(tx, actor, key_id)
            return [view.policy(policy) for policy in self._limits.status(tx, key.id, key.organization_id, key.rules)]

    def tell_ended(self, tx: Tx) -> list[str]:
        """The events of keys that have expired, and of rotated keys whose grace has ended."""
        lines: list[str] = []
        for row in store.newly_ended(tx, tx.now_micros):
            revoked = row["revoked_at"] is not None and row["revoked_at"] <= tx.now_micros
            store.update(tx, row["id"], {"end_told": True})
            type = "key.revoked" if revoked else "key.expired"
            data = {"key": self._view(tx, row)}
            journal.record(tx, type=type, organization_id=row["organization_id"], subject=row["id"], data=data)
            lines.append(f"{type} {row['id']}")
        return lines

    def _change(self, tx: Tx, actor: KeyRecord, key_id: str, type: str, changes: dict[str, Any]) -> types.ApiKey:
        store.update(tx, key_id, changes)
        if not changes.keys().isdisjoint(requests.COUNTED):
            self._limits.changed(tx, key_id)
        key = self._shown(tx, actor, key_id)
        self._record(tx, actor, type, key_id, {"key": key})
        return key

    def _record(self, tx: Tx, actor: KeyRecord, type: str, key_id: str, data: Mapping[str, object]) -> None:
        organization_id = actor.organization_id
        journal.record(tx, type=type, organization_id=organization_id, actor_key_id=actor.id, subject=key_id, data=data)

    def _row(self, tx: Tx, actor: KeyRecord, key_id: str) -> store.Key:
        row = store.get(tx, actor.organization_id, key_id)
        if row is None:
            raise not_found()
        return row

    def _alive(self, tx: Tx, actor: KeyRecord, key_id: str) -> store.Key:
        row = self._row(tx, actor, key_id)
        if row["revoked_at"] is not None and row["revoked_at"] <= tx.now_micros:
            raise Refusal("conflict", detail="This key is revoked.")
        return row

    def _known(self, tx: Tx, actor: KeyRecord, key_id: str) -> KeyRecord:
        found = self._lookup.by_id(tx, key_id)
        if found is None or found.organization_id != actor.organization_id:
            raise not_found()
        return found

    def _shown(self, tx: Tx, actor: KeyRecord, key_id: str) -> types.ApiKey:
        return self._view(tx, self._row(tx, actor, key_id))

    def _view(self, tx: Tx, row: store.Key) -> types.ApiKey:
        return view.key(row, tx.now_micros, self._history.last_used(tx, row["id"]))
