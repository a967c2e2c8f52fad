"""A bench for the rooms that count: real database, keys, limits and admission, without the HTTP around them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar, cast

from nodai_mock._generated.operations import OPERATIONS
from nodai_mock.accounts.service import Accounts
from nodai_mock.client_sessions import store as sessions
from nodai_mock.edge.admission import Admission
from nodai_mock.edge.call import Call
from nodai_mock.idempotency.rules import Replay
from nodai_mock.kernel.clock import MockClock
from nodai_mock.kernel.db import Database, create_schema
from nodai_mock.kernel.errors import Refusal
from nodai_mock.kernel.ids import Ids
from nodai_mock.keys import requests
from nodai_mock.keys.management import Made
from nodai_mock.keys.record import KeyRecord
from nodai_mock.keys.service import Keys
from nodai_mock.limits.service import Limits
from nodai_mock.schema import load_tables
from nodai_mock.usage.service import Usage

T = TypeVar("T")

MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
WIDE = {"rate_limit": 1_000_000, "rate_window_seconds": 3600, "bucket": [1_000_000, 1_000_000, 1]}
"""Columns of a key that nothing limits."""

_OPERATIONS = {operation.id: operation for operation in OPERATIONS}


class Bench:
    """One world without its edge. The clock is frozen until a test moves it."""

    def __init__(self, open_database: Callable[[MockClock, Ids], Database], *, create: bool = True) -> None:
        self.clock = MockClock(MONDAY, frozen=True)
        self.ids = Ids(self.clock)
        self.db = open_database(self.clock, self.ids)
        if create:
            load_tables()
            create_schema(self.db)
        self.limits = Limits()
        self.usage = Usage(self.db)
        self.accounts = Accounts(self.db, self.ids)
        self.keys = Keys(self.db, self.clock, self.ids, self.limits, self.usage, sessions.find)
        self.cost, self.instant = 2_000, True
        self.admission = self.another_server()

    def another_server(self) -> Admission:
        """A second holder of leases over the same database, as another process would be."""
        return Admission(self.db, self.keys, self.limits, self._estimate, owner=self.ids.new("srv_"))

    def organization(self, plan_id: str = "enterprise", **values: Any) -> str:
        values.setdefault("requests_per_minute", 10_000_000)
        return self.accounts.create("Acme", plan_id=plan_id, **values).id

    def key(self, organization_id: str, **values: Any) -> Made:
        """A key that may do everything, without limits but those in `values`."""
        row = {**requests.DEFAULTS, "name": "test", "scopes": ["*"], **WIDE, **values}
        return self.db.write(lambda tx: self.keys.manage.make(tx, organization_id, row))

    def record(self, made: Made) -> KeyRecord:
        with self.db.read() as tx:
            found = self.keys.find(tx, made.key_id)
        assert found is not None
        return found

    def begin(
        self, secret: str, operation: str = "workflows.query", *, path: str = "/x", raw: bytes = b"{}", **rest: Any
    ) -> Call:
        """The call as far as admission lets it through; it is still to be settled."""
        admission: Admission = rest.pop("admission", self.admission)
        headers = {"x-api-key": secret, **rest.pop("headers", {})}
        call = Call(
            operation=_OPERATIONS[operation],
            request_id=self.ids.new("req_"),
            now=self.clock.now(),
            world=cast("Any", None),
            client_ip=rest.pop("ip", "127.0.0.1"),
            origin=rest.pop("origin", None),
            user_agent="tests",
            headers=headers,
            path=path,
            workflow_id="wf_support",
        )
        admission.authenticate(call)
        replay = admission.admit(call, {}, raw)
        if replay is not None:
            raise Replayed(replay)
        call.cost = self.cost
        return call

    def query(self, secret: str, operation: str = "workflows.query", **rest: Any) -> Call:
        """A whole call, admitted and settled. Refusal as the caller would get it; Replayed for a stored answer."""
        call = self.begin(secret, operation, **rest)
        replay = self.admission.settle(call, 200, None, b'{"output":"hello"}', "application/json")
        if replay is not None:
            raise Replayed(replay)
        return call

    def code(self, secret: str, operation: str = "workflows.query", **rest: Any) -> str:
        """`admitted`, or the code of the refusal."""
        try:
            self.query(secret, operation, **rest)
        except Refusal as refused:
            return refused.code
        return "admitted"

    def together(self, calls: int, work: Callable[[int], T], threads: int = 8) -> list[T]:
        """The results of `work(0) … work(calls - 1)`, run by several threads at once."""
        with ThreadPoolExecutor(threads) as pool:
            return list(pool.map(work, range(calls)))

    def advance(self, **duration: float) -> None:
        self.clock.advance(timedelta(**duration))

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        self.db.write(lambda _: None)  # whatever was submitted is done after this
        with self.db.read() as tx:
            return tx.raw.execute(sql, values).fetchall()

    def counter(self, subject: str, name: str) -> tuple[int, int]:
        """(amount, held) as stored."""
        sql = "SELECT amount, held FROM limit_counters WHERE subject = ? AND name = ?"
        return cast("tuple[int, int]", self.rows(sql, subject, name)[0])

    def events(self, type: str) -> int:
        return self.rows("SELECT COUNT(*) FROM journal WHERE type = ?", type)[0][0]

    def _estimate(self, call: Call, body: object) -> tuple[int, bool]:
        del call, body
        return self.cost, self.instant


class Replayed(Exception):
    """The call was a repetition and got the stored answer."""

    def __init__(self, replay: Replay) -> None:
        super().__init__(replay.status)
        self.replay = replay
