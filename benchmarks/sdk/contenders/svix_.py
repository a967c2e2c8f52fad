"""svix: application.get, application.create, application.list. It has no server-sent events."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from benchmarks.sdk.contenders.base import LIST_LENGTH, AsyncCall, Call, Contender, Raw, as_json


def application(number: int) -> dict[str, object]:
    return {
        "id": f"app_{number:010d}",
        "name": f"Application {number}",
        "uid": None,
        "rateLimit": None,
        "metadata": {},
        "throttleRate": None,
        "createdAt": "2026-11-21T10:00:00Z",
        "updatedAt": "2026-11-21T10:00:00Z",
    }


def calls(base: str) -> dict[str, Call]:
    from svix.api import ApplicationIn, ApplicationListOptions, Svix, SvixOptions

    client = Svix("testsk_benchmark", SvixOptions(server_url=base))
    return {
        "get": lambda: client.application.get("app_1"),
        "post": lambda: client.application.create(ApplicationIn(name="Application")),
        "list": lambda: sum(1 for _ in client.application.list(ApplicationListOptions(limit=LIST_LENGTH)).data),
    }


@asynccontextmanager
async def async_get(base: str) -> AsyncGenerator[AsyncCall]:
    from svix.api import SvixAsync, SvixOptions

    client = SvixAsync("testsk_benchmark", SvixOptions(server_url=base))
    yield lambda: client.application.get("app_1")


FIRST = (
    "from svix.api import Svix, SvixOptions\n"
    "c = Svix('testsk_benchmark', SvixOptions(server_url='{base}'))\n"
    "c.application.get('app_1').id"
)
PAGE = {"data": [application(n) for n in range(LIST_LENGTH)], "done": True, "iterator": None, "prevIterator": None}
CONTENDER = Contender(
    package="svix",
    module="svix.api",
    first=FIRST,
    raw={
        "get": Raw("GET", "/api/v1/app/app_1"),
        "post": Raw("POST", "/api/v1/app", {"name": "Application"}),
        "list": Raw("GET", "/api/v1/app"),
    },
    routes={
        "GET /api/v1/app/app_1": as_json(application(1)),
        "POST /api/v1/app": as_json(application(1)),
        "GET /api/v1/app": as_json(PAGE),
    },
    calls=calls,
    async_get=async_get,
)
