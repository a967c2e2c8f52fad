"""The reference server inside the test process, with its clock, faults and journal in the test's hands."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from datetime import datetime, timedelta
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypedDict, Unpack
from uuid import uuid4

from nodai.client import AsyncNodAI, NodAI

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nodai._core.hooks import Limiter, Middleware
    from nodai._generated.models import JournalEntry, MockFault
    from nodai._generated.models import MockClock as ClockState

INSTALL = "The reference server is not installed: pip install 'nodai-python[testing]'."
NAMESPACES = 16  # a test has its own; the one that was unused longest makes room


class MockMissing(ImportError):
    """`nodai-mock` is not installed."""


class ClientOptions(TypedDict, total=False):
    """What a client of the mock may be given besides its key."""

    timeout: float | None
    deadline: float | None
    max_retries: int
    headers: Mapping[str, str]
    limiter: Limiter | None
    middleware: Sequence[Middleware]


class MockServer:
    """One server for many tests, on a free port of this machine, in memory. `namespace()` gives each test its own."""

    def __init__(self) -> None:
        try:
            from nodai_mock.settings import MEMORY, Settings
            from nodai_mock.testing import ThreadServer
        except ImportError as error:
            raise MockMissing(INSTALL) from error
        self._server = ThreadServer(Settings(database_url=MEMORY, log_level="error", namespaces=NAMESPACES))
        self.base_url: str = self._server.base_url

    def namespace(self, name: str | None = None) -> NodAIMock:
        """A world with fresh demo data, apart from all others."""
        return NodAIMock(self.base_url, name or f"test-{uuid4().hex}")

    def stop(self) -> None:
        """Stop serving."""
        self._server.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class NodAIMock:
    """One test's server: demo data, and keys that show what limits do.

    Attributes:
        base_url: Where it is.
        secret_key: May do everything, without a limit that a test would meet.
        limited_key: Allows five requests an hour.
        budget_key: May spend a cent a month; a query of the demo workflow costs $0.002.
        publishable_key: For browsers: bound to its origins.
        workflow_id: The demo workflow, `wf_support`.
        headers: What takes a request of any other client to this namespace.
    """

    def __init__(self, base_url: str, namespace: str) -> None:
        from nodai_mock.testing import DEMO

        self.base_url = base_url
        self.secret_key: str = DEMO.secret_key
        self.limited_key: str = DEMO.limited_key
        self.budget_key: str = DEMO.budget_key
        self.publishable_key: str = DEMO.publishable_key
        self.workflow_id: str = DEMO.workflow_id
        self.headers: dict[str, str] = {"X-Mock-Namespace": namespace}
        self._clients = ExitStack()

    def client(self, api_key: str | None = None, **options: Unpack[ClientOptions]) -> NodAI:
        """A client of this server, with the secret key unless you give another; closed when the test ends."""
        client = NodAI(api_key or self.secret_key, base_url=self.base_url, **self._with_headers(options))
        return self._clients.enter_context(client)

    def async_client(self, api_key: str | None = None, **options: Unpack[ClientOptions]) -> AsyncNodAI:
        """The same for asyncio; close it yourself: `async with nodai_mock.async_client() as client`."""
        return AsyncNodAI(api_key or self.secret_key, base_url=self.base_url, **self._with_headers(options))

    @cached_property
    def clock(self) -> Clock:
        """The server's clock: everything that has to do with time follows it."""
        return Clock(self._tester)

    @cached_property
    def faults(self) -> Faults:
        """Failures that the server is to show."""
        return Faults(self._tester)

    def journal(self) -> list[JournalEntry]:
        """Every request with its answer, oldest first, and with the contract's verdict on both."""
        return list(self._tester.mock.journal.list(limit=100))[::-1]

    def reset(self) -> None:
        """Demo data, clock, faults and journal as they were at the start."""
        self._tester.mock.reset()

    def close(self) -> None:
        """Close the clients that this made."""
        self._clients.close()

    @cached_property
    def _tester(self) -> NodAI:
        return self.client()

    def _with_headers(self, options: ClientOptions) -> ClientOptions:
        return {**options, "headers": {**options.get("headers", {}), **self.headers}}


class Clock:
    """The server's clock. Moving it ends windows, refills buckets, expires keys and opens new months."""

    def __init__(self, tester: NodAI) -> None:
        self._clock = tester.mock.clock

    @property
    def now(self) -> datetime:
        """The server's time."""
        return self._clock.get().now

    def advance(self, duration: str | timedelta) -> ClockState:
        """Move on by `"PT1H"`, `"P31D"` (ISO 8601) or a timedelta; the answer says what happened."""
        text = duration if isinstance(duration, str) else f"PT{duration.total_seconds():f}S"
        return self._clock.advance(duration=text)

    def set(self, now: datetime) -> ClockState:
        """Stop the clock at a time."""
        return self._clock.set(now=now)

    def resume(self) -> ClockState:
        """Go on in real time."""
        return self._clock.resume()


class Faults:
    """Failures that the server is to show, by rule."""

    def __init__(self, tester: NodAI) -> None:
        self._faults = tester.mock.faults

    def add(self, **rule: Any) -> MockFault:
        """A rule as in `client.mock.faults.create`, such as `add(operation="workflows.query", status=503, first=2)`."""
        return self._faults.create(**rule)

    def clear(self) -> None:
        """Take all rules away."""
        for fault in self._faults.list().data:
            self._faults.delete(fault.id)
