"""How long a session lives, and who may make one for what."""

from nodai_mock.kernel.errors import Refusal
from nodai_mock.keys.browser import SCOPES
from nodai_mock.keys.record import KeyRecord
from nodai_mock.keys.scopes import beyond

LIFETIME_SECONDS = 300
"""Of a session that did not ask for another."""

KEPT_FOR = 24 * 3600 * 1_000_000
"""Microseconds after its end for which a session is remembered, so that it is told that it has expired."""


def may_make(actor: KeyRecord, workflow_id: str, origin: str) -> Refusal | None:
    """Nobody gives away more than they have: the scope, the workflow, and the origin when the key is bound to some."""
    missing = beyond(actor.scopes, SCOPES)
    if missing:
        return Refusal("insufficient_scope", required_scopes=missing)
    if actor.workflow_ids is not None and workflow_id not in actor.workflow_ids:
        return Refusal("workflow_not_allowed", workflow_id=workflow_id)
    if actor.origins and origin not in actor.origins:
        return Refusal("origin_not_allowed", origin=origin)
    return None
