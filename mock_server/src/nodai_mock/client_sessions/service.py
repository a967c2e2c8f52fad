"""The verbs of client sessions: make one, and forget those that ended long ago."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from nodai_mock.client_sessions import rules, store
from nodai_mock.kernel.clock import rfc3339
from nodai_mock.kernel.db import Database, Tx
from nodai_mock.kernel.errors import not_found
from nodai_mock.kernel.ids import Ids
from nodai_mock.keys.browser import Session
from nodai_mock.keys.rules import normal_origin
from nodai_mock.keys.secrets import BODY_BYTES, compose, fingerprint

if TYPE_CHECKING:
    from nodai_mock._generated import types
    from nodai_mock.keys.record import KeyRecord


class HasWorkflow(Protocol):
    """Whether an organization has a workflow."""

    def __call__(self, tx: Tx, organization_id: str, workflow_id: str) -> bool: ...


class ClientSessions:
    """The client sessions of one world. Only the hash of a secret is kept."""

    def __init__(self, database: Database, ids: Ids, has_workflow: HasWorkflow, *, prefix: str) -> None:
        self._database = database
        self._ids = ids
        self._has_workflow = has_workflow
        self._prefix = prefix

    def create(self, actor: KeyRecord, body: types.CreateClientSessionRequest) -> types.ClientSession:
        """A credential for one visitor. Refusal 403 for what the key may not give away, 404 for the workflow."""
        workflow_id, origin = body["workflow_id"], normal_origin(body["origin"])
        lifetime = body.get("expires_in_seconds", rules.LIFETIME_SECONDS) * 1_000_000

        def work(tx: Tx) -> types.ClientSession:
            refused = rules.may_make(actor, workflow_id, origin)
            if refused is not None:
                raise refused
            if not self._has_workflow(tx, actor.organization_id, workflow_id):
                raise not_found()
            session_id, expires_at = self._ids.new("ses_"), tx.now_micros + lifetime
            secret = compose(self._ids.secret(BODY_BYTES), prefix=self._prefix, kind="session")
            store.insert(tx, session_id, fingerprint(secret), Session(actor.id, workflow_id, origin, expires_at))
            return {
                "id": session_id,
                "secret": secret,
                "workflow_id": workflow_id,
                "origin": origin,
                "expires_at": rfc3339(expires_at),
                "created_at": rfc3339(tx.now_micros),
            }

        return self._database.write(work)

    def sweep(self, tx: Tx) -> None:
        """Forget those that ended more than a day ago; they are as unknown as any other secret from then on."""
        store.purge(tx, tx.now_micros - rules.KEPT_FOR)
