"""Every room's service, built once for each world and handed over; nobody looks another room up."""

from __future__ import annotations

import threading
from collections import OrderedDict
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from nodai_mock.client_sessions import store as sessions
from nodai_mock.client_sessions.service import ClientSessions
from nodai_mock.demo.data import ORGANIZATION_ID
from nodai_mock.edge.admission import Admission
from nodai_mock.edge.control.faults import Faults
from nodai_mock.edge.control.traffic import Traffic
from nodai_mock.kernel.clock import SEEDED_START, MockClock, rfc3339
from nodai_mock.kernel.db import Database, FileDatabase, MemoryDatabase, Tx
from nodai_mock.kernel.ids import Ids
from nodai_mock.keys.service import Keys
from nodai_mock.limits.service import Limits
from nodai_mock.runs.service import Runs
from nodai_mock.usage.service import Usage
from nodai_mock.workflows.service import Workflows

if TYPE_CHECKING:
    from nodai_mock.accounts.service import Accounts
    from nodai_mock.audit.service import AuditLog
    from nodai_mock.edge.call import Call
    from nodai_mock.events.service import Events
    from nodai_mock.requests.service import RequestLog
    from nodai_mock.settings import Settings

_MOST_SNAPSHOTS = 32


class World:
    """One namespace: its clock, its database, and every room's service over them."""

    def __init__(self, settings: Settings, *, clock: MockClock | None = None, on_file: bool = False) -> None:
        self.settings = settings
        self.clock = clock or new_clock(settings)
        self.ids = Ids(self.clock, settings.seed)
        path = settings.database_path if on_file else None
        self.db: Database = (
            MemoryDatabase(self.clock, self.ids)
            if path is None
            else FileDatabase(path, self.clock, self.ids, fast=settings.fast, alone=True)
        )
        self.faults = Faults(settings.seed)
        self.traffic = Traffic()
        self.snapshots: OrderedDict[str, tuple[str, bytes]] = OrderedDict()
        self.limits = Limits()
        self.usage = Usage(self.db)
        self.keys = Keys(
            self.db, self.clock, self.ids, self.limits, self.usage, sessions.find, prefix=settings.key_prefix
        )
        if not settings.hosted:
            self.keys.allow_magic(ORGANIZATION_ID)
        self.runs = Runs(self.db)
        self.workflows = Workflows(self.db, self.clock, self.ids, self.runs, hosted=settings.hosted)
        self.admission = Admission(self.db, self.keys, self.limits, self._estimate, owner=self.ids.new("srv_"))
        self.workflows.attach(self.admission)
        self.client_sessions = ClientSessions(self.db, self.ids, self.workflows.has, prefix=settings.key_prefix)
        self.clock.on_move(self._moved)

    # The rooms that only manage things are built on first use: they need SQLAlchemy, which takes as long to load as
    # everything else together.
    @cached_property
    def accounts(self) -> Accounts:
        from nodai_mock.accounts.service import Accounts

        return Accounts(self.db, self.ids)

    @cached_property
    def request_log(self) -> RequestLog:
        from nodai_mock.requests.service import RequestLog

        return RequestLog(self.db)

    @cached_property
    def audit_log(self) -> AuditLog:
        from nodai_mock.audit.service import AuditLog

        return AuditLog(self.db)

    @cached_property
    def events(self) -> Events:
        from nodai_mock.events.service import Events

        return Events(self.db)

    def _estimate(self, call: Call, body: Any) -> tuple[int, bool]:
        return self.workflows.estimate(call, call.workflow_id or "", body)

    def _moved(self, old: datetime, new: datetime) -> list[str]:
        if new < old:
            self.db.write(self.limits.clock_set_back)
        return []

    def upkeep(self) -> list[str]:
        """What has to be done now and then: leases, expired keys and sessions; what happened, in words."""
        return self.db.write(self._sweep)

    def _sweep(self, tx: Tx) -> list[str]:
        self.client_sessions.sweep(tx)
        return self.admission.sweep(tx)

    def save_snapshot(self, name: str) -> tuple[str, bytes]:
        """Keep all data under a name; only the newest few are kept."""
        self.snapshots.pop(name, None)
        kept = self.snapshots[name] = (rfc3339(self.clock.now()), self.db.image())
        while len(self.snapshots) > _MOST_SNAPSHOTS:
            self.snapshots.popitem(last=False)
        return kept

    def restore(self, image: bytes) -> None:
        """Put back all data, and forget whatever was remembered of what it replaces."""
        self.db.restore(image)
        self.workflows.forget()
        self.workflows.recover()

    def close(self) -> None:
        """End background work and let go of the database."""
        self.workflows.stop()
        self.db.close()


class Worlds:
    """The default world and the namespaces, each made on first use from one image of the starting data."""

    def __init__(self, settings: Settings, *, clock: MockClock | None = None) -> None:
        self._settings = settings
        self._lock = threading.RLock()
        self._named: OrderedDict[str, World] = OrderedDict()
        self._image: bytes | None = None
        self.default = World(settings, clock=clock, on_file=True)

    def of(self, environ: dict[str, Any]) -> World:
        """The world that a request is for."""
        name = environ.get("HTTP_X_MOCK_NAMESPACE")
        if not name or self._settings.hosted:
            return self.default
        return self.named(name)

    def named(self, name: str) -> World:
        """A namespace, made when it is new; beyond the bound, the one that was unused longest goes."""
        with self._lock:
            world = self._named.get(name)
            if world is None:
                world = self._named[name] = self.make()
                if len(self._named) > self._settings.namespaces:
                    self._named.popitem(last=False)[1].close()
            else:
                self._named.move_to_end(name)
            return world

    def make(self) -> World:
        """A world in memory with the starting data."""
        world = World(self._settings)
        world.restore(self.image())
        return world

    def image(self) -> bytes:
        """The starting data as a database image, made once."""
        with self._lock:
            if self._image is None:
                from nodai_mock.start import fresh_image

                self._image = fresh_image(self._settings)
            return self._image

    def reset(self, world: World) -> None:
        """Data, clock, faults and journal as the server started with."""
        world.clock.resume() if self._settings.seed is None else world.clock.set(SEEDED_START)
        world.ids.begin("")
        world.faults.clear()
        world.traffic.clear()
        world.restore(self.image())

    def client_ip(self, environ: dict[str, Any]) -> str:
        """The caller's address: a proxy's word counts only when the proxy is trusted."""
        address: str = environ.get("REMOTE_ADDR") or "127.0.0.1"
        settings = self._settings
        if not settings.hosted and (pretended := environ.get("HTTP_X_MOCK_CLIENT_IP")):
            return pretended
        if address in settings.trusted_proxies:
            hops = [each.strip() for each in environ.get("HTTP_X_FORWARDED_FOR", "").split(",") if each.strip()]
            for hop in reversed(hops):
                if hop not in settings.trusted_proxies:
                    return hop
        return address

    def close(self) -> None:
        """Close every world."""
        with self._lock:
            for world in (self.default, *self._named.values()):
                world.close()
            self._named.clear()


def new_clock(settings: Settings) -> MockClock:
    """The clock a world starts with: the real time, or a fixed one when there is a seed."""
    return MockClock() if settings.seed is None else MockClock(SEEDED_START, frozen=True)
