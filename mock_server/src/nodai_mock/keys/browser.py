"""Credentials that web pages hold: publishable keys and client sessions, and what may be done with them."""

from dataclasses import replace
from typing import NamedTuple

from nodai_mock.keys.record import KeyRecord
from nodai_mock.keys.scopes import covers

SCOPES = ("workflows:query",)
"""All that a publishable key or a client session may have: whoever opens the page can read it."""


class Session(NamedTuple):
    """A client session: the key that made it, and what it is bound to. `expires_at` is in microseconds."""

    key_id: str
    workflow_id: str
    origin: str
    expires_at: int


def of_session(key: KeyRecord, session: Session) -> KeyRecord:
    """The key as one of its sessions has it: the same account and state, for one workflow on one origin.

    It never has more than the key has now. Addresses do not matter: the key's are its backend's, not the visitors'.
    """
    allowed = key.workflow_ids is None or session.workflow_id in key.workflow_ids
    expiries = (key.expires_at, session.expires_at)
    return replace(
        key,
        kind="session",
        scopes=tuple(scope for scope in SCOPES if covers(key.scopes, scope)),
        workflow_ids=frozenset((session.workflow_id,) if allowed else ()),
        networks=(),
        origins=frozenset((session.origin,)),
        expires_at=min(expiry for expiry in expiries if expiry is not None),
    )
