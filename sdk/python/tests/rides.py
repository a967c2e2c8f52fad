"""The four ways that a call can go: sync or async, over lanes or over the user's httpx client."""

from __future__ import annotations

import asyncio
import inspect
import ssl
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any

import httpx
from nodai import AsyncNodAI, NodAI
from nodai._core.errors import NodAIError

KEY = "nk_" + "a1" * 32
PLAIN = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # loading certificates takes httpx most of a test's time
Work = Callable[[Any], Any]


@dataclass
class Outcome:
    """What the caller got, and how long the SDK would have slept."""

    value: Any = None
    error: NodAIError | None = None
    sleeps: list[float] = field(default_factory=list[float])

    @property
    def failed(self) -> Any:
        assert self.error is not None, f"succeeded with {self.value!r}"
        return self.error


class FakeTime:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.sleeps: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def wall(self) -> float:
        return 1_795_256_000.0 + self.now

    def pass_(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self.now += seconds


@dataclass(frozen=True)
class Ride:
    """One way for calls to go; `run` gives the outcome of some work with a client of that kind."""

    asynchronous: bool
    compat: bool

    def __str__(self) -> str:
        return f"{'async' if self.asynchronous else 'sync'}-{'compat' if self.compat else 'lanes'}"

    def run(self, url: str, work: Work, *, real_clock: bool = False, **options: Any) -> Outcome:
        time = FakeTime()
        outcome = Outcome(sleeps=time.sleeps)
        try:
            if self.asynchronous:
                outcome.value = asyncio.run(self._async(url, work, time, real_clock, options))
            else:
                outcome.value = self._sync(url, work, time, real_clock, options)
        except NodAIError as error:
            outcome.error = error
        return outcome

    def _sync(self, url: str, work: Work, time: FakeTime, real_clock: bool, options: dict[str, Any]) -> Any:
        with (
            httpx.Client(verify=PLAIN) if self.compat else nullcontext() as own,
            NodAI(api_key=KEY, base_url=url, http_client=own, **options) as client,
        ):
            set_time(client, time, real_clock)
            client.sleep = time.pass_
            return work(client)

    async def _async(self, url: str, work: Work, time: FakeTime, real_clock: bool, options: dict[str, Any]) -> Any:
        async def sleep(seconds: float) -> None:
            time.pass_(seconds)

        async with (
            httpx.AsyncClient(verify=PLAIN) if self.compat else nullcontext() as own,
            AsyncNodAI(api_key=KEY, base_url=url, http_client=own, **options) as client,
        ):
            set_time(client, time, real_clock)
            client.sleep = sleep
            value = work(client)
            return await value if inspect.isawaitable(value) else value


def set_time(client: Any, time: FakeTime, real_clock: bool) -> None:
    """Make the dice and, unless the network's own waits matter, the clock predictable."""
    client._core.backoff = float
    client._core.wall = time.wall
    if not real_clock:
        client._core.clock = time.monotonic


RIDES = [Ride(asynchronous, compat) for asynchronous in (False, True) for compat in (False, True)]


def query(client: Any, **more: Any) -> Any:
    """A POST, which carries an idempotency key."""
    return client.workflows.query("wf_1", input="hi", **more)


def get(client: Any, **more: Any) -> Any:
    """A GET."""
    return client.runs.get("run_1", **more)
