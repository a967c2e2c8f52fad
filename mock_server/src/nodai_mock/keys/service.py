"""Keys: who sent this, and may they? What every call asks; managing keys is `manage`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from nodai_mock.kernel.clock import Clock, to_micros
from nodai_mock.kernel.db import Database, Tx
from nodai_mock.kernel.errors import Refusal
from nodai_mock.kernel.ids import Ids
from nodai_mock.keys import lookup, rules
from nodai_mock.keys.attempts import Attempts
from nodai_mock.keys.browser import Session, of_session
from nodai_mock.keys.credentials import credential
from nodai_mock.keys.lookup import Lookup
from nodai_mock.keys.magic import magic_keys
from nodai_mock.keys.record import KeyRecord
from nodai_mock.keys.secrets import fingerprint, kind_of
from nodai_mock.limits.counter import Rule
from nodai_mock.limits.service import Limits

if TYPE_CHECKING:
    from nodai_mock.keys.management import History, Management


_REMEMBERED = 4096


class FindSession(Protocol):
    """The client session whose secret has this hash, whether it has expired or not."""

    def __call__(self, tx: Tx, secret_hash: bytes) -> Session | None: ...


class Keys:
    """The keys of one world."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        ids: Ids,
        limits: Limits,
        history: History,
        sessions: FindSession,
        *,
        prefix: str = "nk_",
        failed_attempts_per_minute: int = 1_000,
    ) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids
        self._limits = limits
        self._history = history
        self._sessions = sessions
        self._prefix = prefix
        self._lookup = Lookup()
        self._attempts = Attempts(failed_attempts_per_minute)
        self._magic: dict[bytes, KeyRecord] = {}
        self._current: dict[bytes, tuple[int, KeyRecord]] = {}

    @cached_property
    def manage(self) -> Management:
        """Creating and changing keys; made on first use, for most servers never do."""
        from nodai_mock.keys.management import Management

        return Management(
            self._database, self._ids, self._limits, self._history, self._lookup, self.holder, prefix=self._prefix
        )

    def allow_magic(self, organization_id: str) -> None:
        """Let the documented magic keys act for this organization. Never done when hosted."""
        self._magic.update(magic_keys(organization_id, self._prefix))

    def authenticate(self, headers: Mapping[str, str], client_ip: str) -> KeyRecord:
        """The key of the request's one credential. Refusal 400 or 401, or 429 for an address that failed too often."""
        secret = credential(headers)
        digest = fingerprint(secret)
        # The version is counted up before a change of a key is answered, so a changed key is never taken from memory.
        version = self._database.version
        known = self._current.get(digest)
        if known is not None and known[0] == version:
            return known[1]
        kind = kind_of(secret, self._prefix)
        if kind is None:
            raise self._failed(client_ip, "malformed_api_key")
        magic = self._magic.get(digest)
        if magic is not None:
            return magic
        with self._database.read() as tx:
            found = self.holder(tx, kind, digest)
        if found is None:
            raise self._failed(client_ip, "invalid_api_key")
        if len(self._current) >= _REMEMBERED:
            self._current.clear()
        self._current[digest] = version, found
        return found

    def check(
        self,
        key: KeyRecord,
        *,
        client_ip: str,
        origin: str | None,
        foreign: bool,
        scopes: Sequence[str],
        workflow_id: str | None,
        browser: bool,
    ) -> Refusal | None:
        """Why this key may not make this call now, or None.

        `foreign`: the origin is not the server's own. `browser`: web pages may call the operation.
        """
        now = to_micros(self._clock.now())
        return (
            rules.state(key, now)
            or rules.place(key, client_ip, origin, foreign=foreign)
            or rules.permission(key, scopes, workflow_id, browser=browser)
        )

    def holder(self, tx: Tx, kind: str, secret_hash: bytes) -> KeyRecord | None:
        """The key, or the client session as a key, whose secret has this hash."""
        if kind != "session":
            return self._magic.get(secret_hash) or self._lookup.by_hash(tx, secret_hash)
        session = self._sessions(tx, secret_hash)
        if session is None:
            return None
        magic = next((key for key in self._magic.values() if key.id == session.key_id), None)
        key = magic or self._lookup.by_id(tx, session.key_id)
        return None if key is None else of_session(key, session)

    def find(self, tx: Tx, key_id: str) -> KeyRecord | None:
        """A key by its id, whatever its state."""
        return self._lookup.by_id(tx, key_id)

    def rules_of_organization(self, tx: Tx, organization_id: str) -> tuple[Rule, ...]:
        """What is left to count for a key that is gone: its organization's rules."""
        return self._lookup.rules_of_organization(tx, organization_id)

    def tell_ended(self, tx: Tx) -> list[str]:
        """The events of keys that have expired or whose grace has ended since the last look."""
        return self.manage.tell_ended(tx) if lookup.any_ended(tx) else []

    def _failed(self, client_ip: str, code: str) -> Refusal:
        self._attempts.failed(client_ip, to_micros(self._clock.now()))
        return Refusal(code)
